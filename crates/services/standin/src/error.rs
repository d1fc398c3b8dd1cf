//! Why a stand-in could not be built.

use std::path::PathBuf;

use crate::config::{DEMO_COURSES_MAX, DEMO_COURSES_MIN};

/// Whatever went wrong underneath.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a stand-in could not be built.
#[derive(Debug, thiserror::Error)]
pub enum StandinError {
    /// A file of the captured data cannot be opened or read.
    #[error("the captured data cannot be read: {}; give the folder that holds enrollment_history.csv.zst and sis-shaped/", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What happened.
        source: Cause,
    },
    /// A line of the captured data does not say what it should.
    #[error("{} line {line}: {reason}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// A demo campus of a size that cannot be made.
    #[error("a demo campus has {DEMO_COURSES_MIN} to {DEMO_COURSES_MAX} courses, not {courses}")]
    Size {
        /// How many were asked for.
        courses: usize,
    },
    /// Faults that cannot be done.
    #[error("these faults cannot be done: {0}")]
    Faults(String),
}
