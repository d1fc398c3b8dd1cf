//! Limits in size and time.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::world::{HOST, PATIENCE, Server, World, config, read_until, status};

#[tokio::test]
async fn a_body_has_a_limit_told_or_not() {
    let server = Server::start("a").await;
    let mut config = config();
    config.client.body_bytes = 10;
    config.client.body_bytes_by_prefix.insert("/seen".to_owned(), 20);
    let world = World::start(config, &[&server]).await;
    let post = |path: &str, rest: &str| format!("POST {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n{rest}");
    let told = world.say(post("/echo", "Content-Length: 11\r\n\r\n12345678901")).await;
    assert_eq!(status(&told), 413, "{told}");
    assert_eq!(server.requests(), 0);
    let untold = post("/seen", "Transfer-Encoding: chunked\r\n\r\n15\r\n123456789012345678901\r\n0\r\n\r\n");
    assert_eq!(status(&world.say(untold).await), 413);
    let fits = world.say(post("/seen", "Content-Length: 11\r\n\r\n12345678901")).await;
    assert_eq!(status(&fits), 200, "{fits}");
}

#[tokio::test]
async fn a_refused_client_that_goes_on_sending_reads_why() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let body = vec![b'x'; 12 * 1024 * 1024];
    let mut bytes =
        format!("POST /echo HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend(body);
    assert_eq!(status(&world.say(bytes).await), 413);
}

#[tokio::test]
async fn a_slow_head_is_refused() {
    let mut config = config();
    config.client.head_timeout = Duration::from_millis(200);
    let world = World::start(config, &[]).await;
    let mut stream = world.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost:").await.unwrap();
    let answer = read_until(&mut stream, "\r\n\r\n").await;
    assert_eq!(status(&answer), 408);
}

#[tokio::test]
async fn a_connection_without_a_request_is_closed() {
    let server = Server::start("a").await;
    let mut config = config();
    config.client.idle_timeout = Duration::from_millis(200);
    let world = World::start(config, &[&server]).await;
    let mut stream = world.connect().await;
    stream.write_all(format!("GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes()).await.unwrap();
    read_until(&mut stream, "hello from a").await;
    let end = tokio::time::timeout(PATIENCE, stream.read(&mut [0])).await.expect("it stays open");
    assert_eq!(end.unwrap(), 0);
}

#[tokio::test]
async fn a_slow_body_is_refused() {
    let server = Server::start("a").await;
    let mut config = config();
    config.client.body_progress = Duration::from_millis(100);
    let world = World::start(config, &[&server]).await;
    let mut stream = world.connect().await;
    stream
        .write_all(format!("POST /seen HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9\r\n\r\nx").as_bytes())
        .await
        .unwrap();
    let answer = read_until(&mut stream, "\r\n\r\n").await;
    // The upstream may have answered before the body was complete: that is its right.
    assert!(matches!(status(&answer), 200 | 408), "{answer}");
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut() {
    let server = Server::start("a").await;
    let mut config = config();
    config.client.write_timeout = Duration::from_millis(200);
    config.client.body_bytes = u64::MAX;
    let world = World::start(config, &[&server]).await;
    let mut stream = world.connect().await;
    stream
        .write_all(format!("POST /echo HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 99999999\r\n\r\n").as_bytes())
        .await
        .unwrap();
    // The echo fills all buffers, since nobody reads it; then the edge must give up.
    let part = vec![b'x'; 64 * 1024];
    let cut = async { while stream.write_all(&part).await.is_ok() {} };
    tokio::time::timeout(PATIENCE, cut).await.expect("it is not cut");
}
