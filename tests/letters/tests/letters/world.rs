//! A course, people, a notifier, and a mail server on loopback.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use accounts::alerts::{AlertMail, AlertOutbox, AlertStore, Delivery, Kinds, NewWatch, Pace, Told, Watched};
use accounts::identity::Identity;
use accounts::person::PersonId;
use accounts::ports::{AccountStore, FeedbackStore};
use accounts::report_mail::ReportOutbox;
use catalog::changes::{Delta, EnrollmentChanges, PlaylistChanges, Publication, TermChanges};
use catalog::class::{Class, ClassKey, OfferingStatus};
use catalog::course::{Course, CourseCode};
use catalog::fetched::Origin;
use catalog::grade::{Distribution, GradeRecord};
use catalog::ids::CourseId;
use catalog::meeting::{Days, Instructor, Meeting, TimeRange};
use catalog::ports::CatalogStore;
use catalog::published::PublishedCatalog;
use catalog::seats::{Counts, SeatReservation};
use catalog::section::{Component, Section, SectionId};
use catalog::term::{Term, TermId};
use clock::{Clock, ManualClock};
use jiff::Timestamp;
use jiff::civil::{Date, date, time};
use jiff::tz::TimeZone;
use kit::memory_people::MemoryPeople;
use kit::memory_store::MemoryStore;
use kit::published::{Published, publish};
use kit::smtp::{Secrecy, SmtpServer, Taken};
use mail::smtp::{Security, SmtpConfig};
use mail::{letters, reports};
use notifier::config::Config;
use notifier::service::{Notifier, Ports, build};
use tokio_util::sync::CancellationToken;

pub(crate) const LECTURE: u32 = 20001;

pub(crate) struct World {
    pub(crate) store: Arc<dyn CatalogStore>,
    pub(crate) alerts: Arc<dyn AlertStore>,
    pub(crate) outbox: Arc<dyn AlertOutbox>,
    pub(crate) accounts: Arc<dyn AccountStore>,
    pub(crate) feedback: Arc<dyn FeedbackStore>,
    reports: Arc<dyn ReportOutbox>,
    pub(crate) clock: ManualClock,
    pub(crate) server: Arc<SmtpServer>,
    published: Published,
}

impl World {
    /// With a full lecture of COMPSCI 61A, in memory.
    pub(crate) async fn start() -> Self {
        let store = MemoryStore::new();
        let people = MemoryPeople::beside(&store);
        Self::over(Arc::new(store), Arc::new(people)).await
    }

    pub(crate) async fn over<P>(store: Arc<dyn CatalogStore>, people: Arc<P>) -> Self
    where
        P: AlertStore + AlertOutbox + AccountStore + FeedbackStore + ReportOutbox + 'static,
    {
        let clock = ManualClock::new(at("2026-09-01T21:10:00Z"));
        let published = Published::follow(store.clone(), Arc::new(clock.clone()));
        let server = Arc::new(SmtpServer::start(Secrecy::Plain).await);
        let world = Self {
            store,
            alerts: people.clone(),
            outbox: people.clone(),
            accounts: people.clone(),
            feedback: people.clone(),
            reports: people,
            clock,
            server,
            published,
        };
        world.publish(campus()).await;
        world
    }

    pub(crate) async fn publish(&self, publication: Publication) {
        publish(&*self.store, &publication, &[]).await;
        self.published.loaded_since(publication.at).await;
    }

    /// New counts of the lecture at a minute of the day: enrolled, seats, waiting.
    pub(crate) async fn counts(&self, minute: i64, counts: [i32; 3]) {
        let moment = at("2026-09-01T21:00:00Z") + jiff::SignedDuration::from_mins(minute);
        self.publish(observation(moment, counts)).await;
    }

    pub(crate) fn snapshot(&self) -> Arc<catalog::snapshot::Snapshot> {
        self.published.memory.current().snapshot.unwrap()
    }

    pub(crate) fn course(&self) -> CourseId {
        self.snapshot().courses()[0].id
    }

    /// Somebody who follows the lecture from now on.
    pub(crate) async fn follower(&self, name: &str, pace: Pace) -> PersonId {
        let person = self.person(name).await;
        let watched = Watched { term: fall(), course: self.course(), section: Some(SectionId(LECTURE)) };
        let new = NewWatch { watched, kinds: Kinds::ALL, pace };
        self.alerts.watch(person, &new, &Told::default(), self.clock.now()).await.unwrap();
        person
    }

