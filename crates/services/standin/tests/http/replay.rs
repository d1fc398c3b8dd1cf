//! Replay of the captured terms: the numbers that are known of them.

use std::collections::HashSet;

use axum::http::StatusCode;
use serde_json::Value;
use standin::config::StandinConfig;
use standin::server::Standin;

use crate::asking::{get, moment, standing_at, sweep};

/// The end of Fall 2016: the day after the last capture.
const AT: &str = "2017-04-12T12:00:00Z";

fn replay(needed_for: &str) -> Option<Standin> {
    let folder = kit::real_data::folder("berkeley-sis-2016-2017", needed_for)?;
    Some(standing_at(StandinConfig::replay(folder, moment(AT)), AT).0)
}

fn course_of(class: &Value) -> String {
    class["course"]["displayName"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_end_of_fall_2016_has_the_known_numbers() {
    let Some(standin) = replay("the known numbers of Fall 2016") else { return };
    let sections = sweep(&standin, "/sis/v1/classes/sections?term-id=2168", "classSections", 500).await;
    let classes = sweep(&standin, "/sis/v1/classes?term-id=2168", "classes", 500).await;
    let courses: HashSet<String> = classes.iter().map(course_of).collect();
    assert_eq!((sections.len(), classes.len(), courses.len()), (11_291, 7_072, 2_996));
    let ids: HashSet<u64> = sections.iter().map(|section| section["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), 11_291);
    let v4 = sweep(&standin, "/sis/v4/courses", "courses", 500).await;
    let v5 = sweep(&standin, "/sis/v5/courses?status-code=ACTIVE", "courses", 500).await;
    assert_eq!((v4.len(), v5.len()), (5_135, 5_135));
    assert!(v4.iter().all(|course| course["catalogNumber"]["formatted"].is_string()));
    assert!(v5.iter().all(|course| course["catalogNumber"].is_string()));
    let answer = get(&standin, "/sis/v1/classes/sections?term-id=2168").await;
    assert_eq!(answer.time_stamp(), "2017-04-12T01:05:00Z");
    assert_eq!(answer.headers["x-berkeleytime-standin"], "replay");
}

#[tokio::test]
async fn a_known_lecture_fills_as_it_did() {
    let Some(standin) = replay("the counts of COMPSCI 61A") else { return };
    let path = "/sis/v1/classes/sections?term-id=2168&subject-area-code=COMPSCI&catalog-number=61A\
                &component-code=LEC&section-number=001";
    let mut seen = Vec::new();
    for at in ["2016-04-20T12:00Z", "2016-07-19T16:00Z", "2016-08-03T16:00Z", "2016-09-01T05:00Z", AT] {
        standin.move_to(Some(moment(at)));
        let sections = get(&standin, path).await.records("classSections");
        assert_eq!(sections.len(), 1);
        let seats = &sections[0]["enrollmentStatus"];
        seen.push((seats["enrolledCount"].as_i64().unwrap(), seats["waitlistedCount"].as_i64().unwrap()));
    }
    assert_eq!(seen.iter().map(|(enrolled, _)| *enrolled).collect::<Vec<_>>(), [1, 694, 1_204, 1_532, 1_567]);
    assert_eq!(seen[3].1, 218);
}

#[tokio::test]
async fn a_term_is_not_published_before_its_first_snapshot() {
    let Some(standin) = replay("a term before its first snapshot") else { return };
    standin.move_to(Some(moment("2016-04-20T06:39:59Z")));
    let before = get(&standin, "/sis/v1/classes/sections?term-id=2168").await;
    assert_eq!(before.status, StatusCode::NOT_FOUND);
    standin.move_to(Some(moment("2016-04-20T06:40:00Z")));
    let first = get(&standin, "/sis/v1/classes/sections?term-id=2168").await;
    assert_eq!(first.status, StatusCode::OK);
    assert!(first.records("classSections")[0]["enrollmentStatus"].get("status").is_none());
    assert_eq!(get(&standin, "/sis/v1/classes/sections?term-id=2165").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn sections_known_by_counts_alone_are_there_and_not_printed() {
    let Some(standin) = replay("placeholders for sections without a record") else { return };
    standin.move_to(Some(moment("2016-09-02T03:00Z")));
    let sections = sweep(&standin, "/sis/v1/classes/sections?term-id=2168", "classSections", 500).await;
    assert_eq!(sections.len(), 17_630);
    let unknown: Vec<_> = sections.iter().filter(|section| course_of(&section["class"]) == "UNKNOWN 0").collect();
    assert!(!unknown.is_empty());
    assert!(unknown.iter().all(|section| section["printInScheduleOfClasses"] == false));
    let classes = sweep(&standin, "/sis/v1/classes?term-id=2168", "classes", 500).await;
    assert_eq!(classes.iter().filter(|class| course_of(class) == "UNKNOWN 0").count(), 1);
}

#[tokio::test]
async fn only_what_changed_between_two_snapshots_is_called_updated() {
    let Some(standin) = replay("updated enrollments") else { return };
    standin.move_to(Some(moment("2016-09-02T03:00Z")));
    // 21:00 on 1 September in Berkeley is 04:00 UTC on the 2nd: after the snapshot of 04:00 UTC on the 1st.
    let updated =
        |after: &str| format!("/sis/v1/classes/sections/terms/2168/updated/enrollments?updated-after={after}");
    let changed = sweep(&standin, &updated("2016-09-01T12:00:00"), "classSections", 500).await;
    assert!((1..10_000).contains(&changed.len()), "{}", changed.len());
    let nothing = get(&standin, &updated("2016-09-01T19:57:00")).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    let everything = sweep(&standin, &updated("2016-01-01T00:00:00"), "classSections", 500).await;
    assert_eq!(everything.len(), 17_630);
}

#[tokio::test]
async fn all_66_snapshots_are_named_and_can_be_stepped_through() {
    let Some(standin) = replay("the 66 snapshots") else { return };
    let snapshots = standin.snapshots();
    let counts: Vec<_> = snapshots.iter().map(|term| (term.term.number(), term.moments.len())).collect();
    assert_eq!(counts, [(2168, 29), (2172, 32), (2178, 5)]);
    let listed = get(&standin, "/standin/snapshots").await.json();
    assert_eq!(listed["2172"][0], "2016-10-07T04:37:00Z");
    for term in &snapshots {
        for at in &term.moments {
            standin.move_to(Some(*at));
            let answer = get(&standin, &format!("/sis/v1/classes/sections?term-id={}&page-size=1", term.term)).await;
            assert_eq!(answer.time_stamp(), at.to_string());
        }
    }
}
