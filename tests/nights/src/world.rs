//! A campus, a job and a database, wired as the door wires them, with the time and the faults in the test's hand.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use catalog::data::CatalogData;
use catalog::ports::CatalogStore;
use catalog::run::{RunReport, Step, StepOutcome};
use catalog::term::TermId;
use clock::{Clock, ManualClock};
use database::config::DatabaseConfig;
use database::connect::Database;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kit::postgres::TestPostgres;
use sis::config::{KeyPair, Keys, SisConfig};
use standin::config::StandinConfig;
use standin::faults::Faults;
use standin::server::Standin;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use updater::config::UpdaterConfig;
use updater::nightly::{UpdateError, Updater};
use updater::progress::Silent;
use updater::request::{TermChoice, UpdateRequest};

/// A morning in October: a term is under way and the next one is being enrolled for.
pub const OCTOBER: &str = "2026-10-20T16:00:00Z";

/// The term under way at [`OCTOBER`].
pub const FALL: &str = "fall-2026";

/// The term that students enroll for at [`OCTOBER`].
pub const SPRING: &str = "spring-2027";

/// A campus, a job and a database.
pub struct World {
    /// The stand-in: faults and moments are set here.
    pub standin: Standin,
    /// Where the stand-in listens.
    pub address: SocketAddr,
    /// The job's clock.
    pub clock: ManualClock,
    /// The store.
    pub store: Arc<Database>,
    /// The database below it; dropped last.
    pub postgres: TestPostgres,
    time_zone: TimeZone,
    keys: KeyPair,
    shutdown: CancellationToken,
}

impl World {
    /// A small demo campus at [`OCTOBER`], and an empty database.
    pub async fn demo() -> Self {
        let mut config = StandinConfig::demo(7);
        config.source = standin::config::Source::Demo { seed: 7, courses: standin::config::DEMO_COURSES_MIN };
        Self::new(config, OCTOBER).await
    }

    /// Any stand-in, at a moment, and an empty database.
    ///
    /// # Panics
    /// When any part does not start.
    pub async fn new(config: StandinConfig, moment: &str) -> Self {
        // The provider may be installed already by another world of this process.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let moment = at(moment);
        let clock = ManualClock::new(moment);
        let config = StandinConfig { at: Some(moment), ..config };
        let standin = Standin::build(config, Arc::new(clock.clone())).expect("the stand-in is built");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shutdown = CancellationToken::new();
        let (server, stop) = (standin.clone(), shutdown.clone());
        tokio::spawn(async move { server.serve(listener, stop).await });

        let postgres = TestPostgres::new_database().await;
        let store = Database::connect(&DatabaseConfig::new(postgres.url())).await.expect("the test database answers");
        store.migrate().await.expect("an empty database takes the tables");
        let store = Arc::new(store);
        let time_zone = TimeZone::get("America/Los_Angeles").expect("the zone is known");
        let keys = KeyPair::new("sample-id", "sample-key");
        Self { standin, address, clock, store, postgres, time_zone, keys, shutdown }
    }

    /// The job as it would run tonight.
    ///
    /// # Panics
    /// When the adapter refuses its configuration.
    #[must_use]
    pub fn updater(&self) -> Updater {
        self.updater_into(self)
    }

    /// A job that fetches from this campus and publishes into another world's database.
    ///
    /// # Panics
    /// When the adapter refuses its configuration.
    #[must_use]
    pub fn updater_into(&self, other: &Self) -> Updater {
        let mut config = SisConfig::new(format!("http://{}/sis", self.address), Keys::same(&self.keys));
        config.backoff.base = Duration::from_millis(1);
        config.backoff.max = Duration::from_millis(2);
        let source = sis::source::Sis::new(config, Arc::new(self.clock.clone())).expect("a sound configuration");
        let config = UpdaterConfig::for_campus(self.time_zone.clone());
        Updater::new(config, Arc::new(source), other.store.clone(), Arc::new(self.clock.clone()))
    }

