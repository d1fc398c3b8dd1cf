//! Finding things in a snapshot by the words of an address, as people type them.

use super::{CourseEntry, Offering, Snapshot, SubjectEntry, TermEntry};
use crate::course::{CatalogNumber, CourseCode};
use crate::course_set::CourseIndex;
use crate::fold::squeezed;
use crate::nickname::nicknames;
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
