//! Signing in and out: by a provider, as made-up people, and all the ways in which it must not go.

use std::sync::Arc;
use std::time::Duration;

use accounts::ports::{AccountStore, GuestStore, SessionStore};
use accounts::session::{SESSION_AGE_MAX, SESSION_IDLE_MAX, SessionToken};
use accounts::sign_in::{IdentityProvider, SignInError};
use async_trait::async_trait;
use catalog::fetched::Origin;
use http::StatusCode;
use planner::draft::ScheduleDraft;
use planner::ports::ScheduleStore;
use planner::schedule::{Owner, ScheduleName};

use web::config::{Config, SignIn};

use crate::browser::Browser;
use crate::world::{FALL, World};

/// A provider that signs in whom the code names, and knows what it was begun with.
struct Sure;

#[async_trait]
impl IdentityProvider for Sure {
    fn name(&self) -> &str {
        "Sample Provider"
    }

    async fn begin(&self, beginning: &accounts::sign_in::Beginning<'_>) -> Result<String, SignInError> {
        assert_eq!(beginning.redirect_uri, "https://staging.bt.example/sign-in/callback");
        assert!(beginning.state != beginning.nonce && beginning.code_challenge.len() == 43);
        Ok(format!("https://provider.example/authorize?state={}", beginning.state))
    }

    async fn finish(
        &self,
        returned: &accounts::sign_in::Return<'_>,
    ) -> Result<accounts::identity::Identity, SignInError> {
        assert_eq!(returned.redirect_uri, "https://staging.bt.example/sign-in/callback");
        match returned.code {
            "denied" => Err(SignInError::Denied),
            "expired" => Err(SignInError::Expired),
            "elsewhere" => Err(SignInError::NotOfTheCampus),
            "unverified" => Err(SignInError::EmailNotVerified),
            "forged" => Err(SignInError::Untrusted("a secret reason".to_owned())),
            "down" => Err(SignInError::ProviderDown { what: "a secret reason".to_owned(), source: None }),
            name => Ok(accounts::identity::Identity::new(&format!("{name}@berkeley.edu"), "Oski", "Bear").unwrap()),
        }
    }
}

async fn with_provider() -> World {
    World::with_campus_sign_in(Origin::Sis, Config::default(), |_| sure()).await
}

/// On staging: the browsers of these tests name the host `localhost`, which nobody believes.
fn sure() -> SignIn {
    SignIn::Provider { provider: Arc::new(Sure), own_url: "https://staging.bt.example".to_owned() }
}

/// Presses the button; gives the state that the provider was sent.
async fn begin(browser: &Browser<'_>, next: &str) -> String {
    let answer = browser.post("/sign-in", &format!("next={next}")).await;
    assert_eq!(answer.status, StatusCode::OK);
    let refresh = answer.header("refresh").to_owned();
    assert!(refresh.starts_with("0;url=https://provider.example/authorize?state="), "{refresh}");
    assert!(answer.has("href=\"https://provider.example/authorize"), "a link for browsers that stay");
    assert_eq!(answer.header("cache-control"), "no-store");
    refresh.rsplit('=').next().unwrap().to_owned()
}

