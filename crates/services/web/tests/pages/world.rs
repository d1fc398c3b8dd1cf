//! A small made-up campus, published into a store, with the web service over it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use answers::config::AnswersConfig;
use answers::tiers::Answers;
use axum::Router;
use axum::body::Body;
use catalog::changes::{PlaylistChanges, Publication, TermChanges};
use catalog::course::{Course, UnitCount, Units};
use catalog::fetched::Origin;
use catalog::grade::GradeRecord;
use catalog::playlist::{Category, Playlist};
use catalog::ports::CatalogStore;
use catalog::run::{Step, StepOutcome, StepReport, Tally};
use catalog::seats::SeatReservation;
use catalog::section::SectionId;
use catalog::switches::{Reason, Source};
use catalog::term::Term;
use clock::ManualClock;
use http::{Method, Request};
use jiff::civil::date;
use kit::memory_people::MemoryPeople;
use kit::published::{Published, publish};
pub(crate) use kit::sample::at;
use kit::sample::{
    self, Counted, added, class_key, code, counts, graded, meeting, offered, playlist, reservation, term_id,
};
use tower::ServiceExt;
use web::config::{Config, SignIn};
use web::service::{Ports, build};

use crate::answer::Answer;
use crate::breakable::{BreakableStore, HangingSessions};

pub(crate) const FALL: &str = "fall-2026";
const SPRING: &str = "spring-2026";

/// The service over its store.
pub(crate) struct World {
    pub(crate) store: BreakableStore,
    pub(crate) clock: ManualClock,
    pub(crate) people: MemoryPeople,
    pub(crate) sessions: HangingSessions,
    router: Router,
    published: Published,
}

impl World {
    /// Nothing is published yet.
    pub(crate) fn empty() -> Self {
        Self::empty_with(Config::default(), |_| SignIn::Sample)
    }

    fn empty_with(config: Config, sign_in: impl FnOnce(&ManualClock) -> SignIn) -> Self {
        let store = BreakableStore::default();
        let clock = ManualClock::new(at("2026-09-01T21:10:00Z"));
        let config = Config { results_per_page: 4, ..config };
        let metrics = Arc::new(|| "sample_metric 1\n".to_owned());
        let published = Published::follow(Arc::new(store.clone()), Arc::new(clock.clone()));
        let people = MemoryPeople::beside(store.memory());
        let (shared, sessions) = (Arc::new(people.clone()), HangingSessions::of(&people));
        let ports = Ports {
            catalog: Arc::new(published.memory.clone()),
            clock: Arc::new(clock.clone()),
            chance: counting(),
            sign_in: sign_in(&clock),
            accounts: shared.clone(),
            sessions: Arc::new(sessions.clone()),
            guests: shared.clone(),
            collections: shared.clone(),
            feedback: shared.clone(),
            schedules: shared.clone(),
            personal_data: shared.clone(),
            alerts: shared,
            render_metrics: metrics,
            kept_pages: Answers::new(AnswersConfig::default(), None),
        };
        let web = build(config, ports);
        let router = httpkit::stack::dress(web.router(), &web.http_config());
        Self { store, clock, people, sessions, router, published }
    }

    /// The campus is published and in memory.
    pub(crate) async fn with_campus() -> Self {
        Self::with_campus_of(Origin::Demo).await
    }

    pub(crate) async fn with_campus_of(origin: Origin) -> Self {
        Self::with_campus_and(origin, Config::default()).await
    }

    pub(crate) async fn with_campus_and(origin: Origin, config: Config) -> Self {
        Self::with_campus_sign_in(origin, config, |_| SignIn::Sample).await
    }

    /// The campus is published, and people sign in in some way.
    pub(crate) async fn with_campus_sign_in(
        origin: Origin,
        config: Config,
        sign_in: impl FnOnce(&ManualClock) -> SignIn,
    ) -> Self {
        let world = Self::empty_with(config, sign_in);
        world.store.import_grades(&grades(), at("2026-08-20T18:00:00Z")).await.unwrap();
        world.publish(&campus(origin), &[]).await;
        world
    }

