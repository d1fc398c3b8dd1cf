//! The profile, saved classes and collections, by plain forms.

use accounts::ports::AccountStore;
use http::StatusCode;

use crate::browser::Browser;
use crate::world::{World, at};

/// The number of a course of the campus, as the button on its page names it.
async fn course(browser: &Browser<'_>, name: &str) -> String {
    let page = browser.get(&format!("/catalog/fall-2026/{name}")).await;
    let number = page.body.split("name=\"course\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    number.unwrap_or_else(|| panic!("{name} has no button to save it")).to_owned()
}

#[tokio::test]
async fn pages_of_one_s_own_lead_to_the_sign_in_and_back() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    for (path, back) in [("/profile", "%2Fprofile"), ("/saved", "%2Fsaved"), ("/profile/export", "%2Fprofile")] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(answer.header("location"), format!("/sign-in?next={back}"), "{path}");
    }
}

#[tokio::test]
async fn what_was_typed_while_the_session_ended_is_still_there() {
    let world = World::with_campus().await;
    let ana = Browser::of(&world, "ana").await;
    let made = ana.post("/planner", "name=Plan&term=fall-2026").await;
    let schedule = made.header("location");
    ana.post("/sign-out", "").await;
    let forms = [
        ("/saved/collections", "name=Rainy+%3Cdays%3E", "%2Fsaved", "Rainy &lt;days&gt;"),
        ("/profile/settings", "major=Statistics", "%2Fprofile", "Statistics"),
        (schedule, "do=rename&name=Second+try", &*schedule.replace('/', "%2F"), "Second try"),
    ];
    for (path, form, back, typed) in forms {
        let answer = ana.post(path, form).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.has("Nothing was changed") && answer.has(&format!("<strong>{typed}</strong>")), "{path}");
        let next = format!("name=\"next\" value=\"{}\"", back.replace("%2F", "/"));
        assert!(answer.has(&next), "{path}: the way back after signing in");
    }
    // A button has nothing to lose.
    let answer = ana.post("/saved", "course=1&action=save").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let answer = ana.post(schedule, "do=undo").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_class_is_saved_and_removed_on_its_page() {
    let world = World::with_campus().await;
    let path = "/catalog/fall-2026/COMPSCI/61A";
    let nobody = Browser::at(&world).get(path).await;
    assert!(nobody.has("href=\"/sign-in?next=%2Fcatalog%2Ffall-2026%2FCOMPSCI%2F61A\""));
    let ana = Browser::of(&world, "ana").await;
    let number = course(&ana, "COMPSCI/61A").await;
    let next = "next=%2Fcatalog%2Ffall-2026%2FCOMPSCI%2F61A";
    let saved = ana.post("/saved", &format!("course={number}&action=save&{next}")).await;
    assert_eq!(saved.header("location"), path);
    assert!(ana.get(path).await.has("value=\"remove\""));
    let list = ana.get("/saved").await;
    assert!(list.has("COMPSCI 61A") && list.has("Full, 7 over") && list.has("218 waiting"), "{}", list.body);
    assert_eq!(list.header("cache-control"), "no-store");
    ana.post("/saved", &format!("course={number}&action=remove")).await;
    assert!(ana.get("/saved").await.has("Nothing is saved yet"));
}

