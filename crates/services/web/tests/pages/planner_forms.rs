//! The planner's forms where browsers and people do the unexpected: two clicks for one, a tab that stood open too long,
//! an address that says less than it should; and what others see of what the forms have made.

use http::StatusCode;

use crate::browser::Browser;
use crate::planner_pages::{LUNCH, add, begin, control, course, edit, field};
use crate::world::World;

/// How many schedules the planner lists.
async fn count(browser: &Browser<'_>) -> usize {
    browser.get("/planner").await.body.matches("class=\"candidate\"").count()
}

#[tokio::test]
async fn a_second_click_makes_no_second_schedule_copy_or_link() {
    let world = World::with_campus().await;
    let browser = Browser::of(&world, "ana").await;
    let key = field(&browser.get("/planner").await, "key").to_owned();
    let form = format!("term=fall-2026&name=Plan+A&key={key}");
    let (one, two) = (browser.post("/planner", &form).await, browser.post("/planner", &form).await);
    let schedule = one.header("location").to_owned();
    assert_eq!((two.header("location"), count(&browser).await), (&*schedule, 1), "one schedule");

    let form = format!("key={}", field(&browser.get(&schedule).await, "key"));
    let duplicate = format!("{schedule}/duplicate");
    let (one, two) = (browser.post(&duplicate, &form).await, browser.post(&duplicate, &form).await);
    assert_eq!((one.header("location"), count(&browser).await), (two.header("location"), 2), "one copy");

    let share = format!("{schedule}/share");
    let page = browser.get(&share).await;
    let form = format!("do=share&key={}", field(&page, "key"));
    for _ in 0..2 {
        assert_eq!(browser.post(&share, &form).await.status, StatusCode::SEE_OTHER);
    }
    let page = browser.get(&share).await;
    let links: Vec<&str> = page.attributes("href").into_iter().filter(|href| href.contains("/s/")).collect();
    assert_eq!(links.len(), 1, "one link");

    let stranger = Browser::of(&world, "ben").await;
    let path = &links[0][links[0].find("/s/").unwrap()..];
    let form = format!("key={}", field(&stranger.get(path).await, "key"));
    stranger.post(path, &form).await;
    stranger.post(path, &form).await;
    assert_eq!(count(&stranger).await, 1, "one copy of what was shared");
}

#[tokio::test]
async fn a_page_that_is_shown_again_makes_another_schedule() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    for made in 1..=3 {
        let key = field(&browser.get("/planner").await, "key").to_owned();
        browser.post("/planner", &format!("term=fall-2026&key={key}")).await;
        assert_eq!(count(&browser).await, made);
    }
    for (form, made) in [("term=fall-2026&key=nonsense", 4), ("term=fall-2026", 5)] {
        assert_eq!(browser.post("/planner", form).await.status, StatusCode::SEE_OTHER, "{form}");
        assert_eq!(count(&browser).await, made, "{form}");
    }
}

#[tokio::test]
async fn a_change_that_does_not_say_what_it_was_made_from_is_refused_like_an_old_one() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    let id = course(&browser, &schedule, "61a").await;
    let seen = field(&browser.get(&schedule).await, "version").to_owned();
    edit(&browser, &schedule, LUNCH).await;
    for version in ["".to_owned(), "&version=".to_owned(), "&version=x".to_owned(), format!("&version={seen}")] {
        for form in [&*format!("do=add&course={id}"), "do=undo", "do=rename&name=Stolen"] {
            let page = browser.post(&schedule, &format!("{form}{version}")).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}{version}");
            assert!(page.has("The schedule was changed meanwhile"), "{form}{version}");
            assert!(page.has("<strong>Lunch</strong>") && !page.has("class=\"planned "), "nothing changed: {form}");
        }
        let page = browser.post(&schedule, &format!("do=rename&name=My+fall{version}")).await;
        assert!(control(&page, "schedule-name").contains("value=\"My fall\""), "what was typed stays: {version}");
        let again = field(&page, "version").to_owned();
        assert_ne!(again, seen, "sent again, the form is of the schedule as it is");
    }
}

