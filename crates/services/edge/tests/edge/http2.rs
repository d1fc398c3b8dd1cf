//! HTTP/2, by prior knowledge: the same code serves it over TLS.

use bytes::Bytes;
use http::{Request, StatusCode, Version};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::world::{HOST, Server, World};

async fn connect<B>(world: &World) -> SendRequest<B>
where
    B: hyper::body::Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + Unpin + 'static,
{
    let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(world.connect().await)).await.unwrap();
    tokio::spawn(connection);
    sender
}

fn get(path: &str) -> http::request::Builder {
    Request::get(format!("http://{HOST}{path}"))
}

#[tokio::test]
async fn many_requests_share_a_connection() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let sender = connect(&world).await;
    let ask = |_| {
        let mut sender = sender.clone();
        async move {
            let request = get("/").body(Empty::<Bytes>::new()).unwrap();
            let response = sender.send_request(request).await.unwrap();
            assert_eq!((response.status(), response.version()), (StatusCode::OK, Version::HTTP_2));
            response.into_body().collect().await.unwrap().to_bytes()
        }
    };
    let answers = futures_util::future::join_all((0..50).map(ask)).await;
    assert!(answers.iter().all(|answer| answer == "hello from a"));
}

#[tokio::test]
async fn a_body_goes_both_ways() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut sender = connect(&world).await;
    let body = Bytes::from("x".repeat(300_000));
    let request = Request::post(format!("http://{HOST}/echo")).body(Full::new(body.clone())).unwrap();
    let response = sender.send_request(request).await.unwrap();
    assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), body);
}

#[tokio::test]
async fn two_different_hosts_are_refused_and_cookies_are_joined() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut sender = connect(&world).await;
    let lies = get("/").header("host", "other.example").body(Empty::<Bytes>::new()).unwrap();
    assert_eq!(sender.send_request(lies).await.unwrap().status(), StatusCode::BAD_REQUEST);
    assert_eq!(server.requests(), 0);
    let cookies = get("/seen").header("cookie", "a=b").header("cookie", "c=d").body(Empty::new()).unwrap();
    let seen = sender.send_request(cookies).await.unwrap().into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&seen).contains("\"cookie\": \"a=b; c=d\""), "{seen:?}");
}

#[tokio::test]
async fn limits_hold_here_too() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let mut sender = connect(&world).await;
    let long = get(&format!("/{}", "a".repeat(9_000))).body(Empty::<Bytes>::new()).unwrap();
    assert_eq!(sender.send_request(long).await.unwrap().status(), StatusCode::URI_TOO_LONG);
    let mut many = get("/");
    for number in 0..120 {
        many = many.header(format!("x-{number}"), "a");
    }
    let answered = sender.send_request(many.body(Empty::new()).unwrap()).await.unwrap();
    assert_eq!(answered.status(), StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    let path = get("/a/%2e%2e/b").body(Empty::new()).unwrap();
    assert_eq!(sender.send_request(path).await.unwrap().status(), StatusCode::PERMANENT_REDIRECT);
    assert_eq!(server.requests(), 0);
}

/// CVE-2023-44487: streams that are opened and reset at once. The connection ends before the upstream feels it.
#[tokio::test]
async fn a_flood_of_resets_ends_the_connection() {
    let server = Server::start("a").await;
    let world = World::with(&[&server]).await;
    let sender = connect::<Empty<Bytes>>(&world).await;
    let mut ended = false;
    for _ in 0..20_000 {
        let mut sender = sender.clone();
        if sender.ready().await.is_err() {
            ended = true;
            break;
        }
        let request = get("/slow").body(Empty::new()).unwrap();
        let asking = sender.send_request(request);
        // Polled once, so that the stream is opened; then dropped, which resets it.
        tokio::select! {
            biased;
            _ = asking => {}
            () = tokio::task::yield_now() => {}
        }
    }
    let fresh = world.get("/").await;
    assert!(fresh.ends_with("hello from a"), "the edge serves others: {fresh}");
    assert!(ended || server.requests() < 20_000, "the flood reached the upstream whole");
}
