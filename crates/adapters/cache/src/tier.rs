//! Redis as a shared tier.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use answers::key::Key;
use answers::shared::SharedTier;
use async_trait::async_trait;
use clock::Stopwatch;
use redis::RedisError;
use tokio::task::AbortHandle;

use crate::address::{InvalidUrl, client_of};
use crate::config::RedisConfig;
use crate::connection::{Line, keep_connected};
use crate::figures::Figures;
use crate::keeper::Keeper;

/// Kept answers in Redis or Valkey.
pub struct RedisTier {
    shown: String,
    line: Line,
    keeper: Keeper,
    config: Arc<RedisConfig>,
    figures: Arc<Figures>,
    connecting: AbortHandle,
}

impl RedisTier {
    /// Begins to connect, and returns at once: whether Redis is there or not changes nothing for who starts.
    /// To be called within a runtime of tokio.
    ///
    /// # Errors
    /// When the address is none.
    pub fn start(config: &RedisConfig) -> Result<Self, InvalidUrl> {
        let (client, shown) = client_of(&config.url)?;
        let config = Arc::new(config.clone());
        let figures = Arc::new(Figures::new());
        let line = Line::new(&config);
        let connecting =
            tokio::spawn(keep_connected(client, shown.clone(), line.clone(), config.clone(), figures.clone()));
        let keeper = Keeper::start(line.clone(), config.clone(), figures.clone());
        Ok(Self { shown, line, keeper, config, figures, connecting: connecting.abort_handle() })
    }

    /// Waits until Redis answers.
    pub async fn connected(&self) {
        self.line.wait_until(true).await;
    }

    /// Waits until the connection is given up.
    pub async fn disconnected(&self) {
        self.line.wait_until(false).await;
    }

    /// Waits until what was put before is kept, or given up.
    pub async fn settled(&self) {
        self.keeper.settle().await;
    }

    /// `bt:` and the key's 16 bytes as they are.
    fn name(&self, key: &Key) -> Vec<u8> {
        let prefix = self.config.prefix.as_bytes();
        [prefix, b":".as_slice(), key.as_bytes().as_slice()].concat()
    }
}

#[async_trait]
impl SharedTier for RedisTier {
    async fn get(&self, key: &Key) -> Option<Vec<u8>> {
        let Some(mut connection) = self.line.connection() else {
            self.figures.unconnected.increment(1);
            return None;
        };
        let watch = Stopwatch::start();
        let mut command = redis::cmd("GET");
        command.arg(self.name(key));
        let answer: Result<Result<Option<Vec<u8>>, RedisError>, _> =
            tokio::time::timeout(self.config.get_limit, command.query_async(&mut connection)).await;
        self.figures.get_seconds.record(watch.elapsed().as_secs_f64());
        match answer {
            Ok(Ok(found)) => {
                self.line.note_answer();
                match &found {
                    Some(bytes) => {
                        self.figures.found.increment(1);
                        self.figures.received_bytes.increment(bytes.len() as u64);
                    }
                    None => self.figures.not_found.increment(1),
                }
                found
            }
            Ok(Err(error)) => {
                tracing::debug!(%error, "the shared cache did not give an answer");
                self.figures.failed.increment(1);
                self.line.note_error(&error);
                None
            }
            Err(_) => {
                self.figures.late.increment(1);
                self.line.note_silence();
                None
            }
        }
    }

    fn put(&self, key: &Key, bytes: Vec<u8>, life: Duration) {
        self.keeper.keep(self.name(key), bytes, life);
    }
}

impl Drop for RedisTier {
    fn drop(&mut self) {
        self.connecting.abort();
    }
}

impl fmt::Debug for RedisTier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisTier").field("address", &self.shown).finish_non_exhaustive()
    }
}
