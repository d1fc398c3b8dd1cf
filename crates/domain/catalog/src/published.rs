//! The published catalog as a process that serves it holds it: one snapshot, swapped at publications.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::ports::StoreError;
use crate::run::LedgerEntry;
use crate::seats::EnrollmentRun;
use crate::section::SectionId;
use crate::snapshot::Snapshot;
use crate::stored::CatalogVersion;
use crate::term::TermId;

/// The state at one moment. Each request takes it once, so a swap never touches a request that has begun.
#[derive(Clone, Debug, Default)]
pub struct Current {
    /// The newest published catalog; `None` until the first one is loaded.
    pub snapshot: Option<Arc<Snapshot>>,
    /// When it was loaded.
    pub loaded_at: Option<Timestamp>,
    /// Since when the database has not answered; `None` while it does.
    pub database_lost_since: Option<Timestamp>,
    /// Whether the very first load goes on elsewhere: there is nothing to show yet, and that is no fault.
    pub awaits_first_load: bool,
}

impl Current {
    /// The version in memory.
    #[must_use]
    pub fn version(&self) -> Option<CatalogVersion> {
        self.snapshot.as_ref()?.state().map(|state| state.version)
    }
}

/// How many runs of each job people are shown. A week and a half of nights, two and a half hours of seats.
pub const RUNS_SHOWN: usize = 10;

/// The last runs that updated the catalog.
#[derive(Clone, Debug)]
pub struct LastRuns {
    /// At most [`RUNS_SHOWN`] of each job, newest first.
    pub entries: Arc<[LedgerEntry]>,
    /// When they were read.
    pub read_at: Timestamp,
}

/// What the services read the catalog from. One may be shared by several services of a process.
#[async_trait]
pub trait PublishedCatalog: Send + Sync {
    /// What is in memory now. Never waits.
    fn current(&self) -> Current;
    /// All runs of counts of some sections of a term, by section, then time, as of the version in memory; read from the
    /// database at most once for each version.
    ///
    /// # Errors
    /// When the database does not answer in time.
    async fn history(&self, term: TermId, sections: &[SectionId]) -> Result<Arc<[EnrollmentRun]>, StoreError>;
    /// The last runs, at most a little old; those that were read last while the database is away.
    ///
    /// # Errors
    /// When they were never read, and the database does not answer in time.
    async fn last_runs(&self) -> Result<LastRuns, StoreError>;
}
