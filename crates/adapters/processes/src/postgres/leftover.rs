//! The server of a `bt` that was killed, and the file with its process number.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::error::PostgresError;

/// How long each kind of stop is given, mildest first. A fast stop writes everything down; an immediate one leaves it
/// to recovery at the next start; the last one asks nobody.
const STOPS: [(Signal, Duration); 3] = [
    (Signal::INT, Duration::from_secs(30)),
    (Signal::QUIT, Duration::from_secs(5)),
    (Signal::KILL, Duration::from_secs(5)),
];
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What `postmaster.pid` of a cluster says.
pub(super) struct Leftover {
    cluster: PathBuf,
    pid_file: PathBuf,
}

impl Leftover {
    pub(super) fn of(cluster: &Path) -> Self {
        // Without links, as the kernel names a process's folder.
        let cluster = cluster.canonicalize().unwrap_or_else(|_| cluster.into());
        Self { pid_file: cluster.join("postmaster.pid"), cluster }
    }

    /// Ends a server that still runs on the cluster, and removes a file that no server stands behind. The caller holds
    /// the lock. Says whether a server was ended.
    pub(super) async fn remove(self) -> Result<bool, PostgresError> {
        let is_ended = self.end_own().await?;
        if is_ended {
            tracing::warn!("stopped the Postgres server that a killed bt had left behind");
        }
        Ok(is_ended)
    }

    /// The same of a server that this process started itself, of which there is nothing to tell.
    pub(super) async fn end_own(self) -> Result<bool, PostgresError> {
        let removed = tokio::task::spawn_blocking(move || self.remove_blocking_or_fail()).await;
        removed.unwrap_or_else(|panic| {
            Err(PostgresError::File {
                doing: "stop the server of",
                path: PathBuf::new(),
                source: std::io::Error::other(panic),
            })
        })
    }

    /// The same where nobody can wait or be told.
    pub(super) fn remove_blocking(self) {
        if let Err(error) = self.remove_blocking_or_fail() {
            tracing::error!(%error, "Postgres was left behind");
        }
    }

    fn remove_blocking_or_fail(self) -> Result<bool, PostgresError> {
        let Some(pid) = self.pid()? else { return Ok(false) };
        let is_alive = self.is_server(pid);
        if is_alive {
            self.end(pid)?;
        }
        match fs::remove_file(&self.pid_file) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(PostgresError::file("remove", &self.pid_file)(error))
            }
            _ => Ok(is_alive),
        }
    }

    /// The number in the file; `None` without a file, and for one that was cut off while it was written.
    fn pid(&self) -> Result<Option<Pid>, PostgresError> {
        match fs::read_to_string(&self.pid_file) {
            Ok(text) => Ok(text.lines().next().and_then(|line| Pid::from_raw(line.trim().parse().ok()?))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(PostgresError::file("read", &self.pid_file)(error)),
        }
    }

    /// Whether that process is a server of this cluster, and not another one that got the number after a crash.
    /// A server works in its cluster's folder; a zombie works nowhere.
    fn is_server(&self, pid: Pid) -> bool {
        if cfg!(target_os = "linux") {
            let folder = fs::read_link(format!("/proc/{}/cwd", pid.as_raw_nonzero()));
            return folder.is_ok_and(|folder| folder == self.cluster);
        }
        test_kill_process(pid).is_ok()
    }

    fn end(&self, pid: Pid) -> Result<(), PostgresError> {
        for (signal, patience) in STOPS {
            // It may have ended by itself since we looked.
            let _ = kill_process(pid, signal);
            let looks = patience.as_millis() / LOOK_EVERY.as_millis();
            for _ in 0..looks {
                if !self.is_server(pid) {
                    return Ok(());
                }
                thread::sleep(LOOK_EVERY);
            }
        }
        Err(PostgresError::DoesNotEnd { pid: pid.as_raw_nonzero().get() })
    }
}
