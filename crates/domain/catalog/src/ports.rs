//! Ports: what the services need of the world. Adapters implement them; only the door introduces the two.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::changes::Publication;
use crate::course::{Course, CourseCode};
use crate::data::{CatalogData, TermData};
use crate::fetched::{ClassRecord, Fault, Fetched, RecordKind, SeatsRecord, SectionRecord};
use crate::grade::GradeRecord;
use crate::playlist::Playlist;
use crate::run::{LEDGER_LOOKED_AT, LedgerEntry, RunId, RunReport, RunRequest, newest_of_each};
use crate::seats::EnrollmentRun;
use crate::section::SectionId;
use crate::stored::{CatalogState, CatalogVersion, Held, Offering, StoredTerm};
use crate::term::{Term, TermId};

/// Whatever went wrong underneath a port; boundaries keep it as the source of their own error.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// An error with all its causes, outermost first, as one line for the log.
#[must_use]
pub fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Why a source could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The keys are missing or not accepted: retrying will not help.
    #[error("the source refused the credentials for {api}: {message}")]
    Credentials {
        /// Which API.
        api: &'static str,
        /// What it answered.
        message: String,
    },
    /// It answered, but nothing that can be understood.
    #[error("the source answered {api} with something unreadable: {message}")]
    Unreadable {
        /// Which API.
        api: &'static str,
        /// What was wrong, and on which page.
        message: String,
    },
    /// It did not answer, or only with errors, within all retries.
    #[error("the source could not be reached for {api}: {message}")]
    Unavailable {
        /// Which API.
        api: &'static str,
        /// The last failure, and after how many tries.
        message: String,
    },
    /// The run's time for fetching is used up.
    #[error("fetching {api} took longer than the run's budget of {budget_seconds} s")]
    OutOfTime {
        /// Which API.
        api: &'static str,
        /// The budget.
        budget_seconds: u64,
    },
}

/// Told of every page, to show progress.
pub trait FetchWatch: Send + Sync {
    /// Another `records` records of a kind have arrived.
    fn arrived(&self, kind: RecordKind, term: Option<TermId>, records: usize);
}

/// Where a university's records come from. A fetch is whole or an error: never a part that looks like the whole.
/// "No data" (the SIS's 404 on the first page) is an empty answer, not an error.
#[async_trait]
pub trait CatalogSource: Send + Sync {
    /// Terms around `today`: the current one, the next ones, and `back` earlier ones, oldest first.
    async fn terms(&self, today: Date, back: usize) -> Result<Fetched<Term>, SourceError>;
    /// All active courses.
    async fn courses(&self, watch: &dyn FetchWatch) -> Result<Fetched<Course>, SourceError>;
    /// All classes of a term.
    async fn classes(&self, term: TermId, watch: &dyn FetchWatch) -> Result<Fetched<ClassRecord>, SourceError>;
    /// All sections of a term, secondary ones included, with their counts.
    async fn sections(&self, term: TermId, watch: &dyn FetchWatch) -> Result<Fetched<SectionRecord>, SourceError>;
    /// Counts that changed after `after`; sections without change are not in the answer.
    async fn updated_seats(
        &self,
        term: TermId,
        after: Timestamp,
        watch: &dyn FetchWatch,
    ) -> Result<Fetched<SeatsRecord>, SourceError>;
}

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another run holds the lock.
    #[error("another update is running (run {}, since {since}); wait for it or stop it", .run.0)]
    RunInProgress {
        /// Its number.
        run: RunId,
        /// When it began.
        since: Timestamp,
    },
    /// The run's hold on the lock was lost: nothing of it was published.
    #[error("the database connection that held the update lock was lost while {doing}; nothing was published")]
    LockLost {
        /// What was being done.
        doing: &'static str,
        /// What happened.
        source: Cause,
    },
    /// The database did not do it.
    #[error("the database failed while {doing}")]
    Failed {
        /// What was being done: `reading the stored courses`.
        doing: &'static str,
        /// What happened.
        source: Cause,
    },
    /// What is stored cannot be understood, as after a change by hand.
    #[error("the database holds something unreadable: {0}")]
    Corrupt(String),
}

