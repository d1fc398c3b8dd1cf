//! Input that nobody sends by mistake.

use http::{Method, StatusCode};

use crate::world::World;

const SCRIPT: &str = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";

#[tokio::test]
async fn nothing_that_is_sent_comes_back_as_markup() {
    let world = World::with_campus().await;
    for path in [
        format!("/catalog?q={SCRIPT}"),
        format!("/catalog?q=%22%3E{SCRIPT}"),
        format!("/catalog?university={SCRIPT}&{SCRIPT}={SCRIPT}&sort={SCRIPT}&term={SCRIPT}&page={SCRIPT}"),
        format!("/catalog/fall-2026/{SCRIPT}/{SCRIPT}"),
        format!("/catalog/{SCRIPT}/COMPSCI/61A"),
        format!("/catalog/fall-2026/COMPSCI/61A?instructor={SCRIPT}&section={SCRIPT}&graded={SCRIPT}"),
        format!("/{SCRIPT}"),
        "/catalog/fall-2026/HISTORY/7A".to_owned(),
    ] {
        let page = world.get(&path).await;
        assert!(page.status != StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        assert_eq!(
            page.tags("script"),
            [" type=\"module\" src=\"".to_owned() + design::assets::SCRIPT.path + "\""],
            "{path}"
        );
    }
    assert!(world.get("/catalog?q=7a").await.has("&lt;script&gt;alert('title')&lt;/script&gt; &amp; Other Stories"));
}

#[tokio::test]
async fn long_and_broken_input_is_cut_and_told() {
    let world = World::with_campus().await;
    let long = world.get(&format!("/catalog?q={}", "cs61a".repeat(1_000))).await;
    assert_eq!(long.status, StatusCode::OK);
    assert!(long.has("everything after the first 100 characters of the search"));
    let many: Vec<String> = (0..400).map(|n| format!("level=made-up-{n}")).collect();
    let many = world.get(&format!("/catalog?{}", many.join("&"))).await;
    assert_eq!(many.status, StatusCode::OK);
    assert!(many.body.matches("notice-warning").count() <= 6);
    for path in [
        "/catalog?q=%FF%FE%00",
        "/catalog?%",
        "/catalog?=&==&&&",
        "/catalog?page=-1",
        "/catalog?page=99999999999999999999",
    ] {
        assert_eq!(world.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn addresses_that_play_tricks_find_nothing() {
    let world = World::with_campus().await;
    for path in [
        "/catalog/..%2F..%2Fetc/passwd/61A",
        "/catalog/fall-2026/%2e%2e/61A",
        "/catalog/fall-2026/COMPSCI/%00",
        "/catalog/fall-2026/COMPSCI/61A%0d%0aX-Evil:%201",
        "/catalog/fall-2026/O'Brien-N%C3%BA%C3%B1ez/61A",
        "/catalog/99999/COMPSCI/61A",
        "/catalog/fall-2026/COMPSCI/61A/extra",
        "/-/assets/../../Cargo.toml",
    ] {
        let page = world.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!page.headers.contains_key("x-evil"), "{path}");
    }
    let endless = format!("/catalog/fall-2026/{}/61A", "A".repeat(5_000));
    assert_eq!(world.get(&endless).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn bytes_that_are_no_text_in_an_address_are_refused_with_a_page() {
    let world = World::with_campus().await;
    let page = world.get("/catalog/fall-2026/%FF/61A").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.has("<h1>"));
}

#[tokio::test]
async fn redirects_stay_on_the_site() {
    let world = World::with_campus().await;
    for path in [
        "/catalog/Fall%202026/cs/61a?x=//evil.example",
        "/catalog/2268/compsci/61a?x=%0d%0a",
        "/catalog/cs/61a",
        "/catalog/fall-2026",
        "/catalog/fall-2026/cs",
    ] {
        let page = world.get(path).await;
        assert!(page.status.is_redirection(), "{path}: {}", page.status);
        assert!(page.header("location").starts_with("/catalog"), "{path}: {}", page.header("location"));
    }
}

#[tokio::test]
async fn other_methods_are_refused_with_a_page() {
    let world = World::with_campus().await;
    for (method, path) in [(Method::POST, "/catalog"), (Method::DELETE, "/"), (Method::GET, "/-/theme")] {
        let page = world.ask(method, path, &[], "").await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert!(page.has("<h1>"), "{path}");
    }
}
