//! All visible sections of all terms as flat tables, and the views in which they are read.
//!
//! They lie newest term first, then by course, class and order within the class: whatever belongs together is a range.

use std::fmt;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;

use super::ClassEntry;
use super::interner::Place;
use crate::class::OfferingStatus;
use crate::course_set::CourseIndex;
use crate::data::ObservedCounts;
use crate::meeting::{Days, Instructor, TimeRange};
use crate::seats::{Availability, Counts, SeatReservation};
use crate::section::{Component, SectionAttribute, SectionId, SectionKey};
use crate::term::TermId;

/// A section's place in one snapshot. It means nothing in another snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectionIndex(pub u32);

impl SectionIndex {
    /// The place as an index into a slice.
    #[must_use]
    pub const fn place(self) -> usize {
        self.0 as usize
    }
}

/// An instructor's place in one snapshot. It means nothing in another snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstructorIndex(pub u32);

impl InstructorIndex {
    /// The place as an index into a slice.
    #[must_use]
    pub const fn place(self) -> usize {
        self.0 as usize
    }
}

/// Somebody who teaches. The SIS discloses names only: two people of one name are one here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstructorEntry {
    /// `Ada Lovelace`.
    pub name: String,
    /// The name in addresses: `ada-lovelace`.
    pub slug: String,
}

/// The tables.
#[derive(Debug, Default)]
pub(crate) struct SectionTables {
    pub(super) sections: Vec<SectionRow>,
    pub(super) classes: Vec<ClassEntry>,
    pub(super) meetings: Vec<MeetingRow>,
    /// Instructors' places, meeting by meeting.
    pub(super) teaching: Vec<Place>,
    pub(super) reservations: Vec<SeatReservation>,
    /// Numbers of sections.
    pub(super) numbers: Vec<String>,
    pub(super) modes: Vec<Option<String>>,
    pub(super) locations: Vec<Option<String>>,
    /// First and last days, of sections and of meetings.
    pub(super) dates: Vec<Option<(Date, Date)>>,
    pub(super) times: Vec<Option<TimeRange>>,
    /// Moments at which counts were observed.
    pub(super) moments: Vec<Timestamp>,
    pub(super) components: Vec<Component>,
    pub(crate) instructors: Vec<Instructor>,
    /// Who they are: one person may be written in several ways, and teach in several roles.
    pub(super) identities: Vec<InstructorIndex>,
    pub(crate) people: Vec<InstructorEntry>,
    pub(super) attributes: Vec<Vec<SectionAttribute>>,
    /// The sections by key.
    pub(super) by_key: Vec<SectionIndex>,
}

/// A section. What many have in common is a place in a table: a row is held for every section of every term.
#[derive(Debug)]
pub(super) struct SectionRow {
    pub(super) id: SectionId,
    pub(super) course: CourseIndex,
    pub(super) class: Place,
    pub(super) number: Place,
    pub(super) component: Place,
    pub(super) instruction_mode: Place,
    pub(super) attributes: Place,
    pub(super) dates: Place,
    pub(super) primary_section: Option<SectionId>,
    pub(super) counts: Option<CountsRow>,
    pub(super) meetings: Range<u32>,
    pub(super) reservations: Range<u32>,
    pub(super) term: TermId,
    pub(super) is_primary: bool,
    pub(super) status: OfferingStatus,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct CountsRow {
    pub(super) counts: Counts,
    pub(super) seen_at: Place,
}

#[derive(Debug)]
pub(super) struct MeetingRow {
    pub(super) time: Place,
    pub(super) location: Place,
    pub(super) dates: Place,
    pub(super) teaching: Range<u32>,
    pub(super) number: u16,
    pub(super) days: Days,
}

impl SectionRow {
    pub(super) const fn key(&self) -> SectionKey {
        SectionKey { term: self.term, id: self.id }
    }
}

impl SectionTables {
    pub(super) fn view(&self, index: SectionIndex) -> SectionView<'_> {
        SectionView { tables: self, row: &self.sections[index.place()], index }
    }

    pub(crate) fn views(&self) -> impl Iterator<Item = SectionView<'_>> {
        (0..).map(SectionIndex).zip(&self.sections).map(|(index, row)| SectionView { tables: self, row, index })
    }

    /// Who teaches a section, meeting by meeting.
    pub(crate) fn people_of(&self, section: SectionView<'_>) -> impl Iterator<Item = InstructorIndex> {
        let meetings = rows(&self.meetings, &section.row.meetings);
        let teaching = meetings.iter().flat_map(|meeting| rows(&self.teaching, &meeting.teaching));
        teaching.map(|place| self.identities[*place as usize])
    }

    pub(super) fn find(&self, key: SectionKey) -> Option<SectionIndex> {
        let at = self.by_key.binary_search_by_key(&key, |index| self.sections[index.place()].key()).ok()?;
        self.by_key.get(at).copied()
    }
}

/// The part of a table that a range means.
pub(super) fn rows<'a, T>(table: &'a [T], range: &Range<u32>) -> &'a [T] {
    &table[range.start as usize..range.end as usize]
}

/// What lies at a place.
fn at<T>(table: &[T], place: Place) -> &T {
    &table[place as usize]
}

/// A visible section with its seats, as it lies in the snapshot.
#[derive(Clone, Copy)]
pub struct SectionView<'a> {
    tables: &'a SectionTables,
    row: &'a SectionRow,
    index: SectionIndex,
}

impl<'a> SectionView<'a> {
    /// Its place in the snapshot.
    #[must_use]
    pub const fn index(self) -> SectionIndex {
        self.index
    }