    /// Publishes and waits until it is in memory.
    pub(crate) async fn publish(&self, publication: &Publication, steps: &[StepReport]) {
        publish(&self.store, publication, steps).await;
        self.published.loaded_since(publication.at).await;
    }

    /// Turns a source off at a moment, and waits until that is in memory.
    pub(crate) async fn switch_off(&self, source: Source, reason: &str, when: &str) {
        let reason = Reason::parse(reason).unwrap();
        self.store.board().switch_off(source, &reason, at(when)).await.unwrap();
        self.published.loaded_since(at(when)).await;
    }

    /// Turns it on again.
    pub(crate) async fn switch_on(&self, source: Source, when: &str) {
        self.store.board().switch_on(source, at(when)).await.unwrap();
        self.published.loaded_since(at(when)).await;
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[], "").await
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        Answer::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// The whole stack, to be asked from several tasks at once.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }
}

/// Draws that are all different, and the same in each test.
fn counting() -> web::service::Chance {
    let count = AtomicU64::new(0);
    Arc::new(move || {
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&count.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes
    })
}

/// A publication that changes nothing but the version.
pub(crate) fn nothing_new(when: &str) -> Publication {
    sample::nothing(at(when))
}

/// A publication of new counts of one section of fall: enrolled, seats, waiting.
pub(crate) fn observation(when: &str, ccn: u32, numbers: [i32; 3]) -> Publication {
    sample::observed(at(when), term_id(FALL), &[(ccn, counts(numbers))])
}

/// A step that was refused.
pub(crate) fn refused(step: Step, term: &str, reason: &str) -> StepReport {
    StepReport {
        step,
        term: term.parse().ok(),
        outcome: StepOutcome::Refused(reason.to_owned()),
        duration: Duration::ZERO,
        tally: Tally::default(),
    }
}

fn campus(origin: Origin) -> Publication {
    let mut courses = vec![
        course("COMPSCI 61A", "Computer Science", "The Structure and Interpretation of Sample Programs"),
        course("COMPSCI 61B", "Computer Science", "Data Structures"),
        course("DATA C8", "Data Science", "Foundations of Data Science"),
        course("STAT C8", "Statistics", "Foundations of Data Science"),
        course("HISTORY 7A", "History", "<script>alert('title')</script> & Other Stories"),
        course("ELENG 16A", "Electrical Engineering", "Designing Information Devices"),
        course("PHYSICS 77", "Physics", "Never Offered"),
    ];
    courses[1].prerequisites = Some("CS 61A, or Mathematics 1 and 2; consent of instructor.".to_owned());
    courses[2].cross_listed = vec![code("STAT C8")];
    courses[5].subject_abbreviation = "EL ENG".to_owned();
    courses.extend((1..=6).map(|n| course(&format!("MATH {n}"), "Mathematics", &format!("Mathematics, Part {n}"))));
    Publication {
        origin,
        terms: vec![term(SPRING, 1), term(FALL, 8)],
        courses: added(courses),
        by_term: vec![spring(), fall()],
        playlists: PlaylistChanges { added: playlists(), ..PlaylistChanges::default() },
        as_of: [SPRING, FALL].map(|term| (Step::Enrollment, term.parse().ok(), at("2026-09-01T09:00:00Z"))).to_vec(),
        ..nothing_new("2026-09-01T09:04:00Z")
    }
}

fn term(id: &str, month: i8) -> Term {
    let id = term_id(id);
    sample::term(id, date(id.year(), month, 19), date(id.year(), month + 4, 17))
}

fn course(code: &str, subject_name: &str, title: &str) -> Course {
    Course {
        subject_name: subject_name.to_owned(),
        title: title.to_owned(),
        description: "A made-up description with <b>markup</b> in it.".to_owned(),
        units: Some(Units::Fixed(UnitCount(400))),
        prerequisites: Some("Sample prerequisite 1A.".to_owned()),
        academic_career: Some("UGRD".to_owned()),
        final_exam: Some("Y".to_owned()),
        ..sample::course(code)
    }
}

