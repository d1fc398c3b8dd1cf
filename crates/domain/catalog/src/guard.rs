//! The guard: a fetch that brings much less than was known is an outage until a person has looked.
//!
//! In 2016 a failed run emptied every class of a term and nobody noticed for seven months; two others brought 91 % and
//! 51 % of the sections. Such a run must publish nothing.

use std::fmt;

/// The share of what was known that a fetch must bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    percent: u8,
}

/// Ninety of a hundred: real nights lose at most 8 % (Fall 2016: 94.2 % between 3 May and 19 July), failed runs 9 % and more.
pub const GUARD_PERCENT_DEFAULT: u8 = 90;

impl Default for Guard {
    fn default() -> Self {
        Self { percent: GUARD_PERCENT_DEFAULT }
    }
}

/// A fetch brought too little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// How many were known.
    pub known: usize,
    /// How many came.
    pub fetched: usize,
    /// What is wanted, of a hundred.
    pub percent: u8,
}

impl Guard {
    /// A guard that wants `percent` of what was known, at most 100.
    #[must_use]
    pub fn new(percent: u8) -> Self {
        Self { percent: percent.min(100) }
    }

    /// Lets a fetch pass, or says by how much it falls short. Where nothing was known, anything passes; where something
    /// was known, nothing never passes, however low the guard.
    ///
    /// # Errors
    /// [`Shortfall`] when too little came.
    pub fn check(self, known: usize, fetched: usize) -> Result<(), Shortfall> {
        let is_enough = fetched * 100 >= known * usize::from(self.percent);
        let is_emptied = known > 0 && fetched == 0;
        if is_enough && !is_emptied { Ok(()) } else { Err(Shortfall { known, fetched, percent: self.percent }) }
    }
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { known, fetched, percent } = self;
        write!(f, "{fetched} of {known} known came, the guard wants {percent} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ninety_of_a_hundred_pass_and_eighty_nine_do_not() {
        let guard = Guard::default();
        assert!(guard.check(100, 90).is_ok());
        let shortfall = guard.check(100, 89).unwrap_err();
        assert_eq!(shortfall.to_string(), "89 of 100 known came, the guard wants 90 %");
    }

    #[test]
    fn an_emptied_answer_never_passes_but_an_empty_start_does() {
        assert!(Guard::new(0).check(7, 0).is_err());
        assert!(Guard::default().check(0, 0).is_ok());
        assert!(Guard::default().check(0, 12).is_ok());
    }
}