/// Where the catalog is kept and published.
#[async_trait]
pub trait CatalogStore: Send + Sync {
    /// Begins a run and takes the lock, which dies with the run's connection or process. Runs that a dead process
    /// left behind are marked abandoned.
    async fn begin_run(&self, request: &RunRequest, at: Timestamp) -> Result<Box<dyn UpdateRun>, StoreError>;
    /// The ledger, newest first.
    async fn ledger(&self, limit: usize) -> Result<Vec<LedgerEntry>, StoreError>;
    /// Of the newest [`LEDGER_LOOKED_AT`] lines of the ledger the newest `each` of each job, newest first.
    async fn newest_runs(&self, each: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        Ok(newest_of_each(self.ledger(LEDGER_LOOKED_AT).await?, each))
    }
    /// The newest quarantined records, newest first, with the run that met them.
    async fn quarantine(&self, limit: usize) -> Result<Vec<(RunId, Fault)>, StoreError>;
    /// What is published; `None` before the first publication. Cheap.
    async fn state(&self) -> Result<Option<CatalogState>, StoreError>;
    /// The whole catalog of one version, consistent in itself.
    async fn load(&self) -> Result<CatalogData, StoreError>;
    /// The same, piece by piece: what all terms share at once, and then what each has of its own.
    async fn begin_load(&self) -> Result<(CatalogData, Box<dyn TermsToLoad>), StoreError> {
        let (shared, terms) = self.load().await?.by_term();
        Ok((shared, Box::new(Loaded(terms.into_iter()))))
    }
    /// All runs of counts of some sections of a term, by section, then time.
    async fn enrollment(&self, term: TermId, sections: &[SectionId]) -> Result<Vec<EnrollmentRun>, StoreError>;
    /// Wakes at publications.
    async fn publications(&self) -> Result<Box<dyn PublicationFeed>, StoreError>;
    /// Takes in graded sections, all or nothing: same identity (term, course, section number, CCN) replaces; a new
    /// catalog version when anything changed. Records whose course is unknown are kept and counted.
    async fn import_grades(&self, records: &[GradeRecord], at: Timestamp) -> Result<GradeImport, StoreError>;
    /// Graded sections whose course the catalog does not have, at most `limit`.
    async fn unmatched_grades(&self, limit: usize) -> Result<Vec<GradeRecord>, StoreError>;
}

/// A run that holds the lock.
#[async_trait]
pub trait UpdateRun: Send {
    /// Its number in the ledger.
    fn id(&self) -> RunId;
    /// What is published now.
    async fn state(&mut self) -> Result<Option<CatalogState>, StoreError>;
    /// All terms held.
    async fn terms(&mut self) -> Result<Vec<Term>, StoreError>;
    /// All courses held.
    async fn courses(&mut self) -> Result<Vec<Held<Course>>, StoreError>;
    /// Everything held of a term.
    async fn term(&mut self, term: TermId) -> Result<StoredTerm, StoreError>;
    /// Of that the counts alone, without classes and sections: for what comes every fifteen minutes.
    async fn counts(&mut self, term: TermId) -> Result<StoredTerm, StoreError> {
        Ok(StoredTerm { classes: Vec::new(), sections: Vec::new(), ..self.term(term).await? })
    }
    /// Which courses have a visible section in which term.
    async fn offerings(&mut self) -> Result<Vec<Offering>, StoreError>;
    /// All playlists held.
    async fn playlists(&mut self) -> Result<Vec<Playlist>, StoreError>;
    /// Publishes everything in one transaction with a new version and a notification.
    async fn publish(&mut self, publication: &Publication) -> Result<CatalogVersion, StoreError>;
    /// Keeps records that could not be used, whether or not their step is published.
    async fn quarantine(&mut self, faults: &[Fault]) -> Result<(), StoreError>;
    /// Writes the report into the ledger, notes troubled sources, and lets go of the lock. Readers see the trouble:
    /// so noting one makes a new version, unless nothing was ever published or the run is a dry run.
    async fn finish(self: Box<Self>, report: &RunReport) -> Result<(), StoreError>;
}

/// A catalog that is being loaded. Everything that it gives is of one version, whatever is published meanwhile.
#[async_trait]
pub trait TermsToLoad: Send {
    /// The next term's data, newest term first; `None` behind the last.
    async fn next(&mut self) -> Result<Option<TermData>, StoreError>;
}

struct Loaded(std::vec::IntoIter<TermData>);

#[async_trait]
impl TermsToLoad for Loaded {
    async fn next(&mut self) -> Result<Option<TermData>, StoreError> {
        Ok(self.0.next())
    }
}

/// A listener for publications. It survives the loss of its connection: it reconnects and looks again.
#[async_trait]
pub trait PublicationFeed: Send {
    /// Waits for a version newer than `seen` and gives it. Never ends by itself.
    async fn next(&mut self, seen: Option<CatalogVersion>) -> CatalogVersion;
}

/// What an import of grades did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GradeImport {
    /// Records given.
    pub given: usize,
    /// Not held before.
    pub added: usize,
    /// Held with other numbers.
    pub changed: usize,
    /// Held and equal.
    pub unchanged: usize,
    /// Of those given, joined to a section of their term by CCN.
    pub joined_to_section: usize,
    /// Joined to a section, term by term.
    pub joined_by_term: Vec<(TermId, usize)>,
    /// Of those given, whose course the catalog does not have: kept and listed.
    pub without_course: usize,
    /// Different courses among those.
    pub unknown_courses: Vec<CourseCode>,
}
