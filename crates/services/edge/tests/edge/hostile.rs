//! What is refused, over real sockets: none of it may reach an upstream. The list is what pingora, nginx, HAProxy, hyper
//! and nghttpx were told of.

use crate::world::{HOST, Server, World, say, status};

#[tokio::test]
async fn nothing_that_can_be_read_in_two_ways_reaches_an_upstream() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let post = |rest: &str| format!("POST /echo HTTP/1.1\r\nHost: {HOST}\r\n{rest}");
    let get = |rest: &str| format!("GET / HTTP/1.1\r\nHost: {HOST}\r\n{rest}\r\n");
    let smuggled = format!("0\r\n\r\nGET /admin HTTP/1.1\r\nHost: {HOST}\r\n\r\n");
    let cases = [
        (post(&format!("Content-Length: 13\r\nTransfer-Encoding: chunked\r\n\r\n{smuggled}")), 400),
        (post(&format!("Transfer-Encoding: chunked\r\nContent-Length: 13\r\n\r\n{smuggled}")), 400),
        (post("Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), 400),
        (post("Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), 400),
        (post("Content-Length: 3, 3\r\n\r\nabc"), 400),
        (post("Content-Length:\r\nContent-Length: 3\r\n\r\nabc"), 400),
        (post("Content-Length: -3\r\n\r\nabc"), 400),
        (post(&format!("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n{smuggled}")), 400),
        (post(&format!("Transfer-Encoding: identity, chunked\r\n\r\n{smuggled}")), 400),
        (post(&format!("Transfer-Encoding: \u{b}chunked\r\n\r\n{smuggled}")), 400),
        (post(&format!("Transfer-Encoding : chunked\r\n\r\n{smuggled}")), 400),
        (post(&format!("Transfer-Encoding:\r\n chunked\r\n\r\n{smuggled}")), 400),
        (post("Transfer-Encoding: chunked\r\n\r\nxyz\r\n"), 400),
        (post("Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"), 400),
        (post("Transfer-Encoding: chunked\r\n\r\n2;a\nb\r\nab\r\n0\r\n\r\n"), 400),
        (post("Transfer-Encoding: chunked\r\n\r\n2\nab\r\n0\r\n\r\n"), 400),
        (format!("POST / HTTP/1.0\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n{smuggled}"), 400),
        (format!("GET / HTTP/1.1\nHost: {HOST}\n\n"), 400),
        (get("X: a\r\n b\r\n"), 400),
        (get("X: a\rSet-Cookie: b\r\n"), 400),
        (get("X: a\0b\r\n"), 400),
        (get("X : a\r\n"), 400),
        (get(": a\r\n"), 400),
        (get("X\r\n"), 400),
        (get("Host: other.example\r\n"), 400),
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n".to_owned(), 400),
        (format!("GET http://other.example/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n"), 400),
        (format!("GET /a#b HTTP/1.1\r\nHost: {HOST}\r\n\r\n"), 400),
        (format!("GET  / HTTP/1.1\r\nHost: {HOST}\r\n\r\n"), 400),
        ("GET /\r\n".to_owned(), 400),
        ("nonsense\r\n\r\n".to_owned(), 400),
        (format!("GET / HTTP/3.0\r\nHost: {HOST}\r\n\r\n"), 505),
        (format!("CONNECT {HOST}:80 HTTP/1.1\r\nHost: {HOST}\r\n\r\n"), 405),
        (format!("TRACE / HTTP/1.1\r\nHost: {HOST}\r\n\r\n"), 405),
        (get("Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\n"), 400),
        (get("Expect: a miracle\r\nConnection: close\r\n"), 417),
        (format!("GET /{} HTTP/1.1\r\nHost: {HOST}\r\n\r\n", "a".repeat(9_000)), 414),
        (get(&format!("X: {}\r\n", "a".repeat(20_000))), 431),
        (get(&"X: a\r\n".repeat(120)), 431),
        ("\u{16}\u{3}\u{1}\u{2}\0\u{1}".to_owned(), 400),
    ];
    for (bytes, expected) in cases {
        let answer = world.say(&bytes).await;
        assert_eq!(status(&answer), expected, "{bytes:?} was answered {answer:?}");
        assert!(!answer.contains("hello from"), "{bytes:?}");
        assert_eq!(
            answer.matches("HTTP/1.1 4").count() + answer.matches("HTTP/1.1 5").count(),
            1,
            "{bytes:?} was answered {answer:?}"
        );
    }
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn a_body_that_goes_wrong_half_way_ends_at_the_upstream_too() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let start = format!("POST / HTTP/1.1\r\nHost: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcXY");
    let answer = world.say(start).await;
    assert!(answer.contains("400 Bad Request") || answer.contains("200 OK"), "{answer}");
    let answer = world.get("/").await;
    assert!(answer.ends_with("hello from a"), "{answer}");
}

#[tokio::test]
async fn tricks_with_paths_are_corrected_or_refused() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    for (path, location) in [
        ("//evil.example/%2e%2e", "/"),
        ("/a/../b?c=//d", "/b?c=//d"),
        ("/catalog/%2E%2e/kibana", "/kibana"),
        ("/a//b", "/a/b"),
    ] {
        let answer = world.get(path).await;
        assert_eq!(status(&answer), 308, "{path}");
        assert!(answer.contains(&format!("\r\nlocation: {location}\r\n")), "{path}: {answer}");
    }
    for path in ["/..", "/a/../../b", "/a%2fb", "/a%5Cb", "/a\\b", "/%00", "/%0d%0aX:1", "/%zz", "/a\"b"] {
        assert_eq!(status(&world.get(path).await), 400, "{path}");
    }
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn a_host_that_is_not_ours_is_told_so() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    for host in ["evil.example", "127.0.0.1", "[::1]", "bt.example.evil.example"] {
        let answer = world.say(format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).await;
        assert_eq!(status(&answer), 421, "{host}: {answer}");
    }
    let answer = world.say("GET / HTTP/1.0\r\n\r\n").await;
    assert_eq!(status(&answer), 421, "{answer}");
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn health_and_figures_are_not_for_the_public() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let asked = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    for (path, says) in [("/healthz", "alive"), ("/readyz", "ready"), ("/metrics", "edge_up 1")] {
        let answer = say(world.admin, asked(path).as_bytes()).await;
        assert!(status(&answer) == 200 && answer.contains(says), "{answer}");
        // At the public door it is a path like any other.
        assert!(!world.get(path).await.contains("edge_up"));
    }
}
