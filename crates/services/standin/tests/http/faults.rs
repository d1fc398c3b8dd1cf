//! Faults on demand.

use std::sync::Arc;

use axum::http::StatusCode;
use clock::ManualClock;
use serde_json::{Value, json};
use standin::config::{Source, StandinConfig};
use standin::faults::{Faults, PartialTerm};
use standin::server::Standin;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

use crate::asking::{NOW, control, from_peer, get, moment, number, sections, send, small_campus, sweep};

/// A moment ago, as the campus says it.
const SINCE: &str = "2026-11-04T11:59:59";
const SECTIONS: &str = "/sis/v1/classes/sections?term-id=2268&page-size=100";

#[tokio::test]
async fn only_this_machine_may_break_it() {
    let standin = small_campus(1);
    for peer in ["203.0.113.9:4000", "[2001:db8::1]:4000"] {
        assert_eq!(send(&standin, from_peer(peer, "GET", String::new())).await.status, StatusCode::FORBIDDEN);
    }
    for peer in ["127.0.0.1:4000", "[::1]:4000", "[::ffff:127.0.0.1]:4000"] {
        let answer = send(&standin, from_peer(peer, "GET", String::new())).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.json()["latency_ms"], 0);
    }
    assert_eq!(get(&standin, "/standin/control").await.status, StatusCode::FORBIDDEN, "without a known peer");
}

#[tokio::test]
async fn unknown_names_are_refused_and_named() {
    let standin = small_campus(1);
    let answer = control(&standin, json!({"latency_ms": 1, "slowness": 3})).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.json()["error"].as_str().unwrap().contains("slowness"));
    assert_eq!(standin.faults().latency_ms, 0, "nothing of it was done");
    assert_eq!(control(&standin, json!({"at": "soon"})).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_moment_can_be_moved() {
    let standin = small_campus(1);
    let told = control(&standin, json!({"at": "2026-09-01T08:00Z"})).await.json();
    assert_eq!(told["at"], "2026-09-01T08:00:00Z");
    assert_eq!(get(&standin, SECTIONS).await.time_stamp(), "2026-09-01T08:00:00Z");
    control(&standin, json!({"at": null})).await;
    assert_eq!(get(&standin, SECTIONS).await.time_stamp(), crate::asking::NOW);
}

#[tokio::test]
async fn counted_faults_pass() {
    let standin = small_campus(1);
    let change = json!({"too_many_requests": {"count": 2, "retry_after_seconds": 7}, "server_errors": {"count": 1}});
    control(&standin, change).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        let answer = get(&standin, SECTIONS).await;
        seen.push((answer.status.as_u16(), answer.headers.get("retry-after").is_some_and(|value| value == "7")));
    }
    assert_eq!(seen, [(429, true), (429, true), (503, false), (200, false)]);
}

