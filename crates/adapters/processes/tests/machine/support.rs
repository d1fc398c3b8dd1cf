//! A data directory, orders, and waiting for something without a guess at how long it takes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use clock::SystemClock;
use platform::names::{InstanceId, ServiceKind, ServiceName};
use platform::ports::Runtime;
use platform::runtime::{Order, Purpose, ResourceLimits, Seen};
use processes::listeners::Listeners;
use processes::runtime::{ProcessRuntime, RuntimeConfig};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::Notify;

/// Longer than anything takes on a busy machine: only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A data directory. When it goes, what runs in it is ended.
pub(crate) struct House(PathBuf, pub(crate) Arc<Notify>);

impl House {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("bt-house-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self::at(&std::env::temp_dir().join(name))
    }

    pub(crate) fn at(path: &Path) -> Self {
        fs::create_dir_all(path).unwrap();
        Self(path.canonicalize().unwrap(), Arc::default())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn data_dir(&self) -> &Path {
        &self.0
    }

    pub(crate) fn instance(&self, id: &InstanceId) -> PathBuf {
        self.path("run/instances").join(&id.0)
    }

    /// What an instance wrote so far.
    pub(crate) fn said(&self, id: &InstanceId, stream: &str) -> String {
        fs::read_to_string(self.path("logs/raw").join(format!("{id}.{stream}"))).unwrap_or_default()
    }

    pub(crate) async fn runtime(&self) -> ProcessRuntime {
        self.runtime_with(None).await
    }

    pub(crate) async fn runtime_with(&self, listeners: Option<Arc<Listeners>>) -> ProcessRuntime {
        let settings = [("PATH", "/usr/bin:/bin"), ("BT_SITE_NAME", "Test"), ("LANG", "C.UTF-8")];
        let environment = settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let (data_dir, folder) = (self.0.clone(), self.0.clone());
        let config = RuntimeConfig {
            data_dir,
            environment,
            folder,
            listeners,
            clock: Arc::new(SystemClock),
            wake: self.1.clone(),
        };
        ProcessRuntime::open(config).await.unwrap()
    }

    /// Starts a supervisor that can be killed.
    pub(crate) fn supervisor(&self, orders: &[Order]) -> Supervisor {
        let orders = orders.iter().map(|order| serde_json::to_string(order).unwrap());
        let mut child = command(&program())
            .arg("supervise")
            .arg(&self.0)
            .args(orders)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Supervisor { child, lines }
    }

    /// The processes that bear the mark of this data directory, by what the kernel says; not their helpers.
    pub(crate) fn marked(&self) -> Vec<u32> {
        let prefix = format!("BERKELEYTIME_INSTANCE={}/", self.0.display());
        let numbers = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let mut marked: Vec<u32> = numbers.filter(|process| has_variable(*process, &prefix)).collect();
        let all = marked.clone();
        marked.retain(|process| parent(*process).is_some_and(|parent| !all.contains(&parent)));
        marked.sort_unstable();
        marked
    }
}

impl Drop for House {
    fn drop(&mut self) {
        for process in self.marked() {
            let pid = rustix::process::Pid::from_raw(process.cast_signed()).unwrap();
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
        fs::remove_dir_all(&self.0).unwrap();
    }
}

pub(crate) struct Supervisor {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Supervisor {
    /// What follows this word in its next line.
    pub(crate) async fn says(&mut self, word: &str) -> String {
        let line = self.lines.next_line().await.unwrap().expect("it says more");
        line.strip_prefix(&format!("{word} ")).unwrap_or_else(|| panic!("{line}")).to_owned()
    }

    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

/// The program of `examples/house.rs`, which is built with the tests.
pub(crate) fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    tests.parent().unwrap().parent().unwrap().join("examples/house")
}

#[expect(clippy::disallowed_methods, reason = "a supervisor to be killed is started by hand")]
pub(crate) fn command(program: &Path) -> Command {
    Command::new(program)
}

fn order(purpose: Purpose, program: PathBuf, arguments: &[&str]) -> Order {
    Order {
        purpose,
        release: "0123456789abcdef".parse().unwrap(),
        program,
        arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
        environment: BTreeMap::new(),
        limits: ResourceLimits::default(),
        nonce: 0,
        takes_listeners: false,
    }
}

/// A job that is a line of shell.
pub(crate) fn job(script: &str) -> Order {
    order(Purpose::Job("nightly".parse().unwrap()), "/bin/sh".into(), &["-c", script])
}

/// A service that is a line of shell; the file for its address is `$1`.
pub(crate) fn service(script: &str) -> Order {
    let purpose = Purpose::Service("api@production".parse().unwrap());
    order(purpose, "/bin/sh".into(), &["-c", script])
}

/// A service that announces an address, which is nobody's, and stays. All by itself: a helper would bear the mark too.
pub(crate) fn lasting() -> Order {
    service(r#"printf '{"process":%s,"address":"127.0.0.1:9"}' $$ > $1; exec sleep 600"#)
}

/// A part of the program of the examples.
pub(crate) fn house(words: &[&str]) -> Order {
    order(Purpose::Job("enrollments".parse().unwrap()), program(), words)
}

/// An edge that takes the listeners.
pub(crate) fn edge() -> Order {
    let purpose = Purpose::Service(ServiceName::of_house(ServiceKind::Edge));
    Order { takes_listeners: true, ..order(purpose, program(), &["edge"]) }
}

/// Asks until the answer is there.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("{what}: it did not come"))
}

/// One instance as it is seen now.
pub(crate) async fn seen(runtime: &ProcessRuntime, id: &InstanceId) -> Seen {
    let all = runtime.look().await.unwrap();
    all.into_iter().find(|seen| seen.instance == *id).unwrap_or_else(|| panic!("{id} is not seen"))
}

/// Waits until an instance has ended.
pub(crate) async fn ended(runtime: &ProcessRuntime, id: &InstanceId) -> platform::runtime::Ended {
    until("the end", async || seen(runtime, id).await.ended).await
}

/// Whether a process lives.
pub(crate) fn lives(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, behind)| !behind.starts_with(" Z"))
}

fn parent(process: u32) -> Option<u32> {
    number_in_stat(process, 1)
}

/// The session of a process: 0 while that is one from outside of our namespace, which `rustix::process::getsid` takes for
/// impossible and panics.
pub(crate) fn session(process: u32) -> Option<u32> {
    number_in_stat(process, 3)
}

/// A number behind the name in `/proc/PID/stat` (proc(5)); place 0 is the state.
fn number_in_stat(process: u32, place: usize) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_ascii_whitespace().nth(place)?.parse().ok()
}

fn has_variable(process: u32, prefix: &str) -> bool {
    let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
    lives(process) && environment.split(|byte| *byte == 0).any(|variable| variable.starts_with(prefix.as_bytes()))
}
