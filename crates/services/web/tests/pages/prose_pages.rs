//! Running text, how current everything is, and the form for mistakes.

use std::time::Duration;

use accounts::feedback::KeptReport;
use accounts::ports::FeedbackStore;
use catalog::fetched::Origin;
use catalog::ports::CatalogStore;
use catalog::run::{RunOutcome, RunReport, RunRequest, Step, StepOutcome, StepReport, Tally};
use http::{Method, StatusCode};
use jiff::SignedDuration;

use crate::world::{FALL, World, at, nothing_new, refused};

const FORM: [(&str, &str); 1] = [("content-type", "application/x-www-form-urlencoded")];

#[tokio::test]
async fn texts_are_there_and_the_addresses_of_the_earlier_site_lead_to_them() {
    let world = World::with_campus().await;
    for path in ["/about", "/faq", "/releases", "/privacy", "/terms"] {
        let page = world.get(path).await;
        assert!(page.status == StatusCode::OK && page.body.matches("<h2").count() > 1, "{path}");
    }
    for (old, new) in [("/legal/privacy", "/privacy"), ("/legal/terms", "/terms"), ("/landing", "/")] {
        assert_eq!(world.get(old).await.header("location"), new);
    }
}

#[tokio::test]
async fn sources_say_when_they_were_accepted_and_why_not() {
    let world = World::with_campus().await;
    let steps = [refused(Step::Enrollment, FALL, "6,210 of 11,291 sections came")];
    world.publish(&nothing_new("2026-09-01T20:00:00Z"), &steps).await;
    let page = world.get("/updates").await;
    for words in
        ["Fall 2026", "Spring 2026", "2:00 am today", "6,210 of 11,291 sections came", "graded sections on record"]
    {
        assert!(page.has(words), "{words}");
    }
}

/// A run of the ledger that begins in the afternoon, with what became of its steps; `None` when it never reported.
async fn ran(
    world: &World,
    asked_by: &str,
    steps: &[Step],
    minute: i64,
    reports: Option<(RunOutcome, Vec<StepReport>)>,
) {
    let began = at("2026-09-01T20:00:00Z") + SignedDuration::from_mins(minute);
    let request =
        RunRequest { steps: steps.to_vec(), asked_by: asked_by.to_owned(), is_dry_run: false, accepts_short: false };
    let run = world.store.memory().begin_run(&request, began).await.unwrap();
    let Some((outcome, steps)) = reports else { return };
    let ended_at = began + SignedDuration::from_secs(41);
    run.finish(&RunReport { outcome, ended_at, origin: Some(Origin::Demo), version: None, steps }).await.unwrap();
}

#[tokio::test]
async fn the_last_runs_of_each_job_say_what_changed_and_what_was_refused() {
    let world = World::with_campus().await;
    let tally = Tally { added: 1_203, changed: 7, quarantined: 1, ..Tally::default() };
    let classes = StepReport { outcome: StepOutcome::Published, tally, ..refused(Step::Class, FALL, "") };
    let seats = refused(Step::Enrollment, FALL, "too few <b>sections</b>");
    ran(&world, "schedule", &Step::ALL, 0, Some((RunOutcome::Incomplete, vec![classes, seats]))).await;
    for minute in 1..=30 {
        ran(&world, "schedule", &[Step::Enrollment], minute, Some((RunOutcome::Succeeded, Vec::new()))).await;
    }
    ran(&world, "command line", &Step::ALL, 40, None).await;
    let page = world.get("/updates").await;
    for words in [
        "The last updates",
        "As of <time datetime=\"2026-09-01T21:10:00Z\">2:10 pm today</time>. All times are the campus's (PDT).",
        "1:00 pm today",
        "41 seconds",
        "Classes and sections: 1,203 new, 7 changed",
        "Left out, because nobody could understand it: 1 record",
        "Seats, Fall 2026: refused, too few &lt;b&gt;sections&lt;/b&gt;",
        "1:40 pm today",
    ] {
        assert!(page.has(words), "{words} is not in {}", page.body);
    }
    assert_eq!(page.body.matches("All of it was accepted.").count(), 10, "ten of each job");
    assert!(page.has("1:30 pm today") && !page.has("1:20 pm today"), "the newest ones");
}

