//! The catalog of one version as readers hold it: built once, never changed, shared by all requests.
//!
//! Courses lie in natural order and are known by their place ([`CourseIndex`]); offerings lie below their term;
//! playlists are bit sets over the places. Everything is moved out of [`CatalogData`], little is copied.

mod build;
pub mod gradebook;
mod interner;
mod lookup;
mod order;
mod past_offerings;
mod prerequisites;
pub(crate) mod primaries;
pub mod sections;
mod sections_build;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::academic_calendar::AcademicCalendar;
use crate::class::{Class, ClassKey, OfferingStatus};
use crate::course::{Course, UnitCount};
use crate::course_set::{CourseIndex, CourseSet};
use crate::data::SourceState;
use crate::ids::{CourseId, PlaylistId};
use crate::past_offerings::KnownTerm;
use crate::playlist::{Category, PlaylistKey};
use crate::run::Step;
use crate::search::index::SearchIndex;
use crate::seats::SeatRollup;
use crate::snapshot::gradebook::{GradeBook, GradeSummary};
use crate::snapshot::order::Orders;
use crate::snapshot::prerequisites::PrerequisiteIndex;
use crate::snapshot::primaries::Primaries;
use crate::snapshot::sections::SectionTables;
use crate::stored::CatalogState;
use crate::subject::Subject;
use crate::switches::Switches;
use crate::term::{Semester, Term, TermId};
use crate::term_days::TermDays;

pub use self::build::SnapshotBuilder;
pub use self::gradebook::{GradeEntry, GradeIndex};
pub use self::sections::{InstructorEntry, InstructorIndex, MeetingView, SectionIndex, SectionView};

/// The published catalog of one version, in memory.
#[derive(Debug)]
pub struct Snapshot {
    state: Option<CatalogState>,
    courses: Vec<CourseEntry>,
    /// Places of courses by number.
    courses_by_id: Vec<(CourseId, CourseIndex)>,
    terms: Vec<TermEntry>,
    sections: SectionTables,
    subjects: Vec<SubjectEntry>,
    playlists: Vec<PlaylistEntry>,
    /// Places of playlists by number.
    playlists_by_id: Vec<(PlaylistId, PlaylistIndex)>,
    gradebook: GradeBook,
    sources: Vec<SourceState>,
    grades_imported_at: Option<Timestamp>,
    switches: Switches,
    calendar: AcademicCalendar,
    index: SearchIndex,
    orders: Orders,
    with_grades: CourseSet,
    by_abbreviation: HashMap<Box<str>, CourseSet>,
    prerequisites: PrerequisiteIndex,
    known_terms: BTreeSet<KnownTerm>,
}

/// A course with what all its terms have in common.
#[derive(Debug)]
pub struct CourseEntry {
    /// Its number, the same in every version.
    pub id: CourseId,
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
    /// The courses offered with at least one free seat, reserved or not.
    pub with_open_seats: CourseSet,
    /// The courses offered with at least one free seat that is kept for no group.
    pub with_seats_for_anyone: CourseSet,
    primaries: Primaries,
}

/// A course in a term: it has at least one visible section there. Its classes and sections are read through the
/// snapshot: [`Snapshot::classes_of`], [`Snapshot::sections_in`].
#[derive(Debug)]
pub struct Offering {
    /// Which course.
    pub course: CourseIndex,
    /// How full it is; `None` when the source gave no counts.
    pub seats: Option<SeatRollup>,
    classes: Range<u32>,
    sections: Range<u32>,
}

/// A class; its visible sections are read through the snapshot: [`Snapshot::sections_of_class`].
#[derive(Debug)]
pub struct ClassEntry {
    /// Its identity.
    pub key: ClassKey,
    /// Its course's place.
    pub course: CourseIndex,
    /// What is told of it; `None` when the source has sections of it and not the class itself.
    pub class: Option<Arc<ClassFacts>>,
    sections: Range<u32>,
}