    pub(crate) async fn person(&self, name: &str) -> PersonId {
        let identity = Identity::new(&format!("{name}@berkeley.edu"), name, "Sample").unwrap();
        self.accounts.sign_in(&identity, self.clock.now()).await.unwrap().person.id
    }

    /// A notifier as a process begins with: it knows nothing but what is in the store.
    pub(crate) fn notifier(&self) -> Notifier {
        self.notifier_with(Some(self.mail()), |_| {})
    }

    pub(crate) fn mail(&self) -> Arc<dyn AlertMail> {
        Arc::new(letters::build(&self.smtp()).unwrap())
    }

    fn smtp(&self) -> SmtpConfig {
        SmtpConfig {
            port: self.server.address.port(),
            security: Security::Plain,
            limit: Duration::from_millis(300),
            ..SmtpConfig::new("127.0.0.1", "Berkeleytime <bt@example.edu>", Vec::new())
        }
    }

    pub(crate) fn notifier_with(&self, mail: Option<Arc<dyn AlertMail>>, change: impl FnOnce(&mut Config)) -> Notifier {
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let mut config = Config::new("Berkeleytime", "https://bt.example.edu", zone);
        config.senders = 1;
        change(&mut config);
        let ports = Ports {
            catalog: Arc::new(self.published.memory.clone()),
            outbox: self.outbox.clone(),
            mail,
            reports: self.reports.clone(),
            report_mail: Some(Arc::new(reports::build(&self.smtp(), &"team@example.edu".parse().unwrap()).unwrap())),
            wake: Arc::default(),
            clock: Arc::new(self.clock.clone()),
            chance: counting(),
        };
        build(config, ports)
    }

    pub(crate) fn later(&self, minutes: u64) {
        self.clock.advance(Duration::from_mins(minutes));
    }

    /// What became of what somebody was told, the newest first.
    pub(crate) async fn log(&self, person: PersonId) -> Vec<(String, Delivery)> {
        let log = self.alerts.alert_log(person, 100).await.unwrap();
        log.into_iter().map(|logged| (logged.alert.headline.to_string(), logged.delivery)).collect()
    }
}

pub(crate) async fn round(notifier: &mut Notifier) {
    notifier.round(&CancellationToken::new()).await;
}

/// The values of a header of a mail, put together where it was folded.
pub(crate) fn header(mail: &Taken, name: &str) -> String {
    let (headers, _) = mail.data.split_once("\n\n").unwrap();
    let unfolded = headers.replace("\n ", " ");
    let line = unfolded.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_default().trim().to_owned()
}

