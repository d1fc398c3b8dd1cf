//! Asks a stand-in, without a network.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use clock::ManualClock;
use http_body_util::BodyExt;
use jiff::Timestamp;
use serde_json::Value;
use standin::config::{Source, StandinConfig};
use standin::server::Standin;
use tower::ServiceExt;

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {}", self.text))
    }

    /// The records of a wrapped answer.
    pub(crate) fn records(&self, collection: &str) -> Vec<Value> {
        self.json()["apiResponse"]["response"][collection].as_array().cloned().unwrap_or_default()
    }

    pub(crate) fn time_stamp(&self) -> String {
        self.json()["apiResponse"]["timeStamp"].as_str().unwrap_or_default().to_owned()
    }
}

/// A stand-in whose clock stands at a moment.
pub(crate) fn standing_at(config: StandinConfig, now: &str) -> (Standin, ManualClock) {
    let clock = ManualClock::new(moment(now));
    (Standin::build(config, Arc::new(clock.clone())).unwrap(), clock)
}

pub(crate) fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Asks the SIS API with good keys.
pub(crate) async fn get(standin: &Standin, path: &str) -> Answer {
    let request = Request::get(path).header("app_id", "some-id").header("app_key", "some-key");
    send(standin, request.body(Body::empty()).unwrap()).await
}

/// Tells the control endpoint something, from this machine.
pub(crate) async fn control(standin: &Standin, change: Value) -> Answer {
    send(standin, from_peer("127.0.0.1:5000", "POST", change.to_string())).await
}

pub(crate) fn from_peer(peer: &str, method: &str, body: String) -> Request<Body> {
    let peer: SocketAddr = peer.parse().unwrap();
    let request = Request::builder().method(method).uri("/standin/control").extension(ConnectInfo(peer));
    request.body(Body::from(body)).unwrap()
}

pub(crate) async fn send(standin: &Standin, request: Request<Body>) -> Answer {
    let answer = standin.router().oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    Answer { status: parts.status, headers: parts.headers, text }
}

/// Pages until the 404, all records together.
pub(crate) async fn sweep(standin: &Standin, path: &str, collection: &str, page_size: usize) -> Vec<Value> {
    let joint = if path.contains('?') { '&' } else { '?' };
    let mut records = Vec::new();
    for page in 1.. {
        let answer = get(standin, &format!("{path}{joint}page-size={page_size}&page-number={page}")).await;
        if answer.status == StatusCode::NOT_FOUND {
            break;
        }
        assert_eq!(answer.status, StatusCode::OK, "{path} page {page}: {}", answer.text);
        records.extend(answer.records(collection));
    }
    records
}

/// A Wednesday in the middle of Fall 2026; Spring 2027 is in phase 1.
pub(crate) const NOW: &str = "2026-11-04T20:00:00Z";

/// A campus large enough for most purposes, and quick to make without optimization.
pub(crate) fn small_campus(seed: u64) -> Standin {
    small_campus_at(seed, NOW)
}

pub(crate) fn small_campus_at(seed: u64, now: &str) -> Standin {
    let source = Source::Demo { seed, courses: 600 };
    standing_at(StandinConfig { source, ..StandinConfig::demo(seed) }, now).0
}

/// All sections of a term.
pub(crate) async fn sections(standin: &Standin, term: u16) -> Vec<Value> {
    sweep(standin, &format!("/sis/v1/classes/sections?term-id={term}"), "classSections", 500).await
}

pub(crate) fn number(record: &Value, pointer: &str) -> i64 {
    record.pointer(pointer).and_then(Value::as_i64).unwrap_or_else(|| panic!("no {pointer} in {record}"))
}

pub(crate) fn text<'a>(record: &'a Value, pointer: &str) -> &'a str {
    record.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {record}"))
}
