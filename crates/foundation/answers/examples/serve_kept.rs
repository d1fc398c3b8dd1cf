//! A server of three kept answers behind the whole stack, to be measured:
//! `cargo run --release -p answers --example serve_kept 2>/dev/null`, then `wrk -c64 http://127.0.0.1:8123/small`.
//! `/tiny` has 200 bytes, `/small` 8 KB, `/large` 4.2 MB. A first argument is an address to listen at.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use answers::config::AnswersConfig;
use answers::draft::Draft;
use answers::key::Key;
use answers::tiers::Answers;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use clock::SystemClock;
use http::{HeaderMap, Method};
use httpkit::cache::CachePolicy;
use httpkit::config::HttpConfig;
use httpkit::cors::Cors;
use httpkit::health::metrics_route;
use httpkit::limits::{RateLimitConfig, RateLimits};
use httpkit::server::serve;
use telemetry::lines::{self, Format, LinesConfig};
use telemetry::numbers::Numbers;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let level = std::env::args().nth(2).unwrap_or_else(|| "info".to_owned());
    let look = LinesConfig { filter: level.parse()?, format: Format::Json, is_terminal: false, is_colored: false };
    lines::begin(&look, io::stderr);
    let numbers = Numbers::begin()?;
    let answers = Answers::new(AnswersConfig::default(), None);
    let routes = Router::new().route("/{size}", get(kept)).with_state(answers);
    // Wide enough for everything that a measurement asks for.
    let wide = RateLimitConfig { requests_per_minute: u32::MAX, burst: u32::MAX, client_limit: 1_000 };
    let limits = RateLimits::new("bench", wide, Arc::new(SystemClock));
    let routes = Cors::READING.around(limits.around(routes)).merge(metrics_route(move || numbers.render()));
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8123".to_owned());
    serve(TcpListener::bind(address).await?, routes, CancellationToken::new(), HttpConfig::default()).await;
    Ok(())
}

async fn kept(
    State(answers): State<Answers>,
    Path(size): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let key = Key::of("bench", "1").number(417).text(&size).finish();
    let made = async { Ok::<_, Infallible>(Draft::json(list(&size))) };
    let answer: Result<Arc<answers::answer::Answer>, Infallible> = answers.get_or_make(&key, made).await;
    let Ok(answer) = answer;
    answer.respond(&method, &headers, CachePolicy::Private).await
}

/// Rows like those of a term's course list.
fn list(size: &str) -> Vec<u8> {
    let limit = match size {
        "large" => 4_200_000,
        "small" => 8_000,
        _ => 200,
    };
    let mut text = String::with_capacity(limit + 1_000);
    let mut noise = 0x2545_F491_4F6C_DD1D_u64;
    for row in 0_u64.. {
        if text.len() > limit {
            break;
        }
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        let (number, average, seats) = (noise % 300, noise % 401, noise % 500);
        text.push_str(&format!(
            "{{\"node\":{{\"id\":\"Q291cnNlVHlwZTo{row}\",\"abbreviation\":\"SAMPLE\",\"courseNumber\":\"{number}\",\
             \"description\":\"An invented course of number {noise:x}, for measurements.\",\"title\":\"Sample course \
             {row}\",\"gradeAverage\":{}.{:03},\"letterAverage\":\"B+\",\"openSeats\":{seats},\"enrolled\":{},\
             \"units\":\"4 Units\",\"__typename\":\"CourseType\"}},\"__typename\":\"CourseTypeEdge\"}},",
            average / 100,
            average % 100,
            noise % 700
        ));
    }
    text.truncate(limit);
    text.into_bytes()
}
