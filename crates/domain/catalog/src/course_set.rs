//! Sets of courses of one snapshot, as bits: what filters and facet counts are made of.

use crate::bits::Bits;

/// A course's place in the natural order of one snapshot. It means nothing in another snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CourseIndex(pub u32);

impl CourseIndex {
    /// The place as an index into a slice.
    #[must_use]
    pub const fn place(self) -> usize {
        self.0 as usize
    }
}

/// A set of courses out of the first `len` places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourseSet(Bits);

impl CourseSet {
    /// No course.
    #[must_use]
    pub fn none(len: usize) -> Self {
        Self(Bits::none(len))
    }

    /// Every course.
    #[must_use]
    pub fn all(len: usize) -> Self {
        Self(Bits::all(len))
    }

    /// These courses; places past the end are left out.
    #[must_use]
    pub fn of(len: usize, courses: impl IntoIterator<Item = CourseIndex>) -> Self {
        Self(Bits::of(len, courses.into_iter().map(CourseIndex::place)))
    }

    /// Puts a course in; a place past the end is ignored.
    pub fn insert(&mut self, course: CourseIndex) {
        self.0.insert(course.place());
    }

    /// Whether a course is in.
    #[must_use]
    pub fn contains(&self, course: CourseIndex) -> bool {
        self.0.contains(course.place())
    }

    /// Keeps what is in both.
    pub fn keep(&mut self, other: &Self) {
        self.0.keep(&other.0);
    }

    /// Takes out what is in the other.
    pub fn take_out(&mut self, other: &Self) {
        self.0.take_out(&other.0);
    }

    /// Adds what is in the other.
    pub fn add(&mut self, other: &Self) {
        self.0.add(&other.0);
    }

    /// How many are in.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.count()
    }

    /// How many are in both, without making the set.
    #[must_use]
    pub fn count_common(&self, other: &Self) -> usize {
        self.0.count_common(&other.0)
    }

    /// Whether none is in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Who is in, in natural order.
    pub fn iter(&self) -> impl Iterator<Item = CourseIndex> + Clone + '_ {
        self.0.iter().map(|place| CourseIndex(u32::try_from(place).unwrap_or(u32::MAX)))
    }
}
