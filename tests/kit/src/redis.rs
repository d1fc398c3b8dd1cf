//! A real Redis for tests: one server per test, on a socket of its own, that can be frozen, killed and started again.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, thread};

use rustix::process::{Pid, Signal, kill_process};

/// Starts a server and ends it when its own stdin ends: also when the test is killed, no server is left behind.
const KEEPER: &str = r#"
"$@" </dev/null &
server=$!
echo "server $server"
cat >/dev/null
kill -KILL "$server" 2>/dev/null
wait "$server" 2>/dev/null
"#;

/// What the server says when it answers; both Redis and Valkey do.
const READY: &str = "ready to accept connections";

/// A server. It is removed when this is dropped.
#[derive(Debug)]
pub struct TestRedis {
    folder: PathBuf,
    settings: Vec<String>,
    /// `None` while it is killed.
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    keeper: Child,
    server: Pid,
}

impl TestRedis {
    /// An empty server that keeps nothing on disk.
    ///
    /// # Panics
    /// When no Redis is installed, or it does not start: the message says why.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with settings, as in `["--requirepass", "sample"]`.
    ///
    /// # Panics
    /// As [`TestRedis::start`].
    #[must_use]
    pub fn start_with(settings: &[&str]) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        // A short path: a socket's may have 107 letters at most.
        let folder = env::temp_dir().join(format!("bt-test-redis-{}-{number}", std::process::id()));
        // A process of the same number may have been killed before it could clean up.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for the test server");
        let settings = settings.iter().map(|&setting| setting.to_owned()).collect();
        let mut redis = Self { folder, settings, running: None };
        redis.start_again();
        redis
    }

    /// Where it is: `unix:///folder/redis.sock`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    /// Kills it, as the machine would for want of memory. What it kept is gone.
    pub fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            // The keeper may have seen its end already.
            let _ = kill_process(running.server, Signal::KILL);
            drop(running.keeper.stdin.take());
            let _ = running.keeper.wait();
        }
        let _ = fs::remove_file(self.socket());
    }

    /// Starts it again at the same place, empty.
    ///
    /// # Panics
    /// When it does not start: the message says why.
    pub fn start_again(&mut self) {
        self.kill();
        self.running = Some(run(&self.folder, &self.socket(), &self.settings));
    }

    /// Freezes it: connections open, and nothing answers.
    ///
    /// # Panics
    /// While it is killed.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on.
    ///
    /// # Panics
    /// While it is killed.
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let running = self.running.as_ref().expect("the test server runs");
        kill_process(running.server, signal).expect("a signal to a process of our own");
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("redis.sock")
    }
}

impl Drop for TestRedis {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[expect(clippy::disallowed_methods, reason = "the kit starts a server for tests; what ships starts none here")]
fn run(folder: &Path, socket: &Path, settings: &[String]) -> Running {
    let mut command = Command::new("sh");
    command.args(["-c", KEEPER, "keeper"]).arg(program()).args(["--port", "0", "--unixsocket"]).arg(socket);
    command.args(["--save", "", "--appendonly", "no", "--logfile", "", "--dir"]).arg(folder).args(settings);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut keeper = command.spawn().expect("a shell");
    let mut lines = BufReader::new(keeper.stdout.take().expect("it was piped")).lines().map_while(Result::ok);
    let mut server = None;
    let mut said = String::new();
    for line in lines.by_ref() {
        if let Some(number) = line.strip_prefix("server ") {
            server = number.parse().ok().and_then(Pid::from_raw);
        }
        if line.contains(READY) {
            // Somebody must read on, or the server stops at a full pipe.
            thread::spawn(move || lines.for_each(drop));
            return Running { keeper, server: server.expect("the keeper says it first") };
        }
        said.push_str(&line);
        said.push('\n');
    }
    let _ = keeper.wait();
    panic!("the test server did not start in {}:\n{said}", folder.display());
}

/// Redis, or Valkey where that is installed instead.
#[expect(clippy::disallowed_methods, reason = "the kit has no configuration: PATH is the machine's")]
fn program() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let programs = ["redis-server", "valkey-server"];
    let mut places = programs.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    places
        .find(|place| place.is_file())
        .expect("redis-server or valkey-server on PATH: install the package `redis-server`")
}
