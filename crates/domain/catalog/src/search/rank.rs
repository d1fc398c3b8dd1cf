//! How good a match is, and everything that was found.

use crate::course_set::{CourseIndex, CourseSet};
use crate::term::TermId;

/// How good a match is: the lower, the better. Within equal ranks natural order decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank(u64);

impl Rank {
    /// No match.
    pub(crate) const NONE: Self = Self(u64::MAX);

    /// A rank in which equal matches stay in natural order.
    pub(super) const fn natural(class: u32) -> Self {
        Self::by_size(class, 0)
    }

    /// A rank in which the larger course comes first.
    pub(super) const fn by_size(class: u32, popularity: u32) -> Self {
        Self((class as u64) << 32 | (u32::MAX - popularity) as u64)
    }
}

/// The courses that match a query, whatever the term, and those that match in some terms only or better there: by an
/// instructor or a CCN of that term.
#[derive(Debug)]
pub(crate) struct Matches {
    /// `None` when every course matches equally: nothing was asked.
    found: Option<Found>,
    course_count: usize,
}

impl Matches {
    pub(super) const fn everything(course_count: usize) -> Self {
        Self { found: None, course_count }
    }

    pub(super) fn of(mut found: Found) -> Self {
        let ranks = &found.ranks;
        found.in_terms.retain(|(_, course, rank)| *rank < ranks[course.place()]);
        found.in_terms.sort_unstable();
        found.in_terms.dedup_by_key(|(term, course, _)| (*term, *course));
        Self { course_count: found.ranks.len(), found: Some(found) }
    }

    /// Whether nothing was asked.
    pub(crate) const fn is_everything(&self) -> bool {
        self.found.is_none()
    }

    /// The courses that match in a term, or in any.
    pub(crate) fn courses(&self, term: Option<TermId>) -> CourseSet {
        let Some(found) = &self.found else { return CourseSet::all(self.course_count) };
        let mut courses = found.anywhere.clone();
        for (_, course, _) in found.of_term(term) {
            courses.insert(*course);
        }
        courses
    }

    /// The best rank of every course in a term, or in any; none at all when nothing was asked.
    pub(crate) fn into_ranks(self, term: Option<TermId>) -> Vec<Rank> {
        let Some(mut found) = self.found else { return Vec::new() };
        let mut ranks = std::mem::take(&mut found.ranks);
        for (_, course, rank) in found.of_term(term) {
            let best = &mut ranks[course.place()];
            *best = (*best).min(*rank);
        }
        ranks
    }
}

/// What is found while a query is read.
#[derive(Debug)]
pub(super) struct Found {
    anywhere: CourseSet,
    ranks: Vec<Rank>,
    /// By term and course once all is found.
    in_terms: Vec<(TermId, CourseIndex, Rank)>,
}

impl Found {
    pub(super) fn nothing(course_count: usize) -> Self {
        Self { anywhere: CourseSet::none(course_count), ranks: vec![Rank::NONE; course_count], in_terms: Vec::new() }
    }

    /// A course matches, whatever the term.
    pub(super) fn offer(&mut self, course: CourseIndex, rank: Rank) {
        self.anywhere.insert(course);
        let best = &mut self.ranks[course.place()];
        *best = rank.min(*best);
    }

    /// A course matches in a term.
    pub(super) fn offer_in(&mut self, term: TermId, course: CourseIndex, rank: Rank) {
        self.in_terms.push((term, course, rank));
    }

    fn of_term(&self, term: Option<TermId>) -> &[(TermId, CourseIndex, Rank)] {
        let Some(term) = term else { return &self.in_terms };
        let first = self.in_terms.partition_point(|(of, ..)| *of < term);
        let end = self.in_terms.partition_point(|(of, ..)| *of <= term);
        &self.in_terms[first..end]
    }
}
