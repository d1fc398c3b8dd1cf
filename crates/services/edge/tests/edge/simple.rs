//! Connections as browsers use them: kept open, one request after the other, mostly without a body.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::world::{HOST, PATIENCE, Server, World, config, read_until, status};

fn asks(line: &str, headers: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: {HOST}\r\n{headers}\r\n")
}

#[tokio::test]
async fn a_head_may_come_letter_by_letter() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut stream = world.connect().await;
    stream.set_nodelay(true).unwrap();
    for _ in 0..2 {
        for letter in asks("GET /", "Accept: text/html\r\n").as_bytes() {
            stream.write_all(&[*letter]).await.unwrap();
            tokio::task::yield_now().await;
        }
        read_until(&mut stream, "hello from a").await;
    }
}

#[tokio::test]
async fn requests_with_and_without_a_body_share_a_connection_in_one_write() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut stream = world.connect().await;
    let mut text = asks("GET /seen?first", "");
    text += &(asks("POST /echo", "Content-Length: 6\r\n") + "second");
    text += &asks("GET /seen?third", "Connection: close\r\n");
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answers = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answers)).await.expect("it stays open").unwrap();
    let places = ["/seen?first", "second", "/seen?third"].map(|part| answers.find(part).expect(&answers));
    assert!(places.is_sorted(), "{answers}");
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 3, "{answers}");
}

#[tokio::test]
async fn an_answer_says_its_length_once_its_date_once_and_whether_it_is_the_last() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut stream = world.connect().await;
    for path in ["/", "/status", "/drips", "/nothing/../here"] {
        stream.write_all(asks(&format!("GET {path}"), "").as_bytes()).await.unwrap();
        let head = read_until(&mut stream, "\r\n\r\n").await.to_lowercase();
        let lengths = head.matches("\r\ncontent-length:").count() + head.matches("\r\ntransfer-encoding:").count();
        assert_eq!((lengths, head.matches("\r\ndate: ").count()), (1, 1), "{head}");
        assert!(!head.contains("connection:"), "{head}");
        stream = world.connect().await;
    }
    let last = world.say(asks("GET /", "Connection: close\r\n")).await;
    assert!(last.contains("\r\nconnection: close\r\n"), "{last}");
    let refused = world.say(asks("GET /", "Host: other.example\r\n")).await;
    assert_eq!(status(&refused), 400, "two hosts");
}

#[tokio::test]
async fn a_client_that_leaves_is_not_worked_for() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut stream = world.connect().await;
    stream.write_all(asks("GET /slow", "").as_bytes()).await.unwrap();
    server.told.arrived.notified().await;
    drop(stream);
    tokio::time::timeout(PATIENCE, server.told.left.notified()).await.expect("the upstream goes on working");
}

#[tokio::test]
async fn a_body_without_a_known_end_comes_as_it_is_made() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut stream = world.connect().await;
    stream.write_all(asks("GET /events", "").as_bytes()).await.unwrap();
    read_until(&mut stream, "event 1\n").await;
    server.told.go_on.notify_one();
    read_until(&mut stream, "event 2\n\r\n0\r\n\r\n").await;
    stream.write_all(asks("GET /", "").as_bytes()).await.unwrap();
    read_until(&mut stream, "hello from a").await;
}

#[tokio::test]
async fn an_answer_under_way_at_the_end_says_that_it_is_the_last() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut stream = world.connect().await;
    stream.write_all(asks("GET /slow", "").as_bytes()).await.unwrap();
    server.told.arrived.notified().await;
    let mut idle = world.connect().await;
    idle.write_all(asks("GET /", "").as_bytes()).await.unwrap();
    read_until(&mut idle, "hello from a").await;
    world.shutdown.cancel();
    assert_eq!(idle.read(&mut [0]).await.unwrap(), 0, "the round has come by");
    server.told.go_on.notify_one();
    let answer = read_until(&mut stream, "slow a").await;
    assert!(answer.contains("\r\nconnection: close\r\n"), "{answer}");
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_seen_to_be_broken() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut stream = world.connect().await;
    stream.write_all(asks("GET /half", "").as_bytes()).await.unwrap();
    read_until(&mut stream, "event 1\n\r\n").await;
    server.told.go_on.notify_one();
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("it stays open");
    assert_eq!(rest, b"", "no end is told");
}

#[tokio::test]
async fn an_upstream_that_is_too_slow_costs_a_kept_connection_nothing() {
    let server = Server::start("a").await;
    let mut config = config();
    config.upstream.response_timeout = Duration::from_millis(50);
    let world = World::start(config, &[&server]).await;
    let mut stream = world.connect().await;
    stream.write_all(asks("GET /slow", "").as_bytes()).await.unwrap();
    let late = read_until(&mut stream, "</html>").await;
    assert_eq!(status(&late), 504);
    stream.write_all(asks("GET /", "").as_bytes()).await.unwrap();
    read_until(&mut stream, "hello from a").await;
    assert_eq!(server.told.requests.load(Ordering::Relaxed), 2);
}
