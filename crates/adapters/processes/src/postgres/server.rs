//! One run of the server process.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::binaries::Binaries;
use super::cluster::program;
use super::error::PostgresError;
use super::log;
use super::place::Place;

/// How long a start may take: after a crash the server first replays up to `max_wal_size` of changes.
const START_LIMIT: Duration = Duration::from_mins(2);
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// How long a fast stop may take (it writes everything down), and then an immediate one.
const FAST_STOP_LIMIT: Duration = Duration::from_secs(30);
const IMMEDIATE_STOP_LIMIT: Duration = Duration::from_secs(5);

/// A server that takes connections.
pub(super) struct Server {
    child: Child,
    log_start: u64,
}

impl Server {
    /// Starts it and waits until it takes connections.
    pub(super) async fn start(binaries: &Binaries, place: &Place) -> Result<Self, PostgresError> {
        let log = log::open(&place.log)?;
        let log_start = log::length(&place.log);
        let mut postgres = program(binaries, "postgres", place);
        postgres.arg("-D").arg(&place.cluster).stdout(Stdio::null()).stderr(log);
        let child = postgres.spawn();
        let program = binaries.program("postgres");
        let child = child.map_err(|source| PostgresError::Program { program, source })?;
        let mut server = Self { child, log_start };
        match timeout(START_LIMIT, server.ready(place)).await {
            Ok(ready) => ready?,
            Err(_) => {
                server.stop().await;
                let reason = format!("it was not ready within {} s", START_LIMIT.as_secs());
                return Err(server.did_not_start(place, reason));
            }
        }
        Ok(server)
    }

    /// Postgres writes `ready` into the eighth line of its process file when it takes connections.
    async fn ready(&mut self, place: &Place) -> Result<(), PostgresError> {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            if let Some(status) = self.child.try_wait().map_err(PostgresError::file("wait for", &place.cluster))? {
                return Err(self.did_not_start(place, format!("it ended with {status}")));
            }
            let text = fs::read_to_string(place.cluster.join("postmaster.pid")).unwrap_or_default();
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            let is_own = lines.first().and_then(|line| line.parse().ok()) == self.child.id();
            if is_own && lines.get(7) == Some(&"ready") {
                return Ok(());
            }
        }
    }

    fn did_not_start(&self, place: &Place, reason: String) -> PostgresError {
        let tail = log::tail(&place.log, self.log_start);
        PostgresError::DidNotStart { reason, log: place.log.clone(), tail }
    }

    /// Waits until it ends by itself. Safe to be cancelled.
    pub(super) async fn ended(&mut self) -> String {
        match self.child.wait().await {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        }
    }

    /// Ends it: first rolling back and writing everything down, then, when that takes too long, at once.
    pub(super) async fn stop(&mut self) {
        let is_stopped = self.ends_after(Signal::INT, FAST_STOP_LIMIT).await
            || self.ends_after(Signal::QUIT, IMMEDIATE_STOP_LIMIT).await;
        if is_stopped {
            return;
        }
        if let Err(error) = self.child.kill().await {
            tracing::error!(%error, "cannot kill Postgres");
        }
    }

    async fn ends_after(&mut self, signal: Signal, patience: Duration) -> bool {
        if let Some(pid) = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
            // It may have ended by itself.
            let _ = kill_process(pid, signal);
        }
        let has_ended = timeout(patience, self.child.wait()).await.is_ok();
        if !has_ended {
            tracing::warn!(?signal, patience_seconds = patience.as_secs(), "Postgres does not end");
        }
        has_ended
    }

    /// Where its own lines begin in the log.
    pub(super) fn log_start(&self) -> u64 {
        self.log_start
    }

    /// The last lines it wrote.
    pub(super) fn last_words(&self, place: &Place) -> String {
        log::tail(&place.log, self.log_start)
    }
}
