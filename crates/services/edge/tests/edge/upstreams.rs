//! Upstreams that come, go, die and are not there yet.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::task::JoinHandle;

use crate::world::{HOST, PATIENCE, Server, World, config, read_until, status};

/// Clients that ask without a pause, each over one connection, until they are told to stop.
struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    clients: Vec<JoinHandle<Vec<String>>>,
}

impl Load {
    fn start(world: &World) -> Self {
        let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let client = |_| {
            let (address, stop, answered) = (world.address, stop.clone(), answered.clone());
            tokio::spawn(async move {
                let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
                let mut failed = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    stream.write_all(format!("GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes()).await.unwrap();
                    let head = read_until(&mut stream, "\r\n\r\n").await;
                    if status(&head) != 200 {
                        failed.push(head);
                        break;
                    }
                    read_until(&mut stream, "hello from ").await;
                    // One letter is the upstream's name.
                    tokio::io::AsyncReadExt::read_u8(&mut stream).await.unwrap();
                    answered.fetch_add(1, Ordering::Relaxed);
                }
                failed
            })
        };
        let clients = (0..8).map(client).collect();
        Self { stop, answered, clients }
    }

    /// Waits until so many more were answered.
    async fn goes_on(&self, more: usize) {
        let goal = self.answered.load(Ordering::Relaxed) + more;
        let reached = async {
            while self.answered.load(Ordering::Relaxed) < goal
                && self.clients.iter().any(|client| !client.is_finished())
            {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, reached).await.expect("the load stands still");
    }

    async fn failures(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        let mut failed = Vec::new();
        for client in self.clients {
            failed.extend(client.await.unwrap());
        }
        failed
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_rolling_replacements_under_load_lose_nothing() {
    let mut old = Server::start("a").await;
    let world = World::with(&[&old]).await;
    let load = Load::start(&world);
    for _ in 0..20 {
        let new = Server::start("b").await;
        world.use_upstreams(&[&old, &new]);
        while new.requests() == 0 {
            load.goes_on(1).await;
        }
        world.use_upstreams(&[&new]);
        // What is under way ends; then nothing comes any more.
        let mut before = usize::MAX;
        while before != old.requests() {
            before = old.requests();
            load.goes_on(200).await;
        }
        old.kill().await;
        old = new;
    }
    assert_eq!(load.failures().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upstream_that_is_killed_under_load_costs_no_request() {
    let (stays, dies) = (Server::start("a").await, Server::start("b").await);
    let world = World::with(&[&stays, &dies]).await;
    let load = Load::start(&world);
    while dies.requests() < 50 {
        load.goes_on(10).await;
    }
    dies.kill().await;
    load.goes_on(200).await;
    assert_eq!(load.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_request_waits_for_an_upstream_that_is_about_to_come() {
    let world = World::with(&[]).await;
    let mut stream = world.connect().await;
    stream.write_all(format!("GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes()).await.unwrap();
    let server = Server::start("a").await;
    world.use_upstreams(&[&server]);
    read_until(&mut stream, "hello from a").await;
}

#[tokio::test]
async fn after_a_while_the_page_says_what_is_down() {
    let mut config = config();
    config.upstream.hold = Duration::from_millis(30);
    let world = World::start(config, &[]).await;
    let answer = world.get("/").await;
    assert_eq!(status(&answer), 503);
    assert!(answer.contains("retry-after: ") && answer.contains("/status"), "{answer}");
    assert!(answer.contains("text/html"), "{answer}");
}

#[tokio::test]
async fn the_queue_of_those_who_wait_has_an_end() {
    let mut config = config();
    config.upstream.hold_queue = 0;
    let world = World::start(config, &[]).await;
    assert_eq!(status(&world.get("/").await), 503);
}

#[tokio::test]
async fn an_upstream_that_came_back_at_the_same_address_is_used_again() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    assert!(world.get("/").await.ends_with("hello from a"));
    let address = server.kill().await;
    let mut stream = world.connect().await;
    stream.write_all(format!("GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes()).await.unwrap();
    let _server = Server::at(address, "b").await;
    read_until(&mut stream, "hello from b").await;
}

#[tokio::test]
async fn who_says_that_it_is_not_ready_gets_nothing_while_another_is() {
    let (ready, unready) = (Server::start("a").await, Server::start("b").await);
    unready.told.is_unready.store(true, Ordering::Relaxed);
    let world = World::with(&[&ready, &unready]).await;
    // Until the first probe, both are asked.
    let mut in_a_row = 0;
    while in_a_row < 20 {
        in_a_row = if world.get("/").await.ends_with("hello from a") { in_a_row + 1 } else { 0 };
    }
}

#[tokio::test]
async fn an_upstream_that_breaks_off_is_a_502_for_what_may_not_be_repeated() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let answer = world
        .say(format!("POST /break HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"))
        .await;
    assert_eq!(status(&answer), 502, "{answer}");
    assert_eq!(server.requests(), 1, "a POST was sent twice");
}

#[tokio::test]
async fn an_upstream_that_is_too_slow_is_a_504() {
    let server = Server::start("a").await;
    let mut config = config();
    config.upstream.response_timeout = Duration::from_millis(50);
    let world = World::start(config, &[&server]).await;
    let answer = world.get("/slow").await;
    assert_eq!(status(&answer), 504, "{answer}");
}

#[tokio::test]
async fn kept_connections_are_used_again() {
    let server = Server::start("a").await;
    let mut config = config();
    config.upstream.probe_interval = PATIENCE;
    let world = World::start(config, &[&server]).await;
    for _ in 0..10 {
        assert!(world.get("/").await.ends_with("hello from a"));
    }
    // One for the requests, one for the first probe.
    assert!(server.told.connections.load(Ordering::Relaxed) <= 2);
}

#[tokio::test]
async fn at_the_end_what_is_under_way_is_answered() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let (mut busy, mut idle) = (world.connect().await, world.connect().await);
    idle.write_all(format!("GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes()).await.unwrap();
    read_until(&mut idle, "hello from a").await;
    busy.write_all(format!("GET /slow HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes()).await.unwrap();
    server.told.arrived.notified().await;
    world.shutdown.cancel();
    // The idle one is closed, the busy one is answered.
    assert_eq!(tokio::io::AsyncReadExt::read(&mut idle, &mut [0]).await.unwrap(), 0);
    server.told.go_on.notify_one();
    let answer = read_until(&mut busy, "slow a").await;
    assert_eq!(status(&answer), 200);
    let served = tokio::time::timeout(PATIENCE, world.running).await.unwrap().unwrap();
    assert_eq!(served.cut, 0);
}

#[tokio::test]
async fn the_drain_has_an_end() {
    let server = Server::start("a").await;
    let mut config = config();
    config.drain = Duration::from_millis(50);
    let world = World::start(config, &[&server]).await;
    let mut busy = world.connect().await;
    busy.write_all(format!("GET /slow HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes()).await.unwrap();
    server.told.arrived.notified().await;
    world.shutdown.cancel();
    let served = tokio::time::timeout(PATIENCE, world.running).await.unwrap().unwrap();
    assert_eq!(served.cut, 1);
}
