//! The catalog of one version as readers hold it: built once, never changed, shared by all requests.
//!
//! Courses lie in natural order and are known by their place ([`CourseIndex`]); offerings lie below their term;
//! playlists are bit sets over the places. Everything is moved out of [`CatalogData`], little is copied.

mod build;
pub mod gradebook;
mod lookup;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::class::{Class, ClassKey};
use crate::course::Course;
use crate::course_set::{CourseIndex, CourseSet};
use crate::data::{ObservedCounts, SourceState};
use crate::playlist::{Category, PlaylistKey};
use crate::run::Step;
use crate::search::index::SearchIndex;
use crate::seats::{SeatReservation, SeatRollup};
use crate::section::Section;
use crate::snapshot::gradebook::{GradeBook, GradeSummary};
use crate::stored::CatalogState;
use crate::subject::Subject;
use crate::term::{Semester, Term, TermId};

/// The published catalog of one version, in memory.
#[derive(Debug)]
pub struct Snapshot {
    state: Option<CatalogState>,
    courses: Vec<CourseEntry>,
    terms: Vec<TermEntry>,
    subjects: Vec<SubjectEntry>,
    playlists: Vec<PlaylistEntry>,
    gradebook: GradeBook,
    sources: Vec<SourceState>,
    grades_imported_at: Option<Timestamp>,
    index: SearchIndex,
}

/// A course with what all its terms have in common.
#[derive(Debug)]
pub struct CourseEntry {
    /// The course.
    pub course: Course,
    /// Whether the source no longer has it: its grades and history remain.
    pub is_retired: bool,
    /// How it and its cross-listed courses were graded, all terms together; `None` without any grade.
    pub grades: Option<GradeSummary>,
    /// The cross-listed courses that the catalog has, whichever side names the other.
    pub cross_listed: Vec<CourseIndex>,
    /// Students graded and enrolled over all terms: of two equally good matches the larger course comes first.
    pub popularity: u32,
}

/// A term with everything offered in it.
#[derive(Debug)]
pub struct TermEntry {
    /// The term.
    pub term: Term,
    /// What is offered, in natural order of the courses.
    pub offerings: Vec<Offering>,
    /// The courses offered.
    pub offered: CourseSet,
    /// The courses offered with at least one free seat.
    pub with_open_seats: CourseSet,
}

/// A course in a term: it has at least one visible section there.
#[derive(Debug)]
pub struct Offering {
    /// Which course.
    pub course: CourseIndex,
    /// How full it is; `None` when the source gave no counts.
    pub seats: Option<SeatRollup>,
    /// Its classes by session and number.
    pub classes: Vec<ClassEntry>,
}

/// A class with its visible sections.
#[derive(Debug)]
pub struct ClassEntry {
    /// Its identity.
    pub key: ClassKey,
    /// The class; `None` when the source has sections of it and not the class itself.
    pub class: Option<Class>,
    /// Primary first, then lectures, discussions, labs, others; number 999 last.
    pub sections: Vec<SectionEntry>,
}

/// A visible section with its seats.
#[derive(Debug)]
pub struct SectionEntry {
    /// The section.
    pub section: Section,
    /// Its counts; `None` when the source gave none.
    pub counts: Option<ObservedCounts>,
    /// Seats kept for groups.
    pub reservations: Vec<SeatReservation>,
}

/// A subject area with its courses, which lie together.
#[derive(Debug)]
pub struct SubjectEntry {
    /// The subject.
    pub subject: Subject,
    /// The first course's place.
    pub first: CourseIndex,
    /// How many courses.
    pub count: u32,
}

/// A playlist as a set of places.
#[derive(Debug)]
pub struct PlaylistEntry {
    /// Its identity.
    pub key: PlaylistKey,
    /// Its name in addresses: `american-cultures`.
    pub slug: String,
    /// Who is in it.
    pub courses: CourseSet,
}

/// How long before its first day a term is taken to be open for enrollment when the SIS does not say. First
/// appointments were 91 (Spring 2022) to 114 days (Fall 2021) ahead.
pub const ENROLLMENT_LEAD_DAYS: i32 = 100;

impl Snapshot {
    /// What is published; `None` when nothing was yet.
    #[must_use]
    pub const fn state(&self) -> Option<&CatalogState> {
        self.state.as_ref()
    }

    /// All courses in natural order, retired ones included.
    #[must_use]
    pub fn courses(&self) -> &[CourseEntry] {
        &self.courses
    }

    /// All terms, newest first, also those in which nothing is offered yet.
    #[must_use]
    pub fn terms(&self) -> &[TermEntry] {
        &self.terms
    }

    /// All subject areas by code.
    #[must_use]
    pub fn subjects(&self) -> &[SubjectEntry] {
        &self.subjects
    }

    /// The playlists of a category in the order in which people look for them. Breadths (`ls`) are a term's own.
    pub fn playlists(&self, category: Category, term: Option<TermId>) -> impl Iterator<Item = &PlaylistEntry> {
        let of_term = move |key: &PlaylistKey| category != Category::Ls || key.term == term;
        self.playlists.iter().filter(move |entry| entry.key.category == category && of_term(&entry.key))
    }

    /// How sections were graded.
    #[must_use]
    pub const fn gradebook(&self) -> &GradeBook {
        &self.gradebook
    }

    /// When grades were last imported; `None` when never.
    #[must_use]
    pub const fn grades_imported_at(&self) -> Option<Timestamp> {
        self.grades_imported_at
    }

    /// How current each source is.
    #[must_use]
    pub fn sources(&self) -> &[SourceState] {
        &self.sources
    }

    /// The last moment for which a step's source was accepted.
    #[must_use]
    pub fn as_of(&self, step: Step, term: Option<TermId>) -> Option<Timestamp> {
        self.sources.iter().filter(|source| source.step == step && source.term == term).find_map(|source| source.as_of)
    }

    /// What searches look things up in.
    #[must_use]
    pub const fn index(&self) -> &SearchIndex {
        &self.index
    }

    /// The term that people are enrolling in: the newest fall or spring with offerings for which enrollment has begun.
    /// Summer is chosen only when there is nothing else: in its months most people plan the fall.
    #[must_use]
    pub fn default_term(&self, today: Date) -> Option<TermId> {
        let offered = || self.terms.iter().filter(|entry| !entry.offerings.is_empty());
        let regular = || offered().filter(|entry| entry.term.id.semester() != Semester::Summer);
        let open = regular().find(|entry| enrollment_has_begun(&entry.term, today));
        open.or_else(|| regular().next_back()).or_else(|| offered().next()).map(|entry| entry.term.id)
    }
}

fn enrollment_has_begun(term: &Term, today: Date) -> bool {
    let lead = jiff::Span::new().days(ENROLLMENT_LEAD_DAYS);
    let usual = || term.begin.checked_sub(lead).unwrap_or(term.begin);
    term.enrollment_begin.unwrap_or_else(usual) <= today
}

impl TermEntry {
    /// What a course offers in this term.
    #[must_use]
    pub fn offering(&self, course: CourseIndex) -> Option<&Offering> {
        let at = self.offerings.binary_search_by_key(&course, |offering| offering.course).ok()?;
        self.offerings.get(at)
    }
}

impl Offering {
    /// All sections, class by class.
    pub fn sections(&self) -> impl Iterator<Item = &SectionEntry> {
        self.classes.iter().flat_map(|class| &class.sections)
    }
}

#[cfg(test)]
mod tests;
