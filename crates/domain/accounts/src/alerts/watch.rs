//! What somebody follows.

use std::fmt;

use catalog::ids::CourseId;
use catalog::section::SectionId;
use catalog::term::TermId;
use jiff::Timestamp;

use super::told::Told;
use crate::person::PersonId;

/// The most watches that one person can choose. A hundred: every section of a dozen courses.
pub const WATCHES_MAX: usize = 100;

/// A watch's key, by which its owner names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WatchId(pub u64);

impl fmt::Display for WatchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is followed: a course in a term, or one section of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Watched {
    /// In which term.
    pub term: TermId,
    /// Which course.
    pub course: CourseId,
    /// Which section alone; `None` for the whole course.
    pub section: Option<SectionId>,
}

/// Of what its owner wants to hear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// A seat opened.
    pub seats: bool,
    /// The waiting list moved.
    pub waitlist: bool,
    /// Time, room or instructor changed; cancelled, back again, added.
    pub changes: bool,
    /// Grades of a term came.
    pub grades: bool,
}

impl Kinds {
    /// Everything.
    pub const ALL: Self = Self { seats: true, waitlist: true, changes: true, grades: true };

    /// Whether there is nothing to hear of.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        !(self.seats || self.waitlist || self.changes || self.grades)
    }
}

/// When its owner wants to hear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// As soon as it is known.
    #[default]
    AtOnce,
    /// Once a day, in the morning.
    Digest,
}

impl Pace {
    /// `at_once` or `digest`.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::Digest => "digest",
        }
    }

    /// By [`slug`](Self::slug).
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        [Self::AtOnce, Self::Digest].into_iter().find(|pace| pace.slug() == slug)
    }
}

/// Why there is a watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its owner chose it.
    Chosen,
    /// The course is saved, and its owner wants to hear of saved classes; it goes when one of the two ends.
    Saved,
}

impl Why {
    /// `chosen` or `saved`.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Saved => "saved",
        }
    }

    /// By [`slug`](Self::slug).
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        [Self::Chosen, Self::Saved].into_iter().find(|why| why.slug() == slug)
    }
}

/// A watch to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewWatch {
    /// What is followed.
    pub watched: Watched,
    /// Of what to hear.
    pub kinds: Kinds,
    /// When to hear.
    pub pace: Pace,
}

/// What somebody follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The key.
    pub id: WatchId,
    /// Whose it is.
    pub person: PersonId,
    /// What is followed.
    pub watched: Watched,
    /// Of what to hear.
    pub kinds: Kinds,
    /// When to hear.
    pub pace: Pace,
    /// Why it is there.
    pub why: Why,
    /// Since when.
    pub since: Timestamp,
    /// What was last told; `None` before the first look.
    pub told: Option<Told>,
    /// Counts what was last told: of two who look at once, one tells.
    pub revision: u64,
    /// For a whole course: the sections that the same person follows by themselves. What happens to them is told there.
    pub leaves_out: Vec<SectionId>,
}
