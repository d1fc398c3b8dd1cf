//! The published catalog in memory, kept current for a test.

use std::sync::Arc;
use std::time::Duration;

use catalog::ports::CatalogStore;
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
