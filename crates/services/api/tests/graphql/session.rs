//! Who is signed in on the site is signed in here: by the same cookie, when the site's own page asks.

use accounts::ports::{AccountStore, SessionStore};
use accounts::session::SessionToken;
use accounts::sign_in::SamplePerson;
use api::config::Config;
use serde_json::json;

use crate::campus::at;
use crate::world::{Answer, World};

const USER: &str = "{ user { user { email } } }";
const NOW: &str = "2026-09-01T21:10:00Z";

async fn world(config: Config) -> (World, String) {
    let world = World::with(config).await;
    let ana = SamplePerson::Ana.identity().unwrap();
    let person = world.people.sign_in(&ana, at(NOW)).await.unwrap().person;
    let token = SessionToken::new([4; 32]);
    world.people.open(person.id, token.hash(), None, at(NOW)).await.unwrap();
    (world, token.reveal())
}

fn on_demo() -> Config {
    Config { sample_people: true, ..Config::default() }
}

async fn ask(world: &World, query: &str, headers: &[(&str, &str)]) -> Answer {
    let mut all = vec![("content-type", "application/json"), ("host", "localhost")];
    all.extend_from_slice(headers);
    world.post(&all, json!({ "query": query }).to_string()).await
}

#[tokio::test]
async fn the_cookie_of_the_site_says_who_asks() {
    let (world, token) = world(on_demo()).await;
    let cookie = format!("theme=dark; bt-session={token}");
    let answer = ask(&world, USER, &[("cookie", &cookie), ("sec-fetch-site", "same-origin")]).await;
    assert_eq!(answer.data(), json!({ "user": { "user": { "email": "ana+sample@berkeley.edu" } } }));
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let by_origin = ask(&world, USER, &[("cookie", &cookie), ("origin", "http://localhost")]).await;
    assert!(by_origin.text().contains("ana+sample@"), "{}", by_origin.text());
    let wrong = format!("bt-session={}", SessionToken::new([5; 32]).reveal());
    let nobody = ask(&world, USER, &[("cookie", &wrong), ("sec-fetch-site", "same-origin")]).await;
    assert!(!nobody.text().contains("@"), "{}", nobody.text());
}

#[tokio::test]
async fn what_another_site_asks_for_is_nobody_s() {
    let (world, token) = world(on_demo()).await;
    let cookie = format!("bt-session={token}");
    let change = "mutation { updateUser(major: \"stolen\") { user { major } } }";
    for from in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("x-nothing", "said"),
    ] {
        let asked = ask(&world, USER, &[("cookie", &cookie), from]).await;
        assert!(!asked.text().contains("ana+sample"), "{from:?}: {}", asked.text());
        let changed = ask(&world, change, &[("cookie", &cookie), from]).await;
        assert_eq!(changed.error(), "You do not have permission to perform this action", "{from:?}");
    }
    let person = world.people.person_by_username("ana+sample").await.unwrap().unwrap();
    assert_eq!(person.major.as_str(), "");
    let changed = ask(&world, change, &[("cookie", &cookie), ("sec-fetch-site", "same-origin")]).await;
    assert_eq!(changed.data()["updateUser"]["user"]["major"], "stolen", "the site's own page may");
}

#[tokio::test]
async fn a_form_of_another_site_is_no_json() {
    let (world, token) = world(on_demo()).await;
    let cookie = format!("bt-session={token}");
    let body = json!({ "query": "mutation { deleteUser { success } }" }).to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let headers = [("content-type", kind), ("cookie", &cookie), ("sec-fetch-site", "same-origin")];
        assert_eq!(world.post(&headers, body.clone()).await.status.as_u16(), 415, "{kind}");
    }
    assert!(world.people.person_by_username("ana+sample").await.unwrap().is_some());
}

#[tokio::test]
async fn signing_out_here_ends_the_session_everywhere_it_is_used() {
    let (world, token) = world(on_demo()).await;
    let cookie = format!("bt-session={token}");
    let own = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    assert_eq!(ask(&world, "mutation { logout { success } }", &own).await.data()["logout"]["success"], true);
    assert!(!ask(&world, USER, &own).await.text().contains("ana+sample"));
}

#[tokio::test]
async fn made_up_people_are_nobody_beside_a_real_provider() {
    let (world, token) = world(Config::default()).await;
    let cookie = format!("bt-session={token}");
    let answer = ask(&world, USER, &[("cookie", &cookie), ("sec-fetch-site", "same-origin")]).await;
    assert!(!answer.text().contains("ana+sample"), "{}", answer.text());
}

#[tokio::test]
async fn over_tls_only_the_cookie_that_is_bound_to_the_host_is_believed() {
    let own_url = Some("https://berkeleytime.example".to_owned());
    let (world, token) = world(Config { own_url, ..on_demo() }).await;
    let own = ("sec-fetch-site", "same-origin");
    let plain = format!("bt-session={token}");
    assert!(!ask(&world, USER, &[("cookie", &plain), own]).await.text().contains("ana+sample"));
    let bound = format!("__Host-bt-session={token}");
    assert!(ask(&world, USER, &[("cookie", &bound), own]).await.text().contains("ana+sample"));
}

#[tokio::test]
async fn without_the_setting_a_name_alone_is_nobody() {
    let (world, _) = world(on_demo()).await;
    let answer = ask(&world, USER, &[("x-test-identity", "ana+sample")]).await;
    assert!(!answer.text().contains("ana+sample"));
}
