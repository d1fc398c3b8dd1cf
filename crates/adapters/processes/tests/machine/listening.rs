//! The listeners, through the deaths of supervisors and edges.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use platform::names::InstanceId;
use platform::ports::Runtime;
use platform::runtime::{Order, Readiness, Stop};
use processes::listeners::Listeners;
use processes::runtime::ProcessRuntime;
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{House, edge, ended, seen, until};

const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// A whole request on a connection of its own: the process that answered.
async fn ask(address: SocketAddr) -> std::io::Result<u32> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let body = answer.rsplit_once("\r\n").map(|(_, body)| body.parse());
    body.and_then(Result::ok).ok_or_else(|| std::io::Error::other(format!("`{answer}` is no answer")))
}

async fn ready(runtime: &ProcessRuntime, id: &InstanceId) -> u32 {
    until("an edge that is ready", async || {
        let seen = seen(runtime, id).await;
        let address = seen.address?;
        (runtime.readiness(address).await == Readiness::Ready).then_some(seen.process)
    })
    .await
}

/// Asks without a pause, from several sides, until it is told to stop.
struct Visitors {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    tasks: Vec<tokio::task::JoinHandle<Vec<String>>>,
}

impl Visitors {
    fn come(address: SocketAddr) -> Self {
        let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let tasks = (0..4).map(|_| {
            let (stop, answered) = (stop.clone(), answered.clone());
            tokio::spawn(async move {
                let mut failures = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    match ask(address).await {
                        Ok(_) => drop(answered.fetch_add(1, Ordering::Relaxed)),
                        Err(error) => failures.push(error.to_string()),
                    }
                }
                failures
            })
        });
        let tasks = tasks.collect();
        Self { stop, answered, tasks }
    }

    /// Waits until many more were answered.
    async fn go_on(&self) {
        let before = self.answered.load(Ordering::Relaxed);
        until("more answers", async || (self.answered.load(Ordering::Relaxed) > before + 50).then_some(())).await;
    }

    async fn leave(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        let mut failures = Vec::new();
        for task in self.tasks {
            failures.extend(task.await.unwrap());
        }
        failures
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_connection_is_lost_while_supervisor_and_edge_are_replaced() {
    let at = House::new();
    let mut supervisor = at.supervisor(&[edge()]);
    let address: SocketAddr = supervisor.says("listening").await.parse().unwrap();
    let old = InstanceId(supervisor.says("started").await);
    let visitors = Visitors::come(address);
    visitors.go_on().await;
    supervisor.kill().await;
    visitors.go_on().await;

    let listeners = Arc::new(Listeners::open(at.data_dir(), &[("http", ANY)]).await.unwrap());
    assert_eq!(listeners.address("http"), Some(address), "the same listener, not a new one");
    let runtime = at.runtime_with(Some(listeners)).await;
    let first = ready(&runtime, &old).await;
    let new = runtime.start(&edge()).await.unwrap();
    let second = ready(&runtime, &new).await;
    visitors.go_on().await;
    runtime.stop(&old, Stop::Gently).await.unwrap();
    ended(&runtime, &old).await;
    visitors.go_on().await;
    assert_eq!(ask(address).await.unwrap(), second);
    assert_ne!(first, second);
    assert_eq!(visitors.leave().await, [] as [String; 0]);
}

#[tokio::test]
async fn a_killed_edge_closes_no_port_and_the_next_one_answers_who_waited() {
    let at = House::new();
    let listeners = Arc::new(Listeners::open(at.data_dir(), &[("http", ANY)]).await.unwrap());
    let address = listeners.address("http").unwrap();
    let runtime = at.runtime_with(Some(listeners)).await;
    let first = runtime.start(&edge()).await.unwrap();
    ready(&runtime, &first).await;
    runtime.stop(&first, Stop::Now).await.unwrap();
    ended(&runtime, &first).await;
    let waiting = tokio::spawn(ask(address));
    let next = runtime.start(&edge()).await.unwrap();
    let process = seen(&runtime, &next).await.process;
    assert_eq!(waiting.await.unwrap().unwrap(), process);
}

#[tokio::test]
async fn an_edge_that_hangs_gives_up_its_port_to_the_next_supervisor() {
    let at = House::new();
    let mut supervisor = at.supervisor(&[edge()]);
    let address: SocketAddr = supervisor.says("listening").await.parse().unwrap();
    supervisor.says("started").await;
    supervisor.kill().await;
    let process = at.marked()[0];
    kill_process(Pid::from_raw(process.cast_signed()).unwrap(), Signal::STOP).unwrap();
    // The signal is sent; each thread stops when it comes to see it.
    until("the standstill", async || is_stopped(process).then_some(())).await;
    let listeners = Listeners::open(at.data_dir(), &[("http", address)]).await.unwrap();
    assert_eq!(listeners.address("http"), Some(address));
    assert!(at.marked().is_empty());
}

fn is_stopped(process: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap().flatten();
    let mut states = threads.map(|thread| std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default());
    states.all(|state| state.rsplit_once(')').is_some_and(|(_, behind)| behind.starts_with(" T")))
}

#[tokio::test]
async fn a_port_of_a_stranger_is_named() {
    let at = House::new();
    let stranger = std::net::TcpListener::bind(ANY).unwrap();
    let address = stranger.local_addr().unwrap();
    let refused = Listeners::open(at.data_dir(), &[("https", address)]).await.unwrap_err().to_string();
    assert!(refused.contains(&address.to_string()) && refused.contains("https"), "{refused}");
    assert!(refused.contains("another program has this port"), "{refused}");
}

#[tokio::test]
async fn an_edge_without_listeners_says_how_to_get_them() {
    let at = House::new();
    let runtime = at.runtime().await;
    let id = runtime.start(&Order { takes_listeners: false, ..edge() }).await.unwrap();
    assert_eq!(ended(&runtime, &id).await.code, Some(1));
    assert!(at.said(&id, "err").contains("NotHanded"), "{}", at.said(&id, "err"));
}

#[tokio::test]
async fn a_data_directory_may_lie_deep() {
    let top = std::env::temp_dir().join(format!("bt-deep-{}", std::process::id()));
    let mut deep = PathBuf::from(&top);
    for _ in 0..4 {
        deep.push("a-folder-with-a-name-of-forty-characters");
    }
    let at = House::at(&deep);
    let mut supervisor = at.supervisor(&[edge()]);
    let address: SocketAddr = supervisor.says("listening").await.parse().unwrap();
    supervisor.says("started").await;
    until("an answer", async || ask(address).await.ok()).await;
    supervisor.kill().await;
    let listeners = Listeners::open(at.data_dir(), &[("http", ANY)]).await.unwrap();
    assert_eq!(listeners.address("http"), Some(address));
    drop(at);
    std::fs::remove_dir_all(top).unwrap();
}
