//! What people follow, what they were told, and the end of mail, by plain forms.

use accounts::alerts::{Alert, AlertOutbox, AlertStore, Detail, Headline, Kind, Kinds, Pace, Path, Watch};
use accounts::ports::AccountStore;
use accounts::session::SessionToken;
use catalog::fetched::Origin;
use catalog::section::SectionId;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use web::config::Config;

use crate::browser::Browser;
use crate::world::{World, at};

const PAGE: &str = "/catalog/fall-2026/COMPSCI/61A";

/// The number of the course, as the form on its page names it.
async fn course(browser: &Browser<'_>) -> String {
    let page = browser.get(PAGE).await;
    let number = page.body.split("name=\"course\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    number.expect("a form").to_owned()
}

/// Ana follows COMPSCI 61A.
async fn following<'w>(world: &'w World) -> (Browser<'w>, String) {
    let ana = Browser::of(world, "ana").await;
    let number = course(&ana).await;
    let form = format!("course={number}&term=fall-2026&action=follow&next=%2Fcatalog%2Ffall-2026%2FCOMPSCI%2F61A");
    assert_eq!(ana.post("/alerts", &form).await.header("location"), PAGE);
    (ana, number)
}

async fn watches(world: &World) -> Vec<Watch> {
    let ana = world.people.person_by_username("ana+sample").await.unwrap().unwrap();
    world.people.watches(ana.id).await.unwrap()
}

#[tokio::test]
async fn where_there_is_no_mail_server_none_is_promised() {
    let config = Config { sends_mail: false, ..Config::default() };
    let world = World::with_campus_and(Origin::Demo, config).await;
    let (ana, _) = following(&world).await;
    let page = ana.get("/alerts").await;
    assert!(page.has("No mail is sent") && !page.has("Mail is on") && !page.has("A mail to"), "{}", page.body);
}

#[tokio::test]
async fn a_class_is_followed_on_its_page_from_what_it_is_now() {
    let world = World::with_campus().await;
    let nobody = Browser::at(&world).get(PAGE).await;
    assert!(nobody.has(">Alert me</a>"));
    let (ana, _) = following(&world).await;
    let page = ana.get(PAGE).await;
    assert!(page.has("Alerts on") && !page.has("Alert me"));
    let [watch] = watches(&world).await.try_into().unwrap();
    assert_eq!((watch.kinds, watch.pace, watch.watched.section), (Kinds::ALL, Pace::AtOnce, None));
    let told = watch.told.unwrap().sections.unwrap();
    assert!(told[&SectionId(20001)].takes_place, "what it is now counts as told");
    let list = ana.get("/alerts").await;
    assert!(list.has("COMPSCI 61A") && list.has("Mail is on."), "{}", list.body);
    assert_eq!(list.header("cache-control"), "no-store");
    let over = ana.get("/catalog/spring-2026/COMPSCI/61A").await;
    assert!(!over.has("Alert me") && !over.has("Alerts on"), "that term is over");
}

