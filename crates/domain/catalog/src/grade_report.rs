//! The summary of a distribution as the public API gives it since 2017: thirteen buckets with shares and percentiles.
//! Source of the rules: the grade summaries of Berkeleytime's API of 2021.

use crate::grade::{Distribution, LETTER_COUNT, letter_of};

/// The buckets in order. `D` holds D+, D and D-.
pub const BUCKETS: [&str; 13] = ["A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D", "F", "P", "NP"];

/// How many of [`BUCKETS`] hold letters with points.
pub const LETTER_BUCKETS: usize = 11;

/// The letter where there is none: all were passed or not passed, or nobody was graded.
pub const NO_LETTER: &str = "N/A";

/// The average where there is none.
pub const NO_AVERAGE: f64 = -1.0;

/// One bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bucket {
    /// One of [`BUCKETS`].
    pub letter: &'static str,
    /// Students in it.
    pub numerator: u32,
    /// Their share of all letter grades, 0 to 1 with two decimals. P and NP have the same divisor: theirs may exceed 1.
    pub percent: f64,
    /// The share of letter grades at or below this bucket; 0 for P and NP.
    pub percentile_high: f64,
    /// The share of letter grades below this bucket; 0 for P and NP.
    pub percentile_low: f64,
}

/// A distribution summarised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradeReport {
    /// In the order of [`BUCKETS`].
    pub buckets: [Bucket; 13],
    /// Mean points over the letters with three decimals; [`NO_AVERAGE`] without letters.
    pub gpa: f64,
    /// The letter nearest to the mean; [`NO_LETTER`] without letters.
    pub letter: &'static str,
    /// Everybody: letters, P and NP.
    pub denominator: u32,
}

impl GradeReport {
    /// Summarises a distribution.
    #[must_use]
    pub fn of(distribution: &Distribution) -> Self {
        let counts = bucketed(distribution);
        let letters = distribution.letters();
        let mut above = 0;
        let mut buckets = BUCKETS.map(|letter| Bucket {
            letter,
            numerator: 0,
            percent: 0.0,
            percentile_high: 0.0,
            percentile_low: 0.0,
        });
        for (at, (bucket, count)) in buckets.iter_mut().zip(counts).enumerate() {
            bucket.numerator = count;
            bucket.percent = share(count, letters);
            if at < LETTER_BUCKETS && letters > 0 {
                bucket.percentile_high = share(letters - above, letters);
                bucket.percentile_low = share(letters - above - count, letters);
                above += count;
            }
        }
        let average = distribution.average();
        Self {
            buckets,
            gpa: average.map_or(NO_AVERAGE, |average| rounded(average, 1000.0)),
            letter: average.map_or(NO_LETTER, letter_of),
            denominator: distribution.total(),
        }
    }
}

/// Fifteen columns into thirteen buckets.
fn bucketed(distribution: &Distribution) -> [u32; 13] {
    const D_PLUS: usize = 9;
    const F: usize = LETTER_COUNT - 1;
    let columns = &distribution.0;
    let mut counts = [0; 13];
    counts[..D_PLUS].copy_from_slice(&columns[..D_PLUS]);
    counts[D_PLUS] = columns[D_PLUS..F].iter().sum();
    counts[D_PLUS + 1..].copy_from_slice(&columns[F..]);
    counts
}

fn share(count: u32, of: u32) -> f64 {
    if of == 0 { 0.0 } else { rounded(f64::from(count) / f64::from(of), 100.0) }
}

/// Rounded to a number of steps per unit: 100 for two decimals.
fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_class_is_summarised_as_its_clients_know_it() {
        let mut counts = [0; 15];
        // A+ 1, A 2, B 4, D+ 1, D 1, D- 1, F 0, P 5, NP 1.
        (counts[0], counts[1], counts[4], counts[9], counts[10], counts[11]) = (1, 2, 4, 1, 1, 1);
        (counts[13], counts[14]) = (5, 1);
        let report = GradeReport::of(&Distribution(counts));
        let named = |letter: &str| *report.buckets.iter().find(|bucket| bucket.letter == letter).unwrap();
        assert_eq!((report.gpa, report.letter, report.denominator), (2.7, "B-", 16));
        assert_eq!(named("A+").percentile_high, 1.0);
        assert_eq!((named("A").percent, named("A").percentile_high, named("A").percentile_low), (0.2, 0.9, 0.7));
        assert_eq!((named("D").numerator, named("D").percent, named("D").percentile_low), (3, 0.3, 0.0));
        assert_eq!((named("P").percent, named("P").percentile_high), (0.5, 0.0));
        assert_eq!(
            named("F"),
            Bucket { letter: "F", numerator: 0, percent: 0.0, percentile_high: 0.0, percentile_low: 0.0 }
        );
    }

    #[test]
    fn without_letters_there_is_no_average() {
        let mut counts = [0; 15];
        counts[13] = 7;
        let report = GradeReport::of(&Distribution(counts));
        assert_eq!((report.gpa, report.letter, report.denominator), (NO_AVERAGE, NO_LETTER, 7));
        assert_eq!(GradeReport::of(&Distribution::default()).denominator, 0);
    }

    proptest! {
        #[test]
        fn buckets_hold_everybody_and_percentiles_fall_from_one_to_zero(counts in prop::array::uniform15(0_u32..5_000)) {
            let distribution = Distribution(counts);
            let report = GradeReport::of(&distribution);
            prop_assert_eq!(report.buckets.iter().map(|bucket| bucket.numerator).sum::<u32>(), distribution.total());
            let letters = &report.buckets[..LETTER_BUCKETS];
            for pair in letters.windows(2) {
                prop_assert!(pair[0].percentile_low >= pair[1].percentile_low);
                prop_assert_eq!(pair[0].percentile_low, pair[1].percentile_high);
            }
            if distribution.letters() > 0 {
                prop_assert_eq!((letters[0].percentile_high, letters[LETTER_BUCKETS - 1].percentile_low), (1.0, 0.0));
            }
        }
    }
}
