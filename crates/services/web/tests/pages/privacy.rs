//! Nobody sees another person's data: every route of the site as nobody, as Ana, as Ben. A route that is not in the table
//! fails the test: whoever adds one says here what it shows to whom.

use std::collections::BTreeSet;

use accounts::alerts::{
    Alert, AlertOutbox, AlertStore, Detail, Headline, Kind as News, Kinds, NewWatch, Pace, Path, Told, Watched,
};
use accounts::collection::CollectionName;
use accounts::ports::{AccountStore, CollectionStore, SessionStore};
use accounts::settings::{Major, SettingsChange};
use catalog::ids::CourseId;
use http::StatusCode;
use planner::draft::ScheduleDraft;
use planner::ports::{PersonalData, ScheduleStore};
use planner::schedule::{Owner, ScheduleName};

use crate::browser::Browser;
use crate::world::{FALL, World, at};

/// What a route does for whom.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The same for everybody.
    Same,
    /// Somebody's own; nobody is led to the sign-in.
    Own,
    /// Somebody's own, and nobody's own too.
    OwnOrEmpty,
    /// Somebody's own, by a key in the address that is nothing to others.
    Keyed,
    /// A form changes it; `#` in the path stands for the key of something of Ana's.
    Form(&'static str),
}

use Kind::{Form, Keyed, Own, OwnOrEmpty, Same};

