//! Grades side by side.

use catalog::switches::Source;
use http::StatusCode;

use crate::answer::Answer;
use crate::world::World;

const ANN_AND_ALL: &str = "/grades?s=COMPSCI.61A.ann-sample&s=COMPSCI.61A";

/// The link of a word on the card of a number, as a browser follows it.
fn link(page: &Answer, word: &str, number: usize) -> Option<String> {
    let end = format!("\">{word}<span class=\"unseen\"> number {number}</span>");
    let before = page.body.split(&end).next().filter(|before| before.len() < page.body.len())?;
    before.rsplit("href=\"").next().map(|href| href.replace("&amp;", "&"))
}

#[tokio::test]
async fn selections_stand_side_by_side_with_their_averages_and_shares() {
    let world = World::with_campus().await;
    let page = world.get(ANN_AND_ALL).await;
    for words in
        ["Ann Sample, all terms", "All instructors, all terms", "100 letter grades", "150 letter grades", "66.7%"]
    {
        assert!(page.has(words), "{words}");
    }
    assert!(page.has("<svg") && page.has("id=\"grades-compared\"") && page.has("id=\"grades-compared-a-minus\""));
    assert!(page.has("2 · 66.7% (100 students), percentile 33 to 100"), "the percentile of the A");
    assert!(page.has("Grades imported <time") && page.has("through Fall 2025"));
}

#[tokio::test]
async fn everything_is_done_by_links_that_keep_the_rest() {
    let world = World::with_campus().await;
    let page = world.get(ANN_AND_ALL).await;
    assert_eq!(link(&page, "Remove", 1).unwrap(), "/grades?s=COMPSCI.61A");
    assert_eq!(link(&page, "Move up", 2).unwrap(), "/grades?s=COMPSCI.61A&s=COMPSCI.61A.ann-sample");
    assert_eq!(link(&page, "Move up", 1), None);
    let copy = link(&page, "Duplicate", 1).unwrap();
    let copied = world.get(copy.split('#').next().unwrap()).await;
    assert_eq!(copied.body.matches("compared-card").count(), 3);
    assert!(copied.has("Change number 2"), "the copy is there to be changed");
}

#[tokio::test]
async fn a_course_is_found_then_whose_grades_then_which_term() {
    let world = World::with_campus().await;
    let found = world.get("/grades?s=STAT.C8&find=structure").await;
    let course = "/grades?s=STAT.C8&amp;course=COMPSCI+61A#add";
    assert!(found.attributes("href").contains(&course), "{:?}", found.attributes("href"));
    let exact = world.get("/grades?find=cs+61a").await;
    assert!(exact.has("name=\"by\"") && exact.has("Bo O&#39;Sample") || exact.has("Bo O'Sample"));
    let theirs = world.get("/grades?s=STAT.C8&course=COMPSCI+61A&by=ann-sample").await;
    assert!(theirs.has("Fall 2024 · ") && !theirs.has("Fall 2025 · "), "only the terms that she graded");
    let added = world.get("/grades?s=STAT.C8&course=COMPSCI+61A&by=ann-sample&in=fall-2024&add=1").await;
    assert_eq!(added.status, StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(added.header("location"), "/grades?s=STAT.C8&s=COMPSCI.61A.ann-sample.fall-2024");
    let changed =
        world.get("/grades?s=STAT.C8&s=COMPSCI.61A&course=COMPSCI+61A&by=all&in=fall-2025&change=1&add=1").await;
    assert_eq!(changed.header("location"), "/grades?s=COMPSCI.61A.all.fall-2025&s=COMPSCI.61A");
    let nothing = world.get("/grades?find=zzzz").await;
    assert!(nothing.has("Nothing matches “zzzz”"));
}

#[tokio::test]
async fn what_is_unknown_or_ungraded_is_said_and_stays_in_the_address() {
    let world = World::with_campus().await;
    let path = "/grades?s=NOSUCH.1&s=PHYSICS.77&s=COMPSCI.61A.nobody&s=COMPSCI.61A.ann-sample.fall-2025\
                &s=COMPSCI.61A.all.yesterday&s=COMPSCI+61A~bo-osample~all";
    let page = world.get(path).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "We know no course of that name.",
        "No grades of this course are on record.",
        "Nobody of that name graded this course.",
        "They have no grades of this course in Fall 2025 on record.",
        "“yesterday” is no term.",
        "Bo O'Sample, all terms",
    ] {
        assert!(page.has(words), "{words}");
    }
    assert_eq!(page.body.matches("compared-card").count(), 6);
    let without = link(&page, "Remove", 6).unwrap();
    assert_eq!(without.matches("s=").count(), 5, "{without}");
    assert!(without.contains("s=NOSUCH.1&"), "{without}");
}

