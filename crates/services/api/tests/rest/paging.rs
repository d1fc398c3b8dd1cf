//! Lists in pages.

use serde_json::Value;

use crate::world::World;

/// All rows of a list, page by page, and how many pages there were.
async fn walk(world: &World, first: &str) -> (Vec<Value>, usize) {
    let (mut rows, mut pages, mut next) = (Vec::new(), 0, Some(first.to_owned()));
    while let Some(address) = next {
        let answer = world.get(&address).await;
        let page = answer.json();
        rows.extend(page["data"].as_array().unwrap().iter().cloned());
        pages += 1;
        next = page["next"].as_str().map(str::to_owned);
        let link = next.as_ref().map(|next| format!("<{next}>; rel=\"next\"")).unwrap_or_default();
        assert_eq!(answer.header("link"), link);
        assert!(pages < 50, "the list never ends");
    }
    (rows, pages)
}

#[tokio::test]
async fn pages_together_are_the_list() {
    let world = World::new().await;
    for (list, limit) in [
        ("/api/v1/courses?any_term=true", 3),
        ("/api/v1/courses?q=sample&sort=grade", 1),
        ("/api/v1/grades?", 2),
        ("/api/v1/playlists?category=university&category=units", 1),
        ("/api/v1/instructors?", 1),
    ] {
        let whole = world.json(&format!("{list}&limit=200")).await;
        let (rows, pages) = walk(&world, &format!("{list}&limit={limit}")).await;
        let total = usize::try_from(whole["total"].as_u64().unwrap()).unwrap();
        assert_eq!(Value::Array(rows), whole["data"], "{list}");
        assert_eq!((pages, whole["next"].is_null()), (total.div_ceil(limit), true), "{list}");
    }
}

#[tokio::test]
async fn a_kept_page_still_leads_to_the_next_one() {
    let world = World::new().await;
    let first = world.get("/api/v1/courses?limit=2").await;
    let again = world.get("/api/v1/courses?limit=2").await;
    assert_eq!(again.header("link"), first.header("link"));
    assert!(first.header("link").ends_with("rel=\"next\""));
}

#[tokio::test]
async fn a_cursor_behind_the_end_gives_an_empty_page() {
    let world = World::new().await;
    let page = world.json("/api/v1/courses?cursor=999999999-0").await;
    assert_eq!((page["data"].as_array().unwrap().len(), &page["next"]), (0, &Value::Null));
}
