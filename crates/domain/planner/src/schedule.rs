//! A schedule: what somebody thinks of taking in a term.

use std::fmt;
use std::str::FromStr;

use accounts::line::Line;
use accounts::person::PersonId;
use catalog::ids::CourseId;
use catalog::meeting::{Days, TimeRange};
use catalog::section::SectionKey;
use catalog::term::TermId;
use jiff::Timestamp;
use uuid::Uuid;

/// The most characters of a schedule's or a time block's name.
pub const NAME_CHARS_MAX: usize = 32;

/// The most characters of the text about units.
pub const TOTAL_UNITS_CHARS_MAX: usize = 16;

/// The most courses in a schedule.
pub const SELECTIONS_MAX: usize = 50;

/// The most secondary sections of one course in a schedule.
pub const SECONDARIES_MAX: usize = 20;

/// The most time blocks of a schedule.
pub const TIME_BLOCKS_MAX: usize = 50;

/// What a schedule or a time block is called.
pub type ScheduleName = Line<NAME_CHARS_MAX>;

/// How many units it makes, in the client's own words: `12`, `9 - 12`.
pub type TotalUnits = Line<TOTAL_UNITS_CHARS_MAX>;

/// A schedule's key. It cannot be guessed: whoever has the link of a public schedule was given it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScheduleId(pub Uuid);

/// A text that is no schedule's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("that is no schedule's id")]
pub struct InvalidScheduleId;

impl FromStr for ScheduleId {
    type Err = InvalidScheduleId;

    fn from_str(text: &str) -> Result<Self, InvalidScheduleId> {
        Uuid::parse_str(text).map(Self).map_err(|_| InvalidScheduleId)
    }
}

impl fmt::Display for ScheduleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A selection's key. It stays while its course stays in the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SelectionId(pub u64);

impl fmt::Display for SelectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A time block's key. It stays while a block of its name stays in the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeBlockId(pub u64);

impl fmt::Display for TimeBlockId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What somebody thinks of taking in a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The key.
    pub id: ScheduleId,
    /// Whose it is. Only they can change it; who they are is nobody else's business, even of a public one.
    pub owner: PersonId,
    /// What it is called.
    pub name: ScheduleName,
    /// For which term; never changes.
    pub term: TermId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub modified_at: Timestamp,
    /// How many units it makes.
    pub total_units: TotalUnits,
    /// Whether whoever has its id can see it.
    pub is_public: bool,
    /// The courses in it, each once, in the order given.
    pub selections: Vec<Selection>,
    /// Times to keep free, each name once, in the order given.
    pub time_blocks: Vec<TimeBlock>,
}

impl Schedule {
    /// Whether somebody may see it; `None` is somebody who has not signed in.
    #[must_use]
    pub fn is_visible_to(&self, viewer: Option<PersonId>) -> bool {
        self.is_public || viewer == Some(self.owner)
    }
}

/// A course in a schedule, with the sections chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The key.
    pub id: SelectionId,
    /// Which course.
    pub course: CourseId,
    /// The lecture or its like, of the schedule's term; `None` while undecided.
    pub primary: Option<SectionKey>,
    /// Discussions, labs and their like, of the schedule's term, each once.
    pub secondary: Vec<SectionKey>,
}

/// A time to keep free every week.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeBlock {
    /// The key.
    pub id: TimeBlockId,
    /// What it is called.
    pub name: ScheduleName,
    /// From when to when, campus time.
    pub time: TimeRange,
    /// On which days.
    pub days: Days,
}
