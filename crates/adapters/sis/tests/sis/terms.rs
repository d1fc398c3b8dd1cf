//! Walking the terms.

use catalog::ports::{CatalogSource, SourceError};
use catalog::term::Term;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use sis::config::TermsVersion;

use crate::script::{Asked, Reply, Script, json_reply, not_found, text_reply};

/// Terms of a sample campus: id, first day, last day.
const TERMS: [(&str, &str, &str); 6] = [
    ("2158", "2015-08-19", "2015-12-18"),
    ("2162", "2016-01-12", "2016-05-13"),
    ("2165", "2016-05-23", "2016-08-12"),
    ("2168", "2016-08-17", "2016-12-16"),
    ("2172", "2017-01-10", "2017-05-12"),
    ("2175", "2017-05-22", "2017-08-11"),
];

fn row(career: &str, id: &str, begin: &str, end: &str) -> Value {
    json!({
        "academicCareer": {"code": career}, "id": id, "name": "sample", "beginDate": begin, "endDate": end,
        "selfServiceEnrollBeginDate": "2016-03-28",
        "sessions": [{"id": "1", "name": "Regular Academic Session", "beginDate": begin, "endDate": end, "enrollBeginDate": "2016-04-17"}]
    })
}

/// As the Term API answers, with a law school whose terms begin eight days earlier.
fn campus(asked: &Asked) -> Option<Vec<Value>> {
    let day: Date = asked.query["as-of-date"].parse().unwrap();
    let mut rows = Vec::new();
    for (career, head_start) in [("LAW", 8), ("UGRD", 0)] {
        let terms: Vec<(&str, Date, Date)> = TERMS
            .iter()
            .map(|(id, begin, end)| {
                (*id, begin.parse::<Date>().unwrap() - jiff::Span::new().days(head_start), end.parse().unwrap())
            })
            .collect();
        let term = match asked.query["temporal-position"].as_str() {
            "Current" => terms.iter().find(|(_, begin, end)| *begin <= day && day <= *end),
            "Next" => terms.iter().find(|(_, begin, _)| *begin > day),
            "Previous" => terms.iter().rev().find(|(_, _, end)| *end < day),
            other => panic!("{other} is no position"),
        };
        rows.extend(term.map(|(id, begin, end)| row(career, id, &begin.to_string(), &end.to_string())));
    }
    (!rows.is_empty()).then_some(rows)
}

fn v2(rows: Option<Vec<Value>>) -> Reply {
    match rows {
        Some(rows) => json_reply(&json!({"httpStatus": {"code": "200"}, "response": {"terms": rows}})),
        None => not_found(),
    }
}

fn ids(terms: &[Term]) -> Vec<String> {
    terms.iter().map(|term| term.id.to_string()).collect()
}

#[tokio::test]
async fn the_current_the_next_two_and_earlier_terms_are_found() {
    let script = Script::play(|asked| v2(campus(asked))).await;
    let fetched = script.source().terms(date(2016, 9, 1), 2).await.unwrap();
    assert_eq!(ids(&fetched.records), ["2162", "2165", "2168", "2172", "2175"]);
    assert_eq!(fetched.requests, 5);
    let fall = &fetched.records[2];
    assert_eq!((fall.begin, fall.end), (date(2016, 8, 17), date(2016, 12, 16)), "the undergraduates' dates");
    assert_eq!(fall.enrollment_begin, Some(date(2016, 4, 17)));
    assert_eq!(fall.sessions[0].id, "1");
    let asked = &script.asked()[0];
    assert_eq!((asked.path.as_str(), asked.headers["app_id"].to_str().unwrap()), ("/sis/v2/terms", "terms-id"));
}

#[tokio::test]
async fn between_terms_the_walk_starts_from_the_day() {
    let script = Script::play(|asked| v2(campus(asked))).await;
    let fetched = script.source().terms(date(2016, 12, 25), 2).await.unwrap();
    assert_eq!(ids(&fetched.records), ["2165", "2168", "2172", "2175"]);
}

#[tokio::test]
async fn the_law_schools_head_start_does_not_lead_astray() {
    // From 2 to 9 January only the law school has a current term.
    let script = Script::play(|asked| v2(campus(asked))).await;
    let fetched = script.source().terms(date(2017, 1, 5), 1).await.unwrap();
    assert_eq!(ids(&fetched.records), ["2168", "2172", "2175"]);
    assert_eq!(fetched.records[1].begin, date(2017, 1, 10));
}

