//! Finding things in a snapshot: by number, by place, and by the words of an address, as people type them.

use std::ops::Range;

use super::gradebook::{GradeEntry, GradeIndex};
use super::sections::{InstructorEntry, InstructorIndex, SectionIndex, SectionView, rows};
use super::{ClassEntry, CourseEntry, Offering, PlaylistEntry, PlaylistIndex, Snapshot, SubjectEntry, TermEntry};
use crate::course::{CatalogNumber, CourseCode};
use crate::course_set::CourseIndex;
use crate::fold::squeezed;
use crate::ids::{CourseId, GradeId, PlaylistId};
use crate::nickname::nicknames;
use crate::section::SectionKey;
use crate::subject::SubjectCode;
use crate::term::TermId;

impl Snapshot {
    /// The place of a course.
    #[must_use]
    pub fn place(&self, code: &CourseCode) -> Option<CourseIndex> {
        let at = self.courses.binary_search_by(|entry| entry.course.code.cmp(code)).ok()?;
        u32::try_from(at).ok().map(CourseIndex)
    }

    /// The course at a place.
    ///
    /// # Panics
    /// When the place belongs to another snapshot with more courses.
    #[must_use]
    pub fn course(&self, course: CourseIndex) -> &CourseEntry {
        &self.courses[course.place()]
    }

    /// The place of the course with a number.
    #[must_use]
    pub fn course_by_id(&self, id: CourseId) -> Option<CourseIndex> {
        let at = self.courses_by_id.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.courses_by_id.get(at).map(|(_, course)| *course)
    }

    /// How many visible sections there are, all terms together.
    #[must_use]
    pub fn section_count(&self) -> usize {
        self.sections.sections.len()
    }