#[tokio::test]
async fn two_schedules_are_chosen_where_none_are_named() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let nothing = browser.get("/planner/compare").await;
    assert!(nothing.status == StatusCode::OK && nothing.has("You have no schedule here yet."));
    begin(&browser).await;
    assert!(browser.get("/planner/compare").await.has("You have one schedule here."));
    assert!(!browser.get("/planner").await.has("href=\"/planner/compare\""), "one alone is not compared");

    browser.post("/planner", "term=spring-2026&name=Plan+B").await;
    assert!(browser.get("/planner").await.has("<a href=\"/planner/compare\">Compare two schedules</a>"));
    let page = browser.get("/planner/compare").await;
    let chosen: Vec<&str> = page.tags("option").into_iter().filter(|tag| tag.contains(" selected")).collect();
    assert!(chosen.len() == 2 && chosen[0] != chosen[1], "two that differ: {chosen:?}");
    let id = |tag: &str| tag.split('"').nth(1).unwrap().to_owned();
    let address = format!("/planner/compare?a={}&b={}", id(chosen[0]), id(chosen[1]));
    assert!(browser.get(&address).await.has("In class each week"));
    assert!(browser.get(&format!("/planner/compare?a={}", id(chosen[1]))).await.has("Plan B, Spring 2026"));
    let stranger = Browser::at(&world);
    assert_eq!(stranger.get(&address).await.status, StatusCode::NOT_FOUND);
    assert!(!stranger.get("/planner/compare").await.has("Plan B"));
}

#[tokio::test]
async fn whoever_has_a_link_does_not_learn_for_what_a_time_is_kept_free() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    add(&browser, &schedule, "61b").await;
    edit(&browser, &schedule, "do=keep-free&name=Therapy&from=13%3A00&to=14%3A00&day=mo").await;
    let share = format!("{schedule}/share");
    assert!(browser.get(&share).await.has("each is called “Busy” there"), "it is said where the link is made");
    browser.post(&share, "do=share").await;
    let page = browser.get(&share).await;
    let stranger = Browser::at(&world);
    let link = page.attributes("href").into_iter().find(|href| href.contains("/s/")).unwrap();
    let link = &link[link.find("/s/").unwrap()..];
    let seen = stranger.get(link).await;
    assert!(seen.has("Busy") && !seen.has("Therapy"), "{}", seen.body);
    let copy = stranger.post(link, "").await;
    let copy = stranger.get(copy.header("location")).await;
    assert!(copy.has("<strong>Busy</strong>") && !copy.has("Therapy"), "nor by a copy");
    assert!(browser.get(&schedule).await.has("<strong>Therapy</strong>"), "whose it is sees it");
}

#[tokio::test]
async fn one_class_under_two_codes_counts_once_and_is_told() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    add(&browser, &schedule, "data+c8").await;
    let alone = browser.get(&schedule).await;
    add(&browser, &schedule, "stat+c8").await;
    let both = browser.get(&schedule).await;
    let units = |body: &str| body.split("class=\"lead\"").nth(1).unwrap().split(" · ").next().unwrap().to_owned();
    assert_eq!(units(&alone.body), units(&both.body));
    assert!(both.has("are one class under two codes"), "{}", both.body);
}

#[tokio::test]
async fn seats_say_when_they_were_counted_and_the_week_is_one_jump_away() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    assert!(!browser.get(&schedule).await.has("Seats counted"), "no course, no seats");
    add(&browser, &schedule, "61b").await;
    let page = browser.get(&schedule).await;
    assert!(page.has("Seats counted <time datetime=\"2026-09-01T09:00:00Z\">2:00 am today</time>"), "{}", page.body);
    assert!(page.has("href=\"#week\">See the week</a>") && page.has("id=\"week\""));
    assert!(page.has("<a href=\"#planned-heading\">Back to the courses</a>") && page.has("id=\"planned-heading\""));
}
