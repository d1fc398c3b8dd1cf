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

/// The first pause after a failure; each further one is twice as long.
const PAUSE_MIN: Duration = Duration::from_millis(100);

/// The longest pause between two tries while the database does not answer.
const PAUSE_MAX: Duration = Duration::from_secs(10);

pub(crate) async fn listen(database: &Database) -> Result<Box<dyn PublicationFeed>, StoreError> {
    // A pool of one, of its own: a listener takes its connection for as long as it lives.
    let options = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
    let options = options.acquire_timeout(database.acquire_timeout);
    let pool = options.connect_lazy_with(database.run_options.clone());
    let doing = "listening for publications";
    let mut listener = ask(doing, PgListener::connect_with(&pool)).await?;
    ask(doing, listener.listen(state::CHANNEL)).await?;
    let (pool, look_interval) = (database.pool.clone(), database.look_interval);
    Ok(Box::new(Feed { listener, pool, look_interval, pause: PAUSE_MIN }))
}

struct Feed {
    listener: PgListener,
    pool: PgPool,
    look_interval: Duration,
    /// How long to rest after the next failure.
    pause: Duration,
}

#[async_trait]
impl PublicationFeed for Feed {
    async fn next(&mut self, seen: Option<CatalogVersion>) -> CatalogVersion {
        loop {
            let looked = match self.look().await {
                Ok(Some(version)) if Some(version) > seen => return version,
                Ok(_) => self.wait().await,
                Err(error) => Err(error),
            };
            match looked {
                Ok(()) => self.pause = PAUSE_MIN,
                Err(error) => self.rest(&error).await,
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
    async fn wait(&mut self) -> Result<(), StoreError> {
        let heard = ask("listening for publications", self.listener.try_recv());
        match tokio::time::timeout(self.look_interval, heard).await {
            Ok(heard) => heard.map(|_| ()),
            Err(_) => Ok(()),
        }
    }

    async fn rest(&mut self, error: &StoreError) {
        tell(error, self.pause);
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(PAUSE_MAX);
    }
}

fn tell(error: &(dyn std::error::Error + 'static), pause: Duration) {
    let retry_in_ms = pause.as_millis();
    tracing::warn!(error, retry_in_ms, "cannot look for a new catalog version; trying again");
}
