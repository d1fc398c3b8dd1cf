//! Everybody who teaches, and one of them.

use http::StatusCode;

use crate::world::World;

#[tokio::test]
async fn everybody_is_listed_by_family_name() {
    let world = World::with_campus().await;
    let page = world.get("/instructors").await;
    for name in ["O&#39;Brien-Núñez, Sample", "Second-Person, Sample", "Wanderer, Sample", "Sample, Ann"] {
        assert!(page.has(name) || page.has(&name.replace("&#39;", "'")), "{name}");
    }
    assert!(page.has("two people of one name are one here"));
    let w = world.get("/instructors?letter=W").await;
    assert!(w.has("Wanderer, Sample") && !w.has("Second-Person, Sample") && w.has("1 name"));
    let found = world.get("/instructors?q=nunez").await;
    assert!(found.has("1 name") && found.has("/instructors/sample-obrien-nunez"));
    assert!(world.get("/instructors?q=zzz").await.has("Nobody is called “zzz”"));
    assert_eq!(world.get("/instructors?page=99&letter=%C3%A9").await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_shows_what_was_taught_and_how_it_was_graded_beside_everybody() {
    let world = World::with_campus().await;
    let teaching = world.get("/instructors/sample-second-person").await;
    assert!(teaching.has("<dt>Fall 2026</dt>") && teaching.has("/catalog/fall-2026/COMPSCI/61A"));
    assert!(teaching.has("No grades under this name are on record."));
    let graded = world.get("/instructors/ann-sample").await;
    for words in ["<h1>Ann Sample</h1>", "known from grades", "4.00", "+0.67", "one here"] {
        assert!(graded.has(words), "{words}");
    }
    let side_by_side = "/grades?s=COMPSCI.61A.ann-sample&amp;s=COMPSCI.61A";
    assert!(graded.attributes("href").contains(&side_by_side), "{:?}", graded.attributes("href"));
}

#[tokio::test]
async fn other_spellings_lead_to_the_one_address_and_nobody_helps() {
    let world = World::with_campus().await;
    let other = world.get("/instructors/Ann%20Sample").await;
    assert_eq!((other.status, other.header("location")), (StatusCode::PERMANENT_REDIRECT, "/instructors/ann-sample"));
    let nobody = world.get("/instructors/jo-wanderer").await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    assert!(nobody.has("/instructors/sample-wanderer") && nobody.has("name=\"q\""));
    let hostile = world.get(&format!("/instructors/{}", "%3Cscript%3E".repeat(60))).await;
    assert!(hostile.status == StatusCode::NOT_FOUND && !hostile.has("<script>"));
}
