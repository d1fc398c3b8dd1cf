//! Clients that take what is for them slowly, or not at all.

use std::time::Duration;

use bytes::Bytes;
use edge::config::Config;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::world::{HOST, LARGE_BYTES, PATIENCE, Server, World, config};

/// In each such span, a client must take so much.
fn at_least(bytes: u64, span: Duration) -> Config {
    let mut config = config();
    config.client.answer_progress = span;
    config.client.answer_progress_bytes = bytes;
    config
}

/// Asks for what is large, and reads it without a pause, so much at a time; says how much came.
async fn read_in_parts(world: &World, size: usize) -> usize {
    let mut stream = world.connect().await;
    let asks = format!("GET /large HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
    stream.write_all(asks.as_bytes()).await.unwrap();
    tokio::time::timeout(PATIENCE, read_to_end(&mut stream, size)).await.expect("neither cut nor whole")
}

async fn read_to_end(stream: &mut TcpStream, size: usize) -> usize {
    let (mut part, mut came) = (vec![0; size], 0);
    while let Ok(more) = stream.read(&mut part).await {
        if more == 0 {
            break;
        }
        came += more;
        tokio::task::yield_now().await;
    }
    came
}

#[tokio::test]
async fn who_takes_an_answer_below_the_least_pace_is_cut_though_it_never_pauses() {
    let server = Server::start("a").await;
    let world = World::start(at_least(u64::MAX, Duration::from_millis(200)), &[&server]).await;
    // Small enough to take seconds, and large enough to come to the end of what the kernel has when the edge is gone.
    let came = read_in_parts(&world, 64).await;
    assert!(came < LARGE_BYTES, "{came} bytes came");
}

#[tokio::test]
async fn who_is_slow_but_steady_gets_the_whole_answer() {
    let server = Server::start("a").await;
    let world = World::start(at_least(1_000, Duration::from_secs(1)), &[&server]).await;
    let came = read_in_parts(&world, 4 * 1024).await;
    assert!(came > LARGE_BYTES, "{came} bytes came, the head included");
}

#[tokio::test]
async fn an_answer_of_http2_that_is_held_back_ends_its_connection() {
    let server = Server::start("a").await;
    let mut config = config();
    config.client.write_timeout = Duration::from_millis(200);
    let world = World::start(config, &[&server]).await;
    let mut builder = http2::Builder::new(TokioExecutor::new());
    // Answers to pings are given all the same: the client lives, and takes nothing.
    builder.initial_stream_window_size(32 * 1024).initial_connection_window_size(1024 * 1024);
    let (mut sender, connection) = builder.handshake(TokioIo::new(world.connect().await)).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::get(format!("http://{HOST}/large")).body(Empty::<Bytes>::new()).unwrap();
    let held = sender.send_request(request).await.unwrap();
    assert_eq!(held.status(), StatusCode::OK);
    let ended = tokio::time::timeout(PATIENCE, connection).await.expect("it is held for ever");
    drop(ended);
    assert!(held.into_body().collect().await.is_err(), "the answer was not whole");
}
