//! What programs get: problem documents, limits that say what is left, leave to read from other sites, bytes as they
//! were made.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Extension, Path};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use clock::ManualClock;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG};
use httpkit::client::ClientAddress;
use httpkit::config::HttpConfig;
use httpkit::cors::Cors;
use httpkit::error::HttpError;
use httpkit::limits::{RateLimitConfig, RateLimits};
use httpkit::request_id::RequestId;
use httpkit::server::serve;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::client::{Answer, exchange, get_with};

async fn start(router: Router, config: HttpConfig) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(serve(listener, router, CancellationToken::new(), config));
    address
}

fn routes() -> Router {
    Router::new()
        .route("/api/number", get(async || "one"))
        .route("/api/bare/{status}", get(bare))
        .route("/api/text", post(async |body: String| body))
        .route("/api/panic", get(panicking))
        .route("/api/unknown-term", get(unknown_term))
        .route("/api/id", get(async |Extension(id): Extension<RequestId>| id.to_string()))
        .route("/api/who", get(async |Extension(client): Extension<ClientAddress>| client.0.to_string()))
        .route("/api/finished", get(async || (StatusCode::NOT_FOUND, [(CONTENT_TYPE, "application/json")], "{}")))
        .route("/api/packed", get(packed))
        .route("/api/exact", get(exact))
}

async fn bare(Path(status): Path<u16>) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::OK)
}

async fn panicking() -> &'static str {
    panic!("an inner secret")
}

async fn unknown_term() -> HttpError {
    HttpError::new(StatusCode::UNPROCESSABLE_ENTITY, "There is no term `winter-2017`.")
        .with_type("https://example.test/problems/unknown-term")
        .with_member("parameter", "term")
        .retry_after(Duration::from_secs(7))
}

/// Long enough to be worth packing.
fn long_text() -> String {
    "word ".repeat(1_000)
}

async fn packed() -> Response {
    ([(CONTENT_ENCODING, "br"), (CONTENT_TYPE, "application/json")], long_text()).into_response()
}

async fn exact() -> Response {
    ([(ETAG, "\"exact\""), (CONTENT_TYPE, "application/json")], long_text()).into_response()
}

async fn ask(request: &str) -> Answer {
    let address = start(routes(), HttpConfig { body_limit_bytes: 8, ..HttpConfig::default() }).await;
    exchange(address, request).await
}

async fn get_api(path: &str, headers: &str) -> Answer {
    get_with(start(routes(), HttpConfig::default()).await, path, headers).await
}

fn member(answer: &Answer, name: &str) -> serde_json::Value {
    let document: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
    document[name].clone()
}

fn check_problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-length"), answer.body.len().to_string());
    assert_eq!(member(answer, "status"), status);
    assert_eq!(member(answer, "request_id"), answer.header("x-request-id"));
    for name in ["type", "title", "detail"] {
        assert!(member(answer, name).as_str().is_some_and(|text| !text.is_empty()), "{name}: {}", answer.text());
    }
}

#[tokio::test]
async fn every_error_below_api_is_a_problem_document() {
    let close = "host: a\r\nconnection: close\r\n";
    check_problem(&ask(&format!("GET /api/nothing HTTP/1.1\r\n{close}\r\n")).await, 404);
    check_problem(&ask(&format!("GET /api HTTP/1.1\r\n{close}\r\n")).await, 404);
    let wrong_method = ask(&format!("DELETE /api/number HTTP/1.1\r\n{close}\r\n")).await;
    check_problem(&wrong_method, 405);
    assert_eq!(wrong_method.header("allow"), "GET,HEAD");
    let too_large = "content-length: 9\r\n\r\n123456789";
    check_problem(&ask(&format!("POST /api/text HTTP/1.1\r\n{close}{too_large}")).await, 413);
    let too_long = format!("GET /api/number?{} HTTP/1.1\r\n{close}\r\n", "x".repeat(9_000));
    check_problem(&ask(&too_long).await, 414);
    for status in [400, 406, 415, 422, 429, 500, 503] {
        check_problem(&ask(&format!("GET /api/bare/{status} HTTP/1.1\r\n{close}\r\n")).await, status);
    }
    let panicked = ask(&format!("GET /api/panic HTTP/1.1\r\n{close}\r\n")).await;
    check_problem(&panicked, 500);
    assert!(!panicked.text().contains("secret"));
}

#[tokio::test]
async fn a_problem_says_more_where_there_is_more_to_say() {
    let answer = get_api("/api/unknown-term", "").await;
    check_problem(&answer, 422);
    assert_eq!(member(&answer, "type"), "https://example.test/problems/unknown-term");
    assert_eq!(member(&answer, "title"), "Unprocessable Entity");
    assert_eq!(member(&answer, "detail"), "There is no term `winter-2017`.");
    assert_eq!(member(&answer, "parameter"), "term");
    assert_eq!(member(&answer, "retry_after_seconds"), 7);
    assert_eq!(answer.header("retry-after"), "7");
    assert_eq!(get_api("/api/finished", "").await.text(), "{}");
}

