//! The orders in which a list can be read.

use std::cmp::{Ordering, Reverse};

use crate::course_set::CourseIndex;
use crate::seats::SeatRollup;
use crate::snapshot::Snapshot;
use crate::term::TermId;

/// An order of courses. Equal ones keep the order of relevance; what is unknown comes last in every order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Best match first; natural order without a query.
    #[default]
    Relevance,
    /// Highest average grade first.
    AverageGrade,
    /// Most free seats first.
    OpenSeats,
    /// Emptiest first.
    PercentEnrolled,
    /// By subject area and number.
    Department,
    /// By number, then subject area: lower division first.
    Number,
}

impl Sort {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::Relevance, Self::AverageGrade, Self::OpenSeats, Self::PercentEnrolled, Self::Department, Self::Number];

    /// The word in addresses.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::AverageGrade => "grade",
            Self::OpenSeats => "open",
            Self::PercentEnrolled => "enrolled",
            Self::Department => "department",
            Self::Number => "number",
        }
    }

    /// The order of a word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.slug() == slug)
    }

    /// The words on the page.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Relevance => "Best match",
            Self::AverageGrade => "Average grade, highest first",
            Self::OpenSeats => "Open seats, most first",
            Self::PercentEnrolled => "Percent enrolled, emptiest first",
            Self::Department => "Subject and number",
            Self::Number => "Number, lowest first",
        }
    }

    pub(super) fn apply(self, snapshot: &Snapshot, term: Option<TermId>, courses: &mut [CourseIndex]) {
        let term = term.and_then(|term| snapshot.term(term));
        let seats = |course: CourseIndex| term.and_then(|term| term.offering(course)).and_then(|o| o.seats);
        match self {
            Self::Relevance => {}
            Self::AverageGrade => courses.sort_by_cached_key(|course| {
                let average = snapshot.course(*course).grades.and_then(|grades| grades.average);
                Reverse(average.map(Ordered))
            }),
            Self::OpenSeats => {
                courses.sort_by_cached_key(|course| Reverse(seats(*course).map(|seats| seats.open_seats)));
            }
            Self::PercentEnrolled => courses.sort_by_cached_key(|course| {
                let share = seats(*course).as_ref().and_then(SeatRollup::share);
                (share.is_none(), share.map(Ordered))
            }),
            Self::Department => courses.sort_unstable(),
            Self::Number => courses.sort_by(|a, b| {
                let number = |course: &CourseIndex| &snapshot.course(*course).course.code.number;
                number(a).cmp(number(b)).then(a.cmp(b))
            }),
        }
    }
}

/// A number that is never NaN, with an order.
#[derive(PartialEq)]
struct Ordered(f64);

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}
