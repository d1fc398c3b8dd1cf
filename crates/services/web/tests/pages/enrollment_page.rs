//! Enrollment side by side.

use catalog::switches::Source;
use http::StatusCode;

use crate::world::{World, observation};

const BOTH: &str = "/enrollment?s=COMPSCI.61A.fall-2026&s=COMPSCI.61B.fall-2026.20002";

#[tokio::test]
async fn courses_and_sections_are_laid_over_one_another() {
    let world = World::with_campus().await;
    world.publish(&observation("2026-09-03T19:00:00Z", 20001, [1500, 1560, 12]), &[]).await;
    let page = world.get(BOTH).await;
    for words in ["Fall 2026, all primary sections", "Fall 2026, LEC 001", "1,500 of 1,560", "400 of 700", "57%"] {
        assert!(page.has(words), "{words}");
    }
    assert!(
        page.has("id=\"enrollment-compared\"") && page.has("1 · 1,567 of 1,560 taken (100%), 218 waiting"),
        "{}",
        page.body
    );
    assert!(page.has("Its phases are not known: day 1 is the first observation."));
    let students = world.get(&format!("{BOTH}&as=students")).await;
    assert!(students.has("line-waits") && !page.has("line-waits"));
}

#[tokio::test]
async fn past_terms_are_told_as_counts() {
    let world = World::with_campus().await;
    world.publish(&observation("2026-09-03T19:00:00Z", 20001, [1500, 1560, 12]), &[]).await;
    let page = world.get(BOTH).await;
    let past = page.body.split("id=\"past\"").nth(1).unwrap();
    // Full when it was first counted; after that 67 left, and the list went from 218 to 12.
    for words in ["What happened in past terms of COMPSCI 61A", ">67<", ">206<", ">218<", ", so far"] {
        assert!(past.contains(words), "{words}");
    }
    assert!(!past.contains("Spring 2026"), "it was counted only when it was over");
    assert!(!page.has("probab") && !page.has("chance"));
    let other = world.get(&format!("{BOTH}&past=COMPSCI+61B")).await;
    assert!(other.has("What happened in past terms of COMPSCI 61B"));
}

#[tokio::test]
async fn a_course_is_found_then_its_term_then_a_section() {
    let world = World::with_campus().await;
    let step = world.get("/enrollment?find=cs+61a").await;
    assert!(step.has("<option value=\"fall-2026\" selected>Fall 2026</option>") && step.has("value=\"20001\""));
    let added = world.get("/enrollment?course=COMPSCI+61A&in=fall-2026&section=20001&add=1").await;
    assert_eq!(added.header("location"), "/enrollment?s=COMPSCI.61A.fall-2026.20001");
    let of_another_term = world.get("/enrollment?course=COMPSCI+61A&in=spring-2026&section=20001&add=1").await;
    assert_eq!(of_another_term.header("location"), "/enrollment?s=COMPSCI.61A.spring-2026");
}

#[tokio::test]
async fn what_is_unknown_or_cannot_be_read_is_said() {
    let world = World::with_campus().await;
    let path = "/enrollment?s=NOSUCH.1.fall-2026&s=COMPSCI.61B.spring-2026&s=COMPSCI.61A.fall-2026.99999&s=COMPSCI.61A.later\
                &s=PHYSICS.77&s=STAT.C8.fall-2026";
    let page = world.get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "We know no course of that name.",
        "It has no classes in Spring 2026.",
        "It has no section of that class number in Fall 2026.",
        "“later” is no term.",
        "None of the terms that we know has a class of it.",
        "No counts have been recorded.",
    ] {
        assert!(page.has(words), "{words}");
    }
    world.store.take_away();
    let gone = world.get("/enrollment?s=MATH.1.fall-2026").await;
    assert!(gone.status == StatusCode::OK && gone.has("The history of enrollment is not available right now."));
}

#[tokio::test]
async fn counts_below_zero_are_nobody() {
    let world = World::with_campus().await;
    let page = world.get("/enrollment?s=DATA.C8.fall-2026").await;
    assert!(
        page.has("0 of 100") && !page.has(">-") && !page.has(" -1 ") && !page.has("(-"),
        "no −1 students, no −100 percent"
    );
}

#[tokio::test]
async fn enrollment_that_is_off_is_not_even_read() {
    let world = World::with_campus().await;
    world.switch_off(Source::Enrollment, "The owner asked for it.", "2026-09-01T18:00:00Z").await;
    world.store.take_away();
    let page = world.get(BOTH).await;
    assert!(page.has("Seats and enrollment are not shown.") && page.has("The owner asked for it."));
    assert!(!page.has("1,567") && !page.has("not available right now") && !page.has("id=\"past\""));
}
