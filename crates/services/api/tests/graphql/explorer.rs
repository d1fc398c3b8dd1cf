//! The explorer in a browser.

use http::StatusCode;

use crate::world::World;

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

#[tokio::test]
async fn a_browser_gets_a_page_with_a_form_operations_and_the_schema() {
    let world = World::new().await;
    let page = world.get("/api/graphql", &[BROWSER]).await;
    let text = page.text();
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    for part in [
        "<h1>GraphQL</h1>",
        "<textarea id=\"query\"",
        "id=\"CourseType\"",
        "href=\"#SectionTypeConnection!\"",
        "GetFilters",
    ] {
        assert_eq!(text.contains(part), !part.ends_with("!\""), "{part}");
    }
    assert!(!text.contains("<script>") && !text.contains("style="), "nothing inline");
    assert_eq!(text.matches("<h1").count(), 1);
    let dark = world.get("/api/graphql", &[BROWSER, ("cookie", "theme=dark")]).await;
    assert!(dark.text().contains("data-theme=\"dark\""));
}

#[tokio::test]
async fn every_operation_to_begin_with_is_answered_without_an_error() {
    let world = World::new().await;
    let page = world.get("/api/graphql", &[BROWSER]).await.text();
    let links: Vec<String> = page
        .split("href=\"/api/graphql?")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|query| query.replace("&amp;", "&"))
        .collect();
    assert_eq!(links.len(), 10);
    for link in links {
        world.get(&format!("/api/graphql?{link}"), &[]).await.data();
        let page = world.get(&format!("/api/graphql?{link}"), &[BROWSER]).await;
        assert!(
            page.status == StatusCode::OK && page.text().contains("<h2 id=\"answer-heading\">Answer</h2>"),
            "{link}"
        );
        assert_eq!(page.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn what_is_asked_is_shown_as_text_and_changes_nothing() {
    let world = World::new().await;
    let page =
        world.get("/api/graphql?query=%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E", &[BROWSER]).await.text();
    assert!(page.contains("&lt;/textarea&gt;&lt;script&gt;") && !page.contains("<script>alert"), "{page}");
    let change = world.get("/api/graphql?query=mutation%7Blogout%7Bsuccess%7D%7D", &[BROWSER]).await.text();
    assert!(change.contains("Changes are made by POST"));
}
