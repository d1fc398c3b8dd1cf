//! A real name server (BIND) for tests: one zone, in which every host is this machine, and which takes signed updates.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs};

use crate::server::{Server, free_port};

/// The zone.
pub const ZONE: &str = "bt.example";
/// The name of the key that may change it.
pub const KEY_NAME: &str = "bt-test";
/// The key, in base64. A sample, good for nothing else.
pub const KEY: &str = "c2FtcGxlLXNlY3JldC1mb3ItdGVzdHMtb2YtdXBkYXRlcyE=";

/// A name server; gone when this is dropped.
#[derive(Debug)]
pub struct NameServer {
    folder: PathBuf,
    address: SocketAddr,
    _server: Server,
}

impl NameServer {
    /// A server with [`ZONE`].
    ///
    /// # Panics
    /// When BIND is not installed, or does not start: the message says why.
    #[must_use]
    pub fn start() -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("bt-test-named-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for the test server");
        let port = free_port();
        let settings = folder.join("named.conf");
        fs::write(&settings, configuration(&folder, port)).expect("a file for the test server");
        fs::write(folder.join("zone"), zone()).expect("a file for the test server");
        let arguments = [OsStr::new("-g"), OsStr::new("-n"), OsStr::new("1"), OsStr::new("-c"), settings.as_os_str()];
        let server = Server::start("named", "bind9", &arguments, &[], " running");
        Self { folder, address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), _server: server }
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn configuration(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    format!(
        r#"options {{
    directory "{folder}"; pid-file none; session-keyfile "{folder}/session.key";
    listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
    recursion no; dnssec-validation no; notify no; allow-transfer {{ none; }};
}};
controls {{ }};
key "{KEY_NAME}" {{ algorithm hmac-sha256; secret "{KEY}"; }};
zone "{ZONE}" {{ type primary; file "{folder}/zone"; allow-update {{ key "{KEY_NAME}"; }}; }};
"#
    )
}

fn zone() -> String {
    format!(
        "$TTL 5\n@ IN SOA ns.{ZONE}. ops.{ZONE}. 1 60 60 60 5\n@ IN NS ns.{ZONE}.\n@ IN A 127.0.0.1\n* IN A 127.0.0.1\nns IN A 127.0.0.1\n"
    )
}