#[tokio::test]
async fn somebody_signs_in_by_the_provider_and_comes_back_to_where_they_were() {
    let world = with_provider().await;
    let browser = Browser::at(&world);
    assert!(browser.get("/catalog?q=cs").await.has("href=\"/sign-in?next=%2Fcatalog%3Fq%3Dcs\""));
    assert!(browser.get("/sign-in").await.has("Continue with Sample Provider"));
    let state = begin(&browser, "%2Fcatalog%3Fq%3Dcs").await;
    let answer = browser.get(&format!("/sign-in/callback?state={state}&code=oski")).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/catalog?q=cs"));
    assert_eq!(browser.cookie("bt-signing-in"), None, "an attempt is good once");
    let page = browser.get("/catalog").await;
    assert!(page.has("<span class=\"account-name\">Oski</span>") && !page.has(">Sign in<"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(!page.headers.contains_key("etag"));
}

#[tokio::test]
async fn what_did_not_begin_here_is_refused() {
    let world = with_provider().await;
    let stranger = Browser::at(&world);
    let answer = stranger.get("/sign-in/callback?state=x&code=oski").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.has("That took too long."));

    let browser = Browser::at(&world);
    let state = begin(&browser, "%2F").await;
    for query in ["code=oski".to_owned(), "state=other&code=oski".to_owned(), format!("state={state}x&code=oski")] {
        begin(&browser, "%2F").await;
        let answer = browser.get(&format!("/sign-in/callback?{query}")).await;
        assert!(answer.has("could not be trusted"), "{query}: {}", answer.status);
        assert_eq!(browser.cookie("bt-session"), None, "{query}");
    }
    let state = begin(&browser, "%2F").await;
    let first = browser.get(&format!("/sign-in/callback?state={state}")).await;
    assert!(first.has("could not be trusted"), "no code");
    let again = browser.get(&format!("/sign-in/callback?state={state}&code=oski")).await;
    assert!(again.has("That took too long."), "the attempt is used up");
}

#[tokio::test]
async fn whoever_begins_in_two_tabs_comes_in_by_either() {
    let world = with_provider().await;
    let browser = Browser::at(&world);
    let (earlier, later) = (begin(&browser, "%2Fsaved").await, begin(&browser, "%2Fprofile").await);
    let refused = browser.get(&format!("/sign-in/callback?state={earlier}&code=oski")).await;
    assert!(refused.has("you began another one since"), "{}", refused.status);
    let came = browser.get(&format!("/sign-in/callback?state={later}&code=oski")).await;
    assert_eq!((came.status, came.header("location")), (StatusCode::SEE_OTHER, "/profile"));

    let session = browser.cookie("bt-session");
    for query in [format!("state={earlier}&code=oski"), format!("state={later}&code=oski")] {
        let again = browser.get(&format!("/sign-in/callback?{query}")).await;
        assert_eq!((again.status, again.header("location")), (StatusCode::SEE_OTHER, "/"), "the other tab, or back");
    }
    assert_eq!(browser.cookie("bt-session"), session, "and stays in");
}

#[tokio::test]
async fn each_reason_is_told_in_its_own_words_and_no_inner_ones() {
    let world = with_provider().await;
    let browser = Browser::at(&world);
    for (code, status, words) in [
        ("denied", 200, "You were not signed in."),
        ("expired", 400, "That took too long."),
        ("elsewhere", 403, "That is no campus account."),
        ("unverified", 403, "Your address is not verified."),
        ("forged", 400, "That sign-in could not be trusted."),
        ("down", 503, "The sign-in provider does not answer."),
        ("ana%2Bsample", 403, "That is no campus account."),
    ] {
        let state = begin(&browser, "%2Fprofile").await;
        let answer = browser.get(&format!("/sign-in/callback?state={state}&code={code}")).await;
        assert_eq!(answer.status.as_u16(), status, "{code}");
        assert!(answer.has(words) && !answer.has("secret reason"), "{code}");
        assert!(answer.has("name=\"next\" value=\"/profile\""), "{code}: the way back is kept");
        assert_eq!(browser.cookie("bt-session"), None);
    }
    let state = begin(&browser, "%2F").await;
    let declined = browser.get(&format!("/sign-in/callback?state={state}&error=access_denied")).await;
    assert!(declined.has("You were not signed in."));
}

#[tokio::test]
async fn the_way_back_never_leaves_the_site() {
    let world = World::with_campus().await;
    for evil in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "javascript%3Aalert(1)"] {
        let browser = Browser::at(&world);
        let answer = browser.post("/sign-in", &format!("sample=ana&next={evil}")).await;
        assert_eq!(answer.header("location"), "/", "{evil}");
        let page = Browser::at(&world).get(&format!("/sign-in?next={evil}")).await;
        assert!(page.has("name=\"next\" value=\"/\""), "{evil}");
    }
}

#[tokio::test]
async fn over_tls_the_cookies_are_bound_to_the_host() {
    let public_url = Some("https://berkeleytime.example".to_owned());
    let config = Config { public_url, secure_cookies: true, ..Config::default() };
    let world = World::with_campus_and(Origin::Demo, config).await;
    let browser = Browser::at(&world);
    let answer = browser.post("/sign-in", "sample=ana").await;
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-bt-session=") && cookie.ends_with("; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    assert!(browser.get("/profile").await.status.is_success());
    let planted = Browser::at(&world);
    planted.plant("bt-session", &browser.cookie("__Host-bt-session").unwrap());
    assert_eq!(planted.get("/profile").await.status, StatusCode::SEE_OTHER, "the plain name is not believed");
}

