//! Sets of courses of one snapshot, as bits: what filters and facet counts are made of.

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
pub struct CourseSet {
    words: Vec<u64>,
    len: usize,
}

const BITS: usize = u64::BITS as usize;

impl CourseSet {
    /// No course.
    #[must_use]
    pub fn none(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(BITS)], len }
    }

    /// Every course.
    #[must_use]
    pub fn all(len: usize) -> Self {
        let mut set = Self { words: vec![u64::MAX; len.div_ceil(BITS)], len };
        if let Some(last) = set.words.last_mut()
            && !len.is_multiple_of(BITS)
        {
            *last = (1 << (len % BITS)) - 1;
        }
        set
    }

    /// These courses; places past the end are left out.
    #[must_use]
    pub fn of(len: usize, courses: impl IntoIterator<Item = CourseIndex>) -> Self {
        let mut set = Self::none(len);
        for course in courses {
            set.insert(course);
        }
        set
    }

    /// Puts a course in; a place past the end is ignored.
    pub fn insert(&mut self, course: CourseIndex) {
        if course.place() < self.len {
            self.words[course.place() / BITS] |= 1 << (course.place() % BITS);
        }
    }

    /// Whether a course is in.
    #[must_use]
    pub fn contains(&self, course: CourseIndex) -> bool {
        course.place() < self.len && self.words[course.place() / BITS] >> (course.place() % BITS) & 1 == 1
    }

    /// Keeps what is in both.
    pub fn keep(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= theirs;
        }
    }

    /// Adds what is in the other.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine |= theirs;
        }
    }

    /// How many are in.
    #[must_use]
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many are in both, without making the set.
    #[must_use]
    pub fn count_common(&self, other: &Self) -> usize {
        self.words.iter().zip(&other.words).map(|(mine, theirs)| (mine & theirs).count_ones() as usize).sum()
    }

    /// Whether none is in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Who is in, in natural order.
    pub fn iter(&self) -> impl Iterator<Item = CourseIndex> + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let start = u32::try_from(at * BITS).unwrap_or(u32::MAX);
            Ones(*word).map(move |bit| CourseIndex(start + bit))
        })
    }
}

/// The set bits of a word, lowest first.
struct Ones(u64);

impl Iterator for Ones {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        (self.0 != 0).then(|| {
            let bit = self.0.trailing_zeros();
            self.0 &= self.0 - 1;
            bit
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_behaves_like_a_set_of_numbers(
            len in 0_usize..300,
            left in prop::collection::btree_set(0_u32..300, 0..80),
            right in prop::collection::btree_set(0_u32..300, 0..80),
        ) {
            let within = |set: &BTreeSet<u32>| -> BTreeSet<u32> {
                set.iter().copied().filter(|place| (*place as usize) < len).collect()
            };
            let bits = |set: &BTreeSet<u32>| CourseSet::of(len, set.iter().map(|place| CourseIndex(*place)));
            let plain = |set: &CourseSet| set.iter().map(|course| course.0).collect::<BTreeSet<u32>>();
            let (left, right, a, b) = (within(&left), within(&right), bits(&left), bits(&right));

            let mut both = a.clone();
            both.keep(&b);
            let mut either = a.clone();
            either.add(&b);
            prop_assert_eq!(plain(&a), left.iter().copied().collect::<BTreeSet<u32>>());
            prop_assert_eq!(plain(&both), &left & &right);
            prop_assert_eq!(plain(&either), &left | &right);
            prop_assert_eq!(a.count_common(&b), (&left & &right).len());
            prop_assert_eq!(a.is_empty(), left.is_empty());
            prop_assert_eq!(CourseSet::all(len).count(), len);
        }
    }
}
