//! The connection: there when Redis answers, away when it does not, and brought back by a task of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError};
use tokio::sync::watch;

use crate::config::RedisConfig;
use crate::figures::Figures;

/// The connection of the moment. Clones are the same.
#[derive(Clone)]
pub(crate) struct Line {
    current: watch::Sender<Option<MultiplexedConnection>>,
    failures: Arc<AtomicU32>,
    failure_limit: u32,
}

impl Line {
    pub(crate) fn new(config: &RedisConfig) -> Self {
        Self { current: watch::Sender::new(None), failures: Arc::default(), failure_limit: config.failure_limit.max(1) }
    }

    /// The connection, if there is one that answered lately.
    pub(crate) fn connection(&self) -> Option<MultiplexedConnection> {
        self.current.borrow().clone()
    }

    /// Notes that Redis answered.
    pub(crate) fn note_answer(&self) {
        self.failures.store(0, Ordering::Relaxed);
    }

    /// Notes that Redis did not answer, or not in time. Several in a row, and the connection is given up.
    pub(crate) fn note_silence(&self) {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        if failures >= self.failure_limit {
            self.current.send_if_modified(|current| current.take().is_some());
        }
    }

    /// Notes a failed command: a broken connection is given up at once; a refused command is an answer too.
    pub(crate) fn note_error(&self, error: &RedisError) {
        if error.is_unrecoverable_error() || error.is_connection_dropped() {
            self.current.send_if_modified(|current| current.take().is_some());
        } else if error.is_io_error() || error.is_timeout() {
            self.note_silence();
        } else {
            self.note_answer();
        }
    }

    fn set(&self, connection: MultiplexedConnection) {
        self.note_answer();
        self.current.send_replace(Some(connection));
    }

    /// Waits until there is a connection, or until there is none.
    pub(crate) async fn wait_until(&self, is_connected: bool) {
        let mut current = self.current.subscribe();
        // The sender lives as long as `self`: waiting cannot fail.
        let _ = current.wait_for(|current| current.is_some() == is_connected).await;
    }
}

/// Connects whenever there is no connection. Never ends by itself.
pub(crate) async fn keep_connected(
    client: Client,
    shown: String,
    line: Line,
    config: Arc<RedisConfig>,
    figures: Arc<Figures>,
) {
    // Told once when it goes and once when it comes back, not at each attempt.
    let mut is_told = false;
    loop {
        match connected(&client, &config).await {
            Ok(connection) => {
                is_told = false;
                use_until_lost(connection, &shown, &line, &figures).await;
            }
            Err(error) if is_told => tracing::debug!(address = shown, %error, "the shared cache is still out of reach"),
            Err(error) => {
                is_told = true;
                tracing::warn!(address = shown, %error, "the shared cache cannot be reached; going on without it");
            }
        }
        tokio::time::sleep(config.pause).await;
    }
}

async fn use_until_lost(connection: MultiplexedConnection, shown: &str, line: &Line, figures: &Figures) {
    tracing::info!(address = shown, "connected to the shared cache");
    figures.is_connected.set(1.0);
    line.set(connection);
    line.wait_until(false).await;
    figures.is_connected.set(0.0);
    tracing::warn!(address = shown, "the shared cache does not answer; going on without it");
}

/// A connection over which Redis has answered.
async fn connected(client: &Client, config: &RedisConfig) -> Result<MultiplexedConnection, RedisError> {
    let limits = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(config.connect_limit))
        .set_response_timeout(Some(longest(config)));
    let greeting = async {
        let mut connection = client.get_multiplexed_async_connection_with_config(&limits).await?;
        redis::cmd("PING").exec_async(&mut connection).await?;
        Ok(connection)
    };
    let late = |_| RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut));
    tokio::time::timeout(config.connect_limit, greeting).await.map_err(late)?
}

/// Ours are shorter and come first; this one is for the greeting.
fn longest(config: &RedisConfig) -> Duration {
    config.connect_limit.max(config.put_limit).max(config.get_limit)
}