#[tokio::test]
async fn six_are_enough_and_more_are_named() {
    let world = World::with_campus().await;
    let page = world.get(&format!("/grades?{}", ["s=COMPSCI.61A"; 9].join("&"))).await;
    assert_eq!(page.body.matches("compared-card").count(), 6);
    assert!(page.has("the address names 3 more than the 6"));
    assert!(page.has("Six are compared") && link(&page, "Duplicate", 1).is_none());
}

#[tokio::test]
async fn the_addresses_of_the_earlier_site_lead_here_with_a_word() {
    let world = World::with_campus().await;
    for path in ["/grades/0-2321-fall-2019-denero", "/enrollment/1-44-spring-2021-all&0-45-fall-2020-12"] {
        let old = world.get(path).await;
        assert_eq!(old.status, StatusCode::TEMPORARY_REDIRECT, "{path}");
        assert!(world.get(old.header("location")).await.has("This link comes from the earlier site."), "{path}");
    }
}

#[tokio::test]
async fn grades_that_are_off_are_not_compared_and_the_page_says_why() {
    let world = World::with_campus().await;
    world.switch_off(Source::Grades, "The owner asked for it.", "2026-09-01T18:00:00Z").await;
    let page = world.get(ANN_AND_ALL).await;
    assert!(page.has("Grades are not shown.") && page.has("The owner asked for it."));
    assert!(page.has("compared-card") && !page.has("grades-compared-a\"") && !page.has("66.7%"));
    let ann = world.get("/instructors/ann-sample").await;
    assert!(!ann.has("grade-letter"));
}

#[tokio::test]
async fn nothing_that_is_sent_comes_back_as_markup_and_long_input_is_cut() {
    const SCRIPT: &str = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let world = World::with_campus().await;
    for path in [
        format!("/grades?s={SCRIPT}.1&s=COMPSCI.61A.{SCRIPT}.{SCRIPT}&find={SCRIPT}&change={SCRIPT}"),
        format!("/grades?course=COMPSCI+61A&by={SCRIPT}&in={SCRIPT}"),
        format!(
            "/enrollment?s={SCRIPT}&s=COMPSCI.61A.{SCRIPT}&s=COMPSCI.61A.fall-2026.{SCRIPT}&as={SCRIPT}&past={SCRIPT}"
        ),
        format!("/enrollment?course=COMPSCI+61A&in={SCRIPT}&section={SCRIPT}"),
        format!("/instructors?q={SCRIPT}&letter={SCRIPT}&page={SCRIPT}"),
        format!("/bugs?page={SCRIPT}"),
        format!("/grades?s={}", "A".repeat(5_000)),
        format!("/enrollment?{}", "s=COMPSCI.61A&".repeat(90)),
        "/grades?s=%00%FF.%F0&s=...&s=~~~&s=.&add=1".to_owned(),
    ] {
        let page = world.get(&path).await;
        assert!(page.status.is_success() || page.status.is_redirection(), "{path}: {}", page.status);
        assert!(!page.body.contains("<script>"), "{path}");
        assert!(page.body.matches("compared-card").count() <= 6, "{path}");
        let content = page.body.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap_or_default();
        assert!(!content.contains(&"A".repeat(200)), "{path}: a long selection is cut");
    }
}
