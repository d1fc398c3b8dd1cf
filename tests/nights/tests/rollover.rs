//! A year of the site without anybody's doing: terms come by themselves, each is what people see first while they enroll
//! in it, and every page that asks for a term gets along with it.
#![expect(clippy::unwrap_used, reason = "a panic is how a test says no")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use answers::config::AnswersConfig;
use answers::tiers::Answers;
use axum::Router;
use axum::body::Body;
use catalog::snapshot::{SectionView, Snapshot};
use clock::Clock;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use jiff::Timestamp;
use kit::published::Published;
use nights::world::{World, at, term_id};
use planner::calendar::{self, CalendarDetails};
use planner::plan::{Plan, PlannedCourse};
use tower::ServiceExt;
use updater::request::{TermChoice, UpdateRequest};
use web::config::{Config, SignIn};
use web::service::{Ports, build};

/// The site over a database that the job fills.
struct Site {
    world: World,
    published: Published,
    router: Router,
}

impl Site {
    async fn new() -> Self {
        let world = World::demo().await;
        let clock: Arc<dyn Clock> = Arc::new(world.clock.clone());
        let published = Published::follow(world.store.clone(), clock.clone());
        let count = AtomicU64::new(0);
        let store = || world.store.clone();
        let ports = Ports {
            catalog: Arc::new(published.memory.clone()),
            clock,
            chance: Arc::new(move || {
                let mut bytes = [7; 32];
                bytes[..8].copy_from_slice(&count.fetch_add(1, Ordering::Relaxed).to_be_bytes());
                bytes
            }),
            sign_in: SignIn::Off,
            accounts: store(),
            sessions: store(),
            guests: store(),
            collections: store(),
            feedback: store(),
            schedules: store(),
            personal_data: store(),
            alerts: store(),
            render_metrics: Arc::new(String::new),
            kept_pages: Answers::new(AnswersConfig::default(), None),
        };
        let web = build(Config::default(), ports);
        let router = httpkit::stack::dress(web.router(), &web.http_config());
        Self { world, published, router }
    }

    /// The night before a moment has passed as the schedule does it.
    async fn on(&self, moment: &str) {
        self.world.move_to(at(moment));
        let coming = UpdateRequest { terms: TermChoice::Coming, ..UpdateRequest::everything("a test") };
        let report = self.world.run(&coming).await.unwrap();
        assert!(report.version.is_some(), "{moment}: {report:?}");
        self.published.loaded_since(self.world.now()).await;
    }

    async fn page(&self, path: &str) -> String {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    async fn snapshot(&self) -> Snapshot {
        Snapshot::build(self.world.published().await)
    }
}

/// A lecture with a final exam that meets at one time, Mondays among its days.
fn a_lecture(snapshot: &Snapshot, term: &str) -> Lecture {
    let entry = snapshot.term(term_id(term)).unwrap();
    let sections = entry.offerings.iter().flat_map(|offering| snapshot.sections_in(offering));
    let is_wanted = |section: &SectionView<'_>| {
        let meets = section.meetings().any(|meeting| meeting.days().contains(0) && meeting.time().is_some());
        section.is_primary()
            && section.meetings().len() == 1
            && meets
            && planner::exams::of_section(snapshot, *section).is_some()
    };
    let section = sections.into_iter().find(is_wanted).unwrap();
    let course = snapshot.course(section.course());
    let sections = vec![section.key()];
    Lecture {
        code: course.course.code.to_string(),
        plan: Plan::new(term_id(term), vec![PlannedCourse { course: course.id, sections }], vec![]).unwrap(),
    }
}

struct Lecture {
    code: String,
    plan: Plan,
}

/// The demo's enrollment begins on the fourth Monday of October, and on the third of April.
const YEAR: [(&str, &str); 9] = [
    ("2026-10-20T16:00:00Z", "fall-2026"),
    ("2026-10-27T16:00:00Z", "spring-2027"),
    ("2026-12-01T18:00:00Z", "spring-2027"),
    ("2026-12-28T18:00:00Z", "spring-2027"),
    ("2027-02-10T18:00:00Z", "spring-2027"),
    ("2027-04-20T18:00:00Z", "fall-2027"),
    ("2027-06-20T18:00:00Z", "fall-2027"),
    ("2027-09-10T18:00:00Z", "fall-2027"),
    ("2027-10-26T18:00:00Z", "spring-2028"),
];

#[tokio::test]
async fn each_term_comes_by_itself_and_is_shown_first_while_people_enroll_in_it() {
    let site = Site::new().await;
    for (moment, term) in YEAR {
        site.on(moment).await;
        let title = term_id(term).title();
        let list = site.page("/catalog").await;
        assert!(list.contains(&format!("Courses in {title}")), "{moment}: {title} is first");
        let snapshot = site.snapshot().await;
        let newest = snapshot.terms().iter().find(|entry| !entry.offerings.is_empty()).unwrap().term.id;
        assert!(list.contains(&format!("value=\"{}\"", newest.slug())), "{moment}: {} can be chosen", newest.slug());

        let lecture = a_lecture(&snapshot, term);
        let query = lecture.code.replace(' ', "+");
        let found = site.page(&format!("/catalog?q={query}")).await;
        let address = format!("/catalog/{term}/{}", lecture.code.replace(' ', "/"));
        assert!(found.contains(&address), "{moment}: {} is found", lecture.code);
        let code = lecture.code.replace(' ', ".");
        for path in [
            "/".to_owned(),
            address,
            format!("/enrollment?find={query}"),
            format!("/enrollment?s={code}.{term}"),
            format!("/grades?find={query}"),
            format!("/grades?s={code}"),
            "/planner".to_owned(),
        ] {
            site.page(&path).await;
        }
    }
}

#[tokio::test]
async fn the_calendar_of_a_term_that_nobody_announced_is_right_and_says_what_it_is() {
    let site = Site::new().await;
    site.on("2026-12-01T18:00:00Z").await;
    let snapshot = site.snapshot().await;
    let lecture = a_lecture(&snapshot, "spring-2027");
    let as_of: Timestamp = site.world.now();
    let details = CalendarDetails { name: "Spring", id: "1", host: "localhost", url: None, as_of };
    let text = calendar::write(&snapshot, &lecture.plan, &details).replace("\r\n ", "");
    let starts: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("DTSTART;TZID=America/Los_Angeles:")).collect();
    assert!(("20270119".."20270127").contains(&&starts[0][..8]), "in the first week of classes: {starts:?}");
    assert!(("20270510".."20270515").contains(&&starts[1][..8]), "in finals week: {starts:?}");
    let until = text.lines().find_map(|line| line.split("UNTIL=").nth(1)).unwrap();
    assert!(("20270424".."20270502").contains(&&until[..8]), "not in the reading week: {until}");
    for monday in ["20270215", "20270322"] {
        assert!(text.contains(&format!("EXDATE;TZID=America/Los_Angeles:{monday}")), "{monday}");
    }
    assert!(text.contains("expected by the university's rules"));
}
