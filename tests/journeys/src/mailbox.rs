//! The mail server of the journeys: what the site sends is told to whoever walks through it.

use std::net::SocketAddr;

use kit::smtp::{Secrecy, SmtpServer, Taken};
use serde_json::json;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::runtime::Runtime;

/// A mail server on loopback, with a thread of its own.
pub struct Mailbox {
    server: SmtpServer,
    pub(crate) runtime: Runtime,
}

impl Mailbox {
    /// Opens one on a free port.
    ///
    /// # Panics
    /// When the machine has no thread or no port for it.
    #[must_use]
    pub fn open() -> Self {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().expect("a thread");
        let server = runtime.block_on(SmtpServer::start(Secrecy::Plain));
        Self { server, runtime }
    }

    /// Where mail is handed in.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// Tells each mail as it comes, a line of JSON each, until nobody listens.
    pub(crate) async fn tell(&self, mut reader: impl AsyncWrite + Unpin) {
        let mut told = 0;
        loop {
            let mails = self.server.wait_for(told + 1).await;
            for mail in &mails[told..] {
                if reader.write_all(line(mail).as_bytes()).await.is_err() {
                    return;
                }
            }
            told = mails.len();
        }
    }
}

fn line(mail: &Taken) -> String {
    format!("{}\n", json!({ "from": mail.from, "to": mail.to, "data": mail.data }))
}
