//! Everything that readers load: the whole published catalog, as it was at one version.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::class::Class;
use crate::course::Course;
use crate::grade::GradeRecord;
use crate::ids::{CourseId, GradeId, Numbered, PlaylistId};
use crate::playlist::Playlist;
use crate::run::Step;
use crate::seats::{Counts, SeatReservation};
use crate::section::{Section, SectionId};
use crate::stored::{CatalogState, Held};
use crate::switches::Switches;
use crate::term::{Term, TermId};

/// The published catalog, all of one version. Retired classes and sections are left out.
#[derive(Clone, Debug, Default)]
pub struct CatalogData {
    /// What is published; `None` before the first publication.
    pub state: Option<CatalogState>,
    /// Terms, oldest first.
    pub terms: Vec<Term>,
    /// Courses by code, retired ones too: their grades and history remain.
    pub courses: Vec<Numbered<CourseId, Held<Course>>>,
    /// Classes by key.
    pub classes: Vec<Class>,
    /// Sections by class key, then primary first, then component and number.
    pub sections: Vec<Section>,
    /// Current counts.
    pub counts: HashMap<(TermId, SectionId), ObservedCounts>,
    /// Current reservations of the sections that have any.
    pub reservations: HashMap<(TermId, SectionId), Vec<SeatReservation>>,
    /// All grades, in no particular order.
    pub grades: Vec<Numbered<GradeId, GradeRecord>>,
    /// All playlists, by key.
    pub playlists: Vec<Numbered<PlaylistId, Playlist>>,
    /// As of when each source holds, and whether its last step was refused.
    pub sources: Vec<SourceState>,
    /// Whether grades were imported, and when last.
    pub grades_imported_at: Option<Timestamp>,
    /// What the operator turned off. The data of it is here all the same: a snapshot leaves it out.
    pub switches: Switches,
}

/// Counts with the moment of their last observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObservedCounts {
    /// The counts.
    pub counts: Counts,
    /// The last observation that gave them.
    pub seen_at: Timestamp,
}

/// How current one source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceState {
    /// Which step brings it.
    pub step: Step,
    /// For which term, when it goes term by term.
    pub term: Option<TermId>,
    /// The last moment for which it was accepted; `None` when never.
    pub as_of: Option<Timestamp>,
    /// Why the last attempt was refused or failed, and when; `None` when it was accepted.
    pub trouble: Option<(Timestamp, String)>,
}
