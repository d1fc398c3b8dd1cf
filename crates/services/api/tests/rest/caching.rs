//! Nothing is stale, and what the client has is not sent again.

use catalog::switches::Source;
use http::{Method, StatusCode};

use crate::world::World;

#[tokio::test]
async fn an_answer_carries_what_is_needed_to_ask_again() {
    let world = World::new().await;
    for path in ["/api/v1/courses?limit=1", "/api/catalog/catalog_json/", "/api/v1/openapi.json"] {
        let answer = world.get(path).await;
        assert_eq!(answer.header("cache-control"), "public, no-cache", "{path}");
        assert_eq!(answer.header("last-modified"), "Wed, 01 Sep 2021 09:04:00 GMT", "{path}");
        let tag = answer.header("etag").to_owned();
        let again = world.ask(Method::GET, path, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
        assert_eq!(again.header("cache-control"), "public, no-cache", "{path}");
        let since = [("if-modified-since", "Wed, 01 Sep 2021 09:04:00 GMT")];
        assert_eq!(world.ask(Method::GET, path, &since).await.status, StatusCode::NOT_MODIFIED, "{path}");
    }
}

#[tokio::test]
async fn the_head_of_an_answer_has_no_body() {
    let world = World::new().await;
    let head = world.ask(Method::HEAD, "/api/v1/terms", &[]).await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    assert!(!head.header("etag").is_empty());
}

#[tokio::test]
async fn a_publication_is_seen_by_the_next_request() {
    let world = World::new().await;
    let before = world.json("/api/v1/terms").await["catalog_version"].as_i64().unwrap();
    world.publish_again("2021-09-02T09:04:00Z").await;
    let after = world.get("/api/v1/terms").await;
    assert!(after.json()["catalog_version"].as_i64().unwrap() > before);
    assert_eq!(after.header("last-modified"), "Thu, 02 Sep 2021 09:04:00 GMT");
}

#[tokio::test]
async fn a_switch_is_seen_by_the_next_request() {
    let world = World::new().await;
    let course = "/api/v1/courses/COMPSCI/61A";
    assert_ne!(world.json(course).await["data"]["description"], "");
    world.switch_off(Source::Descriptions, "Sample reason.", "2021-09-02T09:04:00Z").await;
    assert_eq!(world.json(course).await["data"]["description"], "");
    world.switch_on(Source::Descriptions, "2021-09-03T09:04:00Z").await;
    assert_ne!(world.json(course).await["data"]["description"], "");
}

#[tokio::test]
async fn requests_that_mean_the_same_have_one_answer() {
    let world = World::new().await;
    let one = world.get("/api/v1/courses?limit=02&open=false").await;
    let other = world.get("/api/v1/courses?open=false&limit=2").await;
    assert_eq!(one.header("etag"), other.header("etag"));
}
