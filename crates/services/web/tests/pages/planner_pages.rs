//! The planner as students use it: a week put together by forms, what is refused, what is looked at before it is chosen,
//! what is proposed, and what lands in a calendar.

use http::StatusCode;

use crate::answer::Answer;
use crate::browser::Browser;
use crate::world::World;

/// A new schedule of fall; its address.
pub(crate) async fn begin(browser: &Browser<'_>) -> String {
    let made = browser.post("/planner", "term=fall-2026&name=Plan+A").await;
    assert_eq!(made.status, StatusCode::SEE_OTHER);
    made.header("location").to_owned()
}

/// The number of a course that a search of the editor offers.
pub(crate) async fn course(browser: &Browser<'_>, schedule: &str, query: &str) -> String {
    let page = browser.get(&format!("{schedule}?q={query}")).await;
    field(&page, "course").to_owned()
}

/// Sends a form of the editor as it is by now.
pub(crate) async fn edit(browser: &Browser<'_>, schedule: &str, form: &str) -> Answer {
    let version = field(&browser.get(schedule).await, "version").to_owned();
    browser.post(schedule, &format!("{form}&version={version}")).await
}

/// The value of the first hidden field of a name.
pub(crate) fn field<'a>(page: &'a Answer, name: &str) -> &'a str {
    let start = format!("name=\"{name}\" value=\"");
    page.body.split_once(&start).and_then(|(_, rest)| rest.split('"').next()).unwrap()
}

/// Adds a course; its number.
pub(crate) async fn add(browser: &Browser<'_>, schedule: &str, query: &str) -> String {
    let course = course(browser, schedule, query).await;
    let added = edit(browser, schedule, &format!("do=add&course={course}")).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    course
}

pub(crate) const LUNCH: &str = "do=keep-free&name=Lunch&from=12%3A00&to=12%3A30&day=mo&day=we";

/// The tag of the control with an id.
pub(crate) fn control<'a>(page: &'a Answer, id: &str) -> &'a str {
    let tags = page.tags("input");
    let id = format!("id=\"{id}\"");
    tags.into_iter().find(|tag| tag.contains(&id)).unwrap()
}

#[tokio::test]
async fn a_time_that_cannot_be_kept_free_comes_back_as_it_was_typed_and_says_where_it_is_wrong() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    let typed = "do=keep-free&name=Caf%C3%A9+%3Cshift%3E&from=17%3A30&to=09%3A00&day=sa";
    let page = browser.post(&schedule, typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("<details class=\"keep-free\" open>"), "the form is open");
    assert!(control(&page, "free-name").contains("value=\"Café &lt;shift&gt;\""));
    assert!(control(&page, "free-from").contains("value=\"17:30\""));
    let wrong = control(&page, "free-to");
    assert!(wrong.contains("value=\"09:00\"") && wrong.contains("aria-invalid=\"true\""), "{wrong}");
    assert!(wrong.contains("aria-describedby=\"free-to-note\"") && wrong.contains("autofocus"), "{wrong}");
    assert!(page.has("<a href=\"#free-to\">It must end after it begins.</a>"), "the way to the field");
    assert_eq!(page.body.matches("aria-invalid").count(), 1, "nothing else is wrong");
    let days: Vec<&str> = page.tags("input").into_iter().filter(|tag| tag.contains("name=\"day\"")).collect();
    let chosen: Vec<bool> = days.iter().map(|tag| tag.contains(" checked")).collect();
    assert_eq!(chosen, [false, false, false, false, false, true, false], "Saturday, as it was chosen");
}

#[tokio::test]
async fn everything_that_is_wrong_in_a_form_is_said_at_once() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    let page = browser.post(&schedule, "do=keep-free&name=+&from=noon&to=").await;
    for (id, words) in [
        ("free-name", "A name needs at least one letter."),
        ("free-from", "“noon” is no time of day: write it like 13:30."),
        ("free-to", "Give a time, like 13:30."),
        ("free-days", "Choose at least one day on which to keep the time free."),
    ] {
        assert!(page.has(&format!("<a href=\"#{id}\">{words}</a>")), "{id}");
        assert!(control(&page, id).contains("aria-invalid=\"true\""), "{id}");
    }
    assert_eq!(page.body.matches("autofocus").count(), 1, "one field is the first");
    assert!(control(&page, "free-name").contains("autofocus"));
}

#[tokio::test]
async fn what_was_typed_survives_a_change_in_another_tab_and_a_name_that_is_taken() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    let seen = field(&browser.get(&schedule).await, "version").to_owned();
    assert_eq!(edit(&browser, &schedule, LUNCH).await.status, StatusCode::SEE_OTHER);

    let page =
        browser.post(&schedule, &format!("do=keep-free&version={seen}&name=Work&from=09%3A00&to=11%3A00&day=mo")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("changed meanwhile") && control(&page, "free-name").contains("value=\"Work\""));
    assert!(page.has("<strong>Lunch</strong>"), "as it is by now");

    let page = edit(&browser, &schedule, "do=keep-free&name=Lunch&from=09%3A00&to=11%3A00&day=tu").await;
    assert!(page.has("“Lunch” is kept free already") && page.has("12:00–12:30 pm"), "the first one stays");
    assert!(control(&page, "free-name").contains("aria-invalid"));

    let page = browser.post(&schedule, &format!("do=rename&name={}", "x".repeat(40))).await;
    assert!(page.has("<details class=\"rename\" open>"));
    assert!(control(&page, "schedule-name").contains(&"x".repeat(40)), "a long name is not lost");
}

