//! The listener on real sockets: what a browser, a slow client, a hostile one and an operator would notice.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use http::StatusCode;
use httpkit::cache::CachePolicy;
use httpkit::config::HttpConfig;
use httpkit::error::HttpError;
use httpkit::files::{StaticFile, static_files};
use httpkit::health::{Readiness, health_routes, metrics_route};
use httpkit::page::Page;
use httpkit::server::{Served, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::client::{Answer, exchange, get_with};

/// A page long enough to be worth compressing.
fn long_page() -> Page {
    Page::new("Long", "<!DOCTYPE html><title>Long</title><p>word</p>".repeat(200))
}

fn sample_file() -> StaticFile {
    StaticFile {
        path: "/-/assets/a.0123.css",
        content_type: "text/css; charset=utf-8",
        identity: b"as it is",
        gzip: b"gzipped",
        brotli: b"brotlied",
    }
}

fn routes() -> Router {
    Router::new()
        .route("/", get(async || long_page()))
        .route(
            "/public",
            get(async || long_page().with_cache(CachePolicy::Public { max_age: Duration::from_secs(60) })),
        )
        .route("/course/{code}", get(async |Path(code): Path<String>| Page::new(code.clone(), code)))
        .route("/missing", get(async || HttpError::not_found()))
        .route("/helpful", get(async || Page::new("Gone", "a helpful page").with_status(StatusCode::NOT_FOUND)))
        .route("/panic", get(panicking))
        .route("/never", get(std::future::pending::<()>))
        .route("/echo", post(async |body: String| body))
        .route("/api/panic", get(panicking))
        .merge(static_files([sample_file()]))
        .merge(health_routes(|| Readiness::NotReady(vec!["The catalog is not loaded yet.".to_owned()])))
}

async fn panicking() -> &'static str {
    panic!("an inner secret")
}

struct Running {
    address: std::net::SocketAddr,
    shutdown: CancellationToken,
    served: JoinHandle<Served>,
}

async fn start(router: Router, config: HttpConfig) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let shutdown = CancellationToken::new();
    let served = tokio::spawn(serve(listener, router, shutdown.clone(), config));
    Running { address, shutdown, served }
}

async fn ask(path: &str, headers: &str) -> Answer {
    let running = start(routes(), HttpConfig::default()).await;
    get_with(running.address, path, headers).await
}

#[tokio::test]
async fn a_page_comes_with_its_promises_and_the_security_headers() {
    let answer = ask("/", "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "private, no-cache");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "same-origin");
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe"));
    assert!(answer.header("permissions-policy").contains("geolocation=()"));
}

#[tokio::test]
async fn pages_are_compressed_as_the_client_likes() {
    for (accept, encoding) in [("gzip, br", "br"), ("gzip", "gzip"), ("zstd", "zstd"), ("identity", "")] {
        let answer = ask("/", &format!("accept-encoding: {accept}\r\n")).await;
        assert_eq!(answer.header("content-encoding"), encoding, "{accept}");
        assert!(answer.header("vary").contains("accept-encoding"));
        let smaller = answer.body.len() < long_page().html.len();
        assert_eq!(smaller, !encoding.is_empty(), "{accept}");
    }
}

#[tokio::test]
async fn gzipped_pages_unpack_to_the_page() {
    let answer = ask("/", "accept-encoding: gzip\r\n").await;
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&answer.body[..]), &mut text).expect("gzip");
    assert_eq!(text, long_page().html);
}

#[tokio::test]
async fn who_has_the_page_already_gets_304_also_for_a_compressed_one() {
    let first = ask("/", "").await;
    let tag = first.header("etag");
    assert!(tag.starts_with("W/\""), "{tag}");
    let again = ask("/", &format!("if-none-match: {tag}\r\naccept-encoding: br\r\n")).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.header("content-security-policy"), "", "it would replace that of the page that is kept");
    assert_eq!(again.header("etag"), tag);
    assert_eq!(again.header("cache-control"), "private, no-cache");
    let changed = ask("/", "if-none-match: W/\"0-0\"\r\n").await;
    assert_eq!(changed.status, 200);
}

