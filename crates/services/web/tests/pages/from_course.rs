//! A course goes into a schedule from its own page, whoever presses the button.

use http::{Method, StatusCode};

use crate::answer::Answer;
use crate::browser::Browser;
use crate::planner_pages::{begin, field};
use crate::world::World;

const COURSE: &str = "/catalog/fall-2026/COMPSCI/61B";

/// The form of a page by which its course is added, as a browser sends it.
fn form(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("action=\"/planner/add\">").unwrap_or_else(|| panic!("{}", page.body));
    let (form, _) = rest.split_once("</form>").unwrap();
    assert!(form.contains(">Add to schedule</button>"), "{form}");
    let fields = form.split("<input type=\"hidden\" name=\"").skip(1);
    let pair = |rest: &str| {
        let mut parts = rest.split('"');
        format!("{}={}", parts.next().unwrap(), parts.nth(1).unwrap())
    };
    fields.map(pair).collect::<Vec<_>>().join("&")
}

/// Presses the button on the page of a course; where that leads.
async fn press(browser: &Browser<'_>, page: &str) -> String {
    let form = form(&browser.get(page).await);
    let answer = browser.post("/planner/add", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header("location").to_owned()
}

/// How many schedules the planner lists.
async fn count(browser: &Browser<'_>) -> usize {
    browser.get("/planner").await.body.matches("class=\"candidate\"").count()
}

fn courses(schedule: &Answer) -> usize {
    schedule.body.matches("class=\"planned class-").count()
}

#[tokio::test]
async fn who_has_no_schedule_gets_one_with_the_course_in_it_signed_in_or_not() {
    let world = World::with_campus().await;
    for browser in [Browser::at(&world), Browser::of(&world, "ana").await] {
        let there = press(&browser, COURSE).await;
        assert!(there.starts_with("/planner/") && there.contains("#course-"), "{there}");
        let schedule = browser.get(there.split('#').next().unwrap()).await;
        assert!(schedule.has("Fall 2026") && schedule.has("aria-label=\"COMPSCI 61B\""), "{}", schedule.body);
        assert_eq!((courses(&schedule), count(&browser).await), (1, 1));
    }
}

#[tokio::test]
async fn the_only_schedule_of_the_term_takes_every_course_and_each_once() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    browser.post("/planner", "term=spring-2026&name=Last+spring").await;
    let schedule = begin(&browser).await;
    assert!(press(&browser, COURSE).await.starts_with(&schedule));
    let choices = press(&browser, "/catalog?q=cs&course=COMPSCI+61A").await;
    assert!(choices.starts_with(&format!("{schedule}?open=")), "a discussion is still to be chosen: {choices}");

    let again = press(&browser, COURSE).await;
    let page = browser.get(&again).await;
    assert!(page.has("COMPSCI 61B is in this schedule already.") && page.has("Nothing was changed."), "{}", page.body);
    assert_eq!((courses(&page), count(&browser).await), (2, 2));
    let plain = browser.get(&schedule).await;
    assert!(!plain.has("already"));
    for odd in ["has=x", "has=999999"] {
        let page = browser.get(&format!("{schedule}?{odd}")).await;
        assert!(page.status == StatusCode::OK && !page.has("already"), "{odd}");
    }
}

#[tokio::test]
async fn of_several_schedules_one_is_chosen_the_newest_first() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let first = begin(&browser).await;
    press(&browser, COURSE).await;
    browser.post("/planner", "term=fall-2026&name=Plan+%3CB%3E").await;
    let question = press(&browser, COURSE).await;
    let page = browser.get(&question).await;
    assert!(page.has("Add COMPSCI 61B to which schedule?") && page.has("1 course, COMPSCI 61B is one of them"));
    assert_eq!(page.header("cache-control"), "no-store");
    let (newer, older) = (page.body.find("Plan &lt;B&gt;").unwrap(), page.body.find("Plan A").unwrap());
    assert!(newer < older);

    let fields = format!("course={}&term=fall-2026", field(&page, "course"));
    let into = browser.post("/planner/add", &format!("{fields}&into={}", &first["/planner/".len()..])).await;
    assert!(into.header("location").starts_with(&format!("{first}?has=")), "{}", into.header("location"));
    let newest = page.tags("button").into_iter().find(|tag| tag.contains("name=\"into\"")).unwrap();
    let newest = newest.split("value=\"").nth(1).unwrap().split('"').next().unwrap();
    let into = browser.post("/planner/add", &format!("{fields}&into={newest}")).await;
    assert!(into.header("location").starts_with(&format!("/planner/{newest}#course-")));

    let new = format!("{fields}&into=new&key={}", field(&page, "key"));
    let made = [browser.post("/planner/add", &new).await, browser.post("/planner/add", &new).await];
    assert!(made[0].header("location").contains("#course-"), "{}", made[0].header("location"));
    assert!(made[1].header("location").contains("?has="), "a second click: {}", made[1].header("location"));
    assert_eq!(count(&browser).await, 3);
}

#[tokio::test]
async fn nobody_puts_a_course_into_somebody_elses_schedule_or_from_another_site() {
    let world = World::with_campus().await;
    let (ana, stranger) = (Browser::of(&world, "ana").await, Browser::at(&world));
    let hers = begin(&ana).await;
    let form = form(&stranger.get(COURSE).await);
    let into = format!("{form}&into={}", &hers["/planner/".len()..]);
    assert_eq!(stranger.post("/planner/add", &into).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ana.post_from_elsewhere("/planner/add", &form).await.status, StatusCode::FORBIDDEN);
    assert_eq!(courses(&ana.get(&hers).await), 0);
    assert_eq!(count(&stranger).await, 0);
}

#[tokio::test]
async fn what_cannot_be_added_says_why_and_makes_no_schedule() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let course = field(&browser.get(COURSE).await, "course").to_owned();
    for form in ["", "course=x&term=fall-2026", &*format!("course={course}&term=x")] {
        assert_eq!(browser.post("/planner/add", form).await.status, StatusCode::BAD_REQUEST, "{form}");
    }
    let elsewhere = browser.post("/planner/add", &format!("course={course}&term=spring-2026")).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    assert!(elsewhere.has("That course is not offered in Spring 2026, so no schedule was changed."));
    assert_eq!(browser.post("/planner/add", "course=999999&term=fall-2026").await.status, StatusCode::NOT_FOUND);
    assert!(count(&browser).await == 0 && browser.cookie("bt-guest").is_none());
    assert_eq!(browser.get("/planner/add?course=x").await.header("location"), "/planner");
}

#[tokio::test]
async fn a_term_that_is_over_and_a_course_without_a_term_have_no_button() {
    let world = World::with_campus().await;
    for path in ["/catalog/spring-2026/COMPSCI/61A", "/catalog/any/PHYSICS/77"] {
        assert!(!world.get(path).await.has("Add to schedule"), "{path}");
    }
}

#[tokio::test]
async fn the_page_that_everybody_shares_holds_no_key_and_nobodys_schedules() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    browser.post("/planner", "term=fall-2026&name=Secret+plan").await;
    let shared = browser.get(COURSE).await;
    assert!(!shared.has("Secret plan") && !form(&shared).contains("key="), "{}", form(&shared));
    assert_eq!(shared.body, world.ask(Method::GET, COURSE, &[], "").await.body, "a guest sees what everybody sees");
    let ana = Browser::of(&world, "ana").await;
    assert!(form(&ana.get(COURSE).await).contains("key="), "a second click of hers makes no second schedule");
}
