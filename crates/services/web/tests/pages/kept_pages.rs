//! Finished pages are kept for everybody; they are never somebody's, nor of yesterday, nor of the time of a fault.

use accounts::session::SessionToken;
use http::{Method, StatusCode};

use crate::answer::Answer;
use crate::browser::Browser;
use crate::world::{World, at, nothing_new};

/// Pages that everybody shares.
const SHARED: [&str; 9] = [
    "/",
    "/catalog",
    "/catalog?q=61a&open=1",
    "/catalog/fall-2026/COMPSCI/61A",
    "/grades",
    "/enrollment",
    "/instructors",
    "/about",
    "/privacy",
];

/// Only a page that was made for this very request carries its promise.
fn is_made(page: &Answer) -> bool {
    page.promise.is_some()
}

#[tokio::test]
async fn a_kept_page_is_the_page_that_would_be_made_hours_later() {
    let world = World::with_campus().await;
    // Of a session that is long over: nobody is signed in, and nothing is kept for whoever says to be.
    let stranger = format!("bt-session={}", SessionToken::new([9; 32]).reveal());
    for path in SHARED {
        world.clock.set(at("2026-09-01T21:10:00Z"));
        let first = world.get(path).await;
        world.clock.set(at("2026-09-02T05:30:00Z"));
        let kept = world.get(path).await;
        assert!(is_made(&first) && !is_made(&kept), "{path}");
        let made = world.ask(Method::GET, path, &[("cookie", &stranger)], "").await;
        assert!(is_made(&made), "{path}");
        assert_eq!(first.body, kept.body, "{path}");
        assert_eq!(kept.body, made.body, "{path}");
        for name in ["cache-control", "content-type", "content-security-policy", "speculation-rules", "etag"] {
            assert!(!kept.header(name).is_empty() && first.header(name) == kept.header(name), "{path}: {name}");
        }
        let varies: Vec<_> = kept.headers.get_all("vary").iter().map(|each| each.to_str().unwrap()).collect();
        assert!(varies.contains(&"cookie"), "{path}: {varies:?}");
    }
}

#[tokio::test]
async fn a_new_day_a_new_version_and_other_colours_are_other_pages() {
    let world = World::with_campus().await;
    let page = "/catalog/fall-2026/COMPSCI/61A";
    assert!(is_made(&world.get(page).await) && !is_made(&world.get(page).await));
    let dark = world.ask(Method::GET, page, &[("cookie", "theme=dark")], "").await;
    assert!(is_made(&dark) && dark.has("data-theme=\"dark\""));
    world.publish(&nothing_new("2026-09-01T22:00:00Z"), &[]).await;
    assert!(is_made(&world.get(page).await) && !is_made(&world.get(page).await));
    world.clock.set(at("2026-09-02T12:00:00Z"));
    let next_day = world.get(page).await;
    assert!(is_made(&next_day) && next_day.has("yesterday"));
}

#[tokio::test]
async fn what_had_to_go_without_the_database_is_not_kept() {
    let world = World::with_campus().await;
    let (seen, unseen) = ("/catalog/fall-2026/COMPSCI/61A", "/catalog/fall-2026/COMPSCI/61B");
    world.get(seen).await;
    world.store.take_away();
    assert!(world.get(unseen).await.has("The history of enrollment is not available right now."));
    // The loss is known by now, and said on pages that were kept before it.
    assert!(world.get(seen).await.has("Live updates are interrupted."));
    world.store.give_back();
    assert!(!world.get(unseen).await.has("The history of enrollment is not available right now."));
    assert!(!world.get(seen).await.has("Live updates are interrupted."));
}

#[tokio::test]
async fn nothing_but_found_pages_is_kept() {
    let world = World::with_campus().await;
    for path in ["/catalog/fall-2026/COMPSCI/999", "/catalog/fall-2026/compsci/61a", "/grades/earlier", "/updates"] {
        let [first, second] = [world.get(path).await, world.get(path).await];
        assert_eq!((first.status, is_made(&first)), (second.status, is_made(&second)), "{path}");
        assert_ne!((first.status, is_made(&second)), (StatusCode::OK, false), "{path}");
    }
}

#[tokio::test]
async fn somebodys_page_is_made_for_them_alone() {
    let world = World::with_campus().await;
    let ana = Browser::of(&world, "ana").await;
    for path in SHARED {
        world.get(path).await;
        let hers = ana.get(path).await;
        assert!(is_made(&hers) && hers.has("Sign out"), "{path}");
        assert_eq!(hers.header("cache-control"), "no-store", "{path}");
        assert!(!world.get(path).await.has("Sign out"), "{path}");
    }
}
