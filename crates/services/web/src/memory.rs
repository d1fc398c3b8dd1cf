//! What the pages are made from: the snapshot in memory, and whether the database behind it answers.

use std::sync::Arc;

use catalog::snapshot::Snapshot;
use catalog::stored::CatalogVersion;
use jiff::Timestamp;
use tokio::sync::watch;

/// The state at one moment. Cloned by each request, so a swap never touches a request that has begun.
#[derive(Clone, Debug, Default)]
pub(crate) struct Current {
    /// The newest published catalog; `None` until the first one is loaded.
    pub(crate) snapshot: Option<Arc<Snapshot>>,
    /// When it was loaded.
    pub(crate) loaded_at: Option<Timestamp>,
    /// Since when the database has not answered; `None` while it does.
    pub(crate) database_lost_since: Option<Timestamp>,
}

impl Current {
    /// The version in memory.
    pub(crate) fn version(&self) -> Option<CatalogVersion> {
        self.snapshot.as_ref()?.state().map(|state| state.version)
    }
}

/// Holds the current state; many read, the refreshing task writes.
#[derive(Debug, Default)]
pub(crate) struct Memory(watch::Sender<Current>);

impl Memory {
    pub(crate) fn current(&self) -> Current {
        self.0.borrow().clone()
    }

    pub(crate) fn changes(&self) -> watch::Receiver<Current> {
        self.0.subscribe()
    }

    /// Puts a newly loaded snapshot in place and gives back the one before, to be dropped off the async threads:
    /// freeing a hundred thousand sections takes as long as many requests.
    pub(crate) fn swap(&self, snapshot: Arc<Snapshot>, now: Timestamp) -> Option<Arc<Snapshot>> {
        let next = Current { snapshot: Some(snapshot), loaded_at: Some(now), database_lost_since: None };
        self.0.send_replace(next).snapshot
    }

    /// The database answered.
    pub(crate) fn database_answered(&self) {
        self.0.send_if_modified(|current| current.database_lost_since.take().is_some());
    }

    /// The database did not answer.
    pub(crate) fn database_lost(&self, now: Timestamp) {
        self.0.send_if_modified(|current| {
            let is_news = current.database_lost_since.is_none();
            current.database_lost_since.get_or_insert(now);
            is_news
        });
    }
}