#[tokio::test]
async fn routes_learn_the_number_of_the_request() {
    let answer = get_api("/api/id", "x-request-id: mine\r\n").await;
    assert_eq!((answer.text().len(), answer.text()), (16, answer.header("x-request-id")));
}

#[tokio::test]
async fn the_number_of_a_trusted_proxy_is_taken_over_and_no_other() {
    const GIVEN: &str = "00c0ffee00c0ffee";
    let believing = |network: &str| HttpConfig {
        trusted_proxies: vec![network.parse().expect("a network")],
        ..HttpConfig::default()
    };
    let behind_a_proxy = start(routes(), believing("127.0.0.0/8")).await;
    let answer = get_with(behind_a_proxy, "/api/id", &format!("x-request-id: {GIVEN}\r\n")).await;
    assert_eq!((answer.text().as_str(), answer.header("x-request-id").as_str()), (GIVEN, GIVEN));
    let problem = get_with(behind_a_proxy, "/api/nothing", &format!("x-request-id: {GIVEN}\r\n")).await;
    assert_eq!(member(&problem, "request_id"), GIVEN);

    let elsewhere = start(routes(), believing("192.0.2.0/24")).await;
    let answer = get_with(elsewhere, "/api/id", &format!("x-request-id: {GIVEN}\r\n")).await;
    assert_eq!(answer.text(), answer.header("x-request-id"));
    assert_ne!(answer.text(), GIVEN, "this peer is nobody's proxy");

    for junk in ["mine", "00C0FFEE00C0FFEE", "00c0ffee00c0ffee00c0ffee00c0ffee", "00c0ffee00c0ffe\"", ""] {
        let answer = get_with(behind_a_proxy, "/api/id", &format!("x-request-id: {junk}\r\n")).await;
        assert_eq!(answer.text(), answer.header("x-request-id"));
        let is_ours = answer.text().len() == 16 && answer.text().bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_ours && answer.text() != junk, "{junk} became {}", answer.text());
    }
}

#[tokio::test]
async fn a_kept_connection_of_a_proxy_gives_each_request_its_own_number() {
    let believed = vec!["127.0.0.0/8".parse().expect("a network")];
    let address = start(routes(), HttpConfig { trusted_proxies: believed, ..HttpConfig::default() }).await;
    let asked = |id: &str, connection: &str| {
        format!("GET /api/id HTTP/1.1\r\nhost: a\r\nx-request-id: {id}\r\nconnection: {connection}\r\n\r\n")
    };
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let both = asked("1111111111111111", "keep-alive") + &asked("junk", "close");
    stream.write_all(both.as_bytes()).await.expect("sent");
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.expect("answers");
    assert_eq!(answers.matches("x-request-id: 1111111111111111\r\n").count(), 1, "{answers}");
    assert_eq!(answers.matches("x-request-id: ").count(), 2, "{answers}");
}

#[tokio::test]
async fn routes_learn_who_asks() {
    let forwarded = "x-forwarded-for: 198.51.100.7\r\n";
    assert_eq!(get_api("/api/who", forwarded).await.text(), "127.0.0.1");
    let config =
        HttpConfig { trusted_proxies: vec!["127.0.0.0/8".parse().expect("a network")], ..HttpConfig::default() };
    let address = start(routes(), config).await;
    assert_eq!(get_with(address, "/api/who", forwarded).await.text(), "198.51.100.7");
}

#[tokio::test]
async fn what_is_packed_or_promised_byte_for_byte_stays_as_it_is() {
    let accept = "accept-encoding: gzip, br, zstd\r\n";
    let packed = get_api("/api/packed", accept).await;
    assert_eq!((packed.header("content-encoding"), packed.text()), ("br".to_owned(), long_text()));
    let exact = get_api("/api/exact", accept).await;
    assert_eq!((exact.header("content-encoding"), exact.text()), (String::new(), long_text()));
    assert_eq!(exact.header("content-length"), long_text().len().to_string());
    assert_eq!(get_api("/api/exact", "if-none-match: \"exact\"\r\n").await.status, 304);
}

#[tokio::test]
async fn requests_that_come_together_are_answered_in_their_order() {
    let address = start(routes(), HttpConfig::default()).await;
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let two =
        "GET /api/number HTTP/1.1\r\nhost: a\r\n\r\nGET /api/nothing HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    stream.write_all(two.as_bytes()).await.expect("a written request");
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.expect("answers");
    let order = [answers.find("200 OK"), answers.find("one"), answers.find("404 Not Found")];
    assert!(order[0].is_some() && order.is_sorted(), "{answers}");
}