#[tokio::test]
async fn head_gives_the_headers_of_get_and_no_body() {
    let running = start(routes(), HttpConfig::default()).await;
    let head = exchange(running.address, "HEAD / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    let get = get_with(running.address, "/", "").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("etag"), get.header("etag"));
    assert_eq!(head.header("content-length"), get.body.len().to_string());
}

#[tokio::test]
async fn files_come_precompressed_and_are_kept_forever() {
    for (accept, body) in [("gzip, deflate, br", "brotlied"), ("gzip", "gzipped"), ("", "as it is")] {
        let answer = ask("/-/assets/a.0123.css", &format!("accept-encoding: {accept}\r\n")).await;
        assert_eq!(answer.text(), body);
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(answer.header("vary"), "accept-encoding");
    }
}

#[tokio::test]
async fn errors_become_pages_and_a_finished_page_stays() {
    let missing = ask("/missing", "").await;
    assert_eq!((missing.status, missing.header("content-type")), (404, "text/html; charset=utf-8".to_owned()));
    assert!(missing.text().contains("There is no page at this address."));
    assert_eq!(ask("/no-such-route", "").await.text(), missing.text());
    assert_eq!(ask("/helpful", "").await.text(), "a helpful page");
    assert_eq!(missing.header("cache-control"), "no-store");
}

#[tokio::test]
async fn the_service_decides_how_errors_look() {
    let config = HttpConfig {
        error_page: Arc::new(|error| {
            Box::pin(async move { format!("{} {} {}", error.status.as_u16(), error.path, error.request_id.len()) })
        }),
        ..HttpConfig::default()
    };
    let running = start(routes(), config).await;
    assert_eq!(get_with(running.address, "/missing?q=private", "").await.text(), "404 /missing 16");
}

#[tokio::test]
async fn a_panic_is_a_500_that_says_nothing_of_the_inside_and_the_server_lives() {
    let running = start(routes(), HttpConfig::default()).await;
    for path in ["/panic", "/api/panic"] {
        let answer = get_with(running.address, path, "").await;
        assert_eq!(answer.status, 500);
        assert!(!answer.text().contains("secret"), "{}", answer.text());
    }
    assert_eq!(get_with(running.address, "/", "").await.status, 200);
}

#[tokio::test]
async fn a_wrong_method_is_told_what_is_allowed() {
    let running = start(routes(), HttpConfig::default()).await;
    let answer = exchange(running.address, "DELETE / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD".to_owned()));
    assert!(answer.text().contains("cannot be used that way"));
}

