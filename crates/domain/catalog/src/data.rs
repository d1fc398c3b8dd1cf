//! Everything that readers load: the whole published catalog, as it was at one version.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::announced::Announced;
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
    /// What the operator announced of terms' calendars.
    pub announced: Announced,
}

/// What belongs to one term: most of a catalog. Readers that go term by term never hold all of it twice.
#[derive(Clone, Debug, Default)]
pub struct TermData {
    /// Classes by key.
    pub classes: Vec<Class>,
    /// Sections by class key, then primary first, then component and number.
    pub sections: Vec<Section>,
    /// Current counts.
    pub counts: HashMap<SectionId, ObservedCounts>,
    /// Current reservations of the sections that have any.
    pub reservations: HashMap<SectionId, Vec<SeatReservation>>,
}

impl CatalogData {
    /// What all terms share, and what each has of its own, newest first.
    #[must_use]
    pub fn by_term(mut self) -> (Self, Vec<TermData>) {
        let mut terms: BTreeMap<Reverse<TermId>, TermData> = BTreeMap::new();
        for class in std::mem::take(&mut self.classes) {
            terms.entry(Reverse(class.key.term)).or_default().classes.push(class);
        }
        for section in std::mem::take(&mut self.sections) {
            terms.entry(Reverse(section.class.term)).or_default().sections.push(section);
        }
        for ((term, section), counts) in std::mem::take(&mut self.counts) {
            terms.entry(Reverse(term)).or_default().counts.insert(section, counts);
        }
        for ((term, section), reserved) in std::mem::take(&mut self.reservations) {
            terms.entry(Reverse(term)).or_default().reservations.insert(section, reserved);
        }
        (self, terms.into_values().collect())
    }
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