/// Two requests a minute, three at once.
fn limited(clock: &ManualClock) -> Router {
    let config = RateLimitConfig { requests_per_minute: 2, burst: 3, client_limit: 10 };
    RateLimits::new("api", config, Arc::new(clock.clone())).around(routes())
}

#[tokio::test]
async fn a_client_is_told_what_is_left_and_stopped_when_nothing_is() {
    let clock = ManualClock::new("2026-11-22T10:00:00Z".parse().expect("a moment"));
    let address = start(limited(&clock), HttpConfig::default()).await;
    let ask = async || get_with(address, "/api/number", "").await;
    for left in ["\"api\";r=2;t=30", "\"api\";r=1;t=60", "\"api\";r=0;t=90"] {
        let answer = ask().await;
        assert_eq!((answer.status, answer.header("ratelimit")), (200, left.to_owned()));
        assert_eq!(answer.header("ratelimit-policy"), "\"api\";q=3;w=90");
    }
    let refused = ask().await;
    check_problem(&refused, 429);
    assert_eq!((refused.header("retry-after"), member(&refused, "retry_after_seconds")), ("30".to_owned(), 30.into()));
    assert_eq!(refused.header("ratelimit"), "\"api\";r=0;t=90");
    assert!(member(&refused, "detail").as_str().is_some_and(|detail| detail.contains("in 30 seconds")));
    clock.advance(Duration::from_secs(30));
    assert_eq!(ask().await.status, 200);
    assert_eq!(ask().await.status, 429);
}

#[tokio::test]
async fn each_client_behind_a_trusted_proxy_has_a_bucket_of_its_own() {
    let clock = ManualClock::new("2026-11-22T10:00:00Z".parse().expect("a moment"));
    let config = HttpConfig { trusted_proxies: vec!["127.0.0.1".parse().expect("a network")], ..HttpConfig::default() };
    let address = start(limited(&clock), config).await;
    let ask = async |from: &str| get_with(address, "/api/number", format!("x-forwarded-for: {from}\r\n")).await.status;
    for _ in 0..3 {
        assert_eq!(ask("2001:db8:1:2::1").await, 200);
    }
    assert_eq!(ask("2001:db8:1:2::ffff").await, 429, "the same household");
    assert_eq!(ask("2001:db8:1:3::1").await, 200);
    assert_eq!(ask("192.0.2.1").await, 200);
}

#[tokio::test]
async fn a_limit_of_zero_is_no_limit() {
    let clock = ManualClock::new("2026-11-22T10:00:00Z".parse().expect("a moment"));
    let config = RateLimitConfig { requests_per_minute: 0, ..RateLimitConfig::default() };
    let router = RateLimits::new("api", config, Arc::new(clock)).around(routes());
    let answer = get_with(start(router, HttpConfig::default()).await, "/api/number", "").await;
    assert_eq!((answer.status, answer.header("ratelimit")), (200, String::new()));
}

#[tokio::test]
async fn scripts_of_other_sites_may_read() {
    let address = start(Cors::READING.around(routes()), HttpConfig::default()).await;
    let read = get_with(address, "/api/number", "origin: https://other.example\r\n").await;
    assert_eq!(read.header("access-control-allow-origin"), "*");
    assert!(read.header("access-control-expose-headers").contains("etag"));
    assert!(read.header("access-control-allow-credentials").is_empty());
    let missing = get_with(address, "/api/bare/404", "origin: https://other.example\r\n").await;
    assert_eq!((missing.status, missing.header("access-control-allow-origin")), (404, "*".to_owned()));

    let asked = "OPTIONS /api/number HTTP/1.1\r\nhost: a\r\nconnection: close\r\norigin: https://other.example\r\n\
                 access-control-request-method: POST\r\naccess-control-request-headers: content-type\r\n\r\n";
    let preflight = exchange(address, asked).await;
    assert_eq!((preflight.status, preflight.body.len()), (204, 0));
    assert_eq!(preflight.header("access-control-allow-methods"), "GET, HEAD");
    assert!(preflight.header("access-control-allow-headers").contains("content-type"));
    assert!(!preflight.header("access-control-allow-headers").contains("authorization"));
    assert!(preflight.header("access-control-max-age").parse::<u32>().is_ok());
    let no_preflight = exchange(address, "OPTIONS /api/number HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await;
    assert_eq!(no_preflight.status, 405);
}

#[tokio::test]
async fn data_gets_the_few_headers_that_matter_for_data() {
    let answer = get_api("/api/exact", "").await;
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("permissions-policy"), "");
}