#[tokio::test]
async fn the_number_of_a_request_is_never_taken_from_outside() {
    let answer = ask("/", "x-request-id: mine\r\n").await;
    assert_eq!(answer.header("x-request-id").len(), 16);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_announced_or_not() {
    let config = HttpConfig { body_limit_bytes: 8, ..HttpConfig::default() };
    let running = start(routes(), config).await;
    let announced = "POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 9\r\n\r\n123456789";
    assert_eq!(exchange(running.address, announced).await.status, 413);
    let chunked = "POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n9\r\n123456789\r\n0\r\n\r\n";
    assert_eq!(exchange(running.address, chunked).await.status, 413);
    // Two lengths that contradict each other: the chunks are what is read, so the chunks are what is counted.
    let both = "POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n9\r\n123456789\r\n0\r\n\r\n";
    assert!([400, 413].contains(&exchange(running.address, both).await.status));
    let small = "POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 8\r\n\r\n12345678";
    assert_eq!(exchange(running.address, small).await.text(), "12345678");
}

#[tokio::test]
async fn a_head_over_the_limit_is_refused() {
    let running = start(routes(), HttpConfig::default()).await;
    let long = "x".repeat(20_000);
    assert_eq!(get_with(running.address, "/", &format!("x-long: {long}\r\n")).await.status, 431);
    assert_eq!(get_with(running.address, "/", "").await.status, 200);
}

/// Time stands still and jumps when nothing else is left to do, so ten seconds take none.
#[tokio::test(start_paused = true)]
async fn a_client_that_never_finishes_its_head_is_let_go() {
    let running = start(routes(), HttpConfig::default()).await;
    for head in ["", "GET / HTTP/1.1\r\nhost: a\r\nx-slow: "] {
        let mut stream = TcpStream::connect(running.address).await.expect("a connection");
        stream.write_all(head.as_bytes()).await.expect("a written head");
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.expect("an end");
        assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_takes_too_long_is_a_503() {
    let running = start(routes(), HttpConfig::default()).await;
    let answer = get_with(running.address, "/never", "").await;
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("took too long"));
}

#[tokio::test]
async fn a_service_that_is_not_ready_says_why_and_is_alive() {
    let ready = ask("/readyz", "").await;
    assert_eq!((ready.status, ready.text().as_str()), (503, "not ready\nThe catalog is not loaded yet.\n"));
    let alive = ask("/healthz", "").await;
    assert_eq!((alive.status, alive.text().as_str()), (200, "alive\n"));
}

/// A route that says when a request is in it, and waits to be released.
fn held(entered: &Arc<Notify>, release: &Arc<Notify>) -> Router {
    let (entered, release) = (entered.clone(), release.clone());
    Router::new().route(
        "/held",
        get(async move || {
            entered.notify_one();
            release.notified().await;
            "done"
        }),
    )
}

#[tokio::test]
async fn a_shutdown_lets_requests_in_flight_finish_and_accepts_no_more() {
    let (entered, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let running = start(held(&entered, &release), HttpConfig::default()).await;
    let address = running.address;
    let in_flight = tokio::spawn(exchange(address, "GET /held HTTP/1.1\r\nhost: a\r\n\r\n"));
    // A connection that is open and idle must not hold the drain up.
    let _idle = TcpStream::connect(address).await.expect("a connection");
    entered.notified().await;
    running.shutdown.cancel();
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    release.notify_one();
    let answer = in_flight.await.expect("an answer");
    assert_eq!((answer.status, answer.text().as_str()), (200, "done"));
    assert_eq!(running.served.await.expect("an end"), Served { cut: 0 });
}

#[tokio::test]
async fn a_request_that_outlasts_the_drain_is_cut() {
    let (entered, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let config = HttpConfig { drain: Duration::ZERO, ..HttpConfig::default() };
    let running = start(held(&entered, &release), config).await;
    let address = running.address;
    let in_flight = tokio::spawn(exchange(address, "GET /held HTTP/1.1\r\nhost: a\r\n\r\n"));
    entered.notified().await;
    running.shutdown.cancel();
    assert_eq!(running.served.await.expect("an end"), Served { cut: 1 });
    assert_eq!(in_flight.await.expect("an end").status, 0);
}

#[tokio::test]
async fn connections_over_the_limit_wait_for_a_seat() {
    let config = HttpConfig { connection_limit: 1, ..HttpConfig::default() };
    let running = start(routes(), config).await;
    let first = TcpStream::connect(running.address).await.expect("a connection");
    let waiting = tokio::spawn(get_with(running.address, "/healthz", ""));
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());
    drop(first);
    assert_eq!(waiting.await.expect("an answer").status, 200);
}

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_what_outsiders_write() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let running = start(routes().merge(metrics_route(move || handle.render())), HttpConfig::default()).await;
    for path in ["/course/cs61a?q=secret", "/course/math1a", "/wp-login.php"] {
        get_with(running.address, path, "").await;
    }
    exchange(running.address, "BREW / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    let text = get_with(running.address, "/metrics", "").await.text();
    let count = "http_requests_total{method=\"GET\",route=\"/course/{code}\",status=\"200\"} 2";
    assert!(text.contains(count), "{text}");
    assert!(text.contains("route=\"none\"") && text.contains("method=\"other\""), "{text}");
    assert!(text.contains("http_request_duration_seconds"));
    for outside in ["cs61a", "wp-login", "BREW", "secret"] {
        assert!(!text.contains(outside), "{outside}");
    }
}

#[tokio::test]
async fn the_access_log_has_one_line_per_request_without_its_query() {
    let lines = crate::client::Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    let answer = ask("/course/cs61a?q=a+persons+name", "").await;
    let text = lines.text();
    let line = text.lines().find(|line| line.contains("\"access\"")).expect("a line");
    for part in ["\"method\":\"GET\"", "\"route\":\"/course/{code}\"", "\"status\":200", "\"bytes\":5"] {
        assert!(line.contains(part), "{part} in {line}");
    }
    assert!(line.contains(&answer.header("x-request-id")));
    assert!(!text.contains("person") && text.matches("\"access\"").count() == 1, "{text}");
}
