//! What every client must get right: keys, pages, errors.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use standin::config::{Keys, Source, StandinConfig};

use crate::asking::{NOW, get, send, small_campus, standing_at};

#[tokio::test]
async fn without_keys_nothing_is_told() {
    let standin = small_campus(1);
    for path in ["/sis/v5/courses", "/sis/v1/classes?term-id=2268", "/sis/v1/nothing"] {
        let answer = send(&standin, Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answer.json()["apiResponse"]["httpStatus"]["code"], "401");
    }
    let empty = Request::get("/sis/v5/courses").header("app_id", "id").header("app_key", "");
    assert_eq!(send(&standin, empty.body(Body::empty()).unwrap()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn only_the_configured_keys_are_accepted() {
    let keys = Keys { app_id: "some-id".to_owned(), app_key: "another-key".to_owned() };
    assert!(!format!("{keys:?}").contains("another-key"));
    let source = Source::Demo { seed: 1, courses: 400 };
    let config = StandinConfig { source, keys: Some(keys), ..StandinConfig::demo(1) };
    let standin = standing_at(config, NOW).0;
    assert_eq!(get(&standin, "/sis/v5/courses").await.status, StatusCode::UNAUTHORIZED);
    let right = Request::get("/sis/v5/courses").header("app_id", "some-id").header("app_key", "another-key");
    assert_eq!(send(&standin, right.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn past_the_end_and_without_a_match_it_says_404() {
    let standin = small_campus(1);
    for path in [
        "/sis/v5/courses?page-number=1000",
        "/sis/v5/courses?subject-area-code=NOSUCH",
        "/sis/v1/classes/sections?term-id=2268&page-number=1000",
        "/sis/v1/classes/sections?term-id=2268&subject-area-code=COMPSCI&catalog-number=999",
        "/sis/v1/classes/sections?term-id=2298",
        "/sis/v1/classes/sections/1?term-id=2268",
        "/sis/v1/nothing",
    ] {
        let answer = get(&standin, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let status = &answer.json()["apiResponse"]["httpStatus"];
        assert_eq!((&status["code"], &status["description"]), (&"404".into(), &"Not Found".into()));
        assert!(status["formalDescription"].as_str().unwrap().starts_with("No data found for"));
    }
}

#[tokio::test]
async fn pages_follow_the_rules_of_the_sis() {
    let standin = small_campus(1);
    let size = async |path: &str| get(&standin, path).await.records("classSections").len();
    assert_eq!(size("/sis/v1/classes/sections?term-id=2268").await, 50);
    assert_eq!(size("/sis/v1/classes/sections?term-id=2268&page-size=500").await, 500);
    let first = get(&standin, "/sis/v1/classes/sections?term-id=2268&page-number=1").await.records("classSections");
    let zeroth = get(&standin, "/sis/v1/classes/sections?term-id=2268&page-number=0").await.records("classSections");
    assert_eq!(first, zeroth);
    for (path, status) in [
        ("/sis/v1/classes/sections?term-id=2268&page-size=501", StatusCode::INTERNAL_SERVER_ERROR),
        ("/sis/v1/classes?term-id=2268&page-size=5000", StatusCode::INTERNAL_SERVER_ERROR),
        ("/sis/v1/classes?term-id=2268&page-size=0", StatusCode::BAD_REQUEST),
        ("/sis/v1/classes?term-id=2268&page-number=-1", StatusCode::BAD_REQUEST),
        ("/sis/v1/classes?term-id=fall", StatusCode::BAD_REQUEST),
        ("/sis/v1/classes", StatusCode::BAD_REQUEST),
        ("/sis/v1/classes/sections/12345", StatusCode::BAD_REQUEST),
        ("/sis/v2/terms?as-of-date=yesterday", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(get(&standin, path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn filters_narrow_down() {
    let standin = small_campus(1);
    let path = "/sis/v1/classes/sections?term-id=2268&subject-area-code=MATH&catalog-number=1A&page-size=500";
    let all = get(&standin, path).await.records("classSections");
    let second = get(&standin, &format!("{path}&class-number=002")).await.records("classSections");
    let lectures = get(&standin, &format!("{path}&component-code=LEC")).await.records("classSections");
    let primary = get(&standin, &format!("{path}&include-secondary=false")).await.records("classSections");
    assert!(second.len() < all.len() && second.iter().all(|section| section["class"]["number"] == "002"));
    assert_eq!((lectures.len(), primary.len()), (2, 2));
    let id = second[0]["id"].as_i64().unwrap();
    let one = get(&standin, &format!("/sis/v1/classes/sections/{id}?term-id=2268")).await.records("classSections");
    assert_eq!(one, second[..1]);
    let cancelled = get(&standin, "/sis/v1/classes?term-id=2268&status-code=X&page-size=500").await.records("classes");
    assert!(!cancelled.is_empty() && cancelled.iter().all(|class| class["status"]["code"] == "X"));
}
