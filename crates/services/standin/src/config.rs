//! What the stand-in stands in with.

use std::fmt;
use std::path::PathBuf;

use catalog::campus;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::faults::Faults;

/// Active courses of a demo campus when nothing else is asked: about 11,000 sections in a fall or spring term.
pub const DEMO_COURSES: usize = 9_000;
/// The smallest demo campus: the courses that students know by name need about this many around them.
pub const DEMO_COURSES_MIN: usize = 300;
/// The largest: there are no more free catalog numbers and section ids.
pub const DEMO_COURSES_MAX: usize = 15_000;

/// What the stand-in stands in with.
#[derive(Clone, Debug)]
pub struct StandinConfig {
    /// Where the records come from.
    pub source: Source,
    /// The moment that it plays; `None` follows the clock.
    pub at: Option<Timestamp>,
    /// The only keys that it accepts; `None` accepts any that are not empty.
    pub keys: Option<Keys>,
    /// What is broken from the start.
    pub faults: Faults,
    /// In which days and `updated-after` are told.
    pub time_zone: TimeZone,
}

impl StandinConfig {
    /// A sound demo campus of the usual size that follows the clock.
    #[must_use]
    pub fn demo(seed: u64) -> Self {
        Self::of(Source::Demo { seed, courses: DEMO_COURSES }, None)
    }

    /// Captured data as of a moment.
    #[must_use]
    pub fn replay(folder: impl Into<PathBuf>, at: Timestamp) -> Self {
        Self::of(Source::Replay { folder: folder.into() }, Some(at))
    }

    fn of(source: Source, at: Option<Timestamp>) -> Self {
        Self { source, at, keys: None, faults: Faults::default(), time_zone: campus::time_zone() }
    }
}

/// Where the records come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A made-up campus.
    Demo {
        /// The same seed makes the same campus.
        seed: u64,
        /// About how many active courses; sections grow along. [`DEMO_COURSES`] is the usual number.
        courses: usize,
    },
    /// Captured real data.
    Replay {
        /// Holds `enrollment_history.csv.zst` and `sis-shaped/`.
        folder: PathBuf,
    },
}

/// A pair of keys as the SIS gives them out. `Debug` hides the key.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// Sent as `app_id`.
    pub app_id: String,
    /// Sent as `app_key`.
    pub app_key: String,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("app_id", &self.app_id).field("app_key", &"(hidden)").finish()
    }
}