/// One section of a course, with its counts when it has any: enrolled, seats, waiting.
fn section(term: &str, course: &str, label: &str, ccn: u32, numbers: Option<[i32; 3]>) -> Counted {
    let mut section = sample::section(ccn, &class_key(term_id(term), course, "001"), label);
    section.component.name = format!("{} in words", section.component.code);
    section.meetings = vec![meeting(1, "MoWeFr", 13, "Sample Hall 1", "O'Brien-Núñez")];
    (section, numbers.map(counts))
}

fn fall() -> TermChanges {
    let mut sections = vec![
        section(FALL, "COMPSCI 61A", "LEC 001", 20001, Some([1567, 1560, 218])),
        section(FALL, "COMPSCI 61B", "LEC 001", 20002, Some([400, 700, 0])),
        section(FALL, "DATA C8", "LEC 001", 20003, Some([-1, 100, 0])),
        section(FALL, "STAT C8", "LEC 001", 20004, None),
        section(FALL, "HISTORY 7A", "LEC 001", 20005, Some([5, 50, 0])),
        section(FALL, "ELENG 16A", "LEC 001", 20006, Some([30, 30, 4])),
    ];
    sections[0].0.meetings.push(meeting(2, "Tu", 9, "Specimen 24", "Second-Person"));
    sections
        .extend((101..=106).map(|n| section(FALL, "COMPSCI 61A", &format!("DIS {n}"), 20000 + n, Some([20, 30, 0]))));
    sections.extend((1..=6).map(|n| section(FALL, &format!("MATH {n}"), "LEC 001", 21000 + n, Some([10, 20, 0]))));
    let reservation = reservation("Sample majors & friends", 40, 28);
    changes(FALL, sections, vec![(SectionId(20001), vec![reservation])])
}

fn spring() -> TermChanges {
    let sections = vec![
        section(SPRING, "COMPSCI 61A", "LEC 001", 10001, Some([900, 1000, 0])),
        section(SPRING, "MATH 1", "LEC 001", 10002, Some([10, 20, 0])),
    ];
    let mut changes = changes(SPRING, sections, Vec::new());
    changes.sections.added[1].meetings[0].instructors[0].family_name = "Wanderer".to_owned();
    changes
}

fn changes(term: &str, sections: Vec<Counted>, reservations: Vec<(SectionId, Vec<SeatReservation>)>) -> TermChanges {
    offered(term_id(term), at("2026-09-01T09:00:00Z"), sections, reservations)
}

fn playlists() -> Vec<Playlist> {
    vec![
        playlist(Category::University, "American Cultures", None, &["HISTORY 7A", "COMPSCI 61A"]),
        playlist(Category::University, "American History", None, &["HISTORY 7A"]),
        playlist(Category::Ls, "Arts & Literature", Some(FALL), &["HISTORY 7A"]),
        playlist(Category::Units, "4 Units", None, &["COMPSCI 61A", "COMPSCI 61B", "MATH 1"]),
        playlist(Category::Level, "Lower Division", None, &["COMPSCI 61A", "COMPSCI 61B", "MATH 1"]),
        playlist(Category::Department, "Computer Science", None, &["COMPSCI 61A", "COMPSCI 61B"]),
        playlist(Category::Department, "History", None, &["HISTORY 7A"]),
    ]
}

fn grades() -> Vec<GradeRecord> {
    let record = |term, course, instructor, a, c| graded(term, course, "1", &[instructor], [(1, a), (7, c)]);
    vec![
        record("fall-2024", "COMPSCI 61A", "Ann Sample", 100, 0),
        record("fall-2025", "COMPSCI 61A", "Bo O'Sample", 0, 50),
        record("fall-2025", "STAT C8", "Ann Sample", 30, 30),
    ]
}
