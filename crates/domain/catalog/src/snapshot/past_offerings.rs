//! In which terms a course was offered: by its classes, or by grades of terms whose classes are not known.

use std::collections::BTreeSet;

use super::gradebook::GradeBook;
use super::{Snapshot, TermEntry};
use crate::course_set::CourseIndex;
use crate::past_offerings::{KnownTerm, SeasonCount, seasons};
use crate::term::TermId;

/// The terms of which classes or grades are known.
pub(super) fn known_terms(terms: &[TermEntry], gradebook: &GradeBook) -> BTreeSet<KnownTerm> {
    let with_classes: BTreeSet<TermId> =
        terms.iter().filter(|entry| !entry.offerings.is_empty()).map(|entry| entry.term.id).collect();
    let graded: BTreeSet<TermId> = gradebook.entries().iter().map(|entry| entry.term).collect();
    let all = with_classes.union(&graded);
    all.map(|term| KnownTerm { term: *term, by_grades_only: !with_classes.contains(term) }).collect()
}

impl Snapshot {
    /// The terms in which a course, or one that is graded together with it, has classes or grades: newest first.
    #[must_use]
    pub fn terms_offered(&self, course: CourseIndex) -> Vec<TermId> {
        let graded =
            self.gradebook().of_courses(self.codes_graded_together(course)).into_iter().map(|entry| entry.term);
        let terms: BTreeSet<TermId> = self.terms_of(course).map(|entry| entry.term.id).chain(graded).collect();
        terms.into_iter().rev().collect()
    }

    /// How often a course was offered in each season of the terms that are known.
    #[must_use]
    pub fn seasons_of(&self, course: CourseIndex) -> Vec<SeasonCount> {
        seasons(&self.known_terms, &self.terms_offered(course).into_iter().collect())
    }
}
