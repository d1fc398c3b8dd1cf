//! One writer at a time: a lock on a file beside the state file, which dies with its holder.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use clock::Stopwatch;

use crate::error::StateFileError;

/// A write takes some milliseconds, on a slow disk a second; ten mean that somebody hangs.
const WAIT_LIMIT: Duration = Duration::from_secs(10);
/// Between two tries. Two writers at once are rare, and neither is in a hurry.
const TRY_EVERY: Duration = Duration::from_millis(5);

/// The right to write. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock at `path`, whose folder is there.
    pub(crate) async fn take(path: &Path) -> Result<Self, StateFileError> {
        let failed = |doing| move |source| StateFileError::File { doing, path: path.to_owned(), source };
        let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
        let file = opened.map_err(failed("open the lock"))?;
        let waiting = Stopwatch::start();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(source)) => return Err(failed("lock")(source)),
                Err(TryLockError::WouldBlock) if waiting.elapsed() > WAIT_LIMIT => {
                    return Err(StateFileError::Locked { path: path.to_owned(), waited_s: WAIT_LIMIT.as_secs() });
                }
                Err(TryLockError::WouldBlock) => tokio::time::sleep(TRY_EVERY).await,
            }
        }
    }
}
