//! From nothing to the first catalog, and from version to version.

use axum::body::Body;
use http::{Request, StatusCode};
use tower::ServiceExt;

use crate::world::{World, at, nothing_new};

#[tokio::test]
async fn before_the_first_catalog_the_reader_is_asked_to_wait() {
    let world = World::empty();
    for path in ["/", "/catalog", "/catalog/fall-2026/COMPSCI/61A"] {
        let page = world.get(path).await;
        assert_eq!((page.status, page.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"), "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert!(page.has("The catalog is being loaded.") && page.body.matches("<h1").count() == 1, "{path}");
    }
    assert_eq!(world.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(world.get("/readyz").await.has("no catalog is loaded yet"));
    assert_eq!(world.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(world.get("/-/design").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_new_version_is_shown_and_no_request_fails_meanwhile() {
    let world = World::with_campus().await;
    let router = world.router();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let asking = tokio::spawn(async move {
        let mut asked = 0_u32;
        while !*stopped.borrow() || asked == 0 {
            let request = Request::get("/catalog?q=cs61a").body(Body::empty()).unwrap();
            assert_eq!(router.clone().oneshot(request).await.unwrap().status(), StatusCode::OK);
            asked += 1;
            tokio::task::yield_now().await;
        }
        asked
    });
    for hour in 10..20 {
        world.publish(&nothing_new(&format!("2026-09-01T{hour}:00:00Z")), &[]).await;
    }
    stop.send_replace(true);
    assert!(asking.await.unwrap() > 0);
    let ready = world.get("/readyz").await;
    assert!(
        ready.has("\"catalog_version\":12") || ready.has("\"published_at\":\"2026-09-01T19:00:00Z\""),
        "{}",
        ready.body
    );
}

#[tokio::test]
async fn a_version_published_while_the_database_was_away_is_found_afterwards() {
    let world = World::with_campus().await;
    world.store.take_away();
    assert!(world.get("/catalog/fall-2026/COMPSCI/61A").await.has("is not available right now"));
    world.store.give_back();
    world.publish(&nothing_new("2026-09-01T15:00:00Z"), &[]).await;
    world.clock.set(at("2026-09-01T15:00:10Z"));
    assert!(world.get("/readyz").await.has("\"age_seconds\":10"));
}
