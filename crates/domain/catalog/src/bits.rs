//! Sets of small numbers as bits: a filter is one, a choice beside it is one, and both together cost a few hundred
//! machine words.

/// A set of the numbers below `len`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
    len: usize,
}

const BITS: usize = u64::BITS as usize;

impl Bits {
    /// No number.
    pub(crate) fn none(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(BITS)], len }
    }

    /// Every number below `len`.
    pub(crate) fn all(len: usize) -> Self {
        let mut set = Self { words: vec![u64::MAX; len.div_ceil(BITS)], len };
        if let Some(last) = set.words.last_mut()
            && !len.is_multiple_of(BITS)
        {
            *last = (1 << (len % BITS)) - 1;
        }
        set
    }

    /// These numbers.
    pub(crate) fn of(len: usize, numbers: impl IntoIterator<Item = usize>) -> Self {
        let mut set = Self::none(len);
        for number in numbers {
            set.insert(number);
        }
        set
    }

    /// Puts a number in; one past the end is ignored.
    pub(crate) fn insert(&mut self, number: usize) {
        if number < self.len {
            self.words[number / BITS] |= 1 << (number % BITS);
        }
    }

    pub(crate) fn contains(&self, number: usize) -> bool {
        number < self.len && self.words[number / BITS] >> (number % BITS) & 1 == 1
    }

    /// Keeps what is in both.
    pub(crate) fn keep(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= theirs;
        }
    }

    /// Takes out what is in the other.
    pub(crate) fn take_out(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= !theirs;
        }
    }

    /// Adds what is in the other.
    pub(crate) fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine |= theirs;
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many are in both, without making the set.
    pub(crate) fn count_common(&self, other: &Self) -> usize {
        self.words.iter().zip(&other.words).map(|(mine, theirs)| (mine & theirs).count_ones() as usize).sum()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// The numbers, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        self.words.iter().enumerate().flat_map(|(at, word)| Ones(*word).map(move |bit| at * BITS + bit))
    }
}

/// The set bits of a word, lowest first.
#[derive(Clone)]
struct Ones(u64);

impl Iterator for Ones {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        (self.0 != 0).then(|| {
            let bit = self.0.trailing_zeros() as usize;
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
        fn they_behave_like_a_set_of_numbers(
            len in 0_usize..300,
            left in prop::collection::btree_set(0_usize..300, 0..80),
            right in prop::collection::btree_set(0_usize..300, 0..80),
        ) {
            let within = |set: &BTreeSet<usize>| set.iter().copied().filter(|number| *number < len).collect::<BTreeSet<_>>();
            let (a, b) = (Bits::of(len, left.iter().copied()), Bits::of(len, right.iter().copied()));
            let (left, right) = (within(&left), within(&right));
            let plain = |set: &Bits| set.iter().collect::<BTreeSet<_>>();

            let (mut both, mut either, mut only) = (a.clone(), a.clone(), a.clone());
            both.keep(&b);
            either.add(&b);
            only.take_out(&b);
            prop_assert_eq!(&plain(&a), &left);
            prop_assert_eq!(plain(&both), &left & &right);
            prop_assert_eq!(plain(&either), &left | &right);
            prop_assert_eq!(plain(&only), &left - &right);
            prop_assert_eq!(a.count_common(&b), (&left & &right).len());
            prop_assert_eq!(a.is_empty(), left.is_empty());
            prop_assert_eq!(Bits::all(len).count(), len);
        }
    }
}