#[tokio::test]
async fn a_section_is_looked_at_in_the_week_before_it_is_chosen() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    let programs = add(&browser, &schedule, "61a").await;
    add(&browser, &schedule, "61b").await;
    let page = browser.get(&format!("{schedule}?open={programs}")).await;
    let address = page.attributes("href").into_iter().find(|href| href.contains("try=20103")).unwrap();
    let preview = browser.get(&address.replace("&amp;", "&")).await;
    assert_eq!(preview.status, StatusCode::OK);
    assert!(preview.has("Preview: COMPSCI 61A DIS 103") && preview.has("Not chosen yet"));
    assert!(preview.has(" preview\""), "it is drawn as one that is only tried");
    assert!(preview.has("COMPSCI 61A DIS 103 and COMPSCI 61B LEC 001"), "what it collides with, in words");
    assert!(preview.has("type=\"hidden\" name=\"section\" value=\"20103\""), "and can be chosen from there");
    assert!(!browser.get(&schedule).await.has("DIS 103 and"), "looking changes nothing");

    edit(&browser, &schedule, &format!("do=choose&course={programs}&section=20103")).await;
    let other = browser.get(&format!("{schedule}?open={programs}&try=20104")).await;
    assert!(other.has("in the place of DIS 103"));
    for nothing in ["try=20103", "try=20005", "try=99999", "try=x"] {
        let page = browser.get(&format!("{schedule}?open={programs}&{nothing}")).await;
        assert!(page.status == StatusCode::OK && !page.has("id=\"preview\""), "{nothing}");
    }
}

#[tokio::test]
async fn what_makes_a_wish_impossible_is_told_with_its_hours() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    add(&browser, &schedule, "61b").await;
    edit(&browser, &schedule, "do=keep-free&name=Work&from=13%3A00&to=14%3A00&day=mo").await;
    let page = browser.get(&format!("{schedule}/generate")).await;
    assert!(page.has("Nothing fits") && page.has("<li>COMPSCI 61B</li>"), "{}", page.body);
    assert!(page.has("<p>COMPSCI 61B LEC 001 meets") && page.has("M 1:00–1:59 pm"), "{}", page.body);
}

#[tokio::test]
async fn on_paper_a_schedule_has_the_numbers_to_enroll_by() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    add(&browser, &schedule, "61b").await;
    let page = browser.get(&schedule).await;
    let paper = page.body.split("class=\"on-paper\"").nth(1).unwrap();
    assert!(paper.contains("COMPSCI 61B") && paper.contains("LEC 001") && paper.contains("copyable-text"), "{paper}");
}

#[tokio::test]
async fn a_proposal_says_what_it_is_and_which_sections_it_has() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    add(&browser, &schedule, "61b").await;
    let course = add(&browser, &schedule, "history").await;
    let page = browser.get(&format!("{schedule}/generate?asked=1&course-{course}=may")).await;
    assert!(
        page.attributes("action").into_iter().any(|action| action.ends_with("/generate#proposals")),
        "to the answer"
    );
    assert!(page.has("<h3>No. 1: MWF 1:00–1:59 pm</h3>"), "hours are told as everywhere");
    assert!(page.has("<strong>COMPSCI 61B</strong> LEC 001") && page.has("Without HISTORY 7A"));
    let page = browser.get(&format!("{schedule}/generate?asked=1&course-{course}=out&from=14%3A00")).await;
    assert!(page.has("Nothing fits") && page.has("<li>no class before 2:00 pm</li>"));
}

#[tokio::test]
async fn a_time_kept_free_is_in_the_calendar_and_can_be_left_out() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    add(&browser, &schedule, "61b").await;
    edit(&browser, &schedule, LUNCH).await;
    browser.post(&format!("{schedule}/share"), "do=calendar").await;
    let sharing = browser.get(&format!("{schedule}/share")).await;
    assert!(sharing.has("The times that you keep free are in it") && sharing.has("calendar.ics?only=classes"));
    let feed = sharing.attributes("href").into_iter().find(|href| href.contains("/calendar/")).unwrap();
    for address in [feed, &format!("{schedule}/calendar.ics")] {
        let whole = browser.get(address).await;
        assert!(whole.has("SUMMARY:Lunch\r\n") && whole.has("SUMMARY:COMPSCI 61B LEC 001\r\n"), "{address}");
        let classes = browser.get(&format!("{address}?only=classes")).await;
        assert!(!classes.has("SUMMARY:Lunch") && classes.has("SUMMARY:COMPSCI 61B LEC 001\r\n"), "{address}");
    }
}

#[tokio::test]
async fn what_no_form_says_is_refused_and_what_is_not_there_is_no_page() {
    let world = World::with_campus().await;
    let browser = Browser::at(&world);
    let schedule = begin(&browser).await;
    for form in ["", "do=dance", "do=add&course=x", "do=colour&course=1"] {
        assert_eq!(browser.post(&schedule, form).await.status, StatusCode::BAD_REQUEST, "{form}");
    }
    let undone = edit(&browser, &schedule, "do=undo").await;
    assert!(undone.status == StatusCode::UNPROCESSABLE_ENTITY && undone.has("There is nothing to undo."));
    assert_eq!(browser.post(&format!("{schedule}/share"), "do=dance").await.status, StatusCode::BAD_REQUEST);
    for path in ["/planner/x", "/planner/compare?a=x&b=x", "/planner/x/history", "/planner/x/generate", "/s/x"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(browser.get("/calendar/x.ics").await.status, StatusCode::NOT_FOUND);
}
