//! A store that can be taken away and given back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use catalog::data::CatalogData;
use catalog::fetched::Fault;
use catalog::grade::GradeRecord;
use catalog::ports::{CatalogStore, GradeImport, PublicationFeed, StoreError, UpdateRun};
use catalog::run::{LedgerEntry, RunId, RunRequest};
use catalog::seats::EnrollmentRun;
use catalog::section::SectionId;
use catalog::stored::CatalogState;
use catalog::switches::SwitchBoard;
use catalog::term::TermId;
use jiff::Timestamp;
use kit::memory_store::MemoryStore;

/// The store in memory behind a switch. Clones share both.
#[derive(Clone, Default)]
pub(crate) struct BreakableStore {
    inner: MemoryStore,
    is_gone: Arc<AtomicBool>,
}

impl BreakableStore {
    pub(crate) fn take_away(&self) {
        self.is_gone.store(true, Ordering::SeqCst);
    }

    pub(crate) fn give_back(&self) {
        self.is_gone.store(false, Ordering::SeqCst);
    }

    /// What stands beside it leans on the store in memory, which nobody takes away.
    pub(crate) fn memory(&self) -> &MemoryStore {
        &self.inner
    }

    /// The switches, which nobody takes away.
    pub(crate) fn board(&self) -> &dyn SwitchBoard {
        &self.inner
    }

    fn reach(&self, doing: &'static str) -> Result<&MemoryStore, StoreError> {
        if self.is_gone.load(Ordering::SeqCst) {
            return Err(StoreError::Failed { doing, source: "the server closed the connection".into() });
        }
        Ok(&self.inner)
    }
}

#[async_trait]
impl CatalogStore for BreakableStore {
    async fn begin_run(&self, request: &RunRequest, at: Timestamp) -> Result<Box<dyn UpdateRun>, StoreError> {
        self.reach("beginning a run")?.begin_run(request, at).await
    }

    async fn ledger(&self, limit: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        self.reach("reading the ledger")?.ledger(limit).await
    }

    async fn quarantine(&self, limit: usize) -> Result<Vec<(RunId, Fault)>, StoreError> {
        self.reach("reading the quarantine")?.quarantine(limit).await
    }

    async fn state(&self) -> Result<Option<CatalogState>, StoreError> {
        self.reach("reading what is published")?.state().await
    }

    async fn load(&self) -> Result<CatalogData, StoreError> {
        self.reach("loading the catalog")?.load().await
    }

    async fn enrollment(&self, term: TermId, sections: &[SectionId]) -> Result<Vec<EnrollmentRun>, StoreError> {
        self.reach("reading the history of enrollment")?.enrollment(term, sections).await
    }

    async fn publications(&self) -> Result<Box<dyn PublicationFeed>, StoreError> {
        self.reach("following publications")?.publications().await
    }

    async fn import_grades(&self, records: &[GradeRecord], at: Timestamp) -> Result<GradeImport, StoreError> {
        self.reach("importing grades")?.import_grades(records, at).await
    }

    async fn unmatched_grades(&self, limit: usize) -> Result<Vec<GradeRecord>, StoreError> {
        self.reach("reading unmatched grades")?.unmatched_grades(limit).await
    }
}
