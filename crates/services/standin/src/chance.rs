//! Chance that repeats itself: numbers that look random and depend only on a seed and on what they are for.
//!
//! SplitMix64 (Steele, Lea, Flood 2014). No transcendental functions: the same seed gives the same bytes on every machine.

/// A stream of numbers for one purpose.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

/// One step of SplitMix64's output function: spreads a number over all 64 bits.
pub(crate) const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl Chance {
    /// The stream for a purpose: the seed, a word, and numbers such as a term's and a section's.
    pub(crate) fn new(seed: u64, purpose: &str, numbers: &[u64]) -> Self {
        let mut state = mixed(seed);
        for byte in purpose.bytes() {
            state = mixed(state ^ u64::from(byte));
        }
        for number in numbers {
            state = mixed(state ^ number);
        }
        Self(state)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// From 0 to just below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
        (self.next() >> 11) as f64 * SCALE
    }

    /// From 0 to just below `end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// From `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below((high - low + 1) as usize) as u32
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn percent(&mut self, percent: f64) -> bool {
        self.unit() * 100.0 < percent
    }

    /// One of a list.
    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// One of a list of things with weights.
    pub(crate) fn weighted<T: Copy>(&mut self, list: &[(T, u32)]) -> T {
        let total: u32 = list.iter().map(|(_, weight)| weight).sum();
        let mut ticket = self.below(total as usize) as u32;
        for (thing, weight) in list {
            if ticket < *weight {
                return *thing;
            }
            ticket -= weight;
        }
        list[0].0
    }

    /// A value of a distribution given by its quantiles `(share, value)`, straight lines between them.
    pub(crate) fn quantile(&mut self, table: &[(f64, f64)]) -> f64 {
        let unit = self.unit();
        at_quantile(table, unit)
    }
}

/// The value of a distribution at a share from 0 to 1.
pub(crate) fn at_quantile(table: &[(f64, f64)], share: f64) -> f64 {
    let mut before = table[0];
    for point in table {
        if share <= point.0 {
            let width = point.0 - before.0;
            let part = if width > 0.0 { (share - before.0) / width } else { 0.0 };
            return before.1 + (point.1 - before.1) * part;
        }
        before = *point;
    }
    before.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_purpose_gives_the_same_numbers_and_another_one_others() {
        let numbers = |seed, purpose| {
            let mut chance = Chance::new(seed, purpose, &[2268, 7]);
            [chance.next(), chance.next(), chance.next()]
        };
        assert_eq!(numbers(1, "rooms"), numbers(1, "rooms"));
        assert_ne!(numbers(1, "rooms"), numbers(2, "rooms"));
        assert_ne!(numbers(1, "rooms"), numbers(1, "people"));
    }

    #[test]
    fn shares_come_out_as_asked() {
        let mut chance = Chance::new(1, "shares", &[]);
        let hits = (0..10_000).filter(|_| chance.percent(30.0)).count();
        assert!((2_800..3_200).contains(&hits), "{hits}");
        let median = at_quantile(&[(0.0, 0.0), (0.5, 10.0), (1.0, 100.0)], 0.5);
        assert!((median - 10.0).abs() < 1e-9);
    }
}
