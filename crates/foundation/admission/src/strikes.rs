//! How often somebody did something within a while: a sliding window per key, in slices.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::shards::Shards;

/// A window moves on in steps of an eighth of itself: fine enough that nobody gains by waiting for the next one,
/// and 40 bytes per key.
const SLICES: usize = 8;

/// How many within which time are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrikeRule {
    /// How many.
    pub count: u32,
    /// Within which time.
    pub within: Duration,
}

/// Counts strikes of keys, such as clients. Nothing older than the rule's time is ever counted; something that is
/// between seven eighths of it and the whole may be forgotten already.
pub struct Strikes<K> {
    rule: StrikeRule,
    slice_nanos: i128,
    shard_limit: usize,
    shards: Shards<Mutex<HashMap<K, Window>>>,
}

#[derive(Clone, Copy, Default)]
struct Window {
    /// The number of the newest slice, counted from the epoch.
    newest: i128,
    counts: [u32; SLICES],
}

impl<K: Hash + Eq + Copy> Strikes<K> {
    /// Counts for at most `key_limit` keys at a time; beyond it, one is forgotten for each new one.
    #[must_use]
    pub fn new(rule: StrikeRule, key_limit: usize) -> Self {
        let nanos = i128::try_from(rule.within.as_nanos()).unwrap_or(i128::MAX);
        let slice_nanos = (nanos / SLICES as i128).max(1);
        let shard_limit = Shards::<()>::share(key_limit).max(1);
        Self { rule, slice_nanos, shard_limit, shards: Shards::default() }
    }

    /// One more; says whether that makes too many. Then counting begins anew.
    pub fn note(&self, key: K, now: Timestamp) -> bool {
        let slice = self.slice(now);
        let mut shard = self.shards.of(&key).lock().unwrap_or_else(PoisonError::into_inner);
        if !shard.contains_key(&key) && shard.len() >= self.shard_limit {
            make_room(&mut shard, slice, self.shard_limit);
        }
        let window = shard.entry(key).or_default();
        window.move_to(slice);
        window.counts[0] = window.counts[0].saturating_add(1);
        let is_too_many = window.sum() >= self.rule.count;
        if is_too_many {
            shard.remove(&key);
        }
        is_too_many
    }

    /// How many there were lately.
    #[must_use]
    pub fn count(&self, key: K, now: Timestamp) -> u32 {
        let shard = self.shards.of(&key).lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut window) = shard.get(&key).copied() else { return 0 };
        window.move_to(self.slice(now));
        window.sum()
    }

    /// What was is forgiven.
    pub fn forget(&self, key: K) {
        self.shards.of(&key).lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }

    fn slice(&self, now: Timestamp) -> i128 {
        now.as_nanosecond().div_euclid(self.slice_nanos)
    }

    #[cfg(test)]
    fn keys(&self) -> usize {
        self.shards.all().map(|shard| shard.lock().unwrap().len()).sum()
    }
}

impl<K> std::fmt::Debug for Strikes<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Strikes").field("rule", &self.rule).finish_non_exhaustive()
    }
}

impl Window {
    /// Newest first. A clock that was set back changes nothing until it has caught up.
    fn move_to(&mut self, slice: i128) {
        let steps = usize::try_from(slice - self.newest).unwrap_or(0).min(SLICES);
        if steps > 0 {
            self.counts.rotate_right(steps % SLICES);
            self.counts[..steps].fill(0);
            self.newest = slice;
        }
    }

    fn sum(&self) -> u32 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

/// Forgets what is over; when nothing is, somebody: who fills the table must not make us blind for the next.
fn make_room<K: Hash + Eq + Copy>(shard: &mut HashMap<K, Window>, slice: i128, limit: usize) {
    shard.retain(|_, window| slice - window.newest < SLICES as i128);
    if shard.len() >= limit
        && let Some(somebody) = shard.keys().next().copied()
    {
        shard.remove(&somebody);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap()
    }

    /// Five in eight seconds.
    fn strikes() -> Strikes<u32> {
        Strikes::new(StrikeRule { count: 5, within: Duration::from_secs(8) }, 1_000)
    }

    #[test]
    fn too_many_within_the_window_are_told_once() {
        let strikes = strikes();
        let told: Vec<bool> = (0..7).map(|second| strikes.note(1, at(second * 1_000))).collect();
        assert_eq!(told, [false, false, false, false, true, false, false]);
    }

    #[test]
    fn slow_ones_are_never_too_many() {
        let strikes = strikes();
        assert!((0..100).all(|round| !strikes.note(1, at(round * 2_000))));
    }

    #[test]
    fn one_key_is_not_counted_for_another_and_can_be_forgiven() {
        let strikes = strikes();
        for _ in 0..4 {
            strikes.note(1, at(0));
        }
        assert!(!strikes.note(2, at(0)));
        assert_eq!((strikes.count(1, at(0)), strikes.count(2, at(0))), (4, 1));
        strikes.forget(1);
        assert!(!strikes.note(1, at(0)));
        assert_eq!(strikes.count(2, at(60_000)), 0);
    }

    #[test]
    fn memory_is_bounded() {
        let strikes = strikes();
        for key in 0..50_000 {
            strikes.note(key, at(0));
        }
        assert!(strikes.keys() <= 1_100, "{}", strikes.keys());
        let last = 50_001;
        assert!((0..5).any(|_| strikes.note(last, at(0))), "a newcomer is counted also when the table is full");
    }

    proptest! {
        /// Never for less than the rule says, always for so many within seven eighths of the time.
        #[test]
        fn the_window_is_right(pauses in prop::collection::vec(0_i64..4_000, 1..200)) {
            let strikes = strikes();
            let mut now = 0;
            let mut since_told = VecDeque::new();
            for pause in pauses {
                now += pause;
                since_told.push_back(now);
                let within = |time: i64| since_told.iter().filter(|then| now - **then < time).count();
                let (surely, perhaps) = (within(7_000) >= 5, within(8_000) >= 5);
                let told = strikes.note(1, at(now));
                prop_assert!(!told || perhaps);
                prop_assert!(told || !surely);
                if told {
                    since_told.clear();
                }
            }
        }
    }
}
