//! How long to wait before asking again.

use std::time::Duration;

/// Waits that double from `base` to `max`. Each is shortened by up to half, by an amount that depends on the page and
/// the attempt alone: pages that failed together do not come back together, and a test can foresee every wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The first wait.
    pub base: Duration,
    /// The longest wait.
    pub max: Duration,
}

impl Backoff {
    /// The wait after the `attempt`th try (from 1) of a page.
    #[must_use]
    pub fn wait(self, attempt: u32, page: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let longest = self.base.saturating_mul(1 << doublings).min(self.max);
        let share = f64::from(scramble(page, attempt)) / f64::from(u32::MAX);
        longest.mul_f64(0.5 + share / 2.0)
    }
}

/// The finalizer of the SplitMix64 generator (Steele, Lea, Flood, 2014): neighbours in, strangers out.
const fn scramble(page: u32, attempt: u32) -> u32 {
    let mut bits = ((page as u64) << 32 | attempt as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (bits >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff { base: Duration::from_millis(500), max: Duration::from_secs(20) };

    #[test]
    fn waits_double_up_to_the_longest() {
        for (attempt, longest) in [(1, 500), (2, 1_000), (3, 2_000), (6, 16_000), (7, 20_000), (400, 20_000)] {
            let wait = BACKOFF.wait(attempt, 3);
            let longest = Duration::from_millis(longest);
            assert!(wait <= longest && wait >= longest / 2, "attempt {attempt}: {wait:?}");
        }
    }

    #[test]
    fn pages_that_failed_together_come_back_apart() {
        let mut waits: Vec<Duration> = (1..=8).map(|page| BACKOFF.wait(1, page)).collect();
        assert_eq!(waits, (1..=8).map(|page| BACKOFF.wait(1, page)).collect::<Vec<_>>(), "foreseeable");
        waits.sort();
        waits.dedup();
        assert_eq!(waits.len(), 8);
    }
}
