//! A course, people, a notifier, and a mail server on loopback.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use accounts::alerts::{AlertMail, AlertOutbox, AlertStore, Delivery, Kinds, NewWatch, Pace, Told, Watched};
use accounts::identity::Identity;
use accounts::person::PersonId;
use accounts::ports::{AccountStore, FeedbackStore};
use accounts::report_mail::ReportOutbox;
use catalog::changes::{Delta, EnrollmentChanges, Publication, TermChanges};
use catalog::course::Course;
use catalog::grade::GradeRecord;
use catalog::ids::CourseId;
use catalog::ports::CatalogStore;
use catalog::published::PublishedCatalog;
use catalog::section::{Section, SectionId};
use catalog::term::{Term, TermId};
use clock::{Clock, ManualClock};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use kit::memory_people::MemoryPeople;
use kit::memory_store::MemoryStore;
use kit::published::{Published, publish};
pub(crate) use kit::sample::at;
use kit::sample::{
    self, added, class_key, counts, graded, meeting, nothing, offered, quiet, reservation, section, term_id,
};
use kit::smtp::{Secrecy, SmtpServer, Taken};
use mail::smtp::{Security, SmtpConfig};
use mail::{letters, reports};
use notifier::config::Config;
use notifier::service::{Notifier, Ports, build};
use tokio_util::sync::CancellationToken;

pub(crate) const LECTURE: u32 = 20001;
const COURSE: &str = "COMPSCI 61A";

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

pub(crate) fn fall() -> TermId {
    term_id("fall-2026")
}

fn observation(moment: Timestamp, numbers: [i32; 3]) -> Publication {
    sample::observed(moment, fall(), &[(LECTURE, counts(numbers))])
}

/// Reservations of the lecture change.
pub(crate) fn reserved(moment: Timestamp, seats: i32) -> Publication {
    let reservations = vec![(SectionId(LECTURE), vec![reservation("Sample majors", seats, 0)])];
    let enrollment = Some(EnrollmentChanges { reservations, ..sample::observation(moment) });
    Publication { by_term: vec![TermChanges { enrollment, ..quiet(fall()) }], ..nothing(moment) }
}

/// The lecture as it is from then on.
pub(crate) fn moved(moment: Timestamp, change: impl FnOnce(&mut Section)) -> Publication {
    let mut section = lecture();
    change(&mut section);
    let sections = Delta { changed: vec![section], ..Delta::default() };
    Publication { by_term: vec![TermChanges { sections, ..quiet(fall()) }], ..nothing(moment) }
}

/// The university sets the day on which people can enroll in the spring.
pub(crate) fn enrollment_begins(moment: Timestamp, day: Date) -> Publication {
    let (begin, end) = (date(2027, 1, 12), date(2027, 5, 14));
    let id = term_id("spring-2027");
    let spring = Term { id, begin, end, enrollment_begin: Some(day), sessions: Vec::new() };
    Publication { terms: vec![spring], ..nothing(moment) }
}

fn campus() -> Publication {
    let moment = at("2026-09-01T21:00:00Z");
    let offered = offered(fall(), moment, vec![(lecture(), Some(counts([100, 100, 40]))), (other(), None)], Vec::new());
    Publication {
        terms: vec![sample::term(fall(), date(2026, 8, 19), date(2026, 12, 18))],
        courses: added(vec![course(COURSE), course("COMPSCI 61B")]),
        by_term: vec![offered],
        ..nothing(moment)
    }
}

fn course(text: &str) -> Course {
    Course { title: "Sample Programs".to_owned(), ..sample::course(text) }
}

fn lecture() -> Section {
    let mut meeting = meeting(1, "MoWeFr", 13, "Sample Hall 1", "O'Brien-Núñez");
    meeting.instructors[0].given_name = "Ana".to_owned();
    Section { meetings: vec![meeting], ..section(LECTURE, &class_key(fall(), COURSE, "001"), "LEC 001") }
}

/// Of another course: a term in which nothing at all is offered was not read yet.
fn other() -> Section {
    Section { id: SectionId(LECTURE + 1), class: class_key(fall(), "COMPSCI 61B", "001"), ..lecture() }
}

pub(crate) fn grades(term: &str) -> GradeRecord {
    GradeRecord { title: "Sample Programs".to_owned(), ..graded(term, COURSE, "1", &[], []) }
}