#[tokio::test]
async fn what_cannot_be_saved_says_why() {
    let world = World::with_campus().await;
    let ana = Browser::of(&world, "ana").await;
    assert_eq!(ana.post("/saved", "course=999999&action=save").await.status, StatusCode::NOT_FOUND);
    for bad in ["course=x&action=save", "course=1", "action=save", ""] {
        assert_eq!(ana.post("/saved", bad).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[tokio::test]
async fn collections_are_made_named_filled_and_removed() {
    let world = World::with_campus().await;
    let ana = Browser::of(&world, "ana").await;
    let number = course(&ana, "HISTORY/7A").await;
    ana.post("/saved", &format!("course={number}&action=save")).await;
    let made = ana.post("/saved/collections", "name=Br%C3%A9adths+%3Cb%3E").await;
    let (_, id) = made.header("location").rsplit_once('-').unwrap();
    let path = format!("/saved/collections/{id}");
    ana.post(&path, &format!("action=add&course={number}")).await;
    let page = ana.get("/saved").await;
    assert!(page.has("Bréadths &lt;b&gt;") && page.has("(in it)"));
    assert_eq!(page.body.matches("HISTORY 7A").count(), 2);

    let again = ana.post("/saved/collections", "name=br%C3%A9adths+%3Cb%3E").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.has("is there already") && again.has("value=\"br\u{e9}adths &lt;b&gt;\""), "what was typed is kept");
    assert!(ana.post("/saved/collections", "name=+").await.has("A collection needs a name"));

    ana.post(&path, "action=rename&name=Later").await;
    ana.post(&path, &format!("action=take&course={number}")).await;
    let page = ana.get("/saved").await;
    assert!(page.has(">Later</h2>") && page.has("Nothing is in it yet."));
    ana.post(&path, "action=remove").await;
    assert!(!ana.get("/saved").await.has("Later"));
    assert_eq!(ana.post(&path, "action=remove").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ana.post(&path, "action=dance").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn settings_are_kept_and_what_was_refused_is_not_lost() {
    let world = World::with_campus().await;
    let ana = Browser::of(&world, "ana").await;
    ana.post("/profile/settings", "major=Data+%26+Drama").await;
    assert!(ana.get("/profile").await.has("value=\"Data &amp; Drama\""));
    let long = "x".repeat(101);
    let refused = ana.post("/profile/settings", &format!("major={long}")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has(&format!("value=\"{long}\"")) && refused.has("at most 100"));

    ana.post("/profile/settings", "notifications=1&class_update=1&grade_update=1").await;
    let wished = world.people.person_by_username("ana+sample").await.unwrap().unwrap().notifications;
    assert!(wished.class_update && wished.grade_update && !wished.enrollment_opening && !wished.berkeleytime_update);
    ana.post("/profile/settings", "notifications=1&grade_update=1").await;
    let ana_herself = world.people.person_by_username("ana+sample").await.unwrap().unwrap();
    assert!(!ana_herself.notifications.class_update && ana_herself.notifications.grade_update);
    assert_eq!(ana_herself.major.as_str(), "Data & Drama", "one form does not touch the other");
}

#[tokio::test]
async fn each_device_is_named_and_signed_out_by_itself() {
    let world = World::with_campus().await;
    let (desk, phone) = (Browser::of(&world, "ana").await, Browser::of(&world, "ana").await);
    let page = desk.get("/profile").await;
    assert_eq!(page.body.matches("<strong>Firefox on Linux</strong>").count(), 2);
    assert_eq!(page.body.matches("this one").count(), 1);
    let ids: Vec<&str> = page.attributes("action").into_iter().filter(|path| path.contains("/sessions/")).collect();
    for path in &ids {
        desk.post(path, "").await;
    }
    assert_eq!(ids.len(), 2);
    assert_eq!(phone.get("/profile").await.status, StatusCode::SEE_OTHER);
    assert_eq!(desk.get("/profile").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn everything_can_be_taken_along() {
    let world = World::with_campus().await;
    let ana = Browser::of(&world, "ana").await;
    let number = course(&ana, "COMPSCI/61A").await;
    ana.post("/saved", &format!("course={number}&action=save")).await;
    ana.post("/saved/collections", "name=Maybe").await;
    let file = ana.get("/profile/export").await;
    assert_eq!(file.header("content-type"), "application/json");
    assert!(file.header("content-disposition").starts_with("attachment;"));
    assert_eq!(file.header("cache-control"), "no-store");
    let json: serde_json::Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!(json["person"]["email"], "ana+sample@berkeley.edu");
    assert_eq!(json["saved_courses"][0]["course"], "COMPSCI 61A");
    assert_eq!(json["collections"][0]["name"], "Maybe");
    assert_eq!(json["sessions"].as_array().unwrap().len(), 1);
    assert!(!file.has(&ana.cookie("bt-session").unwrap()), "no token is in it");
}

#[tokio::test]
async fn an_account_is_deleted_by_typing_its_name_and_everything_goes() {
    let world = World::with_campus().await;
    let ana = Browser::of(&world, "ana").await;
    let wrong = ana.post("/profile/delete", "confirmation=ana").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("Nothing was deleted") && wrong.has("value=\"ana\"") && wrong.has("danger\" open"));
    let done = ana.post("/profile/delete", "confirmation=ANA%2Bsample").await;
    assert_eq!(done.header("location"), "/sign-in?done=deleted");
    assert_eq!(ana.cookie("bt-session"), None);
    assert_eq!(world.people.person_by_username("ana+sample").await.unwrap(), None);
    let again = Browser::of(&world, "ana").await;
    assert!(again.get("/saved").await.has("Nothing is saved yet"), "a new account is a new one");
}

#[tokio::test]
async fn who_is_away_for_a_day_is_seen_when_they_come_back() {
    let world = World::with_campus().await;
    let ana = Browser::of(&world, "ana").await;
    world.clock.set(at("2026-09-03T21:10:00Z"));
    assert!(ana.get("/profile").await.has("Seen 2:10 pm today"));
}

#[tokio::test]
async fn an_error_page_shows_who_is_signed_in() {
    let world = World::with_campus().await;
    let ana = Browser::of(&world, "ana").await;
    for path in ["/no/such/page", "/planner/nobody-s", "/catalog/fall-2026/NOSUCH/1"] {
        let page = ana.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.has("<span class=\"account-name\">Ana</span>"), "{path}");
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
    }
    assert!(Browser::at(&world).get("/no/such/page").await.has(">Sign in<"));
}

#[tokio::test]
async fn pages_and_errors_come_all_the_same_when_nobody_says_who_looks() {
    let world = World::with_campus().await;
    let ana = Browser::of(&world, "ana").await;
    world.sessions.hang();
    let missing = ana.get("/no/such/page").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.has("href=\"/profile\">Profile</a>") && !missing.has(">Ana<"));
    let page = ana.get("/catalog?q=cs").await;
    assert!(page.status.is_success() && page.has("href=\"/profile\">Profile</a>"));
    assert_eq!(page.header("cache-control"), "no-store");
    for answer in [ana.get("/planner").await, ana.post("/planner", "term=fall-2026").await] {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "not what is nobody's");
        assert!(!answer.headers.contains_key("set-cookie"), "nor is she a guest");
    }
    assert_eq!(ana.get("/profile/export").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn nobody_is_asked_who_sends_too_much() {
    let world = World::with_campus().await;
    let ana = Browser::of(&world, "ana").await;
    let mut refused = ana.post("/sign-in", "sample=nobody").await;
    while refused.status != StatusCode::TOO_MANY_REQUESTS {
        refused = ana.post("/sign-in", "sample=nobody").await;
    }
    let asked = world.sessions.asked();
    assert!(ana.post("/sign-in", "sample=nobody").await.has("href=\"/profile\">Profile</a>"));
    assert_eq!(world.sessions.asked(), asked);
}

#[tokio::test]
async fn staff_read_what_people_reported_and_nobody_else_does() {
    let world = World::with_campus().await;
    let (nobody, ana, staff) =
        (Browser::at(&world), Browser::of(&world, "ana").await, Browser::of(&world, "staff").await);
    assert!(staff.get("/reports").await.has("Nothing was reported yet"));
    nobody.post("/bugs", "text=Wrong+room%0A%3Cb%3Etwice%3C%2Fb%3E&page=%2Fcatalog&contact=oski%40berkeley.edu").await;
    nobody.post("/bugs", "text=A+trap&page=javascript%3Aalert(1)").await;
    let page = staff.get("/reports").await;
    assert!(page.has("<p>Wrong room</p><p>&lt;b&gt;twice&lt;/b&gt;</p>"), "{}", page.body);
    assert!(page.has("<a href=\"/catalog\">/catalog</a>") && page.has("Answer to oski@berkeley.edu"));
    assert!(!page.has("href=\"javascript:"));
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.has("<a href=\"/reports\">Reports</a>"), "the menu leads there");

    let refused = ana.get("/reports").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!refused.has("Wrong room") && !refused.has("href=\"/reports\">"));
    assert_eq!(nobody.get("/reports").await.header("location"), "/sign-in?next=%2Freports");
}
