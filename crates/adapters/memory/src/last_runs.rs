//! The last runs of the ledger, read at most now and then, however many ask.

use std::time::Duration;

use catalog::ports::{CatalogStore, StoreError};
use catalog::published::{LastRuns, RUNS_SHOWN};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

/// For how long they are taken for the newest. A run takes longer than that.
const FRESH_FOR: SignedDuration = SignedDuration::from_secs(15);

#[derive(Default)]
pub(crate) struct Ledger(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// Of a failure as well: who asks while the database is away does not wait for it each time.
    tried_at: Option<Timestamp>,
    known: Option<LastRuns>,
}

/// What a question came to.
pub(crate) struct Answer {
    pub(crate) runs: Result<LastRuns, StoreError>,
    /// Whether the database was asked, and answered.
    pub(crate) database_answered: Option<bool>,
}

impl Ledger {
    /// One asks the database, the others wait for the same answer.
    pub(crate) async fn newest(&self, store: &dyn CatalogStore, limit: Duration, now: Timestamp) -> Answer {
        let mut kept = self.0.lock().await;
        let is_fresh = |tried: Timestamp| now.duration_since(tried).abs() < FRESH_FOR;
        if kept.tried_at.is_some_and(is_fresh) {
            return Answer { runs: kept.known.clone().ok_or_else(away), database_answered: None };
        }
        kept.tried_at = Some(now);
        let read = tokio::time::timeout(limit, store.newest_runs(RUNS_SHOWN)).await;
        let error = match read {
            Ok(Ok(entries)) => {
                let runs = LastRuns { entries: entries.into(), read_at: now };
                kept.known = Some(runs.clone());
                return Answer { runs: Ok(runs), database_answered: Some(true) };
            }
            Ok(Err(error)) => error,
            Err(late) => StoreError::Failed { doing: "reading the newest runs", source: Box::new(late) },
        };
        Answer { runs: kept.known.clone().ok_or(error), database_answered: Some(false) }
    }
}

fn away() -> StoreError {
    StoreError::Failed { doing: "reading the newest runs", source: "it failed a moment ago".into() }
}