#[tokio::test]
async fn an_outage_begins_at_a_page() {
    let standin = small_campus(1);
    control(&standin, json!({"outage_from_page": {"api": "sections", "page": 3}})).await;
    for (page, status) in
        [(2, StatusCode::OK), (3, StatusCode::SERVICE_UNAVAILABLE), (40, StatusCode::SERVICE_UNAVAILABLE)]
    {
        assert_eq!(get(&standin, &format!("{SECTIONS}&page-number={page}")).await.status, status);
    }
    assert_eq!(get(&standin, "/sis/v5/courses?page-number=3").await.status, StatusCode::OK);
    control(&standin, json!({"reset": true})).await;
    assert_eq!(get(&standin, &format!("{SECTIONS}&page-number=3")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_can_end_in_the_middle() {
    let standin = small_campus(1);
    let whole = get(&standin, &format!("{SECTIONS}&page-number=2")).await.text;
    control(&standin, json!({"truncate_body": {"page": 2}})).await;
    let cut = get(&standin, &format!("{SECTIONS}&page-number=2")).await;
    assert_eq!(cut.status, StatusCode::OK);
    assert_eq!(cut.text, whole[..whole.len() / 2]);
    assert!(serde_json::from_str::<Value>(&cut.text).is_err());
}

#[tokio::test]
async fn one_record_can_be_malformed() {
    let standin = small_campus(1);
    let sound = sections(&standin, 2268).await;
    control(&standin, json!({"malformed_record": {"api": "sections", "index": 150, "how": "wrong_type"}})).await;
    let broken = sections(&standin, 2268).await;
    let differing: Vec<usize> = (0..sound.len()).filter(|place| sound[*place] != broken[*place]).collect();
    assert_eq!(differing, [150]);
    assert!(broken[150]["id"].is_array());
    let id = number(&sound[3], "/id");
    control(&standin, json!({"malformed_record": {"section_id": id, "how": "not_an_object"}})).await;
    assert!(sections(&standin, 2268).await[3].is_string());
    control(&standin, json!({"malformed_record": {"api": "courses", "index": 0, "how": "no_identity"}})).await;
    assert!(get(&standin, "/sis/v5/courses").await.records("courses")[0].get("catalogNumber").is_none());
    let nowhere = control(&standin, json!({"malformed_record": {"how": "bad_time"}})).await;
    assert_eq!(nowhere.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_term_can_be_emptied_or_partial() {
    let standin = small_campus(1);
    let whole = sections(&standin, 2268).await.len();
    control(&standin, json!({"partial_term": {"term": "2268", "share": 0.6}})).await;
    let part = sections(&standin, 2268).await.len();
    assert!((whole * 55 / 100..whole * 65 / 100).contains(&part), "{part} of {whole}");
    let classes = sweep(&standin, "/sis/v1/classes?term-id=2268", "classes", 500).await.len();
    assert!(classes < part);
    control(&standin, json!({"empty_term": "2268"})).await;
    assert_eq!(get(&standin, SECTIONS).await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&standin, "/sis/v1/classes?term-id=2268").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&standin, "/sis/v1/classes?term-id=2262").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_section_can_fill_up_and_open() {
    let standin = small_campus(1);
    let before = sections(&standin, 2268).await;
    let id = number(&before[3], "/id");
    let counts = |record: &Value| {
        ["enrolledCount", "maxEnroll", "waitlistedCount"]
            .map(|name| number(record, &format!("/enrollmentStatus/{name}")))
    };
    let max = counts(&before[3])[1];
    for (seats, expected) in [
        (json!({"section_id": id, "open": 0, "waitlisted": 7}), [max, max, 7]),
        (json!({"section_id": id, "open": 1}), [max - 1, max, 0]),
    ] {
        assert_eq!(control(&standin, json!({"seats": seats})).await.status, StatusCode::OK);
        let now = sections(&standin, 2268).await;
        assert_eq!(counts(&now[3]), expected);
        assert_eq!((&now[2], &now[4]), (&before[2], &before[4]), "the others are as they were");
        // Whoever asks for what changed since a moment ago is told of it too.
        let updated = format!("/sis/v1/classes/sections/terms/2268/updated/enrollments?updated-after={SINCE}");
        let told = sweep(&standin, &updated, "classSections", 500).await;
        let told = told.iter().find(|record| number(record, "/id") == id).expect("the section is among them");
        assert_eq!(counts(told), expected);
    }
    control(&standin, json!({"seats": null})).await;
    assert_eq!(sections(&standin, 2268).await[3], before[3]);
}

#[test]
fn impossible_faults_and_sizes_are_refused_at_the_start() {
    let build = |source: Source, share: f64| {
        let term = "2268".parse().unwrap();
        let faults = Faults { partial_term: Some(PartialTerm { term, share }), ..Faults::default() };
        let config = StandinConfig { source, faults, ..StandinConfig::demo(1) };
        Standin::build(config, Arc::new(ManualClock::new(moment(NOW)))).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(build(Source::Demo { seed: 1, courses: 400 }, 0.5), Ok(()));
    assert!(build(Source::Demo { seed: 1, courses: 400 }, 5.0).unwrap_err().contains("between 0 and 1"));
    assert!(build(Source::Demo { seed: 1, courses: 5 }, 0.5).unwrap_err().contains("300 to 15000"));
    let nowhere = build(Source::Replay { folder: "/nowhere".into() }, 0.5).unwrap_err();
    assert!(nowhere.contains("/nowhere/enrollment_history.csv.zst"), "{nowhere}");
}

/// Says something over a real connection and reads all of the answer.
async fn say(address: std::net::SocketAddr, words: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(words.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn over_a_real_connection_from_this_machine_it_can_be_broken() {
    let standin = small_campus(1);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let serving = tokio::spawn({
        let (standin, shutdown) = (standin.clone(), shutdown.clone());
        async move { standin.serve(listener, shutdown).await }
    });
    let body = r#"{"server_errors":{"count":1}}"#;
    let request = format!(
        "POST /standin/control HTTP/1.1\r\nhost: here\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    assert!(say(address, &request).await.starts_with("HTTP/1.1 200"));
    let request = "GET /sis/v5/courses HTTP/1.1\r\nhost: here\r\nconnection: close\r\napp_id: a\r\napp_key: b\r\n\r\n";
    assert!(say(address, request).await.starts_with("HTTP/1.1 503"));
    assert!(say(address, request).await.starts_with("HTTP/1.1 200"));
    shutdown.cancel();
    serving.await.unwrap().unwrap();
}
