//! Why a state file could not be used.

use std::io;
use std::path::PathBuf;

/// Why a state file could not be used. Each names the file.
#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    /// Its text is no JSON, or not what belongs there.
    #[error("{} is broken: mend it by hand, or move it away to begin with an empty one", .path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// Where, and what was expected.
        source: serde_json::Error,
    },
    /// It is larger than any right one.
    #[error("{} has {size_bytes} bytes, which is more than the {limit_bytes} that it may have: move it away", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        size_bytes: u64,
        /// What it may have.
        limit_bytes: u64,
    },
    /// Another process writes it and does not finish.
    #[error("{} is held by another process for more than {waited_s} s: see `fuser {}`", .path.display(), .path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// How long we waited, in seconds.
        waited_s: u64,
    },
    /// The machine refused.
    #[error("cannot {doing} {}", .path.display())]
    File {
        /// Such as `write`.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What was to be written is no JSON. A fault of the program.
    #[error("cannot put {} in words", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// The program is ending.
    #[error("cannot use {} any more: the program ends", .path.display())]
    Ending {
        /// The file.
        path: PathBuf,
    },
}
