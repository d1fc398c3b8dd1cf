//! `bt up --detach`: the same program again, without the terminal.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use platform::names::InstanceId;
use rustix::io::Errno;
use tokio::process::Child;
use tokio::time::{interval, timeout};

use crate::command;
use crate::logs::raw::RawLog;

/// The name of the supervisor's own log.
pub const SUPERVISOR_LOG: &str = "supervisor";
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// What is shown of a start that failed, in lines and bytes.
const LAST_LINES: usize = 20;
const LAST_BYTES: usize = 16 * 1024;

/// Why nothing runs in the background.
#[derive(Debug, thiserror::Error)]
pub enum DetachError {
    /// It could not be started.
    #[error("cannot {doing} {}", .path.display())]
    Start {
        /// Such as `start`.
        doing: &'static str,
        /// The program or file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It ended before it was up.
    #[error("bt ended with {status} before the site was up. Its last lines:\n{last_lines}")]
    Ended {
        /// How.
        status: ExitStatus,
        /// What it said.
        last_lines: String,
    },
    /// It runs, and is not up yet.
    #[error("bt (process {process}) runs, and the site is not up after {} s: `bt ps` shows what is missing, `bt logs` why, `bt down` stops it", .limit.as_secs())]
    NotUp {
        /// The process.
        process: u32,
        /// How long we waited.
        limit: Duration,
    },
}

/// Starts `program` in the background, in our environment and folder, and waits until `is_up` says yes. Its stdout and stderr go into
/// the log `supervisor`. It must call [`leave_terminal`] early. Returns its process number.
///
/// # Errors
/// [`DetachError`], with its last lines when it ended.
pub async fn start(
    program: &Path,
    arguments: &[String],
    data_dir: &Path,
    limit: Duration,
    is_up: impl AsyncFnMut() -> bool,
) -> Result<u32, DetachError> {
    let log = RawLog::of(data_dir, &InstanceId(SUPERVISOR_LOG.to_owned()));
    let opened = log.describe_as(SUPERVISOR_LOG).and_then(|()| log.open());
    let (stdout, stderr) = opened.map_err(failed("write its log below", data_dir))?;
    let starts = [stdout.metadata(), stderr.metadata()].map(|found| found.map_or(0, |found| found.len()));
    let mut command = command::inheriting(program);
    command.args(arguments).stdin(Stdio::null()).stdout(stdout).stderr(stderr);
    let mut child = command.spawn().map_err(failed("start", program))?;
    let process = child.id().unwrap_or_default();
    match timeout(limit, up_or_ended(&mut child, is_up)).await {
        Err(_) => Err(DetachError::NotUp { process, limit }),
        Ok(Err(error)) => Err(failed("wait for", program)(error)),
        Ok(Ok(None)) => Ok(process),
        Ok(Ok(Some(status))) => {
            let said = ["out", "err"].into_iter().zip(starts).map(|(ending, start)| said(&log.path(ending), start));
            let last_lines = last_lines(&said.collect::<String>());
            Err(DetachError::Ended { status, last_lines })
        }
    }
}

/// Leaves the terminal's session, so that its end is not ours. Says whether we had not left it already.
pub fn leave_terminal() -> bool {
    match rustix::process::setsid() {
        Ok(_) => true,
        // We lead a process group, as under systemd or started by a shell.
        Err(Errno::PERM) => false,
        Err(error) => {
            tracing::warn!(%error, "cannot leave the terminal");
            false
        }
    }
}

/// `None` when it is up.
async fn up_or_ended(child: &mut Child, mut is_up: impl AsyncFnMut() -> bool) -> io::Result<Option<ExitStatus>> {
    let mut looks = interval(LOOK_EVERY);
    loop {
        tokio::select! {
            status = child.wait() => return status.map(Some),
            _ = looks.tick() => {}
        }
        if is_up().await {
            return Ok(None);
        }
    }
}

/// What was written to a file since it had `start` bytes.
fn said(path: &Path, start: u64) -> String {
    let bytes = fs::read(path).unwrap_or_default();
    let start = usize::try_from(start).unwrap_or(usize::MAX).max(bytes.len().saturating_sub(LAST_BYTES));
    String::from_utf8_lossy(bytes.get(start..).unwrap_or_default()).into_owned()
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let shown = lines.get(lines.len().saturating_sub(LAST_LINES)..).unwrap_or_default();
    if shown.is_empty() { "(it said nothing)".to_owned() } else { shown.join("\n") }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DetachError {
    let path = path.to_owned();
    move |source| DetachError::Start { doing, path, source }
}