#[tokio::test]
async fn the_runs_are_read_now_and_then_and_the_page_stands_without_them() {
    let world = World::with_campus().await;
    world.store.take_away();
    let away = world.get("/updates").await;
    assert!(away.status == StatusCode::OK && away.has("cannot be read at the moment"), "{}", away.body);
    world.store.give_back();
    world.clock.advance(Duration::from_secs(60));
    assert!(world.get("/updates").await.has("Nothing has been updated yet."));
    ran(&world, "schedule", &Step::ALL, 0, None).await;
    assert!(!world.get("/updates").await.has("It is under way."), "nobody asks the database at every visit");
    world.clock.advance(Duration::from_secs(60));
    assert!(world.get("/updates").await.has("It is under way."));
    world.store.take_away();
    world.clock.advance(Duration::from_secs(60));
    assert!(
        world.get("/updates").await.has("As of <time datetime=\"2026-09-01T21:12:00Z\">"),
        "the last that was read"
    );
}

#[tokio::test]
async fn every_page_has_a_link_to_the_form_that_knows_the_page() {
    let world = World::with_campus().await;
    let page = world.get("/catalog?q=cs61a&term=fall-2026").await;
    let link = "/bugs?page=%2Fcatalog%3Fq%3Dcs61a%26term%3Dfall-2026";
    assert!(page.attributes("href").contains(&link));
    assert!(world.get(link).await.has("value=\"/catalog?q=cs61a&amp;term=fall-2026\""));
}

#[tokio::test]
async fn a_report_is_kept_with_its_page_and_its_moment() {
    let world = World::with_campus().await;
    let body = "text=The+room+is+wrong%0D%0AIt+is+Sample+Hall+2&contact=ana%40example.org&page=%2Fcatalog&website=";
    let sent = world.ask(Method::POST, "/bugs", &FORM, body).await;
    assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, "/bugs?sent=1"));
    assert!(world.get("/bugs?sent=1").await.has("Your report was kept."));
    let reports = world.people.reports(10).await.unwrap();
    let [KeptReport { report, .. }] = reports.as_slice() else { panic!("{reports:?}") };
    assert_eq!(report.text.as_str(), "The room is wrong\nIt is Sample Hall 2");
    assert_eq!((report.page.as_str(), report.person), ("/catalog", None));
    assert_eq!(report.contact.as_ref().map(|contact| contact.as_str()), Some("ana@example.org"));
}

#[tokio::test]
async fn what_was_written_comes_back_when_it_could_not_be_kept() {
    let world = World::with_campus().await;
    let long = "x".repeat(4_001);
    let too_long = world.ask(Method::POST, "/bugs", &FORM, &format!("text={long}&contact=me&page=%2F")).await;
    assert_eq!(too_long.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(too_long.has(&long) && too_long.has("at most 4000") && too_long.has("value=\"me\""));
    let empty = world.ask(Method::POST, "/bugs", &FORM, "text=++&contact=me").await;
    assert!(empty.has("There is nothing in the report") && empty.has("value=\"me\""));
    let hostile = world.ask(Method::POST, "/bugs", &FORM, "text=%00%3C%2Ftextarea%3E%3Cscript%3E").await;
    assert!(hostile.has("&lt;/textarea&gt;&lt;script&gt;") && !hostile.has("<script>"));
    assert!(world.people.reports(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_program_that_fills_everything_in_is_thanked_and_not_kept() {
    let world = World::with_campus().await;
    let sent = world.ask(Method::POST, "/bugs", &FORM, "text=buy&website=https%3A%2F%2Fx.example").await;
    assert_eq!((sent.status, sent.header("location")), (StatusCode::SEE_OTHER, "/bugs?sent=1"));
    assert!(world.people.reports(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_address_that_leads_nowhere_offers_what_it_may_have_meant() {
    let world = World::with_campus().await;
    let page = world.get("/courses/cs/61a").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.has("Is it one of these?") && page.attributes("href").contains(&"/catalog/fall-2026/COMPSCI/61A"));
    assert!(page.has("value=\"cs 61a\""), "the search begins with it");
}