    /// Its identity over all terms.
    #[must_use]
    pub const fn key(self) -> SectionKey {
        self.row.key()
    }

    /// Its id within the term.
    #[must_use]
    pub const fn id(self) -> SectionId {
        self.row.id
    }

    /// When it takes place.
    #[must_use]
    pub const fn term(self) -> TermId {
        self.row.term
    }

    /// Its course.
    #[must_use]
    pub const fn course(self) -> CourseIndex {
        self.row.course
    }

    /// Its class.
    #[must_use]
    pub fn class(self) -> &'a ClassEntry {
        &self.tables.classes[self.row.class as usize]
    }

    /// Its number within class and component: `001`.
    #[must_use]
    pub fn number(self) -> &'a str {
        at(&self.tables.numbers, self.row.number).as_str()
    }

    /// Lecture, discussion, …
    #[must_use]
    pub fn component(self) -> &'a Component {
        at(&self.tables.components, self.row.component)
    }

    /// Whether it is a primary section of its class.
    #[must_use]
    pub const fn is_primary(self) -> bool {
        self.row.is_primary
    }

    /// The primary section that it hangs on, for secondary ones; as the SIS says it, even if that section is missing.
    #[must_use]
    pub const fn primary_section(self) -> Option<SectionId> {
        self.row.primary_section
    }

    /// Whether it takes place.
    #[must_use]
    pub const fn status(self) -> OfferingStatus {
        self.row.status
    }

    /// `In-Person Instruction`, …
    #[must_use]
    pub fn instruction_mode(self) -> Option<&'a str> {
        at(&self.tables.modes, self.row.instruction_mode).as_deref()
    }

    /// First and last day.
    #[must_use]
    pub fn dates(self) -> Option<(Date, Date)> {
        *at(&self.tables.dates, self.row.dates)
    }

    /// All its weekly patterns, by number.
    pub fn meetings(self) -> impl ExactSizeIterator<Item = MeetingView<'a>> + DoubleEndedIterator + Clone {
        let tables = self.tables;
        rows(&tables.meetings, &self.row.meetings).iter().map(move |row| MeetingView { tables, row })
    }

    /// Everyone who teaches in it, each once, in the order of the meetings.
    #[must_use]
    pub fn instructors(self) -> Vec<&'a Instructor> {
        let mut seen: Vec<&Instructor> = Vec::new();
        for instructor in self.meetings().flat_map(MeetingView::instructors) {
            if !seen.iter().any(|other| other.is_named_like(instructor)) {
                seen.push(instructor);
            }
        }
        seen
    }

    /// The same as the people that they are, for what is known of each.
    #[must_use]
    pub fn people(self) -> Vec<InstructorIndex> {
        let mut people: Vec<InstructorIndex> = Vec::new();
        for person in self.tables.people_of(self) {
            if !people.contains(&person) {
                people.push(person);
            }
        }
        people
    }

    /// Attributes, sorted.
    #[must_use]
    pub fn attributes(self) -> &'a [SectionAttribute] {
        at(&self.tables.attributes, self.row.attributes).as_slice()
    }

    /// Its counts; `None` when the source gave none.
    #[must_use]
    pub fn counts(self) -> Option<ObservedCounts> {
        let CountsRow { counts, seen_at } = self.row.counts?;
        Some(ObservedCounts { counts, seen_at: *at(&self.tables.moments, seen_at) })
    }

    /// Seats kept for groups.
    #[must_use]
    pub fn reservations(self) -> &'a [SeatReservation] {
        rows(&self.tables.reservations, &self.row.reservations)
    }

    /// For whom it has a free seat; `None` when the source gave no counts.
    #[must_use]
    pub fn availability(self) -> Option<Availability> {
        self.row.counts.map(|row| Availability::of(&row.counts, self.reservations()))
    }

    /// `LEC 001`.
    #[must_use]
    pub fn label(self) -> String {
        format!("{} {}", self.component().code, self.number())
    }
}

impl fmt::Debug for SectionView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SectionView({} {} {})", self.class().key, self.label(), self.id())
    }
}

/// One weekly pattern of a section, as it lies in the snapshot.
#[derive(Clone, Copy)]
pub struct MeetingView<'a> {
    tables: &'a SectionTables,
    row: &'a MeetingRow,
}

impl<'a> MeetingView<'a> {
    /// Its number within the section, from 1.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.row.number
    }

    /// On which days; none when not arranged.
    #[must_use]
    pub const fn days(self) -> Days {
        self.row.days
    }

    /// From when to when on those days; `None` when not arranged.
    #[must_use]
    pub fn time(self) -> Option<TimeRange> {
        *at(&self.tables.times, self.row.time)
    }

    /// Where, in words.
    #[must_use]
    pub fn location(self) -> Option<&'a str> {
        at(&self.tables.locations, self.row.location).as_deref()
    }

    /// Who teaches in it, in the SIS's order.
    pub fn instructors(self) -> impl ExactSizeIterator<Item = &'a Instructor> + Clone {
        let instructors = &self.tables.instructors;
        rows(&self.tables.teaching, &self.row.teaching).iter().map(|place| &instructors[*place as usize])
    }

    /// First and last day on which the pattern holds.
    #[must_use]
    pub fn dates(self) -> Option<(Date, Date)> {
        *at(&self.tables.dates, self.row.dates)
    }
}

impl fmt::Debug for MeetingView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MeetingView({} {:?})", self.days().short(), self.time())
    }
}
