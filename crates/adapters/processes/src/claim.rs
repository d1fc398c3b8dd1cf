//! One `bt up` for each data directory: a lock that dies with its holder, and a way to ask the holder to stop.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{Interval, interval};

use crate::noted_lock::{self, note};

/// The lock, which also says who holds it.
const FILE: &str = "bt.pid";
/// What it says when nobody runs.
const NOBODY: &str = "";
/// How long a `bt` may take to stop: it first finishes its answers, then its database.
const STOP_LIMIT: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How often the lock is tried: [`Claim::is_held`] has it for a moment.
const TAKE_TRIES: u32 = 3;
const TAKE_PAUSE: Duration = Duration::from_millis(10);

/// Why a data directory could not be claimed, or its holder not be stopped.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Another `bt up` is there.
    #[error("bt already runs on {} ({holder}): use that one, stop it with `bt down`, or choose another --data-dir", .data_dir.display())]
    Held {
        /// The data directory.
        data_dir: PathBuf,
        /// Its process.
        holder: String,
    },
    /// It was asked to stop, and is still there.
    #[error("bt ({holder}) was asked to stop and still runs after {} s; `kill -9` is safe, the next start recovers", STOP_LIMIT.as_secs())]
    DoesNotStop {
        /// Its process.
        holder: String,
    },
    /// The lock could not be used.
    #[error("cannot {doing} {}", .path.display())]
    File {
        /// `open`.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The right to run on a data directory. It ends when this is dropped.
#[derive(Debug)]
pub struct Claim {
    file: File,
}

impl Claim {
    /// Claims a data directory, which is made when it is not there.
    ///
    /// # Errors
    /// [`ClaimError::Held`] when another `bt` has it.
    pub fn take(data_dir: &Path) -> Result<Self, ClaimError> {
        fs::create_dir_all(data_dir).map_err(failed("create the folder", data_dir))?;
        let path = data_dir.join(FILE);
        let mut file = open(&path)?;
        if !lock_soon(&file, &path)? {
            return Err(ClaimError::Held { data_dir: data_dir.into(), holder: holder(&mut file) });
        }
        note(&file, &format!("process {}", std::process::id())).map_err(failed("write", &path))?;
        Ok(Self { file })
    }

    /// Whether a `bt` runs on a data directory. A killed one does not, from the moment of its death.
    #[must_use]
    pub fn is_held(data_dir: &Path) -> bool {
        // A lock that others may have too, and only for this moment.
        let tried = File::open(data_dir.join(FILE)).map(|file| file.try_lock_shared());
        matches!(tried, Ok(Err(TryLockError::WouldBlock)))
    }

    /// Asks the `bt` that runs on a data directory to stop, and waits until it has. Says whether there was one.
    ///
    /// # Errors
    /// [`ClaimError::DoesNotStop`] when it is still there after a minute.
    pub async fn stop_holder(data_dir: &Path) -> Result<bool, ClaimError> {
        let path = data_dir.join(FILE);
        if !path.exists() {
            return Ok(false);
        }
        let mut file = open(&path)?;
        if lock(&file, &path)? {
            return Ok(false);
        }
        let holder = holder(&mut file);
        let number = holder.strip_prefix("process ").and_then(|number| number.parse().ok());
        if let Some(pid) = number.and_then(Pid::from_raw) {
            kill_process(pid, Signal::TERM).map_err(|error| failed("stop the holder of", &path)(error.into()))?;
        }
        match tokio::time::timeout(STOP_LIMIT, released(&file, &path, interval(LOOK_EVERY))).await {
            Ok(released) => released.map(|()| true),
            Err(_) => Err(ClaimError::DoesNotStop { holder }),
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // The lock goes with the file's closing.
        let _ = note(&self.file, NOBODY);
    }
}

async fn released(file: &File, path: &Path, mut looks: Interval) -> Result<(), ClaimError> {
    while !lock(file, path)? {
        looks.tick().await;
    }
    Ok(())
}

fn open(path: &Path) -> Result<File, ClaimError> {
    noted_lock::open(path).map_err(failed("open", path))
}

/// Whether the lock was free, and is ours now.
fn lock(file: &File, path: &Path) -> Result<bool, ClaimError> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(source)) => Err(failed("lock", path)(source)),
    }
}

/// The same, over those who only ask whether it is free.
fn lock_soon(file: &File, path: &Path) -> Result<bool, ClaimError> {
    for _ in 0..TAKE_TRIES {
        if lock(file, path)? {
            return Ok(true);
        }
        std::thread::sleep(TAKE_PAUSE);
    }
    Ok(false)
}

fn holder(file: &mut File) -> String {
    noted_lock::noted(file).unwrap_or_else(|| "an unknown process".to_owned())
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ClaimError {
    let path = path.to_owned();
    move |source| ClaimError::File { doing, path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_data_directory_has_one_holder_at_a_time() {
        let folder = std::env::temp_dir().join(format!("bt-claim-{}", std::process::id()));
        assert!(!Claim::stop_holder(&folder).await.unwrap(), "nobody is there yet");
        let claim = Claim::take(&folder).unwrap();
        let refused = Claim::take(&folder).unwrap_err().to_string();
        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
        assert!(Claim::is_held(&folder));
        drop(claim);
        assert!(!Claim::is_held(&folder));
        assert!(!Claim::stop_holder(&folder).await.unwrap(), "nobody is there any more");
        drop(Claim::take(&folder).unwrap());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_shorter_number_leaves_nothing_of_a_longer_one() {
        let path = std::env::temp_dir().join(format!("bt-claim-note-{}", std::process::id()));
        let mut file = open(&path).unwrap();
        for who in ["process 4194303", "process 7"] {
            note(&file, who).unwrap();
            assert_eq!(holder(&mut file), who);
        }
        note(&file, NOBODY).unwrap();
        assert_eq!(holder(&mut file), "an unknown process");
        fs::remove_file(&path).unwrap();
    }
}