#[tokio::test]
async fn a_new_sign_in_ends_the_session_that_the_browser_had() {
    let world = World::with_campus().await;
    let browser = Browser::of(&world, "ana").await;
    let old = browser.cookie("bt-session").unwrap();
    browser.post("/sign-in", "sample=ana").await;
    assert_ne!(browser.cookie("bt-session").unwrap(), old);
    let thief = Browser::at(&world);
    thief.plant("bt-session", &old);
    assert_eq!(thief.get("/profile").await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get("/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_token_that_somebody_chose_opens_nothing() {
    let world = World::with_campus().await;
    let chosen = SessionToken::new([9; 32]).reveal();
    let victim = Browser::at(&world);
    victim.plant("bt-session", &chosen);
    victim.post("/sign-in", "sample=ana").await;
    assert_ne!(victim.cookie("bt-session").unwrap(), chosen, "a planted session is not taken over");
    let thief = Browser::at(&world);
    thief.plant("bt-session", &chosen);
    assert_eq!(thief.get("/profile").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_out_ends_it_here_or_everywhere() {
    let world = World::with_campus().await;
    let (desk, phone) = (Browser::of(&world, "ana").await, Browser::of(&world, "ana").await);
    let kept = desk.cookie("bt-session").unwrap();
    let out = desk.post("/sign-out", "").await;
    assert_eq!(out.header("location"), "/sign-in?done=out");
    assert_eq!(desk.cookie("bt-session"), None);
    desk.plant("bt-session", &kept);
    assert_eq!(desk.get("/profile").await.status, StatusCode::SEE_OTHER, "the old cookie opens nothing");
    assert_eq!(phone.get("/profile").await.status, StatusCode::OK);

    let desk = Browser::of(&world, "ana").await;
    phone.post("/sign-out/everywhere", "").await;
    assert_eq!(desk.get("/profile").await.status, StatusCode::SEE_OTHER);
    assert!(phone.get("/sign-in?done=everywhere").await.has("You are signed out everywhere."));
}

#[tokio::test]
async fn a_session_ends_when_it_is_old() {
    let world = World::with_campus().await;
    let browser = Browser::of(&world, "ana").await;
    world.clock.advance(Duration::try_from(SESSION_IDLE_MAX).unwrap() + Duration::from_secs(1));
    assert_eq!(browser.get("/profile").await.status, StatusCode::SEE_OTHER);
    assert!(SESSION_IDLE_MAX < SESSION_AGE_MAX);
}

#[tokio::test]
async fn what_a_guest_planned_comes_along() {
    let world = World::with_campus().await;
    let token = SessionToken::new([5; 32]);
    let now = "2026-09-01T21:10:00Z".parse().unwrap();
    let guest = world.people.begin_guest(token.hash(), now).await.unwrap();
    let name = ScheduleName::parse("My draft").ok();
    let draft = ScheduleDraft { name, ..ScheduleDraft::new(FALL.parse().unwrap()) };
    world.people.create(Owner::Guest(guest), &draft, now).await.unwrap();
    let browser = Browser::at(&world);
    browser.plant("bt-guest", &token.reveal());
    browser.post("/sign-in", "sample=ana").await;
    assert_eq!(browser.cookie("bt-guest"), None);
    let ana = world.people.person_by_username("ana+sample").await.unwrap().unwrap();
    let hers = world.people.schedules(Owner::Person(ana.id)).await.unwrap();
    assert_eq!(hers.iter().map(|schedule| schedule.name.to_string()).collect::<Vec<_>>(), ["My draft"]);
    assert_eq!(world.people.sessions(ana.id, now).await.unwrap().len(), 1);
}

#[tokio::test]
async fn sample_people_are_marked_and_live_on_demo_data_alone() {
    let world = World::with_campus().await;
    let page = Browser::at(&world).get("/sign-in").await;
    assert!(page.has("Sample sign-in.") && page.has("value=\"ana\"") && page.has("Staff Sample"));
    let nobody = Browser::at(&world).post("/sign-in", "sample=dean").await;
    assert_eq!(nobody.status, StatusCode::BAD_REQUEST);

    let real = World::with_campus_of(Origin::Sis).await;
    let browser = Browser::at(&real);
    assert!(browser.get("/sign-in").await.has("Nobody can sign in here yet."));
    assert_eq!(browser.post("/sign-in", "sample=staff").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn beside_a_real_provider_sample_people_and_their_old_sessions_are_nobody() {
    let world = World::with_campus_sign_in(Origin::Demo, Config::default(), |_| sure()).await;
    let identity = accounts::sign_in::SamplePerson::Staff.identity().unwrap();
    let now = "2026-09-01T21:10:00Z".parse().unwrap();
    let person = world.people.sign_in(&identity, now).await.unwrap().person;
    let token = SessionToken::new([3; 32]);
    world.people.open(person.id, token.hash(), None, now).await.unwrap();
    let browser = Browser::at(&world);
    browser.plant("bt-session", &token.reveal());
    assert_eq!(browser.get("/profile").await.status, StatusCode::SEE_OTHER);
    assert!(!browser.get("/sign-in").await.has("Sample sign-in"));
    let answer = browser.post("/sign-in", "sample=staff").await;
    assert!(answer.has("On the way to Sample Provider"), "the form's sample means nothing here");
}

#[tokio::test]
async fn other_sites_change_nothing() {
    let world = World::with_campus().await;
    let browser = Browser::of(&world, "ana").await;
    for (path, form) in [
        ("/sign-in", "sample=ben"),
        ("/sign-out", ""),
        ("/sign-out/everywhere", ""),
        ("/profile/settings", "major=x"),
        ("/profile/delete", "confirmation=ana%2Bsample"),
        ("/saved", "course=1&action=save"),
        ("/saved/collections", "name=x"),
        ("/-/theme", "theme=dark"),
    ] {
        let answer = browser.post_from_elsewhere(path, form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(answer.has("sent from another site"), "{path}");
    }
    assert_eq!(browser.get("/profile").await.status, StatusCode::OK);
}

#[tokio::test]
async fn tries_are_limited() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let mut last = StatusCode::OK;
    for _ in 0..130 {
        last = browser.post("/sign-in", "sample=nobody").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(browser.get("/sign-in").await.status, StatusCode::OK, "reading is not limited");
}
