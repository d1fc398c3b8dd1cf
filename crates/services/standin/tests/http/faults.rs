//! Faults on demand.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::asking::{control, from_peer, get, number, sections, send, small_campus, sweep};

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
