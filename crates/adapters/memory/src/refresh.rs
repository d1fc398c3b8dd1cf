//! Keeping the memory current: loads the catalog, and again whenever a new version is published.
//!
//! The publication feed brings the word at once; beside it the published version is looked at now and then, which
//! also tells whether the database answers. Building happens off the async threads, so requests go on undisturbed.

use std::sync::Arc;

use catalog::ports::{PublicationFeed, StoreError, with_causes};
use catalog::snapshot::SnapshotBuilder;
use clock::Stopwatch;
use tokio::time::MissedTickBehavior;

use crate::keeper::Shared;

/// Why the catalog could not be loaded.
#[derive(Debug, thiserror::Error)]
enum LoadError {
    #[error("the catalog could not be read from the database")]
    Store(#[from] StoreError),
    #[error("the catalog that was read could not be put into memory")]
    Build(#[from] tokio::task::JoinError),
}

/// Loads and reloads until it is dropped.
pub(crate) async fn keep_current(memory: Arc<Shared>) {
    let mut feed = first_feed(&memory).await;
    load_until_it_works(&memory).await;
    let mut checks = tokio::time::interval(memory.config.version_check_interval);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let seen = memory.current().version();
        let is_behind = tokio::select! {
            version = feed.next(seen) => seen != Some(version),
            _ = checks.tick() => is_behind(&memory).await,
        };
        if is_behind {
            load_until_it_works(&memory).await;
        }
    }
}

async fn first_feed(memory: &Shared) -> Box<dyn PublicationFeed> {
    loop {
        match memory.store.publications().await {
            Ok(feed) => return feed,
            Err(error) => {
                memory.database_lost();
                log_failure("publications cannot be followed yet", &error);
                tokio::time::sleep(memory.config.retry_pause).await;
            }
        }
    }
}

async fn is_behind(memory: &Shared) -> bool {
    match memory.store.state().await {
        Ok(state) => {
            memory.database_answered();
            state.map(|state| state.version) > memory.current().version()
        }
        Err(error) => {
            memory.database_lost();
            log_failure("the published version cannot be read; readers are served from memory", &error);
            false
        }
    }
}

async fn load_until_it_works(memory: &Shared) {
    while let Err(error) = load(memory).await {
        memory.database_lost();
        log_failure("the catalog cannot be loaded yet", &error);
        tokio::time::sleep(memory.config.retry_pause).await;
    }
}

async fn load(memory: &Shared) -> Result<(), LoadError> {
    let watch = Stopwatch::start();
    let (shared, mut terms) = memory.store.begin_load().await?;
    if shared.state.is_none() {
        memory.database_answered();
        return Ok(());
    }
    // One term is taken apart while the next is read, and no more wait: a term's data is large.
    let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
    let building = tokio::task::spawn_blocking(move || {
        let mut building = SnapshotBuilder::new(shared);
        while let Some(term) = receiver.blocking_recv() {
            building.add_term(term);
        }
        // The last sender is gone: either that was all, or the caller has failed and does not look at this.
        building.finish()
    });
    while let Some(term) = terms.next().await? {
        // The builder takes all, unless it has panicked: then waiting for it tells.
        if sender.send(term).await.is_err() {
            break;
        }
    }
    drop(sender);
    let read = watch.elapsed();
    let snapshot = building.await?;
    let version = snapshot.state().map_or(0, |state| state.version.0);
    let courses = snapshot.courses().len();
    let before = memory.swap(Arc::new(snapshot));
    tokio::task::spawn_blocking(move || drop(before));
    let took = watch.elapsed();
    metrics::histogram!("catalog_load_seconds").record(took.as_secs_f64());
    #[expect(clippy::cast_precision_loss, reason = "versions are counted from 1, one a night")]
    metrics::gauge!("catalog_version").set(version as f64);
    let (read_ms, took_ms) = (read.as_millis(), took.as_millis());
    tracing::info!(version, courses, read_ms, took_ms, "the catalog is in memory");
    Ok(())
}

fn log_failure(what: &str, error: &(dyn std::error::Error + 'static)) {
    tracing::warn!(error = with_causes(error), "{what}");
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use async_trait::async_trait;
    use catalog::data::CatalogData;
    use catalog::fetched::{Fault, Origin};
    use catalog::grade::GradeRecord;
    use catalog::ports::{CatalogStore, GradeImport, UpdateRun};
    use catalog::run::{LedgerEntry, RunId, RunRequest};
    use catalog::seats::EnrollmentRun;
    use catalog::section::SectionId;
    use catalog::stored::{CatalogState, CatalogVersion};
    use catalog::term::TermId;
    use clock::ManualClock;
    use jiff::Timestamp;

    use super::*;
    use crate::keeper::{CatalogMemory, Config};

    /// A store whose feed never says a word: only looking at the version helps.
    struct Silent {
        version: std::sync::Mutex<i64>,
        is_gone: AtomicBool,
    }

    struct SilentFeed;

    #[async_trait]
    impl PublicationFeed for SilentFeed {
        async fn next(&mut self, _: Option<CatalogVersion>) -> CatalogVersion {
            std::future::pending().await
        }
    }

    impl Silent {
        fn state_now(&self) -> Result<Option<CatalogState>, StoreError> {
            if self.is_gone.load(Ordering::SeqCst) {
                return Err(StoreError::Failed { doing: "reading what is published", source: "gone".into() });
            }
            let version = CatalogVersion(*self.version.lock().unwrap());
            Ok(Some(CatalogState { version, published_at: Timestamp::UNIX_EPOCH, origin: Origin::Sis }))
        }
    }

    #[async_trait]
    impl CatalogStore for Silent {
        async fn begin_run(&self, _: &RunRequest, _: Timestamp) -> Result<Box<dyn UpdateRun>, StoreError> {
            unreachable!("readers begin no runs")
        }

        async fn ledger(&self, _: usize) -> Result<Vec<LedgerEntry>, StoreError> {
            Ok(Vec::new())
        }

        async fn quarantine(&self, _: usize) -> Result<Vec<(RunId, Fault)>, StoreError> {
            Ok(Vec::new())
        }

        async fn state(&self) -> Result<Option<CatalogState>, StoreError> {
            self.state_now()
        }

        async fn load(&self) -> Result<CatalogData, StoreError> {
            Ok(CatalogData { state: self.state_now()?, ..CatalogData::default() })
        }

        async fn enrollment(&self, _: TermId, _: &[SectionId]) -> Result<Vec<EnrollmentRun>, StoreError> {
            Ok(Vec::new())
        }

        async fn publications(&self) -> Result<Box<dyn PublicationFeed>, StoreError> {
            Ok(Box::new(SilentFeed))
        }

        async fn import_grades(&self, _: &[GradeRecord], _: Timestamp) -> Result<GradeImport, StoreError> {
            unreachable!("readers import nothing")
        }

        async fn unmatched_grades(&self, _: usize) -> Result<Vec<GradeRecord>, StoreError> {
            Ok(Vec::new())
        }
    }

    #[tokio::test]
    async fn without_a_word_the_version_is_looked_at_and_a_lost_database_is_noticed() {
        let store = Arc::new(Silent { version: std::sync::Mutex::new(1), is_gone: AtomicBool::new(false) });
        let moment = Duration::from_millis(1);
        let config = Config { version_check_interval: moment, retry_pause: moment, ..Config::default() };
        let clock = Arc::new(ManualClock::new(Timestamp::UNIX_EPOCH));
        let memory = CatalogMemory::new(config, store.clone(), clock);
        let refreshing = tokio::spawn(memory.keep_current());
        let mut changes = memory.changes();
        let has = |version: i64| {
            move |current: &catalog::published::Current| current.version() == Some(CatalogVersion(version))
        };

        changes.wait_for(has(1)).await.unwrap();
        store.is_gone.store(true, Ordering::SeqCst);
        changes.wait_for(|current| current.database_lost_since.is_some() && has(1)(current)).await.unwrap();
        *store.version.lock().unwrap() = 2;
        store.is_gone.store(false, Ordering::SeqCst);
        changes.wait_for(|current| current.database_lost_since.is_none() && has(2)(current)).await.unwrap();
        refreshing.abort();
    }
}
