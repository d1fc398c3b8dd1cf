//! The catalog's store in memory: the same promises as over Postgres (`tests/contracts` holds both to them), without
//! a server. For tests of services.

mod announced;
mod grades;
mod known;
mod numbers;
mod publish;
mod run;
mod seats;
mod switches;
mod tables;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use catalog::data::CatalogData;
use catalog::fetched::Fault;
use catalog::grade::GradeRecord;
use catalog::ports::{CatalogStore, GradeImport, PublicationFeed, StoreError, UpdateRun};
use catalog::run::{LedgerEntry, RunId, RunOutcome, RunRequest};
use catalog::seats::EnrollmentRun;
use catalog::section::SectionId;
use catalog::stored::{CatalogState, CatalogVersion};
use catalog::term::TermId;
use jiff::Timestamp;
use tokio::sync::watch;

use self::run::MemoryRun;
use self::tables::Tables;

/// The most records in quarantine, as over Postgres.
const QUARANTINED_RECORDS_MAX: usize = 2_000;

/// A store that lives as long as its clones.
#[derive(Clone, Debug)]
pub struct MemoryStore {
    shared: Arc<Mutex<Shared>>,
    version: watch::Sender<Option<CatalogVersion>>,
}

/// What is shared, and beside the tables the things that no publication rolls back.
#[derive(Debug, Default)]
struct Shared {
    tables: Tables,
    ledger: Vec<LedgerEntry>,
    quarantine: Vec<(RunId, Fault)>,
    lock_holder: Option<RunId>,
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self { shared: Arc::default(), version: watch::Sender::new(None) }
    }
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the lock away from whoever holds it, as when the database's server dies under a run.
    pub fn lose_lock(&self) {
        self.shared().lock_holder = None;
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn announce(&self, tables: &Tables) {
        self.version.send_replace(tables.state.map(|state| state.version));
    }
}

#[async_trait]
impl CatalogStore for MemoryStore {
    async fn begin_run(&self, request: &RunRequest, at: Timestamp) -> Result<Box<dyn UpdateRun>, StoreError> {
        let mut shared = self.shared();
        if let Some(run) = shared.lock_holder {
            let since = shared.ledger.iter().find(|entry| entry.id == run).map_or(at, |entry| entry.started_at);
            return Err(StoreError::RunInProgress { run, since });
        }
        for entry in &mut shared.ledger {
            if entry.outcome == RunOutcome::Running {
                entry.outcome = RunOutcome::Abandoned;
            }
        }
        let id = RunId(i64::try_from(shared.ledger.len()).unwrap_or(i64::MAX - 1) + 1);
        let outcome = RunOutcome::Running;
        shared.ledger.push(LedgerEntry { id, request: request.clone(), started_at: at, report: None, outcome });
        shared.lock_holder = Some(id);
        Ok(Box::new(MemoryRun::new(id, request.is_dry_run, self.clone())))
    }

    async fn ledger(&self, limit: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        Ok(self.shared().ledger.iter().rev().take(limit).cloned().collect())
    }

    async fn quarantine(&self, limit: usize) -> Result<Vec<(RunId, Fault)>, StoreError> {
        Ok(self.shared().quarantine.iter().rev().take(limit).cloned().collect())
    }

    async fn state(&self) -> Result<Option<CatalogState>, StoreError> {
        Ok(self.shared().tables.state)
    }

    async fn load(&self) -> Result<CatalogData, StoreError> {
        Ok(self.shared().tables.data())
    }

    async fn enrollment(&self, term: TermId, sections: &[SectionId]) -> Result<Vec<EnrollmentRun>, StoreError> {
        Ok(self.shared().tables.seats.history(term, sections))
    }

    async fn publications(&self) -> Result<Box<dyn PublicationFeed>, StoreError> {
        Ok(Box::new(MemoryFeed(self.version.subscribe())))
    }

    async fn import_grades(&self, records: &[GradeRecord], at: Timestamp) -> Result<GradeImport, StoreError> {
        let mut shared = self.shared();
        let done = grades::import(&mut shared.tables, records, at);
        self.announce(&shared.tables);
        Ok(done)
    }

    async fn unmatched_grades(&self, limit: usize) -> Result<Vec<GradeRecord>, StoreError> {
        Ok(grades::unmatched(&self.shared().tables, limit))
    }
}

struct MemoryFeed(watch::Receiver<Option<CatalogVersion>>);

#[async_trait]
impl PublicationFeed for MemoryFeed {
    async fn next(&mut self, seen: Option<CatalogVersion>) -> CatalogVersion {
        let newer = self.0.wait_for(|version| *version > seen).await.map(|version| *version);
        match newer {
            Ok(Some(version)) => version,
            // The store is gone, and with it whoever could publish: as the port says, this never ends by itself.
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}