#[tokio::test]
async fn a_replay_is_walked_from_its_own_day() {
    let script = Script::play(|asked| {
        let reply = match campus(asked) {
            Some(rows) => json_reply(&json!({"timeStamp": "2016-09-01T16:30:00Z", "response": {"terms": rows}})),
            None => not_found(),
        };
        reply.with("x-berkeleytime-standin", "replay")
    })
    .await;
    let fetched = script.source().terms(date(2026, 9, 1), 1).await.unwrap();
    assert_eq!(ids(&fetched.records), ["2165", "2168", "2172", "2175"]);
    assert_eq!(fetched.as_of.to_string(), "2016-09-01T16:30:00Z");
}

#[tokio::test]
async fn a_campus_younger_than_the_walk_gives_what_it_has() {
    let script = Script::play(|asked| v2(campus(asked))).await;
    let fetched = script.source().terms(date(2016, 9, 1), 40).await.unwrap();
    assert_eq!(fetched.records.len(), TERMS.len());
}

#[tokio::test]
async fn the_first_term_api_is_wrapped_and_read_alike() {
    let script = Script::play(|asked| match campus(asked) {
        Some(rows) => json_reply(&json!({"apiResponse": {"httpStatus": {"code": "200"}, "response": {"terms": rows}}})),
        None => not_found(),
    })
    .await;
    let source = script.source_with(|config| config.terms_version = TermsVersion::V1);
    let fetched = source.terms(date(2016, 9, 1), 1).await.unwrap();
    assert_eq!(ids(&fetched.records), ["2165", "2168", "2172", "2175"]);
    assert_eq!(script.asked()[0].path, "/sis/v1/terms");
}

#[tokio::test]
async fn a_term_without_undergraduates_is_kept_with_the_dates_there_are() {
    let script = Script::play(|asked| match asked.query["temporal-position"].as_str() {
        "Current" => v2(Some(vec![
            row("GRAD", "2168", "2016-08-20", "2016-12-10"),
            row("LAW", "2168", "2016-08-10", "2016-12-15"),
        ])),
        _ => not_found(),
    })
    .await;
    let fetched = script.source().terms(date(2016, 9, 1), 1).await.unwrap();
    assert_eq!(fetched.records[0].begin, date(2016, 8, 20));
}

#[tokio::test]
async fn a_server_that_always_answers_the_same_ends_the_walk() {
    let script = Script::play(|_| v2(Some(vec![row("UGRD", "2168", "2016-08-17", "2016-12-16")]))).await;
    let fetched = script.source().terms(date(2016, 9, 1), 5).await.unwrap();
    assert_eq!((ids(&fetched.records).as_slice(), fetched.requests), (["2168".to_owned()].as_slice(), 3));
}

#[tokio::test]
async fn a_term_that_cannot_be_read_is_a_fault() {
    let script = Script::play(|asked| match asked.query["temporal-position"].as_str() {
        "Current" => v2(Some(vec![
            row("UGRD", "2168", "2016-08-17", "2015-12-16"),
            row("UGRD", "fall", "2016-08-17", "2016-12-16"),
        ])),
        _ => not_found(),
    })
    .await;
    let fetched = script.source().terms(date(2016, 9, 1), 0).await.unwrap();
    assert_eq!(fetched.records, []);
    let paths: Vec<&str> = fetched.faults.iter().map(|fault| fault.path.as_str()).collect();
    assert_eq!(paths, ["endDate", "id"]);
}

#[tokio::test]
async fn a_single_term_may_stand_without_brackets() {
    let body =
        json!({"httpStatus": {"code": "200"}, "response": {"terms": row("UGRD", "2168", "2016-08-17", "2016-12-16")}});
    let script = Script::play(move |asked| match asked.query["temporal-position"].as_str() {
        "Current" => json_reply(&body),
        _ => not_found(),
    })
    .await;
    assert_eq!(ids(&script.source().terms(date(2016, 9, 1), 0).await.unwrap().records), ["2168"]);
}

#[tokio::test]
async fn an_outage_while_walking_is_an_error() {
    let script = Script::play(|asked| match asked.query["temporal-position"].as_str() {
        "Previous" => text_reply(503, ""),
        _ => v2(campus(asked)),
    })
    .await;
    let error = script.source().terms(date(2016, 9, 1), 2).await.unwrap_err();
    assert!(matches!(error, SourceError::Unavailable { api: "terms", .. }), "{error}");
}
