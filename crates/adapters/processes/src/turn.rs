//! One work on the backups of a data directory at a time: a lock that dies with its holder and says what that is doing.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::noted_lock::{self, note};

/// The lock, which also says who holds it.
const FILE: &str = "backup.lock";

/// Why it is not our turn.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// Another one is at it.
    #[error("{holder}, and one such work goes at a time: wait until it has ended, or end it with `kill`")]
    Taken {
        /// What it does, since when, and its process.
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

/// The right to work on the backups of a data directory. It ends when this is dropped.
#[derive(Debug)]
pub struct Turn {
    file: File,
}

impl Turn {
    /// Takes it. `what` is the command that others are told of, such as `bt backup now`.
    ///
    /// # Errors
    /// [`TurnError::Taken`] when another process has it, with what that does and since when.
    pub fn take(data_dir: &Path, what: &str, now: Timestamp) -> Result<Self, TurnError> {
        fs::create_dir_all(data_dir).map_err(failed("create the folder", data_dir))?;
        let path = data_dir.join(FILE);
        let mut file = noted_lock::open(&path).map_err(failed("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(TurnError::Taken { holder: holder(&mut file) }),
            Err(TryLockError::Error(source)) => return Err(failed("lock", &path)(source)),
        }
        let (since, process) = (now.strftime("%Y-%m-%d %H:%M:%S UTC"), std::process::id());
        // The lock holds without it. A disk without room for it is no reason not to prune backups.
        let _ = note(&file, &format!("`{what}` is under way since {since} (process {process})"));
        Ok(Self { file })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // The lock goes with the file's closing.
        let _ = note(&self.file, "");
    }
}

fn holder(file: &mut File) -> String {
    noted_lock::noted(file).unwrap_or_else(|| "another work on the backups is under way".to_owned())
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> TurnError {
    let path = path.to_owned();
    move |source| TurnError::File { doing, path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_what_goes_on_and_since_when() {
        let folder = std::env::temp_dir().join(format!("bt-turn-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let first = Turn::take(&folder, "bt backup restore", "2026-11-22T21:30:00Z".parse().unwrap()).unwrap();
        let later = "2026-11-22T21:31:00Z".parse().unwrap();
        let refused = Turn::take(&folder, "bt backup now", later).unwrap_err().to_string();
        let told = "`bt backup restore` is under way since 2026-11-22 21:30:00 UTC (process ";
        assert!(refused.starts_with(told) && refused.contains("wait until it has ended"), "{refused}");
        drop(first);
        let second = Turn::take(&folder, "bt backup now", later).unwrap();
        let refused = Turn::take(&folder, "bt backup drill", later).unwrap_err().to_string();
        assert!(refused.starts_with("`bt backup now` is under way since 2026-11-22 21:31:00 UTC"), "{refused}");
        drop(second);
        fs::remove_dir_all(&folder).unwrap();
    }
}
