//! Waits for publications. A notification only wakes it early: what counts is a look at the version, which it also
//! takes by itself every `look_interval`. So a lost notification or a lost connection costs that long at most.

use std::time::Duration;

use async_trait::async_trait;
use catalog::ports::{PublicationFeed, StoreError};
use catalog::stored::CatalogVersion;
use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};

use crate::ask::ask;
use crate::connect::Database;
use crate::state;

/// The longest pause between two tries while the database does not answer.
const PAUSE_MAX: Duration = Duration::from_secs(15);

pub(crate) async fn listen(database: &Database) -> Result<Box<dyn PublicationFeed>, StoreError> {
    // A pool of one, of its own: a listener takes its connection for as long as it lives.
    let options = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
    let options = options.acquire_timeout(database.acquire_timeout);
    let pool = options.connect_lazy_with(database.run_options.clone());
    let doing = "listening for publications";
    let mut listener = ask(doing, PgListener::connect_with(&pool)).await?;
    ask(doing, listener.listen(state::CHANNEL)).await?;
    Ok(Box::new(Feed { listener, pool: database.pool.clone(), look_interval: database.look_interval }))
}

struct Feed {
    listener: PgListener,
    pool: PgPool,
    look_interval: Duration,
}

#[async_trait]
impl PublicationFeed for Feed {
    async fn next(&mut self, seen: Option<CatalogVersion>) -> CatalogVersion {
        let mut pause = self.look_interval;
        loop {
            match self.look().await {
                Ok(Some(version)) if Some(version) > seen => return version,
                Ok(_) => {
                    pause = self.look_interval;
                    self.wait().await;
                }
                Err(error) => {
                    tracing::warn!(%error, retry_in_ms = pause.as_millis(), "cannot look for a new catalog version");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(PAUSE_MAX).max(self.look_interval);
                }
            }
        }
    }
}

impl Feed {
    async fn look(&self) -> Result<Option<CatalogVersion>, StoreError> {
        let mut connection = ask("looking for a new version", self.pool.acquire()).await?;
        Ok(state::read(&mut connection).await?.map(|state| state.version))
    }

    /// Until a notification, a loss of the connection (it may have swallowed one), or the time to look anyway.
    async fn wait(&mut self) {
        match tokio::time::timeout(self.look_interval, self.listener.try_recv()).await {
            Ok(Ok(_)) | Err(_) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "not listening for publications; looking for them from time to time");
                tokio::time::sleep(self.look_interval).await;
            }
        }
    }
}