/// Every route: its pattern, an address of it, and what it is.
const ROUTES: &[(&str, &str, Kind)] = &[
    ("/", "/", Same),
    ("/catalog", "/catalog?q=cs", Same),
    ("/catalog/{term}", "/catalog/fall-2026", Same),
    ("/catalog/{term}/{subject}", "/catalog/fall-2026/COMPSCI", Same),
    ("/catalog/{term}/{subject}/{number}", "/catalog/fall-2026/COMPSCI/61A", Same),
    ("/grades", "/grades", Same),
    ("/grades/{*earlier}", "/grades/0-1-all-all", Same),
    ("/enrollment", "/enrollment", Same),
    ("/enrollment/{*earlier}", "/enrollment/0-1-fall-2016", Same),
    ("/updates", "/updates", Same),
    ("/instructors", "/instructors", Same),
    ("/instructors/{slug}", "/instructors/second-person", Same),
    ("/about", "/about", Same),
    ("/faq", "/faq", Same),
    ("/releases", "/releases", Same),
    ("/privacy", "/privacy", Same),
    ("/terms", "/terms", Same),
    ("/legal/privacy", "/legal/privacy", Same),
    ("/legal/terms", "/legal/terms", Same),
    ("/landing", "/landing", Same),
    ("/bugs", "/bugs", Same),
    ("/bugs", "/bugs", Form("text=a+report&page=%2F")),
    // For staff, who are neither Ana nor Ben.
    ("/reports", "/reports", Same),
    ("/planner", "/planner", OwnOrEmpty),
    ("/planner", "/planner", Form("term=fall-2026&name=x")),
    ("/planner/compare", "/planner/compare?a=#schedule&b=#schedule", OwnOrEmpty),
    ("/planner/add", "/planner/add?course=1&term=fall-2026", OwnOrEmpty),
    ("/planner/add", "/planner/add", Form("course=1&term=fall-2026&into=#schedule")),
    ("/planner/{schedule}", "/planner/#schedule", Keyed),
    ("/planner/{schedule}", "/planner/#schedule", Form("name=stolen&action=rename&do=rename")),
    ("/planner/{schedule}/generate", "/planner/#schedule/generate", Keyed),
    ("/planner/{schedule}/delete", "/planner/#schedule/delete", Keyed),
    ("/planner/{schedule}/delete", "/planner/#schedule/delete", Form("confirm=1")),
    ("/planner/{schedule}/duplicate", "/planner/#schedule/duplicate", Form("")),
    ("/planner/{schedule}/history", "/planner/#schedule/history", Keyed),
    ("/planner/{schedule}/history", "/planner/#schedule/history", Form("version=1&action=undo")),
    ("/planner/{schedule}/share", "/planner/#schedule/share", Keyed),
    ("/planner/{schedule}/share", "/planner/#schedule/share", Form("action=make&kind=anonymous")),
    ("/planner/{schedule}/calendar.ics", "/planner/#schedule/calendar.ics", Keyed),
    // What hangs on a link is for whoever was given it; these are links that nobody was given.
    ("/calendar/{link}", "/calendar/018f0000-0000-7000-8000-000000000001", Same),
    ("/s/{link}", "/s/018f0000-0000-7000-8000-000000000001", Same),
    ("/s/{link}", "/s/018f0000-0000-7000-8000-000000000001", Form("")),
    ("/-/design", "/-/design", Same),
    ("/-/theme", "/-/theme", Form("theme=dark")),
    ("/robots.txt", "/robots.txt", Same),
    ("/favicon.ico", "/favicon.ico", Same),
    ("/healthz", "/healthz", Same),
    ("/readyz", "/readyz", Same),
    ("/metrics", "/metrics", Same),
    ("/sign-in", "/sign-in", Same),
    ("/sign-in/callback", "/sign-in/callback?state=x&code=y", Same),
    ("/sign-out", "/sign-out", Form("")),
    ("/sign-out/everywhere", "/sign-out/everywhere", Form("")),
    ("/profile", "/profile", Own),
    ("/profile/settings", "/profile/settings", Form("major=of+somebody+else&notifications=1")),
    ("/profile/sessions/{id}/sign-out", "/profile/sessions/#session/sign-out", Form("")),
    ("/profile/export", "/profile/export", Own),
    ("/profile/delete", "/profile/delete", Form("confirmation=ana%2Bsample")),
    ("/alerts", "/alerts", Own),
    ("/alerts", "/alerts", Form("watch=#watch&action=end")),
    ("/alerts/mail", "/alerts/mail", Form("on=0")),
    // Links in mails are for whoever has the mail; this is one that nobody was given.
    ("/unsubscribe", "/unsubscribe?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Same),
    ("/unsubscribe", "/unsubscribe?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Form("")),
    ("/saved", "/saved", Own),
    ("/saved/collections", "/saved/collections", Form("name=x")),
    ("/saved/collections/{id}", "/saved/collections/#collection", Form("action=rename&name=stolen")),
];

/// The patterns of the routes as the router has them. Files are named by their content and hold nobody's data.
fn patterns(world: &World) -> BTreeSet<String> {
    let shown = format!("{:?}", world.router());
    let quoted = shown.split('"').skip(1).step_by(2);
    let is_page = |text: &&str| text.starts_with('/') && !text.starts_with("/-/assets/") && !text.contains("__private");
    quoted.filter(is_page).map(str::to_owned).collect()
}

/// Somebody with something of everything; each piece says whose it is.
async fn somebody(world: &World, name: &str) -> Keys {
    let people = &world.people;
    let now = at("2026-09-01T21:10:00Z");
    let person = people.person_by_username(&format!("{name}+sample")).await.unwrap().unwrap();
    let change =
        SettingsChange { major: Major::parse(&format!("{name}-secret-major")).ok(), ..SettingsChange::default() };
    people.change_settings(person.id, &change).await.unwrap();
    let list = CollectionName::parse(&format!("{name}-secret-list")).unwrap();
    let collection = people.create_collection(person.id, &list, now).await.unwrap().id;
    let plan = ScheduleName::parse(&format!("{name}-secret-plan")).unwrap();
    let draft = ScheduleDraft { name: Some(plan), ..ScheduleDraft::new(FALL.parse().unwrap()) };
    let schedule = people.create(Owner::Person(person.id), &draft, now).await.unwrap().id;
    let news = Alert {
        kind: News::Seat,
        headline: Headline::fitted(&format!("{name}-secret-alert")),
        detail: Detail::default(),
        path: Path::fitted("/catalog"),
        as_of: None,
    };
    let watched = Watched { term: FALL.parse().unwrap(), course: CourseId(1), section: None };
    let new = NewWatch { watched, kinds: Kinds::ALL, pace: Pace::AtOnce };
    people.watch(person.id, &new, &Told::default(), now).await.unwrap();
    let watch = people.watches(person.id).await.unwrap().remove(0);
    people.tell(&watch, &Told::default(), &[news], now).await.unwrap();
    let session = people.sessions(person.id, now).await.unwrap()[0].id;
    let watch = watch.id.to_string();
    Keys { watch, collection: collection.to_string(), session: session.to_string(), schedule: schedule.to_string() }
}

struct Keys {
    watch: String,
    collection: String,
    session: String,
    schedule: String,
}

impl Keys {
    fn fill(&self, path: &str) -> String {
        let path = path.replace("#collection", &self.collection).replace("#session", &self.session);
        path.replace("#schedule", &self.schedule).replace("#watch", &self.watch)
    }
}

#[tokio::test]
async fn every_route_is_in_the_table() {
    let world = World::with_campus().await;
    let told: BTreeSet<String> = ROUTES.iter().map(|(pattern, ..)| (*pattern).to_owned()).collect();
    let found = patterns(&world);
    assert!(found.contains("/profile"), "the router does not show its routes any more: {found:?}");
    let missing: Vec<&String> = found.difference(&told).collect();
    assert!(missing.is_empty(), "say in this file's table what these show to whom: {missing:?}");
    let gone: Vec<&String> = told.difference(&found).collect();
    assert!(gone.is_empty(), "these are no routes any more: {gone:?}");
}

#[tokio::test]
async fn nobody_sees_what_is_another_s() {
    let world = World::with_campus().await;
    let nobody = Browser::at(&world);
    let (ana, ben) = (Browser::of(&world, "ana").await, Browser::of(&world, "ben").await);
    let (anas, bens) = (somebody(&world, "ana").await, somebody(&world, "ben").await);
    for (pattern, path, kind) in ROUTES {
        if matches!(kind, Form(_)) {
            continue;
        }
        // Each asks for the address of Ana's things, and of Ben's.
        for path in [anas.fill(path), bens.fill(path)] {
            let (as_nobody, as_ana, as_ben) = (nobody.get(&path).await, ana.get(&path).await, ben.get(&path).await);
            for secret in ["ana-secret", "ben-secret", "+sample@berkeley.edu"] {
                assert!(!as_nobody.has(secret), "{pattern} shows nobody {secret}");
            }
            for (seen, other) in [(&as_ana, "ben"), (&as_ben, "ana")] {
                for secret in [format!("{other}-secret"), format!("{other}+sample@")] {
                    assert!(!seen.has(&secret), "{pattern} shows {secret} to another");
                }
                if seen.body != as_nobody.body || *kind == Own {
                    assert_eq!(seen.header("cache-control"), "no-store", "{pattern} may be kept");
                }
            }
            if *kind == Own {
                assert!(as_ana.has("ana-secret") && as_ben.has("ben-secret"), "{pattern} shows its owner nothing");
                assert!(!as_nobody.status.is_success(), "{pattern} is open to nobody");
            }
        }
        if *kind == Keyed {
            let (hers, his) = (anas.fill(path), bens.fill(path));
            assert!(ana.get(&hers).await.status.is_success(), "{pattern} is closed to its owner");
            for (browser, others) in [(&ana, &his), (&ben, &hers), (&nobody, &hers)] {
                assert_eq!(browser.get(others).await.status, StatusCode::NOT_FOUND, "{pattern} is open to others");
            }
        }
    }
}

#[tokio::test]
async fn nobody_changes_what_is_another_s() {
    let world = World::with_campus().await;
    let ana = Browser::of(&world, "ana").await;
    let keys = somebody(&world, "ana").await;
    let person = world.people.person_by_username("ana+sample").await.unwrap().unwrap();
    let before = world.people.export(person.id).await.unwrap();
    for (pattern, path, kind) in ROUTES {
        let Form(form) = kind else { continue };
        let (path, form) = (keys.fill(path), &keys.fill(form));
        // Each as somebody new: some of these forms end the session that sends them.
        let (nobody, ben) = (Browser::at(&world), Browser::of(&world, "ben").await);
        let answers = [nobody.post(&path, form).await, ben.post(&path, form).await];
        for answer in &answers {
            assert!(answer.status != StatusCode::INTERNAL_SERVER_ERROR, "{pattern}: {}", answer.status);
            assert!(!answer.has("ana-secret"), "{pattern} shows what is Ana's");
        }
        let after = world.people.export(person.id).await.unwrap();
        assert_eq!(after, before, "{pattern} changed what is Ana's");
    }
    assert_eq!(ana.get("/profile").await.status, StatusCode::OK, "and she is still signed in");
}

#[tokio::test]
async fn pages_for_nobody_may_be_kept_and_are_the_same_for_all() {
    let world = World::with_campus().await;
    let (one, other) = (Browser::at(&world), Browser::at(&world));
    other.plant("bt-guest", "not a token");
    for path in ["/", "/catalog?q=cs", "/catalog/fall-2026/COMPSCI/61A"] {
        let (first, second) = (one.get(path).await, other.get(path).await);
        assert_eq!(first.header("cache-control"), "private, no-cache", "{path}");
        assert!(first.headers.contains_key("etag"), "{path}");
        assert_eq!(first.body, second.body, "{path}");
        assert!(!first.headers.contains_key("set-cookie"), "{path}: looking makes nobody a guest");
    }
}