    /// The section at a place.
    ///
    /// # Panics
    /// When the place belongs to another snapshot with more sections.
    #[must_use]
    pub fn section(&self, section: SectionIndex) -> SectionView<'_> {
        self.sections.view(section)
    }

    /// The place of a visible section.
    #[must_use]
    pub fn section_by_key(&self, key: SectionKey) -> Option<SectionIndex> {
        self.sections.find(key)
    }

    /// All visible sections, newest term first, then by course and class.
    pub fn all_sections(&self) -> impl ExactSizeIterator<Item = SectionView<'_>> + DoubleEndedIterator + Clone {
        let count = u32::try_from(self.section_count()).unwrap_or(u32::MAX);
        self.views(&(0..count))
    }

    /// The visible sections of a course in all terms, newest term first.
    pub fn sections_of(&self, course: CourseIndex) -> impl Iterator<Item = SectionIndex> + Clone {
        let offerings = self.terms.iter().filter_map(move |term| term.offering(course));
        offerings.flat_map(|offering| offering.sections.clone().map(SectionIndex))
    }

    /// The classes of an offering by session and number.
    #[must_use]
    pub fn classes_of(&self, offering: &Offering) -> &[ClassEntry] {
        rows(&self.sections.classes, &offering.classes)
    }

    /// All visible sections of an offering, class by class.
    pub fn sections_in(
        &self,
        offering: &Offering,
    ) -> impl ExactSizeIterator<Item = SectionView<'_>> + DoubleEndedIterator + Clone + use<'_> {
        self.views(&offering.sections)
    }

    /// The visible sections of a class: primary first, then lectures, discussions, labs, others; number 999 last.
    pub fn sections_of_class(
        &self,
        class: &ClassEntry,
    ) -> impl ExactSizeIterator<Item = SectionView<'_>> + DoubleEndedIterator + Clone + use<'_> {
        self.views(&class.sections)
    }

    fn views(
        &self,
        range: &Range<u32>,
    ) -> impl ExactSizeIterator<Item = SectionView<'_>> + DoubleEndedIterator + Clone + use<'_> {
        range.clone().map(|place| self.sections.view(SectionIndex(place)))
    }

    /// All graded sections, course by course; the newest term of each first. Also those of courses that the catalog
    /// does not have.
    #[must_use]
    pub fn grades(&self) -> &[GradeEntry] {
        self.gradebook.entries()
    }

    /// The graded section at a place.
    ///
    /// # Panics
    /// When the place belongs to another snapshot with more grades.
    #[must_use]
    pub fn grade(&self, grade: GradeIndex) -> &GradeEntry {
        &self.gradebook.entries()[grade.place()]
    }

    /// The place of the graded section with a number.
    #[must_use]
    pub fn grade_by_id(&self, id: GradeId) -> Option<GradeIndex> {
        self.gradebook.by_id(id)
    }

    /// The graded sections of a course, newest term first; those of its cross-listed courses are not among them.
    pub fn grades_of(&self, course: CourseIndex) -> impl ExactSizeIterator<Item = GradeIndex> + Clone + use<> {
        self.gradebook.places_of(&self.course(course).course.code).map(GradeIndex)
    }

    /// The playlist at a place.
    ///
    /// # Panics
    /// When the place belongs to another snapshot with more playlists.
    #[must_use]
    pub fn playlist(&self, playlist: PlaylistIndex) -> &PlaylistEntry {
        &self.playlists[playlist.0 as usize]
    }

    /// The place of the playlist with a number.
    #[must_use]
    pub fn playlist_by_id(&self, id: PlaylistId) -> Option<PlaylistIndex> {
        let at = self.playlists_by_id.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.playlists_by_id.get(at).map(|(_, playlist)| *playlist)
    }

    /// The playlists that a course is in.
    pub fn playlists_of(&self, course: CourseIndex) -> impl Iterator<Item = PlaylistIndex> + Clone {
        let placed = (0..).map(PlaylistIndex).zip(&self.playlists);
        placed.filter(move |(_, entry)| entry.courses.contains(course)).map(|(place, _)| place)
    }

    /// The instructor at a place.
    ///
    /// # Panics
    /// When the place belongs to another snapshot with more instructors.
    #[must_use]
    pub fn instructor(&self, instructor: InstructorIndex) -> &InstructorEntry {
        &self.sections.people[instructor.place()]
    }

    /// The place of the instructor of a name in addresses.
    #[must_use]
    pub fn instructor_by_slug(&self, slug: &str) -> Option<InstructorIndex> {
        let at = self.sections.people.binary_search_by(|entry| entry.slug.as_str().cmp(slug)).ok()?;
        u32::try_from(at).ok().map(InstructorIndex)
    }

    /// What an instructor teaches, newest term first: terms and courses, each once.
    #[must_use]
    pub fn taught_by(&self, instructor: InstructorIndex) -> &[(TermId, CourseIndex)] {
        self.index.taught_by(instructor)
    }

    /// A term's offerings.
    #[must_use]
    pub fn term(&self, term: TermId) -> Option<&TermEntry> {
        self.terms.iter().find(|entry| entry.term.id == term)
    }

    /// What a course offers in a term.
    #[must_use]
    pub fn offering(&self, term: TermId, course: CourseIndex) -> Option<&Offering> {
        self.term(term)?.offering(course)
    }

    /// A subject by its code.
    #[must_use]
    pub fn subject(&self, code: &SubjectCode) -> Option<&SubjectEntry> {
        let at = self.subjects.binary_search_by(|entry| entry.subject.code.cmp(code)).ok()?;
        self.subjects.get(at)
    }

    /// A course by a subject and a number in any spelling: `cs` and `61a`, `El Eng` and `16A`. A subject's own code goes
    /// before a nickname; a nickname of several subjects means the first that has the number.
    #[must_use]
    pub fn find_course(&self, subject: &str, number: &str) -> Option<CourseIndex> {
        let number = CatalogNumber::parse(number).ok()?;
        self.subjects_called(subject)
            .into_iter()
            .find_map(|entry| self.place(&CourseCode { subject: entry.subject.code.clone(), number: number.clone() }))
    }

    /// The subjects that a text names, best first: code, abbreviation or full name before nicknames.
    #[must_use]
    pub fn subjects_called(&self, text: &str) -> Vec<&SubjectEntry> {
        let wanted = squeezed(text);
        let named = |entry: &&SubjectEntry| {
            let subject = &entry.subject;
            wanted == squeezed(subject.code.as_str())
                || wanted == squeezed(&subject.abbreviation)
                || wanted == squeezed(&subject.name)
        };
        let mut found: Vec<&SubjectEntry> = self.subjects.iter().filter(named).collect();
        for nickname in nicknames().iter().filter(|nickname| nickname.squeezed == wanted) {
            let code = SubjectCode::parse(nickname.subject).ok();
            let entry = code.and_then(|code| self.subject(&code));
            found.extend(entry.filter(|entry| !found.iter().any(|known| known.subject.code == entry.subject.code)));
        }
        found
    }

    /// The terms in which a course is offered, newest first.
    pub fn terms_of(&self, course: CourseIndex) -> impl Iterator<Item = &TermEntry> {
        self.terms.iter().filter(move |entry| entry.offered.contains(course))
    }

    /// The courses of a subject in natural order.
    pub fn courses_of(&self, subject: &SubjectEntry) -> impl Iterator<Item = CourseIndex> + use<> {
        (subject.first.0..subject.first.0 + subject.count).map(CourseIndex)
    }

    /// A course and its cross-listed ones, those included that the catalog does not have: whose grades count together.
    #[must_use]
    pub fn codes_graded_together(&self, course: CourseIndex) -> Vec<&CourseCode> {
        let entry = self.course(course);
        let mut codes = vec![&entry.course.code];
        codes.extend(&entry.course.cross_listed);
        codes.extend(entry.cross_listed.iter().map(|other| &self.course(*other).course.code));
        codes.sort();
        codes.dedup();
        codes
    }
}
