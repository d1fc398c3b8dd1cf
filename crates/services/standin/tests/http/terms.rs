//! The Terms API, both versions.

use axum::http::StatusCode;
use serde_json::Value;
use standin::config::StandinConfig;
use standin::server::Standin;

use crate::asking::{get, moment, small_campus, small_campus_at, standing_at};

fn ids(answer: &Value) -> Vec<String> {
    let rows = answer["response"]["terms"].as_array().cloned().unwrap_or_default();
    let undergraduate = rows.iter().filter(|row| row["academicCareer"]["code"] == "UGRD");
    undergraduate.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn enrollment_phases_are_announced_as_made_up_with_every_known_term() {
    let standin = small_campus_at(1, "2026-11-22T19:00:00Z");
    let answer = get(&standin, "/standin/calendar").await;
    assert_eq!((answer.status, &answer.text), (StatusCode::OK, &standin.announced()));
    assert!(Standin::has_made_up(&answer.text), "{}", answer.text);
    for line in ["fall-2026  phase-1     2026-04-20..2026-06-19", "spring-2027  adjustment  2027-01-11"] {
        assert!(answer.text.lines().any(|told| told == line), "{line} is not in\n{}", answer.text);
    }
    standin.move_to(Some(moment("2027-08-30T19:00:00Z")));
    assert!(standin.announced().contains("spring-2028  phase-1"), "new terms come with the time");
}

#[tokio::test]
async fn terms_are_told_by_their_position() {
    let standin = small_campus(1);
    let current = get(&standin, "/sis/v2/terms?temporal-position=Current").await.json();
    assert!(current.get("apiResponse").is_none(), "version 2 is not wrapped");
    assert_eq!(current["httpStatus"]["code"], "200");
    assert_eq!(ids(&current), ["2268"]);
    let row = &current["response"]["terms"][0];
    assert_eq!((row["name"].as_str(), row["beginDate"].as_str()), (Some("2026 Fall"), Some("2026-08-19")));
    assert_eq!(row["sessions"][0]["id"], "1");
    assert_eq!(current["response"]["terms"].as_array().unwrap().len(), 4, "one row for each career");
    let next = get(&standin, "/sis/v2/terms?temporal-position=Next").await.json();
    assert_eq!(ids(&next), ["2272"]);
    let after_next = get(&standin, "/sis/v2/terms?temporal-position=Next&as-of-date=2027-05-14").await.json();
    assert_eq!(ids(&after_next), ["2275"]);
    let sessions: Vec<_> = after_next["response"]["terms"][0]["sessions"].as_array().unwrap().clone();
    let sessions: Vec<_> = sessions.iter().map(|session| session["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(sessions, ["6W1", "6W2", "8W", "10W", "3W"]);
    let previous = get(&standin, "/sis/v2/terms?temporal-position=Previous&as-of-date=2026-08-19").await.json();
    assert_eq!(ids(&previous), ["2265"]);
}

#[tokio::test]
async fn two_years_behind_are_known_and_no_more() {
    let standin = small_campus(1);
    let mut day = "2026-11-04".to_owned();
    let mut known = Vec::new();
    loop {
        let path = format!("/sis/v2/terms?temporal-position=Previous&as-of-date={day}&career-code=UGRD");
        let answer = get(&standin, &path).await;
        if answer.status == StatusCode::NOT_FOUND {
            assert_eq!(answer.json()["httpStatus"]["code"], "404");
            break;
        }
        let term = &answer.json()["response"]["terms"][0];
        known.push(term["id"].as_str().unwrap().to_owned());
        day = term["beginDate"].as_str().unwrap().to_owned();
    }
    assert_eq!(known, ["2265", "2262", "2258", "2255", "2252", "2248"]);
}

#[tokio::test]
async fn between_two_terms_there_is_no_current_one() {
    let standin = small_campus_at(1, "2026-12-25T20:00:00Z");
    let current = get(&standin, "/sis/v2/terms?temporal-position=Current").await;
    assert_eq!(current.status, StatusCode::NOT_FOUND);
    assert_eq!(ids(&get(&standin, "/sis/v2/terms?temporal-position=Next").await.json()), ["2272"]);
}

#[tokio::test]
async fn version_1_is_wrapped_and_terms_come_ten_to_a_page() {
    let standin = small_campus(1);
    let first = get(&standin, "/sis/v1/terms").await;
    assert_eq!(first.records("terms").len(), 10);
    let one = get(&standin, "/sis/v1/terms/2272").await.json();
    assert_eq!(ids(&one["apiResponse"]), ["2272"]);
    assert_eq!(get(&standin, "/sis/v2/terms/2192").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&standin, "/sis/v2/terms/2270").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_replay_knows_its_three_terms() {
    let Some(folder) = kit::real_data::folder("berkeley-sis-2016-2017", "the terms of the replay") else { return };
    let at = "2017-04-12T12:00:00Z";
    let standin = standing_at(StandinConfig::replay(folder, moment(at)), at).0;
    let all = get(&standin, "/sis/v2/terms?page-size=100").await.json();
    assert_eq!(ids(&all), ["2168", "2172", "2178"]);
    assert_eq!(ids(&get(&standin, "/sis/v2/terms?temporal-position=Current").await.json()), ["2172"]);
    assert_eq!(all["timeStamp"], at);
}