    /// The present moment of campus and job.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The settings that lead the real `bt` to this campus and this database.
    #[must_use]
    pub fn settings(&self) -> Vec<(String, String)> {
        let apis = ["COURSES", "CLASSES", "TERMS"];
        let names = apis.iter().flat_map(|api| ["ID", "KEY"].map(|half| format!("BT_SIS_{api}_APP_{half}")));
        let mut settings: Vec<(String, String)> = names.map(|name| (name, "sample".to_owned())).collect();
        settings.push(("BT_SIS_BASE_URL".to_owned(), format!("http://{}/sis", self.address)));
        settings.push(("BT_DATABASE_URL".to_owned(), self.postgres.url()));
        settings
    }

    /// Takes the keys away that the job would use.
    pub fn lose_keys(&mut self) {
        self.keys = KeyPair::new("", "");
    }

    /// Lets time pass for the campus and the job.
    pub fn later(&self, by: Duration) {
        self.clock.advance(by);
        self.standin.move_to(Some(self.clock.now()));
    }

    /// Plays another moment.
    pub fn move_to(&self, moment: Timestamp) {
        self.clock.set(moment);
        self.standin.move_to(Some(moment));
    }

    /// Breaks the campus in a way.
    pub fn break_with(&self, change: impl FnOnce(&mut Faults)) {
        let mut faults = Faults::default();
        change(&mut faults);
        self.standin.set_faults(faults);
    }

    /// Makes the campus whole again.
    pub fn mend(&self) {
        self.standin.set_faults(Faults::default());
    }

    /// A whole night for one term.
    ///
    /// # Errors
    /// When the run could not be done at all.
    pub async fn night(&self, term: &str) -> Result<RunReport, UpdateError> {
        self.run(&everything(term)).await
    }

    /// Any run.
    ///
    /// # Errors
    /// When the run could not be done at all.
    pub async fn run(&self, request: &UpdateRequest) -> Result<RunReport, UpdateError> {
        self.updater().run(request, &Silent).await
    }

    /// What readers see now.
    ///
    /// # Panics
    /// When it cannot be loaded.
    pub async fn published(&self) -> CatalogData {
        self.store.load().await.expect("the catalog can be loaded")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// All steps for one term.
#[must_use]
pub fn everything(term: &str) -> UpdateRequest {
    UpdateRequest { terms: TermChoice::These(vec![term_id(term)]), ..UpdateRequest::everything("a test") }
}

/// Some steps for one term.
#[must_use]
pub fn steps(term: &str, steps: &[Step]) -> UpdateRequest {
    UpdateRequest { steps: steps.to_vec(), ..everything(term) }
}

/// A term by its name.
///
/// # Panics
/// When the name is none.
#[must_use]
pub fn term_id(term: &str) -> TermId {
    term.parse().expect("a term")
}

/// A moment.
///
/// # Panics
/// When the text is none.
#[must_use]
pub fn at(moment: &str) -> Timestamp {
    moment.parse().expect("a moment")
}

/// How a step of a report ended.
///
/// # Panics
/// When the report has no such step.
#[must_use]
pub fn outcome(report: &RunReport, step: Step) -> &StepOutcome {
    let found = report.steps.iter().find(|other| other.step == step);
    &found.unwrap_or_else(|| panic!("no step {step} in {report:?}")).outcome
}

/// What readers would notice: everything but the moments at which it was seen, and the numbers, which are the store's.
#[must_use]
pub fn fingerprint(data: &CatalogData) -> String {
    let mut lines: Vec<String> = Vec::new();
    lines.extend(data.courses.iter().map(|course| format!("{:?}", course.value)));
    lines.extend(data.classes.iter().map(|class| format!("{class:?}")));
    lines.extend(data.sections.iter().map(|section| format!("{section:?}")));
    lines.extend(data.playlists.iter().map(|playlist| format!("{:?}", playlist.value)));
    lines.extend(data.counts.iter().map(|(key, seen)| format!("{key:?} {:?}", seen.counts)));
    lines.extend(data.reservations.iter().map(|reserved| format!("{reserved:?}")));
    lines.sort_unstable();
    lines.join("\n")
}
