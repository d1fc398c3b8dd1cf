//! The orders in which a list can be read.

use crate::course_set::{CourseIndex, CourseSet};
use crate::search::rank::Rank;
use crate::seats::SeatRollup;
use crate::snapshot::{Snapshot, TermEntry};

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

    /// The courses of a set in this order; equal ones by rank, when there are ranks, then in natural order.
    pub(super) fn order(
        self,
        snapshot: &Snapshot,
        term: Option<&TermEntry>,
        shown: &CourseSet,
        ranks: &[Rank],
    ) -> Vec<CourseIndex> {
        let keys: Vec<(u64, CourseIndex)> = match self {
            Self::Department => return shown.iter().collect(),
            Self::Relevance if ranks.is_empty() => return shown.iter().collect(),
            Self::Relevance => shown.iter().map(|course| (0, course)).collect(),
            Self::AverageGrade => {
                shown.iter().map(|course| (snapshot.orders().by_grade(course).into(), course)).collect()
            }
            Self::Number => shown.iter().map(|course| (snapshot.orders().by_number(course).into(), course)).collect(),
            Self::OpenSeats => by_seats(term, shown, most_open_first),
            Self::PercentEnrolled => by_seats(term, shown, emptiest_first),
        };
        let rank = |course: CourseIndex| ranks.get(course.place()).copied().unwrap_or(Rank::NONE);
        let mut keys: Vec<(u64, Rank, CourseIndex)> =
            keys.into_iter().map(|(key, course)| (key, rank(course), course)).collect();
        keys.sort_unstable();
        keys.into_iter().map(|(.., course)| course).collect()
    }
}

/// The key of what is unknown: it comes last.
const UNKNOWN: u64 = u64::MAX;

/// Keys by the seats of a term. The courses of a set of a term are all offered there, in the same order as in the set;
/// without a term nothing is known of seats.
fn by_seats(
    term: Option<&TermEntry>,
    shown: &CourseSet,
    key: impl Fn(&SeatRollup) -> Option<u64>,
) -> Vec<(u64, CourseIndex)> {
    let Some(term) = term else { return shown.iter().map(|course| (UNKNOWN, course)).collect() };
    let offerings = term.offerings.iter().filter(|offering| shown.contains(offering.course));
    offerings.map(|offering| (offering.seats.as_ref().and_then(&key).unwrap_or(UNKNOWN), offering.course)).collect()
}

fn most_open_first(seats: &SeatRollup) -> Option<u64> {
    Some(u64::from(u32::MAX - u32::try_from(seats.open_seats).unwrap_or(0)))
}

/// A share is never negative: its bits have its order.
fn emptiest_first(seats: &SeatRollup) -> Option<u64> {
    seats.share().map(f64::to_bits)
}
