//! Stores that can be taken away and given back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use accounts::person::{Person, PersonId};
use accounts::ports::{AccountError, SessionStore};
use accounts::session::{Session, SessionId, TokenHash, UserAgent};
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
use kit::memory_people::MemoryPeople;
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

/// Sessions in memory of which nobody says whose they are while they hang, as a frozen database has them.
#[derive(Clone)]
pub(crate) struct HangingSessions {
    inner: MemoryPeople,
    hangs: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl HangingSessions {
    pub(crate) fn of(people: &MemoryPeople) -> Self {
        Self { inner: people.clone(), hangs: Arc::default(), asked: Arc::default() }
    }

    pub(crate) fn hang(&self) {
        self.hangs.store(true, Ordering::SeqCst);
    }

    /// How often somebody wanted to know whose a session is.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl SessionStore for HangingSessions {
    async fn open(
        &self,
        person: PersonId,
        hash: TokenHash,
        user_agent: Option<&UserAgent>,
        at: Timestamp,
    ) -> Result<Session, AccountError> {
        self.inner.open(person, hash, user_agent, at).await
    }

    async fn find(&self, hash: TokenHash, now: Timestamp) -> Result<Option<(Session, Person)>, AccountError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.hangs.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        self.inner.find(hash, now).await
    }

    async fn rotate(&self, old: TokenHash, new: TokenHash, now: Timestamp) -> Result<Option<Session>, AccountError> {
        self.inner.rotate(old, new, now).await
    }

    async fn close(&self, hash: TokenHash) -> Result<bool, AccountError> {
        self.inner.close(hash).await
    }

    async fn close_one(&self, person: PersonId, session: SessionId) -> Result<bool, AccountError> {
        self.inner.close_one(person, session).await
    }

    async fn close_all(&self, person: PersonId) -> Result<usize, AccountError> {
        self.inner.close_all(person).await
    }

    async fn sessions(&self, person: PersonId, now: Timestamp) -> Result<Vec<Session>, AccountError> {
        self.inner.sessions(person, now).await
    }

    async fn sweep_sessions(&self, now: Timestamp) -> Result<usize, AccountError> {
        self.inner.sweep_sessions(now).await
    }
}
