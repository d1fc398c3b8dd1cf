//! A small mail server on loopback: takes mail and remembers it, with or without TLS, and fails as it is told to.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use rcgen::CertifiedKey;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// How connections are kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// Not at all.
    Plain,
    /// After `STARTTLS`, without which no mail is taken.
    StartTls,
    /// From the first byte.
    Tls,
}

/// How the server treats those who hand in mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It takes everything.
    Takes,
    /// It answers a command (`MAIL`, `RCPT`, `DATA`, or `.` at the end of the mail) with this line, such as
    /// `451 try again`.
    Refuses(&'static str, &'static str),
    /// It says nothing after that command.
    Hangs(&'static str),
    /// It closes the connection at that command; at `.` it has taken the mail before.
    Drops(&'static str),
}

/// A mail that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The sender, as in `MAIL FROM`.
    pub from: String,
    /// The receivers, as in `RCPT TO`.
    pub to: Vec<String>,
    /// The mail: headers, an empty line, the body; lines end in `\n`, dots are unstuffed.
    pub data: String,
    /// What came with `AUTH PLAIN`, as it was sent.
    pub auth: Option<String>,
}

/// The server. Ends when it is dropped.
pub struct SmtpServer {
    /// Where it listens.
    pub address: SocketAddr,
    /// The root to be trusted, in PEM.
    pub root_pem: String,
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

struct Shared {
    secrecy: Secrecy,
    tls: TlsAcceptor,
    manner: Mutex<Manner>,
    taken: Mutex<Vec<Taken>>,
    connections: Mutex<usize>,
    changed: Notify,
}

impl SmtpServer {
    /// Starts one on a free port. Its certificate is for `localhost`.
    ///
    /// # Panics
    /// When there is no port or no certificate: then the test cannot be made.
    pub async fn start(secrecy: Secrecy) -> Self {
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
        let provider = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider();
        let config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .expect("protocols")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("a certificate that fits its key");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            secrecy,
            tls: TlsAcceptor::from(Arc::new(config)),
            manner: Mutex::new(Manner::Takes),
            taken: Mutex::default(),
            connections: Mutex::default(),
            changed: Notify::new(),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { address, root_pem: cert.pem(), shared, task }
    }

    /// Changes how it treats those who come from now on.
    pub fn behave(&self, manner: Manner) {
        *lock(&self.shared.manner) = manner;
    }

    /// All mail so far.
    #[must_use]
    pub fn taken(&self) -> Vec<Taken> {
        lock(&self.shared.taken).clone()
    }

    /// How many connections came so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        *lock(&self.shared.connections)
    }

    /// Waits until so many mails were taken, and returns all.
    pub async fn wait_for(&self, count: usize) -> Vec<Taken> {
        loop {
            let changed = self.shared.changed.notified();
            let taken = self.taken();
            if taken.len() >= count {
                return taken;
            }
            changed.await;
        }
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        *lock(&shared.connections) += 1;
        let shared = Arc::clone(&shared);
        // A client that goes away in the middle is what some tests are about.
        connections.spawn(async move { drop(serve(stream, &shared).await) });
    }
}

async fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    match shared.secrecy {
        Secrecy::Tls => {
            let stream = shared.tls.accept(stream).await?;
            talk(BufReader::new(stream), shared, true, true).await.map(drop)
        }
        Secrecy::Plain => talk(BufReader::new(stream), shared, true, false).await.map(drop),
        Secrecy::StartTls => match talk(BufReader::new(stream), shared, true, false).await? {
            Some(stream) => {
                let stream = shared.tls.accept(stream.into_inner()).await?;
                talk(BufReader::new(stream), shared, false, true).await.map(drop)
            }
            None => Ok(()),
        },
    }
}

/// Talks until the client leaves, or wants to go on with TLS: then the stream is handed back.
async fn talk<S>(
    mut stream: BufReader<S>,
    shared: &Shared,
    greets: bool,
    is_secret: bool,
) -> io::Result<Option<BufReader<S>>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    if greets {
        say(&mut stream, "220 localhost ready").await?;
    }
    let mut mail = empty();
    loop {
        let Some(line) = line(&mut stream).await? else { return Ok(None) };
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let needs_tls = shared.secrecy == Secrecy::StartTls && !is_secret;
        if meet(&mut stream, shared, &word).await?.is_break() {
            continue;
        }
        match word.as_str() {
            "EHLO" if needs_tls => say(&mut stream, "250-localhost\r\n250 STARTTLS").await?,
            "EHLO" => say(&mut stream, "250-localhost\r\n250-8BITMIME\r\n250 AUTH PLAIN").await?,
            "STARTTLS" if needs_tls => {
                say(&mut stream, "220 go on").await?;
                return Ok(Some(stream));
            }
            "QUIT" => {
                say(&mut stream, "221 bye").await?;
                return Ok(None);
            }
            "NOOP" | "RSET" => say(&mut stream, "250 ok").await?,
            _ if needs_tls => say(&mut stream, "530 STARTTLS first").await?,
            "AUTH" => {
                mail.auth = line.split(' ').nth(2).map(str::to_owned);
                say(&mut stream, "235 welcome").await?;
            }
            "MAIL" => {
                mail.from = address(&line);
                say(&mut stream, "250 ok").await?;
            }
            "RCPT" => {
                mail.to.push(address(&line));
                say(&mut stream, "250 ok").await?;
            }
            "DATA" => {
                say(&mut stream, "354 go on").await?;
                let Some(data) = data(&mut stream).await? else { return Ok(None) };
                let auth = mail.auth.clone();
                let whole = Taken { data, ..std::mem::replace(&mut mail, Taken { auth, ..empty() }) };
                finish(&mut stream, shared, whole).await?;
            }
            _ => say(&mut stream, "500 what?").await?,
        }
    }
}

fn empty() -> Taken {
    Taken { from: String::new(), to: Vec::new(), data: String::new(), auth: None }
}

/// Behaves at a command as it was told to; breaks when nothing else is to be answered.
async fn meet<S>(stream: &mut BufReader<S>, shared: &Shared, word: &str) -> io::Result<std::ops::ControlFlow<()>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let manner = lock(&shared.manner).clone();
    match manner {
        Manner::Refuses(at, answer) if at == word => {
            say(stream, answer).await?;
            Ok(std::ops::ControlFlow::Break(()))
        }
        Manner::Hangs(at) if at == word => std::future::pending().await,
        Manner::Drops(at) if at == word => Err(io::ErrorKind::ConnectionAborted.into()),
        _ => Ok(std::ops::ControlFlow::Continue(())),
    }
}

/// The mail has ended with its dot.
async fn finish<S>(stream: &mut BufReader<S>, shared: &Shared, mail: Taken) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let manner = lock(&shared.manner).clone();
    if let Manner::Refuses(".", answer) = manner {
        return say(stream, answer).await;
    }
    lock(&shared.taken).push(mail);
    shared.changed.notify_waiters();
    if meet(stream, shared, ".").await?.is_continue() {
        say(stream, "250 taken").await?;
    }
    Ok(())
}

async fn line<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> io::Result<Option<String>> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await?;
    Ok((read > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
}

async fn data<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> io::Result<Option<String>> {
    let mut data = String::new();
    loop {
        let Some(line) = line(stream).await? else { return Ok(None) };
        if line == "." {
            return Ok(Some(data));
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
        data.push('\n');
    }
}

fn address(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address).unwrap_or_default().to_owned()
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, text: &str) -> io::Result<()> {
    stream.write_all(format!("{text}\r\n").as_bytes()).await?;
    stream.flush().await
}
