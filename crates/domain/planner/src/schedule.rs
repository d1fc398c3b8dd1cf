//! A schedule: what somebody thinks of taking in a term.

use std::fmt;
use std::str::FromStr;

use accounts::guest::GuestId;
use accounts::line::Line;
use accounts::person::PersonId;
use catalog::ids::CourseId;
use catalog::meeting::{Days, TimeRange};
use catalog::section::SectionKey;
use catalog::term::TermId;
use jiff::Timestamp;
use uuid::Uuid;

use crate::history::VersionNumber;

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

/// How many colours a course in a schedule can have: 0 to 7, as the pages number them.
pub const COLOURS: u8 = 8;

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

/// Whose a schedule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// Somebody with an account.
    Person(PersonId),
    /// Somebody who is not signed in, known by their cookie.
    Guest(GuestId),
}

impl Owner {
    /// The person, when it is one.
    #[must_use]
    pub const fn person(self) -> Option<PersonId> {
        match self {
            Self::Person(person) => Some(person),
            Self::Guest(_) => None,
        }
    }
}

impl From<PersonId> for Owner {
    fn from(person: PersonId) -> Self {
        Self::Person(person)
    }
}

impl From<GuestId> for Owner {
    fn from(guest: GuestId) -> Self {
        Self::Guest(guest)
    }
}

/// What somebody thinks of taking in a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The key.
    pub id: ScheduleId,
    /// Whose it is. Only they can change it; who they are is nobody else's business, even of a public one.
    pub owner: Owner,
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
    /// Which version it is of itself: what a change names that must overwrite nothing unseen. Who may see it is not part
    /// of that: see [`crate::history::Content`].
    pub version: VersionNumber,
    /// The courses in it, each once, in the order given.
    pub selections: Vec<Selection>,
    /// Times to keep free, each name once, in the order given.
    pub time_blocks: Vec<TimeBlock>,
}

impl Schedule {
    /// Whether somebody may see it; `None` is somebody who has not signed in and has made nothing here.
    #[must_use]
    pub fn is_visible_to(&self, viewer: Option<Owner>) -> bool {
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
    /// In which of the [`COLOURS`] it is drawn; `None` to leave that to the page.
    pub colour: Option<u8>,
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
