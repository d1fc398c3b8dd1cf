//! What the store holds when a run begins.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::class::Class;
use crate::course::CourseCode;
use crate::fetched::Origin;
use crate::seats::{EnrollmentRun, SeatReservation};
use crate::section::{Section, SectionId};
use crate::term::TermId;

/// A stored record that may be retired: it was there, the source no longer has it, and nothing is ever deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<T> {
    /// The record as last seen.
    pub value: T,
    /// Whether the source no longer has it.
    pub is_retired: bool,
}

/// A number that grows with every publication, from 1. Readers compare it to know whether they are behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CatalogVersion(pub i64);

/// What is published now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogState {
    /// The version.
    pub version: CatalogVersion,
    /// When it was published.
    pub published_at: Timestamp,
    /// Where all the data comes from.
    pub origin: Origin,
}

/// Everything held of one term's offerings.
#[derive(Clone, Debug, Default)]
pub struct StoredTerm {
    /// Classes, retired ones included.
    pub classes: Vec<Held<Class>>,
    /// Sections, retired ones included.
    pub sections: Vec<Held<Section>>,
    /// The open run of every section that was in the last observation.
    pub open_runs: HashMap<SectionId, EnrollmentRun>,
    /// Current reservations of the sections that have any.
    pub reservations: HashMap<SectionId, Vec<SeatReservation>>,
    /// The moment of the last observation of the term's counts.
    pub observed_at: Option<Timestamp>,
}

/// A course that is or was offered in a term.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offering {
    /// When.
    pub term: TermId,
    /// What.
    pub course: CourseCode,
}
