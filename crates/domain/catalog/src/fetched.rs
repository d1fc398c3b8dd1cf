//! What comes from the source: records that could be read, and faults for those that could not.

use jiff::Timestamp;

use crate::class::{Class, ClassKey};
use crate::course::{Course, CourseCode};
use crate::seats::Seats;
use crate::section::{Section, SectionId};
use crate::term::TermId;

/// Where the data comes from. Data of different origins never mixes in one database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The university's SIS.
    Sis,
    /// The made-up campus of the stand-in.
    Demo,
    /// Captured real data, played back by the stand-in.
    Replay,
}

impl Origin {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sis, Self::Demo, Self::Replay];

    /// `sis`, `demo`, `replay`: as stored and as the stand-in says it in its header.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Sis => "sis",
            Self::Demo => "demo",
            Self::Replay => "replay",
        }
    }

    /// What every page must say of data that is not the campus's own of today: in two words, and in a sentence.
    #[must_use]
    pub const fn caution(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Sis => None,
            Self::Demo => {
                Some(("Demo data.", "This campus is made up: courses, people, seats and grades are samples."))
            }
            Self::Replay => {
                Some(("Replay.", "Captured data of past terms is played back: nothing here is about classes of today."))
            }
        }
    }

    /// The origin of a slug.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|origin| origin.slug() == slug)
    }
}

/// All records of one kind, as of one moment.
#[derive(Clone, Debug)]
pub struct Fetched<T> {
    /// The records that could be read, each identity once (the last one wins).
    pub records: Vec<T>,
    /// The records that could not.
    pub faults: Vec<Fault>,
    /// The moment for which the source says that this holds.
    pub as_of: Timestamp,
    /// Where it comes from.
    pub origin: Origin,
    /// How many requests it took, retries included.
    pub requests: u32,
}

/// A record that could not be read or used. It is kept in quarantine; what was stored under its identity stays as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which kind of record.
    pub kind: RecordKind,
    /// For which term, when it belongs to one.
    pub term: Option<TermId>,
    /// Its identity, when at least that could be read.
    pub identity: Option<Identity>,
    /// Where in the record the fault lies: `meetings[0].startTime`.
    pub path: String,
    /// What is wrong there, as a sentence for the operator.
    pub reason: String,
    /// The record as received, at most [`RAW_BYTES_MAX`] bytes of it.
    pub raw: String,
}

/// The most bytes of a record that quarantine keeps: ten times the longest section seen (26 kB).
pub const RAW_BYTES_MAX: usize = 256 * 1024;

/// The kinds of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKind {
    /// A term.
    Term,
    /// A course.
    Course,
    /// A class.
    Class,
    /// A section.
    Section,
    /// A section's counts.
    Enrollment,
    /// A line of a grade export.
    Grade,
}

impl RecordKind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Term, Self::Course, Self::Class, Self::Section, Self::Enrollment, Self::Grade];

    /// The word for it: `section`.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Term => "term",
            Self::Course => "course",
            Self::Class => "class",
            Self::Section => "section",
            Self::Enrollment => "enrollment",
            Self::Grade => "grade",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug)
    }
}

/// The identity of a record within its kind (and term).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Identity {
    /// A term's.
    Term(TermId),
    /// A course's.
    Course(CourseCode),
    /// A class's.
    Class(ClassKey),
    /// A section's.
    Section(SectionId),
}

/// A class as fetched. It names its course well enough to list it even when the Course API does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassRecord {
    /// The class.
    pub class: Class,
    /// What the class's record says of its course: code, names, title, `cs-course-id`; no description.
    pub course: Course,
}

/// A section as fetched, with its counts; `None` when the record has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionRecord {
    /// The section.
    pub section: Section,
    /// Its seats.
    pub seats: Option<Seats>,
}

/// New counts of a section, as `updated/enrollments` gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatsRecord {
    /// Which section.
    pub section: SectionId,
    /// Its seats.
    pub seats: Seats,
}