/// What is told of a class beside its identity. Of tens of thousands of classes most are told of in one of some hundred
/// ways: equal facts are held once.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct ClassFacts {
    /// A title of its own, when it differs from the course's (seminars, topics).
    pub title: Option<String>,
    /// A description of its own, when it differs from the course's.
    pub description: Option<String>,
    /// The fewest and the most units a student may take it for.
    pub units: Option<(UnitCount, UnitCount)>,
    /// The SIS's code: `OPT`, `GRD`, `PNP`, `SUS`, …
    pub grading_basis: Option<String>,
    /// The SIS's code of a requirement that this class fulfils: `AC` American Cultures.
    pub requirement_designation: Option<String>,
    /// `In-Person Instruction`, `Web-Based`, …
    pub instruction_mode: Option<String>,
    /// Whether it takes place.
    pub status: OfferingStatus,
    /// The SIS's code: `Y`, `N`, `A`, `C`, `L`.
    pub final_exam: Option<String>,
}

impl From<Class> for ClassFacts {
    fn from(class: Class) -> Self {
        Self {
            title: class.title,
            description: class.description,
            units: class.units,
            grading_basis: class.grading_basis,
            requirement_designation: class.requirement_designation,
            instruction_mode: class.instruction_mode,
            status: class.status,
            final_exam: class.final_exam,
        }
    }
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

/// A playlist's place in one snapshot. It means nothing in another snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaylistIndex(pub u32);

/// A playlist as a set of places.
#[derive(Debug)]
pub struct PlaylistEntry {
    /// Its number, the same in every version.
    pub id: PlaylistId,
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

    /// All playlists, category by category, in the order in which people look for them.
    #[must_use]
    pub fn all_playlists(&self) -> &[PlaylistEntry] {
        &self.playlists
    }

    /// Everybody who teaches a visible section, by name in addresses.
    #[must_use]
    pub fn instructors(&self) -> &[InstructorEntry] {
        &self.sections.people
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

    /// Which sources the operator turned off: their data is not here at all.
    #[must_use]
    pub const fn switches(&self) -> &Switches {
        &self.switches
    }

    /// The calendars of terms.
    #[must_use]
    pub const fn calendar(&self) -> &AcademicCalendar {
        &self.calendar
    }

    /// The days of classes and exams of a term, with what the SIS tells of it.
    #[must_use]
    pub fn term_days(&self, term: TermId) -> Option<Cow<'_, TermDays>> {
        self.calendar.days(term, self.term(term).map(|entry| &entry.term))
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

    pub(crate) const fn orders(&self) -> &Orders {
        &self.orders
    }

    /// The courses of which grades are known, be it of a cross-listed one.
    #[must_use]
    pub const fn with_grades(&self) -> &CourseSet {
        &self.with_grades
    }

    /// The courses whose subject area is written exactly so in front of a number: `EL ENG`.
    #[must_use]
    pub fn abbreviated(&self, abbreviation: &str) -> Option<&CourseSet> {
        self.by_abbreviation.get(abbreviation)
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
    pub(crate) const fn primaries(&self) -> &Primaries {
        &self.primaries
    }

    /// What a course offers in this term.
    #[must_use]
    pub fn offering(&self, course: CourseIndex) -> Option<&Offering> {
        let at = self.offerings.binary_search_by_key(&course, |offering| offering.course).ok()?;
        self.offerings.get(at)
    }
}

impl Offering {
    /// How many classes it has.
    #[must_use]
    pub fn class_count(&self) -> usize {
        self.classes.len()
    }

    /// How many visible sections it has.
    #[must_use]
    pub fn section_count(&self) -> usize {
        self.sections.len()
    }
}

impl ClassEntry {
    /// How many visible sections it has.
    #[must_use]
    pub fn section_count(&self) -> usize {
        self.sections.len()
    }
}

#[cfg(test)]
mod tests;
