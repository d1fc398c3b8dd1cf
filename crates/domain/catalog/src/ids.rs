//! Numbers by which clients know things for ever: the keys of the database's tables, the same in every version.
//!
//! A place in a snapshot ([`crate::course_set::CourseIndex`] and its like) is shorter-lived: it means nothing in the
//! next version.

use std::fmt;

/// A course's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CourseId(pub u64);

/// The number of a graded section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GradeId(pub u64);

/// A playlist's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaylistId(pub u64);

impl fmt::Display for CourseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for GradeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for PlaylistId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A record with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered<I, T> {
    /// The number.
    pub id: I,
    /// The record.
    pub value: T,
}
