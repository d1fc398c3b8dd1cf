//! What reaches an upstream, and what comes back.

use admission::forwarded::TrustedProxies;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::world::{HOST, Server, World, config, read_until, say, status, this_machine};

#[tokio::test]
async fn a_page_comes_back_without_what_is_not_for_clients() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let answer = world.get("/").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nhello from a"), "{answer}");
    assert!(!answer.contains("server:") && answer.contains("x-content-type-options: nosniff"), "{answer}");
    assert!(answer.contains("\r\nx-request-id: ") && answer.contains("\r\ncontent-length: 12\r\n"), "{answer}");
}

#[tokio::test]
async fn an_upstream_sees_who_asks_and_no_lies() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let lies = "X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Request-Id: lie\r\nConnection: close, x-inner\r\n\
                X-Inner: 6.6.6.6\r\nKeep-Alive: 6.6.6.6\r\n";
    let answer = world.say(format!("GET /seen?a=b HTTP/1.1\r\nHost: {HOST}\r\n{lies}\r\n")).await;
    assert!(answer.contains("GET /seen?a=b") && !answer.contains("6.6.6.6") && !answer.contains("lie"), "{answer}");
    assert!(answer.contains("\"x-forwarded-for\": \"127.0.0.1\""), "{answer}");
    assert!(answer.contains("for=127.0.0.1;host=") && answer.contains("\"x-forwarded-proto\": \"http\""), "{answer}");
}

#[tokio::test]
async fn the_number_of_a_request_is_taken_over_from_a_trusted_proxy_and_from_nobody_else() {
    let given = "0123456789abcdef";
    let request = format!("GET /seen HTTP/1.1\r\nHost: {HOST}\r\nX-Request-Id: {given}\r\nConnection: close\r\n\r\n");
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let answer = world.say(request.clone()).await;
    assert_eq!(answer.matches(given).count(), 0, "{answer}");
    let mut trusting = config();
    trusting.trusted_proxies = TrustedProxies { networks: this_machine(), ..TrustedProxies::default() };
    let world = World::start(trusting, &[&server]).await;
    let answer = world.say(request).await;
    assert_eq!(answer.matches(given).count(), 2, "{answer}");
}

#[tokio::test]
async fn bodies_stream_in_both_directions_with_their_trailers() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut stream = world.connect().await;
    let head = format!(
        "POST /echo HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\nTrailer: x-sum\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(b"5\r\nfirst\r\n").await.unwrap();
    // The answer begins while the request goes on.
    read_until(&mut stream, "first").await;
    stream.write_all(b"6\r\nsecond\r\n").await.unwrap();
    read_until(&mut stream, "second").await;
    stream.write_all(b"0\r\nx-sum: 7\r\n\r\n").await.unwrap();
    let end = read_until(&mut stream, "\r\n\r\n").await;
    assert!(end.contains("x-sum: 7"), "{end}");
    // And the connection is good for another one.
    stream.write_all(format!("GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes()).await.unwrap();
    read_until(&mut stream, "hello from a").await;
}

#[tokio::test]
async fn a_large_body_arrives_whole() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let body = "0123456789".repeat(200_000);
    let answer = world
        .say(format!(
            "POST /echo HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
        .await;
    let (head, echoed) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let digits = echoed.bytes().filter(|byte| byte.is_ascii_digit()).count();
    assert!(digits >= body.len(), "{digits}");
}

#[tokio::test]
async fn a_client_that_waits_for_a_word_is_told_to_go_on() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut stream = world.connect().await;
    let head = format!("POST /echo HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut stream, "HTTP/1.1 100 Continue\r\n\r\n").await;
    stream.write_all(b"hello").await.unwrap();
    read_until(&mut stream, "hello").await;
}

#[tokio::test]
async fn answers_of_all_kinds_come_whole_over_one_connection() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut stream = world.connect().await;
    let asks = |line: &str| format!("{line} HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
    for (line, end) in [
        ("GET /drips", "part 2\n\r\n0\r\n\r\n"),
        ("HEAD /", "\r\n\r\n"),
        ("GET /empty", "\r\n\r\n"),
        ("POST /echo", "\r\n\r\n"),
        ("GET /", "hello from a"),
    ] {
        stream.write_all(asks(line).as_bytes()).await.unwrap();
        read_until(&mut stream, end).await;
    }
    let pipelined = asks("GET /").repeat(3);
    stream.write_all(pipelined.as_bytes()).await.unwrap();
    for _ in 0..3 {
        read_until(&mut stream, "hello from a").await;
    }
}

#[tokio::test]
async fn a_web_socket_goes_through_in_both_directions() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut stream = world.connect().await;
    let head = format!("GET /ws HTTP/1.1\r\nHost: {HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = read_until(&mut stream, "\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 101") && answer.contains("upgrade: websocket"), "{answer}");
    // Nothing of this is HTTP, and nobody judges it.
    stream.write_all(b"a\n\0\r").await.unwrap();
    read_until(&mut stream, "A\n\0\r").await;
    stream.shutdown().await.unwrap();
    assert_eq!(stream.read_to_end(&mut Vec::new()).await.unwrap(), 0);
}

#[tokio::test]
async fn what_the_edge_answers_itself_needs_no_upstream() {
    let world = World::with(&[]).await;
    assert_eq!(status(&world.get("/status").await), 200);
    assert_eq!(status(&world.get("/kibana/x").await), 501);
    let www = world.say(format!("GET /a?b HTTP/1.1\r\nHost: www.{HOST}:8080\r\nConnection: close\r\n\r\n")).await;
    assert!(status(&www) == 308 && www.contains(&format!("\r\nlocation: http://{HOST}:8080/a?b\r\n")), "{www}");
    let proof =
        say(world.address, b"GET /.well-known/acme-challenge/known HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n")
            .await;
    assert!(status(&proof) == 200 && proof.ends_with("proof"), "{proof}");
}

#[tokio::test]
async fn while_the_site_is_closed_the_status_page_is_open() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let reason = "new disks until noon".to_owned();
    world.memory.set(|table| table.maintenance = Some(platform::wishes::Maintenance { reason }));
    let mut answer = world.get("/").await;
    while status(&answer) == 200 {
        answer = world.get("/").await;
    }
    assert!(status(&answer) == 503 && answer.contains("new disks until noon"), "{answer}");
    assert!(answer.contains("retry-after:"), "{answer}");
    assert_eq!(status(&world.get("/status").await), 200);
}
