//! Keeps the server running until it is to stop.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use super::binaries::Binaries;
use super::error::PostgresError;
use super::leftover::Leftover;
use super::log;
use super::place::Place;
use super::server::Server;

/// The pause before a server that ended is started again; doubled after each start that failed.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
const SHORTEN_LOG_EVERY: Duration = Duration::from_mins(1);

pub(super) struct Keeper {
    server: Server,
    binaries: Binaries,
    place: Place,
    stopping: CancellationToken,
}

impl Keeper {
    pub(super) fn new(server: Server, binaries: Binaries, place: Place, stopping: CancellationToken) -> Self {
        Self { server, binaries, place, stopping }
    }

    pub(super) async fn run(mut self) {
        let mut shortenings = interval(SHORTEN_LOG_EVERY);
        shortenings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let stopping = self.stopping.clone();
        loop {
            tokio::select! {
                () = stopping.cancelled() => return self.server.stop().await,
                _ = shortenings.tick() => log::shorten(&self.place.log),
                how = self.server.ended() => {
                    let last_words = self.server.last_words(&self.place);
                    tracing::error!(how, last_words, "Postgres ended by itself; starting it again");
                    match self.started_again().await {
                        Some(server) => self.server = server,
                        None => return,
                    }
                }
            }
        }
    }

    /// Tries until it runs; `None` when it is to stop meanwhile.
    async fn started_again(&self) -> Option<Server> {
        let mut pause = FIRST_PAUSE;
        loop {
            tokio::select! {
                () = self.stopping.cancelled() => return None,
                () = sleep(pause) => {}
            }
            match self.start().await {
                Ok(server) => return Some(server),
                Err(error) => tracing::error!(%error, "Postgres could not be started again"),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// After `kill -9` of the first process, others of the server may live a moment longer: the start fails until they
    /// have noticed.
    async fn start(&self) -> Result<Server, PostgresError> {
        Leftover::of(&self.place.cluster).remove().await?;
        let server = Server::start(&self.binaries, &self.place).await?;
        tracing::info!("Postgres runs again");
        Ok(server)
    }
}
