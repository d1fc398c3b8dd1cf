//! Enrollment moves with the clock; terms open and close.

use std::collections::{BTreeSet, HashMap};

use axum::http::StatusCode;
use serde_json::Value;

use crate::asking::{get, moment, number, sections, small_campus_at, sweep};

fn counts(sections: &[Value]) -> HashMap<i64, (i64, i64)> {
    let of = |section: &Value| {
        let enrolled = number(section, "/enrollmentStatus/enrolledCount");
        (number(section, "/id"), (enrolled, number(section, "/enrollmentStatus/waitlistedCount")))
    };
    sections.iter().map(of).collect()
}

fn students(sections: &[Value]) -> i64 {
    counts(sections).values().map(|(enrolled, _)| enrolled).sum()
}

#[tokio::test]
async fn a_term_fills_through_its_phases_and_freezes_at_its_end() {
    let standin = small_campus_at(3, "2026-09-26T19:00:00Z");
    // Spring 2027: phase 1 from 26 October, phase 2 from 23 November, instruction from 19 January.
    let mut filled = Vec::new();
    for now in ["2026-10-20T19:00Z", "2026-11-16T19:00Z", "2027-01-05T19:00Z", "2027-01-18T19:00Z"] {
        standin.move_to(Some(moment(now)));
        filled.push(students(&sections(&standin, 2272).await));
    }
    assert_eq!(filled[0], 0, "nobody enrolls before phase 1");
    assert!(filled[1] > 1_000 && filled.is_sorted(), "{filled:?}");
    standin.move_to(Some(moment("2027-05-20T12:00Z")));
    let end = counts(&sections(&standin, 2272).await);
    standin.move_to(Some(moment("2027-12-01T12:00Z")));
    assert_eq!(end, counts(&sections(&standin, 2272).await));
    let waiting: i64 = end.values().map(|(_, waiting)| waiting).sum();
    assert!(end.values().map(|(enrolled, _)| enrolled).sum::<i64>() < filled[3], "some leave");
    standin.move_to(Some(moment("2027-01-18T19:00Z")));
    let before: i64 = counts(&sections(&standin, 2272).await).values().map(|(_, waiting)| waiting).sum();
    assert!(waiting < before / 4, "waitlists drain: {before}, then {waiting}");
}

#[tokio::test]
async fn a_term_is_published_five_weeks_before_its_first_phase() {
    let standin = small_campus_at(3, "2026-09-20T19:00:00Z");
    let path = "/sis/v1/classes/sections?term-id=2272";
    assert_eq!(get(&standin, path).await.status, StatusCode::NOT_FOUND);
    standin.move_to(Some(moment("2026-09-21T19:00:00Z")));
    assert_eq!(get(&standin, path).await.status, StatusCode::OK);
    let long_ago = get(&standin, "/sis/v1/classes/sections?term-id=2238").await;
    assert_eq!(long_ago.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn updated_enrollments_are_those_that_differ_with_the_counts_of_now() {
    // In the middle of phase 1 of Spring 2027.
    let standin = small_campus_at(3, "2026-11-04T17:00:00Z");
    let before = counts(&sections(&standin, 2272).await);
    standin.move_to(Some(moment("2026-11-04T20:00:00Z")));
    let now = counts(&sections(&standin, 2272).await);
    let moved: BTreeSet<i64> = now.iter().filter(|(id, counts)| before[*id] != **counts).map(|(id, _)| *id).collect();
    let path = "/sis/v1/classes/sections/terms/2272/updated/enrollments?updated-after=2026-11-04T09:00:00";
    let updated = sweep(&standin, path, "classSections", 100).await;
    assert!(!moved.is_empty() && moved.len() < now.len() / 2, "{}", moved.len());
    assert_eq!(updated.iter().map(|record| number(record, "/id")).collect::<BTreeSet<_>>(), moved);
    assert!(
        updated
            .iter()
            .all(|record| counts(std::slice::from_ref(record))[&number(record, "/id")] == now[&number(record, "/id")])
    );
    let single = format!("/sis/v1/classes/sections/{}/term/2272/enrollment", moved.iter().next().unwrap());
    assert_eq!(get(&standin, &single).await.records("classSections").len(), 1);
    // Nobody enrolls at night.
    standin.move_to(Some(moment("2026-11-05T13:00:00Z")));
    let night = "/sis/v1/classes/sections/terms/2272/updated/enrollments?updated-after=2026-11-05T00:00:00";
    assert_eq!(get(&standin, night).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn courses_come_and_go_with_the_years() {
    let standin = small_campus_at(3, "2026-09-26T19:00:00Z");
    let active = || sweep(&standin, "/sis/v5/courses?status-code=ACTIVE", "courses", 500);
    let before = active().await.len();
    assert!(!sweep(&standin, "/sis/v5/courses?status-code=INACTIVE", "courses", 500).await.is_empty());
    let names = |courses: &[Value]| -> BTreeSet<String> {
        courses.iter().map(|course| course["displayName"].as_str().unwrap().to_owned()).collect()
    };
    let this_year = names(&active().await);
    standin.move_to(Some(moment("2027-09-26T19:00:00Z")));
    let next_year = names(&active().await);
    assert!(this_year.difference(&next_year).count() > 0 && next_year.difference(&this_year).count() > 0);
    assert!(next_year.len().abs_diff(before) < before / 20);
}