#[tokio::test]
async fn what_is_told_is_chosen_by_a_form_and_ended_by_another() {
    let world = World::with_campus().await;
    let (ana, number) = following(&world).await;
    let id = watches(&world).await[0].id;
    let form = |rest: &str| format!("watch={id}&course={number}&term=fall-2026&action=change{rest}");
    let nothing = ana.post("/alerts", &form("")).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let foreign = ana.post("/alerts", &form("&seats=1&section=20002")).await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY, "a section of another course");
    ana.post("/alerts", &form("&seats=1&pace=digest&section=20101")).await;
    let [watch] = watches(&world).await.try_into().unwrap();
    assert_eq!(watch.watched.section, Some(SectionId(20101)));
    assert_eq!((watch.kinds, watch.pace), (Kinds { seats: true, ..Kinds::default() }, Pace::Digest));
    let page = ana.get("/alerts").await;
    assert!(page.has("DIS 101") && page.has("Each morning"), "{}", page.body);
    ana.post("/alerts", &format!("watch={}&action=end", watch.id)).await;
    assert!(ana.get("/alerts").await.has("You follow no class yet"));
    for bad in ["action=follow", "course=1&term=x&action=follow", "action=end", "action=dance", ""] {
        assert_eq!(ana.post("/alerts", bad).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    let gone = ana.post("/alerts", "course=999999&term=fall-2026&action=follow").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_cannot_be_followed_is_refused_with_a_reason_and_nothing_is_kept() {
    let world = World::with_campus().await;
    let ana = Browser::of(&world, "ana").await;
    let number = course(&ana).await;
    let form = |rest: &str| format!("course={number}&action=follow{rest}");
    for (rest, why) in [
        ("&term=fall-2026&section=29999", "has no section with the class number 29999 in Fall 2026"),
        ("&term=fall-2026&section=20002", "has no section with the class number 20002 in Fall 2026"),
        ("&term=spring-2026", "Spring 2026 is over"),
        ("&term=spring-2026&section=29999", "Spring 2026 is over"),
    ] {
        let refused = ana.post("/alerts", &form(rest)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{rest}");
        assert!(refused.has(why), "{rest}: {}", refused.body);
        assert!(watches(&world).await.is_empty(), "{rest}");
    }
}

#[tokio::test]
async fn a_change_that_cannot_be_leaves_the_watch_and_keeps_what_was_chosen() {
    let world = World::with_campus().await;
    let (ana, _) = following(&world).await;
    let before = watches(&world).await;
    let id = before[0].id;
    let form = |rest: &str| format!("watch={id}&action=change{rest}");
    for (rest, why) in [
        ("&seats=1&pace=hourly", "does not say how soon"),
        ("&seats=1&pace=digest&section=29999", "has no section with the class number 29999"),
        ("&pace=digest", "Nothing is ticked"),
    ] {
        let refused = ana.post("/alerts", &form(rest)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{rest}");
        assert!(refused.has("Nothing was changed.") && refused.has(why), "{rest}: {}", refused.body);
        assert!(refused.has("<details class=\"folded\" open>"), "the form is there to be mended: {}", refused.body);
        assert_eq!(watches(&world).await, before, "{rest}");
    }
    let kept = ana.post("/alerts", &form("&seats=1&pace=digest&section=29999")).await;
    let ticked = |name: &str| format!("id=\"watch-{id}-{name}\" name=\"{name}\" value=\"1\" checked>");
    assert!(kept.has(&ticked("seats")) && !kept.has(&ticked("grades")), "{}", kept.body);
    assert!(kept.has("value=\"digest\" checked>"), "{}", kept.body);
}

#[tokio::test]
async fn what_is_followed_already_may_be_changed_when_its_term_is_over() {
    let world = World::with_campus().await;
    following(&world).await;
    let id = watches(&world).await[0].id;
    world.clock.set(at("2027-02-01T21:00:00Z"));
    let ana = Browser::of(&world, "ana").await;
    let changed = ana.post("/alerts", &format!("watch={id}&action=change&grades=1")).await;
    assert_eq!(changed.header("location"), "/alerts", "{}", changed.body);
    assert_eq!(watches(&world).await[0].kinds, Kinds { grades: true, ..Kinds::default() });
    let another = ana.post("/alerts", &format!("watch={id}&action=change&grades=1&section=20101")).await;
    assert!(another.status == StatusCode::UNPROCESSABLE_ENTITY && another.has("Fall 2026 is over"), "{}", another.body);
}

/// Something is told, and its letter is out with a token.
async fn told(world: &World) -> SessionToken {
    let watch = watches(world).await.remove(0);
    let alert = Alert {
        kind: Kind::Seat,
        headline: Headline::fitted("COMPSCI 61A LEC 001: a seat <b>is open</b>"),
        detail: Detail::fitted("1 seat is free."),
        path: Path::fitted(PAGE),
        as_of: Some(at("2026-09-01T21:05:00Z")),
    };
    let now = at("2026-09-01T21:06:00Z");
    let told = watch.told.clone().unwrap();
    assert!(world.people.tell(&watch, &told, &[alert], now).await.unwrap());
    world.people.bundle(now, now).await.unwrap();
    let token = SessionToken::new([42; 32]);
    world.people.take_letter(now, SignedDuration::from_mins(1), token.hash()).await.unwrap().unwrap();
    token
}

#[tokio::test]
async fn what_was_told_is_seen_later_and_taken_along() {
    let world = World::with_campus().await;
    let (ana, _) = following(&world).await;
    assert!(ana.get("/alerts").await.has("Nothing yet."));
    told(&world).await;
    let page = ana.get("/alerts").await;
    assert!(page.has("a seat &lt;b&gt;is open&lt;/b&gt;") && page.has("SIS, 2:05 pm today"), "{}", page.body);
    assert!(page.has("Waits to be mailed"));
    let export = ana.get("/profile/export").await;
    assert!(export.has("a seat <b>is open</b>") && export.has("\"follows\""), "{}", export.body);
}

#[tokio::test]
async fn a_link_in_a_mail_asks_first_and_ends_the_mail_without_signing_in() {
    let world = World::with_campus().await;
    let (ana, _) = following(&world).await;
    let token = told(&world).await.reveal();
    let path = format!("/unsubscribe?token={token}");
    let nobody = Browser::at(&world);
    let asks = nobody.get(&path).await;
    assert_eq!(asks.status, StatusCode::OK);
    assert!(asks.has("Stop all mail of alerts") && !asks.has("ana+sample"));
    assert!(!asks.has(&token), "the link is repeated nowhere on its page");
    assert!(ana.get("/alerts").await.has("Mail is on."), "looking changes nothing");
    // As a mail program's own button does it: no cookie, and nothing says whose page it was.
    let one_click = world.ask(Method::POST, &path, &[], "List-Unsubscribe=One-Click").await;
    assert_eq!(one_click.status, StatusCode::OK);
    let page = ana.get("/alerts").await;
    assert!(page.has("Mail is off") && page.has("Not mailed: mail was off"), "{}", page.body);
    assert_eq!(nobody.post(&path, "").await.status, StatusCode::OK, "twice is no fault");
    ana.post("/alerts/mail", "on=1").await;
    assert!(ana.get("/alerts").await.has("Mail is on."));
    let other = SessionToken::new([43; 32]).reveal();
    for wrong in ["x", &other] {
        let path = format!("/unsubscribe?token={wrong}");
        assert_eq!(nobody.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(nobody.post(&path, "").await.status, StatusCode::NOT_FOUND);
    }
}
