//! A server of the machine that a test starts: it ends with the test, also when the test is killed.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, thread};

use clock::Stopwatch;

/// Starts a server and ends it when its own stdin ends. What it says comes out of stdout, whichever way it says it.
const KEEPER: &str = r#"
"$@" </dev/null 2>&1 &
server=$!
cat >/dev/null
kill -KILL "$server" 2>/dev/null
wait "$server" 2>/dev/null
"#;

/// A server that is asked to start listens within milliseconds; a busy machine takes longer.
const LISTEN_LIMIT: Duration = Duration::from_secs(20);

/// A running server; killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    keeper: Child,
}

impl Server {
    /// Starts a program and waits until it says that it is ready.
    #[expect(clippy::disallowed_methods, reason = "the kit starts servers for tests; what ships starts none here")]
    pub(crate) fn start(
        program: &str,
        package: &str,
        arguments: &[&OsStr],
        settings: &[(&str, &str)],
        ready: &str,
    ) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "keeper"]).arg(find(program, package)).args(arguments);
        command.envs(settings.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut keeper = command.spawn().expect("a shell");
        let mut lines = BufReader::new(keeper.stdout.take().expect("it was piped")).lines().map_while(Result::ok);
        let mut said = String::new();
        for line in lines.by_ref() {
            if line.contains(ready) {
                // Somebody must read on, or the server stops at a full pipe.
                thread::spawn(move || lines.for_each(drop));
                return Self { keeper };
            }
            said.push_str(&line);
            said.push('\n');
        }
        let _ = keeper.wait();
        panic!("the test server {program} did not start:\n{said}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// A port of this machine that nobody listens on.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("a bound port has an address").port()
}

/// Waits until somebody listens on a port of this machine.
pub(crate) fn wait_for_listener(port: u16) {
    let watch = Stopwatch::start();
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        assert!(watch.elapsed() < LISTEN_LIMIT, "nobody listens on port {port}");
        thread::sleep(Duration::from_millis(2));
    }
}

#[expect(clippy::disallowed_methods, reason = "the kit has no configuration: PATH is the machine's")]
fn find(program: &str, package: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let found = folders.map(|folder| folder.join(program)).find(|place| place.is_file());
    found.unwrap_or_else(|| panic!("{program} on PATH: install the package `{package}`"))
}
