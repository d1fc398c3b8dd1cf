//! Keeping the memory current: loads the catalog, and again whenever a new version is published.
//!
//! The publication feed brings the word at once; beside it the published version is looked at now and then, which
//! also tells whether the database answers. Building happens off the async threads, so requests go on undisturbed.

use std::sync::Arc;

use catalog::ports::{PublicationFeed, StoreError};
use catalog::snapshot::Snapshot;
use clock::Stopwatch;
use tokio::time::MissedTickBehavior;

use crate::service::App;

/// Why the catalog could not be loaded.
#[derive(Debug, thiserror::Error)]
enum LoadError {
    #[error("the catalog could not be read from the database")]
    Store(#[from] StoreError),
    #[error("the catalog that was read could not be put into memory")]
    Build(#[from] tokio::task::JoinError),
}

/// Loads and reloads until it is dropped.
pub(crate) async fn keep_current(app: Arc<App>) {
    let mut feed = first_feed(&app).await;
    load_until_it_works(&app).await;
    let mut checks = tokio::time::interval(app.config.version_check_interval);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let seen = app.memory.current().version();
        let is_behind = tokio::select! {
            version = feed.next(seen) => seen != Some(version),
            _ = checks.tick() => is_behind(&app).await,
        };
        if is_behind {
            load_until_it_works(&app).await;
        }
    }
}

async fn first_feed(app: &App) -> Box<dyn PublicationFeed> {
    loop {
        match app.store.publications().await {
            Ok(feed) => return feed,
            Err(error) => {
                app.memory.database_lost(app.clock.now());
                log_failure("publications cannot be followed yet", &error);
                tokio::time::sleep(app.config.retry_pause).await;
            }
        }
    }
}

async fn is_behind(app: &App) -> bool {
    match app.store.state().await {
        Ok(state) => {
            app.memory.database_answered();
            state.map(|state| state.version) > app.memory.current().version()
        }
        Err(error) => {
            app.memory.database_lost(app.clock.now());
            log_failure("the published version cannot be read; pages are served from memory", &error);
            false
        }
    }
}

async fn load_until_it_works(app: &App) {
    while let Err(error) = load(app).await {
        app.memory.database_lost(app.clock.now());
        log_failure("the catalog cannot be loaded yet", &error);
        tokio::time::sleep(app.config.retry_pause).await;
    }
}

async fn load(app: &App) -> Result<(), LoadError> {
    let watch = Stopwatch::start();
    let data = app.store.load().await?;
    if data.state.is_none() {
        app.memory.database_answered();
        return Ok(());
    }
    let read = watch.elapsed();
    let snapshot = tokio::task::spawn_blocking(move || Snapshot::build(data)).await?;
    let version = snapshot.state().map_or(0, |state| state.version.0);
    let courses = snapshot.courses().len();
    app.memory.swap(Arc::new(snapshot), app.clock.now());
    let took = watch.elapsed();
    metrics::histogram!("web_catalog_load_seconds").record(took.as_secs_f64());
    #[expect(clippy::cast_precision_loss, reason = "versions are counted from 1, one a night")]
    metrics::gauge!("web_catalog_version").set(version as f64);
    let (read_ms, took_ms) = (read.as_millis(), took.as_millis());
    tracing::info!(version, courses, read_ms, took_ms, "the catalog is in memory");
    Ok(())
}

fn log_failure(what: &str, error: &(dyn std::error::Error + 'static)) {
    let mut causes = Vec::new();
    let mut cause = Some(error);
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    tracing::warn!(error = causes.join(": "), "{what}");
}
