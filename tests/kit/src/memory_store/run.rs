//! A run that holds the store's lock.

use async_trait::async_trait;
use catalog::changes::Publication;
use catalog::course::Course;
use catalog::data::SourceState;
use catalog::fetched::Fault;
use catalog::playlist::Playlist;
use catalog::ports::{StoreError, UpdateRun};
use catalog::run::{RunId, RunOutcome, RunReport};
use catalog::stored::{CatalogState, CatalogVersion, Held, Offering, StoredTerm};
use catalog::term::{Term, TermId};

use super::tables::Tables;
use super::{MemoryStore, QUARANTINED_RECORDS_MAX, Shared, publish};

pub(super) struct MemoryRun {
    id: RunId,
    is_dry_run: bool,
    store: MemoryStore,
}

impl MemoryRun {
    pub(super) fn new(id: RunId, is_dry_run: bool, store: MemoryStore) -> Self {
        Self { id, is_dry_run, store }
    }

    fn with_lock<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&mut Shared) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut shared = self.store.shared();
        if shared.lock_holder != Some(self.id) {
            return Err(StoreError::LockLost { doing, source: "the lock was taken away".into() });
        }
        work(&mut shared)
    }

    fn read<T>(&self, doing: &'static str, what: impl FnOnce(&Tables) -> T) -> Result<T, StoreError> {
        self.with_lock(doing, |shared| Ok(what(&shared.tables)))
    }
}

impl Drop for MemoryRun {
    fn drop(&mut self) {
        let mut shared = self.store.shared();
        if shared.lock_holder == Some(self.id) {
            shared.lock_holder = None;
        }
    }
}

#[async_trait]
impl UpdateRun for MemoryRun {
    fn id(&self) -> RunId {
        self.id
    }

    async fn state(&mut self) -> Result<Option<CatalogState>, StoreError> {
        self.read("reading what is published", |tables| tables.state)
    }

    async fn terms(&mut self) -> Result<Vec<Term>, StoreError> {
        self.read("reading the terms", |tables| tables.terms.values().cloned().collect())
    }

    async fn courses(&mut self) -> Result<Vec<Held<Course>>, StoreError> {
        self.read("reading the courses", |tables| tables.courses.values().cloned().collect())
    }

    async fn term(&mut self, term: TermId) -> Result<StoredTerm, StoreError> {
        self.read("reading a term", |tables| tables.stored_term(term))
    }

    async fn offerings(&mut self) -> Result<Vec<Offering>, StoreError> {
        self.read("reading what is offered", Tables::offerings)
    }

    async fn playlists(&mut self) -> Result<Vec<Playlist>, StoreError> {
        self.read("reading the playlists", Tables::playlists)
    }

    async fn publish(&mut self, publication: &Publication) -> Result<CatalogVersion, StoreError> {
        let doing = "publishing a new version";
        let store = self.store.clone();
        self.with_lock(doing, |shared| {
            let mut next = shared.tables.clone();
            let version = publish::apply(&mut next, publication)
                .map_err(|problem| StoreError::Failed { doing, source: problem.into() })?;
            shared.tables = next;
            store.announce(&shared.tables);
            Ok(version)
        })
    }

    async fn quarantine(&mut self, faults: &[Fault]) -> Result<(), StoreError> {
        let id = self.id;
        self.with_lock("putting records into quarantine", |shared| {
            shared.quarantine.extend(faults.iter().map(|fault| (id, fault.clone())));
            let above_limit = shared.quarantine.len().saturating_sub(QUARANTINED_RECORDS_MAX);
            shared.quarantine.drain(..above_limit);
            Ok(())
        })
    }

    async fn finish(self: Box<Self>, report: &RunReport) -> Result<(), StoreError> {
        let mut guard = self.store.shared();
        let shared = &mut *guard;
        let line = shared.ledger.iter_mut().find(|entry| entry.id == self.id && entry.outcome == RunOutcome::Running);
        let Some(line) = line else {
            let source = "another run has marked this one as abandoned".into();
            return Err(StoreError::LockLost { doing: "writing the run's report", source });
        };
        line.outcome = report.outcome;
        line.report = Some(report.clone());
        if !self.is_dry_run && note_trouble(&mut shared.tables, report) {
            shared.tables.bump(report.ended_at);
            self.store.announce(&shared.tables);
        }
        Ok(())
    }
}

fn note_trouble(tables: &mut Tables, report: &RunReport) -> bool {
    let mut is_in_trouble = false;
    for step in &report.steps {
        let Some(reason) = step.outcome.reason() else { continue };
        let new = SourceState { step: step.step, term: step.term, as_of: None, trouble: None };
        let source = tables.sources.entry((step.step, step.term)).or_insert(new);
        source.trouble = Some((report.ended_at, reason.to_owned()));
        is_in_trouble = true;
    }
    is_in_trouble
}
