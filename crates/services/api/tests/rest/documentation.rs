//! The page of documentation.

use http::{Method, StatusCode};
use serde_json::Value;

use crate::world::World;

#[tokio::test]
async fn every_endpoint_is_on_the_page_with_an_answer_of_the_running_catalog() {
    let world = World::new().await;
    let page = world.get("/api/docs").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.body.matches("<h1").count(), 1);
    assert!(page.body.contains("<html lang=\"en\">") && page.body.contains("<title>API · Berkeleytime</title>"));
    let document: Value = serde_json::from_str(&api::openapi::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    for path in paths.keys() {
        assert!(page.body.contains(&format!("GET {path}")), "{path}");
    }
    let examples = page.body.matches("<summary>Example</summary>").count();
    assert_eq!(examples, paths.len() - 1, "all but the document itself");
    assert!(!page.body.contains("<script>alert('title')"), "a course's title is no markup");
}

#[tokio::test]
async fn every_example_on_the_page_is_found() {
    let world = World::new().await;
    let page = world.get("/api/docs").await.body;
    let addresses = page.split("class=\"address\"><a href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    for address in addresses {
        world.json(&address.replace("&amp;", "&")).await;
    }
}

#[tokio::test]
async fn the_page_comes_in_the_readers_colours() {
    let world = World::new().await;
    let dark = world.ask(Method::GET, "/api/docs", &[("cookie", "theme=dark")]).await;
    assert!(dark.body.contains("data-theme=\"dark\""));
    assert!(!world.get("/api/docs").await.body.contains("data-theme"));
    assert!(dark.headers.get_all("vary").iter().any(|value| value == "cookie"));
}

#[tokio::test]
async fn the_page_is_there_before_the_first_catalog() {
    let page = World::empty().get("/api/docs").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("GET /api/v1/courses"));
}

#[tokio::test]
async fn the_root_leads_to_the_page() {
    let world = World::new().await;
    for path in ["/api", "/api/"] {
        let answer = world.get(path).await;
        assert!(answer.status.is_redirection(), "{path}");
        assert_eq!(answer.header("location"), "/api/docs", "{path}");
    }
}
