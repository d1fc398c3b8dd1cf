//! Publishing a catalog in a test, and the published one in memory, kept current.

use std::sync::Arc;
use std::time::Duration;

use catalog::changes::Publication;
use catalog::ports::CatalogStore;
use catalog::run::{RunOutcome, RunReport, RunRequest, Step, StepReport};
use clock::Clock;
use jiff::Timestamp;
use memory::keeper::{CatalogMemory, Config};
use tokio::task::JoinHandle;

/// A memory that follows its store until this is dropped.
#[derive(Debug)]
pub struct Published {
    /// What services are given.
    pub memory: CatalogMemory,
    following: JoinHandle<()>,
}

impl Drop for Published {
    fn drop(&mut self) {
        self.following.abort();
    }
}

impl Published {
    /// Follows a store from now on. Must be called within a runtime.
    #[must_use]
    pub fn follow(store: Arc<dyn CatalogStore>, clock: Arc<dyn Clock>) -> Self {
        let moment = Duration::from_millis(1);
        let config = Config { version_check_interval: moment, retry_pause: moment, ..Config::default() };
        let memory = CatalogMemory::new(config, store, clock);
        let following = tokio::spawn(memory.keep_current());
        Self { memory, following }
    }

    /// Waits until what was published at `since` or later is in memory.
    pub async fn loaded_since(&self, since: Timestamp) {
        self.memory.loaded_since(since).await;
    }
}

/// Publishes as a run of the job does, with what the ledger says of its steps.
///
/// # Panics
/// When the store does not take it.
pub async fn publish(store: &dyn CatalogStore, publication: &Publication, steps: &[StepReport]) {
    let request =
        RunRequest { steps: Step::ALL.to_vec(), asked_by: "test".to_owned(), is_dry_run: false, accepts_short: false };
    let mut run = store.begin_run(&request, publication.at).await.expect("no other run holds the lock");
    let version = run.publish(publication).await.expect("the store takes the publication");
    let report = RunReport {
        outcome: RunOutcome::Succeeded,
        ended_at: publication.at,
        origin: Some(publication.origin),
        version: Some(version),
        steps: steps.to_vec(),
    };
    run.finish(&report).await.expect("the ledger takes the report");
}