/// Draws that differ between all notifiers of a test.
fn counting() -> notifier::service::Chance {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    Arc::new(|| {
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes
    })
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn fall() -> TermId {
    "fall-2026".parse().unwrap()
}

fn code() -> CourseCode {
    CourseCode::parse("COMPSCI 61A").unwrap()
}

fn observation(moment: Timestamp, [enrolled, max_enroll, waitlisted]: [i32; 3]) -> Publication {
    let counts = Counts { is_open: None, enrolled, max_enroll, waitlisted, max_waitlist: 50 };
    let enrollment = EnrollmentChanges {
        at: moment,
        opened: vec![(SectionId(LECTURE), counts)],
        extended: Vec::new(),
        closed: Vec::new(),
        reservations: Vec::new(),
    };
    nothing(moment, Delta::default(), Some(enrollment))
}

/// Reservations of the lecture change.
pub(crate) fn reserved(moment: Timestamp, seats: i32) -> Publication {
    let reservation = SeatReservation {
        number: 1,
        group_code: None,
        group_name: "Sample majors".to_owned(),
        from: None,
        max_enroll: seats,
        enrolled: 0,
    };
    let enrollment = EnrollmentChanges {
        at: moment,
        opened: Vec::new(),
        extended: Vec::new(),
        closed: Vec::new(),
        reservations: vec![(SectionId(LECTURE), vec![reservation])],
    };
    nothing(moment, Delta::default(), Some(enrollment))
}

/// The lecture as it is from then on.
pub(crate) fn moved(moment: Timestamp, change: impl FnOnce(&mut Section)) -> Publication {
    let mut section = lecture();
    change(&mut section);
    nothing(moment, Delta { changed: vec![section], ..Delta::default() }, None)
}

/// The university sets the day on which people can enroll in the spring.
pub(crate) fn enrollment_begins(moment: Timestamp, day: Date) -> Publication {
    let (begin, end) = (date(2027, 1, 12), date(2027, 5, 14));
    let id = "spring-2027".parse().unwrap();
    let spring = Term { id, begin, end, enrollment_begin: Some(day), sessions: Vec::new() };
    Publication { terms: vec![spring], ..nothing(moment, Delta::default(), None) }
}

fn nothing(
    moment: Timestamp,
    sections: Delta<Section, SectionId>,
    enrollment: Option<EnrollmentChanges>,
) -> Publication {
    let changes = TermChanges { term: fall(), classes: Delta::default(), sections, enrollment };
    Publication {
        at: moment,
        origin: Origin::Demo,
        terms: Vec::new(),
        courses: Delta::default(),
        by_term: vec![changes],
        playlists: PlaylistChanges::default(),
        as_of: Vec::new(),
    }
}

fn campus() -> Publication {
    let moment = at("2026-09-01T21:00:00Z");
    let mut publication = observation(moment, [100, 100, 40]);
    publication.by_term[0].classes = Delta { added: vec![class(lecture()), class(other())], ..Delta::default() };
    publication.by_term[0].sections = Delta { added: vec![lecture(), other()], ..Delta::default() };
    let (begin, end) = (date(2026, 8, 19), date(2026, 12, 18));
    publication.terms = vec![Term { id: fall(), begin, end, enrollment_begin: None, sessions: Vec::new() }];
    publication.courses = Delta { added: vec![course(code()), course(other().class.course)], ..Delta::default() };
    publication
}

fn class(section: Section) -> Class {
    Class {
        key: section.class,
        title: None,
        description: None,
        units: None,
        grading_basis: None,
        requirement_designation: None,
        instruction_mode: None,
        status: OfferingStatus::Active,
        final_exam: None,
    }
}

fn course(code: CourseCode) -> Course {
    Course {
        code,
        cs_course_id: None,
        subject_abbreviation: "COMPSCI".to_owned(),
        subject_name: "Computer Science".to_owned(),
        title: "Sample Programs".to_owned(),
        description: String::new(),
        units: None,
        prerequisites: None,
        cross_listed: Vec::new(),
        academic_career: None,
        grading_basis: None,
        final_exam: None,
        from_date: None,
    }
}

fn lecture() -> Section {
    let meeting = Meeting {
        number: 1,
        days: Days::from_sis("MoWeFr").unwrap(),
        time: TimeRange::new(time(13, 0, 0, 0), time(13, 59, 0, 0)),
        location: Some("Sample Hall 1".to_owned()),
        instructors: vec![Instructor {
            family_name: "O'Brien-Núñez".to_owned(),
            given_name: "Ana".to_owned(),
            role: None,
        }],
        dates: None,
    };
    Section {
        id: SectionId(LECTURE),
        class: ClassKey::new(fall(), code(), "1", "001"),
        number: "001".to_owned(),
        component: Component { code: "LEC".to_owned(), name: "Lecture".to_owned() },
        is_primary: true,
        primary_section: None,
        status: OfferingStatus::Active,
        is_printed: true,
        instruction_mode: None,
        dates: None,
        meetings: vec![meeting],
        attributes: Vec::new(),
    }
}

/// Of another course: a term in which nothing at all is offered was not read yet.
fn other() -> Section {
    let code = CourseCode::parse("COMPSCI 61B").unwrap();
    Section { id: SectionId(LECTURE + 1), class: ClassKey::new(fall(), code, "1", "001"), ..lecture() }
}

pub(crate) fn grades(term: &str) -> GradeRecord {
    GradeRecord {
        course: code(),
        title: "Sample Programs".to_owned(),
        term: term.parse().unwrap(),
        section_number: "1".to_owned(),
        ccn: None,
        instructors: Vec::new(),
        distribution: Distribution::default(),
    }
}
