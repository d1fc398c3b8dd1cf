//! The page that finds schedules: what is asked of it in vain, why nothing fits, and why a proposal stands where it does.

use http::StatusCode;

use crate::browser::Browser;
use crate::planner_pages::{add, begin, control, edit};
use crate::world::World;

#[tokio::test]
async fn what_is_asked_in_vain_is_said_at_its_field_and_stays_as_it_was_typed() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    let course = add(&browser, &schedule, "61b").await;
    for (query, id, words) in [
        ("from=abc", "wish-from", "“abc” is no time of day: write it like 09:30."),
        ("to=25%3A00", "wish-to", "“25:00” is no time of day"),
        ("from=10%3A00&to=09%3A00", "wish-to", "this must be the later one"),
        ("units=-5", "wish-units", "“-5” is no number of units: write a whole one from 1 to 99."),
        ("units=100", "wish-units", "“100” is no number of units"),
        ("free=mo&free=xx", "wish-free", "“xx” is no day"),
        ("seats=%3Cb%3E", "wish-seats", "“&lt;b&gt;” says nothing about seats"),
        ("prefer=zzz", "wish-prefer", "“zzz” is nothing that can matter most"),
        ("exams=never", "wish-exams", "“never” says nothing about final exams"),
    ] {
        let page = browser.get(&format!("{schedule}/generate?asked=1&{query}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(page.has(&format!("<a href=\"#{id}\">")) && page.has(words), "{query}: {}", page.body);
        let marked = page.body.split(&format!("id=\"{id}\"")).nth(1).unwrap().split('>').next().unwrap();
        assert!(marked.contains("aria-invalid=\"true\"") && marked.contains("autofocus"), "{query}: {marked}");
        assert!(page.has(&format!("id=\"{id}-note\"")), "{query}");
        assert!(!page.has("class=\"candidate\""), "nothing is looked for: {query}");
    }
    let page = browser.get(&format!("{schedule}/generate?asked=1&from=abc&units=-5&to=17%3A00&free=fr")).await;
    for (id, typed) in [("wish-from", "abc"), ("wish-units", "-5"), ("wish-to", "17:00")] {
        assert!(control(&page, id).contains(&format!("value=\"{typed}\"")), "{id}");
    }
    assert!(page.tags("input").iter().any(|tag| tag.contains("value=\"fr\"") && tag.contains(" checked")));
    let role = browser.get(&format!("{schedule}/generate?asked=1&course-{course}=perhaps")).await;
    assert!(role.status == StatusCode::UNPROCESSABLE_ENTITY && role.has("“perhaps” says nothing about a course"));
}

#[tokio::test]
async fn what_is_not_filled_in_is_no_fault() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    add(&browser, &schedule, "61b").await;
    let page = browser.get(&format!("{schedule}/generate?asked=1&from=&to=&units=&exams=apart&course-999=must")).await;
    assert_eq!(page.status, StatusCode::OK, "nor is a course that was taken out meanwhile");
    assert!(page.has("class=\"candidate\"") && !page.has("aria-invalid"));
}

#[tokio::test]
async fn what_is_enough_to_give_up_is_told_and_a_contradiction_is_not_taken_for_the_only_one() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    add(&browser, &schedule, "61b").await;
    let one = browser.get(&format!("{schedule}/generate?asked=1&from=14%3A00")).await;
    assert!(one.has("Without this one everything else fits: no class before 2:00 pm."), "{}", one.body);
    edit(&browser, &schedule, "do=keep-free&name=Work&from=13%3A00&to=14%3A00&day=mo").await;
    let two = browser.get(&format!("{schedule}/generate?asked=1&from=14%3A00")).await;
    assert!(two.has("This alone makes it impossible; there may be more"), "{}", two.body);
}

#[tokio::test]
async fn every_proposal_after_the_first_says_how_it_differs_from_the_first() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    let mut query = "asked=1".to_owned();
    for course in ["61b", "history", "math+1", "math+2"] {
        let id = add(&browser, &schedule, course).await;
        query.push_str(&format!("&course-{id}=may"));
    }
    let page = browser.get(&format!("{schedule}/generate?{query}")).await;
    let cards: Vec<&str> = page.body.split("class=\"candidate\"").skip(1).collect();
    assert_eq!(cards.len(), 4, "each of the four alone, since all meet at once");
    let reasons: Vec<&str> = cards
        .iter()
        .map(|card| card.split("<p class=\"planned-note\">").nth(1).unwrap().split('<').next().unwrap())
        .collect();
    assert!(reasons[0].contains("between classes in all"), "{reasons:?}");
    assert!(reasons[1..].iter().all(|reason| reason.contains("No. 1")), "{reasons:?}");
    let mut different = reasons.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), reasons.len(), "{reasons:?}");
}
