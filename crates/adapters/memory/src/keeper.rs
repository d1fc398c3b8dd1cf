//! The memory and its settings.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use catalog::ports::{CatalogStore, StoreError};
use catalog::published::{Current, LastRuns, PublishedCatalog};
use catalog::seats::EnrollmentRun;
use catalog::section::SectionId;
use catalog::snapshot::Snapshot;
use catalog::term::TermId;
use clock::Clock;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::history::Histories;
use crate::last_runs::Ledger;
use crate::refresh;

/// Settings with their defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// How often the published version is looked at, beside being told of it: a told word may be lost.
    pub version_check_interval: Duration,
    /// How long to wait before the catalog is loaded again after a failure.
    pub retry_pause: Duration,
    /// How long a reader waits for an enrollment history, or the ledger, before it goes without.
    pub history_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            version_check_interval: Duration::from_secs(15),
            retry_pause: Duration::from_secs(1),
            history_timeout: Duration::from_secs(2),
        }
    }
}

/// The memory. Clones share it.
#[derive(Clone)]
pub struct CatalogMemory(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) store: Arc<dyn CatalogStore>,
    pub(crate) clock: Arc<dyn Clock>,
    current: watch::Sender<Current>,
    histories: Histories,
    ledger: Ledger,
}

impl std::fmt::Debug for CatalogMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let version = self.current().version();
        f.debug_struct("CatalogMemory").field("version", &version).finish_non_exhaustive()
    }
}

impl CatalogMemory {
    /// An empty memory. It reads nothing yet: that begins with [`CatalogMemory::keep_current`].
    #[must_use]
    pub fn new(config: Config, store: Arc<dyn CatalogStore>, clock: Arc<dyn Clock>) -> Self {
        let (current, histories, ledger) = (watch::Sender::default(), Histories::default(), Ledger::default());
        Self(Arc::new(Shared { config, store, clock, current, histories, ledger }))
    }

    /// Says that the very first load goes on elsewhere; over with the first catalog that is loaded here.
    pub fn await_first_load(&self) {
        self.0.current.send_modify(|current| current.awaits_first_load = current.snapshot.is_none());
    }

    /// Loads the catalog, and again at every publication; never ends by itself.
    pub fn keep_current(&self) -> impl Future<Output = ()> + Send + use<> {
        refresh::keep_current(self.0.clone())
    }

    /// Waits until a catalog published at `since` or later is in memory.
    pub async fn loaded_since(&self, since: Timestamp) {
        let mut changes = self.0.current.subscribe();
        let is_new = |snapshot: &Snapshot| snapshot.state().is_some_and(|state| state.published_at >= since);
        // The sender lives as long as `self`: waiting cannot fail.
        let _ = changes.wait_for(|current| current.snapshot.as_deref().is_some_and(is_new)).await;
    }

    /// The states as they come, for whoever waits for one.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Current> {
        self.0.current.subscribe()
    }
}

#[async_trait]
impl PublishedCatalog for CatalogMemory {
    fn current(&self) -> Current {
        self.0.current()
    }

    async fn history(&self, term: TermId, sections: &[SectionId]) -> Result<Arc<[EnrollmentRun]>, StoreError> {
        let version = self.current().version();
        let key = (term, sections.to_vec());
        if let Some(known) = self.0.histories.get(version, &key) {
            return Ok(known);
        }
        let reading = self.0.store.enrollment(term, sections);
        let read = tokio::time::timeout(self.0.config.history_timeout, reading).await;
        match read.unwrap_or_else(|elapsed| Err(too_late(elapsed))) {
            Ok(runs) => {
                self.0.database_answered();
                let runs: Arc<[EnrollmentRun]> = runs.into();
                self.0.histories.keep(version, key, Arc::clone(&runs));
                Ok(runs)
            }
            Err(error) => {
                self.0.database_lost();
                Err(error)
            }
        }
    }

    async fn last_runs(&self) -> Result<LastRuns, StoreError> {
        let Shared { config, store, clock, ledger, .. } = &*self.0;
        let answer = ledger.newest(&**store, config.history_timeout, clock.now()).await;
        match answer.database_answered {
            Some(true) => self.0.database_answered(),
            Some(false) => self.0.database_lost(),
            None => {}
        }
        answer.runs
    }
}

fn too_late(elapsed: tokio::time::error::Elapsed) -> StoreError {
    StoreError::Failed { doing: "reading an enrollment history", source: Box::new(elapsed) }
}

impl Shared {
    pub(crate) fn current(&self) -> Current {
        self.current.borrow().clone()
    }

    /// Puts a newly loaded snapshot in place and gives back the one before, to be dropped off the async threads:
    /// freeing a hundred thousand sections takes as long as many requests.
    pub(crate) fn swap(&self, snapshot: Arc<Snapshot>) -> Option<Arc<Snapshot>> {
        let loaded_at = Some(self.clock.now());
        self.current.send_replace(Current { snapshot: Some(snapshot), loaded_at, ..Current::default() }).snapshot
    }

    pub(crate) fn database_answered(&self) {
        self.current.send_if_modified(|current| current.database_lost_since.take().is_some());
    }

    pub(crate) fn database_lost(&self) {
        let now = self.clock.now();
        self.current.send_if_modified(|current| {
            let is_news = current.database_lost_since.is_none();
            current.database_lost_since.get_or_insert(now);
            is_news
        });
    }
}
