//! The first load of the demo campus by the real program, and what a student finds after it.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::sync::Arc;

use answers::config::AnswersConfig;
use answers::tiers::Answers;
use axum::body::Body;
use catalog::announced::{Announced, NoticeBoard};
use catalog::course::CourseCode;
use catalog::ports::CatalogStore;
use catalog::term::{Semester, TermId};
use clock::{Clock, SystemClock};
use database::config::DatabaseConfig;
use database::connect::Database;
use http::Request;
use http_body_util::BodyExt;
use kit::bt;
use kit::memory_people::MemoryPeople;
use kit::memory_store::MemoryStore;
use kit::postgres::TestPostgres;
use kit::published::Published;
use tower::ServiceExt;
use web::config::{Config, SignIn};
use web::service::{Ports, build};

/// A database of its own.
struct House {
    postgres: TestPostgres,
    store: Arc<Database>,
}

impl House {
    async fn empty() -> Self {
        let postgres = TestPostgres::new_database().await;
        let store = Arc::new(Database::connect(&DatabaseConfig::new(postgres.url())).await.unwrap());
        store.migrate().await.unwrap();
        Self { postgres, store }
    }

    /// What `bt up` starts on an empty database and each night, with a small campus.
    async fn night(&self) {
        let mut command = tokio::process::Command::from(bt::command());
        command.args(["job", "nightly"]).env("BT_DATABASE_URL", self.postgres.url()).env("BT_DEMO_COURSES", "300");
        let output = command.output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The newest fall and spring that are over, newest first.
    async fn over(&self) -> Vec<TermId> {
        let today = SystemClock.now().to_zoned(catalog::campus::time_zone()).date();
        let mut terms = self.store.load().await.unwrap().terms;
        terms.retain(|term| term.end < today && term.id.semester() != Semester::Summer);
        terms.sort_by_key(|term| std::cmp::Reverse(term.begin));
        terms.into_iter().map(|term| term.id).take(2).collect()
    }

    /// A page of the site over it.
    async fn page(&self, path: &str) -> String {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let published = Published::follow(self.store.clone(), Arc::clone(&clock));
        published.loaded_since(jiff::Timestamp::MIN).await;
        let people = Arc::new(MemoryPeople::beside(&MemoryStore::new()));
        let ports = Ports {
            catalog: Arc::new(published.memory.clone()),
            clock,
            chance: Arc::new(|| [7; 32]),
            sign_in: SignIn::Off,
            accounts: people.clone(),
            sessions: people.clone(),
            guests: people.clone(),
            collections: people.clone(),
            feedback: people.clone(),
            schedules: people.clone(),
            personal_data: people.clone(),
            alerts: people,
            render_metrics: Arc::new(String::new),
            kept_pages: Answers::new(AnswersConfig::default(), None),
        };
        let web = build(Config::default(), ports);
        let router = httpkit::stack::dress(web.router(), &web.http_config());
        let answer = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    }
}

/// The rows of the table of past terms.
fn told_of_past(page: &str) -> Vec<&str> {
    let past = page.split("id=\"past\"").nth(1).unwrap().split("</table>").next().unwrap();
    past.split("<tr").filter(|row| row.contains("<a href")).collect()
}

#[tokio::test]
async fn after_the_first_load_past_terms_tell_how_a_course_filled_and_phases_are_marked() {
    let house = House::empty().await;
    house.night().await;
    let over = house.over().await;
    assert_eq!(over.len(), 2);
    let selections: Vec<String> = over.iter().map(|term| format!("s=COMPSCI.61A.{}", term.slug())).collect();
    let page = house.page(&format!("/enrollment?{}", selections.join("&"))).await;
    let rows = told_of_past(&page);
    for term in &over {
        let row = rows.iter().find(|row| row.contains(&term.title())).unwrap_or_else(|| panic!("{term:?} in {rows:?}"));
        let full = [">never<", "phase", "in adjustment"].iter().any(|words| row.contains(words));
        assert!(full && row.contains(" of 1,500<"), "when it was full, by its own phases, and how it ended: {row}");
    }
    assert!(page.contains("Day 1 is the first day of phase 1 of each selection"), "{page}");
    assert!(!page.contains("phases are not known"), "{page}");
    assert!(page.contains("Demo data"), "it says that it is made up");
    // A curve has the days of its enrollment, not its end alone.
    let sections = sections_of(&house, over[0], "COMPSCI 61A").await;
    let runs = house.store.enrollment(over[0], &sections).await.unwrap();
    assert!(runs.len() >= 5 * sections.len(), "{} runs of {} sections", runs.len(), sections.len());
}

/// The primary sections of a course.
async fn sections_of(house: &House, term: TermId, course: &str) -> Vec<catalog::section::SectionId> {
    let code = CourseCode::parse(course).unwrap();
    let sections = house.store.load().await.unwrap().sections;
    let of_course = sections.into_iter().filter(|section| section.class.term == term && section.class.course == code);
    of_course.filter(|section| section.is_primary).map(|section| section.id).collect()
}

#[tokio::test]
async fn what_a_person_imported_is_not_replaced_by_made_up_phases() {
    let house = House::empty().await;
    let own = "fall-2031 phase-1 2031-04-14..2031-06-13\nfall-2031 phase-2 2031-07-21..2031-08-17\n\
               fall-2031 adjustment 2031-08-18\n";
    let own = Announced::parse(own).unwrap();
    house.store.announce(&own, SystemClock.now()).await.unwrap();
    house.night().await;
    assert_eq!(house.store.announced().await.unwrap(), own);
    house.store.announce(&Announced::default(), SystemClock.now()).await.unwrap();
    house.night().await;
    assert!(house.store.announced().await.unwrap().text().starts_with("# Made up by the demo campus"));
}
