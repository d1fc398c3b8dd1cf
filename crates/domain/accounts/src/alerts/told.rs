//! What somebody was last told: enough to see whether something is new, and to say what it was before.

use std::collections::BTreeMap;

use catalog::seats::Availability;
use catalog::section::SectionId;
use catalog::term::TermId;

/// What the owner of a watch was last told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Of each section, also of those that are gone; `None` when the sections were never seen yet.
    pub sections: Option<BTreeMap<SectionId, ToldSection>>,
    /// Of the grades; `None` when they were not known then.
    pub grades: Option<Graded>,
}

/// Of one section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldSection {
    /// `LEC 001`.
    pub label: String,
    /// Whether it takes place.
    pub takes_place: bool,
    /// When, where, by whom.
    pub facts: Facts,
    /// How full it was; `None` when that was not known.
    pub seats: Option<ToldSeats>,
}

/// When and where a section meets, and who teaches, in words as they are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// `MWF 1:00–1:59 pm`; several patterns are parted by `; `.
    pub times: String,
    /// `Dwinelle 155`.
    pub rooms: String,
    /// `Ada Lovelace, Alan Turing`.
    pub instructors: String,
    /// Whether nobody can enroll any more.
    pub is_stopped: bool,
}

/// How full a section was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToldSeats {
    /// For whom there was a seat.
    pub availability: Availability,
    /// How many were waiting.
    pub waiting: i32,
    /// Whether the waiting list had no place either.
    pub is_list_full: bool,
}

/// How far grades are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Graded {
    /// The newest term with grades of the course; `None` when there are none yet.
    pub newest: Option<TermId>,
}
