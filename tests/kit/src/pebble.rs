//! A real ACME authority for tests: Pebble, which Let's Encrypt made for this. It forgets all when it is stopped.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs};

use clock::{Clock, SystemClock};
use tls::local_authority::LocalAuthority;

use crate::server::{Server, free_port, wait_for_listener};

/// How an authority is for a test.
#[derive(Clone, Copy, Debug)]
pub struct PebbleConfig {
    /// Where it fetches files from for HTTP-01.
    pub http_port: u16,
    /// Where it connects to for TLS-ALPN-01.
    pub tls_port: u16,
    /// The name server that it asks.
    pub name_server: SocketAddr,
    /// Of a hundred good nonces, how many it refuses.
    pub bad_nonces_percent: u8,
    /// Of a hundred names that were proven before, how many it believes in without a new proof.
    pub believed_percent: u8,
    /// Whether an account must be bound to another one: to `kid-1` with [`EXTERNAL_KEY`].
    pub wants_external_account: bool,
}

/// The key of the account elsewhere, in base64url.
pub const EXTERNAL_KEY: &str = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

/// An authority; gone when this is dropped.
#[derive(Debug)]
pub struct Pebble {
    folder: PathBuf,
    config: PebbleConfig,
    port: u16,
    /// `None` while it is stopped.
    server: Option<Server>,
}

impl Pebble {
    /// An authority without accounts.
    ///
    /// # Panics
    /// When Pebble is not installed, or does not start: the message says why.
    #[must_use]
    pub fn start(config: PebbleConfig) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("bt-test-pebble-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let authority = LocalAuthority::open(&folder, SystemClock.now()).expect("an authority for the authority");
        authority.certificate(&["127.0.0.1".to_owned()], SystemClock.now()).expect("a certificate for HTTPS");
        let mut pebble = Self { folder, config, port: free_port(), server: None };
        pebble.start_again();
        pebble
    }

    /// The address of its directory.
    #[must_use]
    pub fn directory(&self) -> String {
        format!("https://127.0.0.1:{}/dir", self.port)
    }

    /// The root that vouches for its HTTPS.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// Kills it.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Starts it again at the same place; it knows no account and no order any more.
    ///
    /// # Panics
    /// As [`Pebble::start`].
    pub fn start_again(&mut self) {
        self.stop();
        let file = self.folder.join("pebble.json");
        fs::write(&file, self.configuration()).expect("a file for the test server");
        let name_server = self.config.name_server.to_string();
        let nonces = self.config.bad_nonces_percent.to_string();
        let believed = self.config.believed_percent.to_string();
        let settings =
            [("PEBBLE_VA_NOSLEEP", "1"), ("PEBBLE_WFE_NONCEREJECT", &nonces), ("PEBBLE_AUTHZREUSE", &believed)];
        let arguments = ["-strict", "-dnsserver", &name_server, "-config"].map(OsStr::new);
        let arguments = [&arguments[..], &[file.as_os_str()]].concat();
        self.server = Some(Server::start("pebble", "pebble", &arguments, &settings, "ACME directory available at"));
        // It says so a moment before it listens.
        wait_for_listener(self.port);
    }

    fn configuration(&self) -> String {
        let PebbleConfig { http_port, tls_port, wants_external_account, .. } = self.config;
        let (port, site) = (self.port, self.folder.join("site.pem"));
        let (site, management) = (site.display(), free_port());
        let keys = if wants_external_account { format!(r#"{{ "kid-1": "{EXTERNAL_KEY}" }}"#) } else { "{}".to_owned() };
        format!(
            r#"{{ "pebble": {{
    "listenAddress": "127.0.0.1:{port}", "managementListenAddress": "127.0.0.1:{management}",
    "certificate": "{site}", "privateKey": "{site}", "httpPort": {http_port}, "tlsPort": {tls_port},
    "ocspResponderURL": "", "externalAccountBindingRequired": {wants_external_account},
    "externalAccountMACKeys": {keys} }} }}"#
        )
    }
}

impl Drop for Pebble {
    fn drop(&mut self) {
        self.stop();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
