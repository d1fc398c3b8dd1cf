//! What the operator turned off is not shown, and the pages say why.

use catalog::switches::Source;

use crate::world::{World, nothing_new};

const CS61A: &str = "/catalog/fall-2026/COMPSCI/61A";
const CATALOG: &str = "/catalog?term=fall-2026";
const OFF_AT: &str = "2026-09-01T18:00:00Z";
const REASON: &str = "The owner <of it> & others asked for it.";
const REASON_SHOWN: &str = "The reason: The owner &lt;of it&gt; &amp; others asked for it.";
const SINCE: &str = "Turned off <time datetime=\"2026-09-01T18:00:00Z\">11:00 am today</time>.";

async fn without(source: Source) -> World {
    let world = World::with_campus().await;
    world.switch_off(source, REASON, OFF_AT).await;
    world
}

#[tokio::test]
async fn grades_that_are_off_are_nowhere_and_the_pages_say_why() {
    let world = World::with_campus().await;
    for (path, words) in [(CS61A, ">B+<"), (CS61A, "id=\"grade-histogram"), (CATALOG, "B+")] {
        assert!(world.get(path).await.has(words), "{path}: {words}");
    }
    world.switch_off(Source::Grades, REASON, OFF_AT).await;
    for path in [CS61A, CATALOG, "/catalog/any/COMPSCI/61A"] {
        let page = world.get(path).await;
        for words in ["Grades are not shown.", SINCE, REASON_SHOWN] {
            assert!(page.has(words), "{path}: {words}");
        }
        for words in ["B+", "grade-histogram", "Grades imported", "no grades on record", "average grade"] {
            assert!(!page.has(words), "{path}: {words}");
        }
    }
    assert!(world.get(CS61A).await.has("1,567 of 1,560 taken"), "seats are still shown");
}

#[tokio::test]
async fn seats_that_are_off_are_nowhere_and_the_pages_say_why() {
    let world = without(Source::Enrollment).await;
    // The history is in the store, beside the snapshot: it must not even be asked for.
    world.store.take_away();
    for path in [CS61A, CATALOG, "/catalog/fall-2026/COMPSCI/61A?section=20001"] {
        let page = world.get(path).await;
        for words in ["Seats and enrollment are not shown.", SINCE, REASON_SHOWN] {
            assert!(page.has(words), "{path}: {words}");
        }
        for words in ["taken", "1,567", "waiting", "enrollment-curve", "reserved seats", "the source gives no counts"] {
            assert!(!page.has(words), "{path}: {words}");
        }
        assert!(!page.has("not available right now") && !page.has("Seats <time"), "{path}");
    }
    let page = world.get(CS61A).await;
    assert!(page.has("6 dis in words sections") && !page.has("6 dis in words sections, "));
    assert!(page.has(">B+<"), "grades are still shown");
    let home = world.get("/").await;
    assert!(home.has("Sections") && !home.has("Open seats"));
}

#[tokio::test]
async fn descriptions_that_are_off_are_nowhere_and_the_page_says_why() {
    let world = without(Source::Descriptions).await;
    let page = world.get(CS61A).await;
    for words in ["Descriptions are not shown.", SINCE, REASON_SHOWN, "Sample prerequisite 1A."] {
        assert!(page.has(words), "{words}");
    }
    assert!(!page.has("A made-up description") && !page.has("has no description"));
}

#[tokio::test]
async fn a_closed_api_is_told_at_the_foot_of_every_page() {
    let world = without(Source::PublicApi).await;
    for path in ["/", CATALOG, CS61A, "/no/such/page"] {
        let page = world.get(path).await;
        assert!(page.has("The public API is closed since") && page.has(REASON_SHOWN), "{path}");
    }
    assert!(world.get(CS61A).await.has("1,567 of 1,560 taken"), "the site goes on");
}

#[tokio::test]
async fn a_source_that_is_turned_on_again_is_shown_again_with_what_came_meanwhile() {
    let world = without(Source::Grades).await;
    world.publish(&nothing_new("2026-09-01T19:00:00Z"), &[]).await;
    assert!(world.get(CS61A).await.has("Grades are not shown."), "a publication does not turn it on");
    world.switch_on(Source::Grades, "2026-09-01T20:00:00Z").await;
    let page = world.get(CS61A).await;
    assert!(page.has(">B+<") && !page.has("Grades are not shown."));
}
