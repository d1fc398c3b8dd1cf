//! One number per client: the moment at which its bucket will be full again. A bucket that is full needs no number.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use crate::client::ClientGroup;

/// Locks, so that two cores seldom wait for each other.
const SHARDS: usize = 16;

/// A full shard looks for buckets to forget at most this often: under attack each request would look through all.
const SWEEP_PAUSE_NANOS: i128 = 1_000_000_000;

/// What a client may do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    /// How long to wait, when it may not.
    pub(super) wait: Option<Duration>,
    /// Requests that are left at once.
    pub(super) left: u32,
    /// Until the bucket is full.
    pub(super) full_again_in: Duration,
}

/// The buckets.
pub(super) struct Buckets {
    nanos_per_request: i128,
    nanos_to_fill: i128,
    burst: u32,
    shard_limit: usize,
    stir: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Default)]
struct Shard {
    full_again_at: HashMap<ClientGroup, i128>,
    swept_at: i128,
}

impl Buckets {
    pub(super) fn new(per_request: Duration, burst: NonZeroU32, client_limit: usize) -> Self {
        let nanos_per_request = i128::try_from(per_request.as_nanos()).unwrap_or(i128::MAX >> 64);
        Self {
            nanos_per_request,
            nanos_to_fill: nanos_per_request * i128::from(burst.get()),
            burst: burst.get(),
            shard_limit: client_limit.div_ceil(SHARDS),
            stir: RandomState::new(),
            shards: Default::default(),
        }
    }

    pub(super) fn time_to_fill(&self) -> Duration {
        duration(self.nanos_to_fill)
    }

    /// Takes a request out of the client's bucket, if there is one.
    pub(super) fn take_one(&self, client: ClientGroup, now: Timestamp) -> Verdict {
        let now = now.as_nanosecond();
        let mut shard = self.shard(client).lock().unwrap_or_else(PoisonError::into_inner);
        let shard = &mut *shard;
        // A clock that was set back must not lock anybody out for longer than an empty bucket does.
        let full_at = shard.full_again_at.get(&client).map_or(now, |at| (*at).clamp(now, now + self.nanos_to_fill));
        let full_after = full_at + self.nanos_per_request;
        let missing = full_after - now;
        if missing > self.nanos_to_fill {
            return self.verdict(Some(missing - self.nanos_to_fill), full_at - now);
        }
        if shard.full_again_at.contains_key(&client) || shard.has_room(self.shard_limit, now) {
            shard.full_again_at.insert(client, full_after);
        }
        self.verdict(None, missing)
    }

    fn verdict(&self, wait: Option<i128>, missing: i128) -> Verdict {
        let used = u32::try_from((missing + self.nanos_per_request - 1) / self.nanos_per_request).unwrap_or(u32::MAX);
        Verdict {
            wait: wait.map(duration),
            left: if wait.is_some() { 0 } else { self.burst.saturating_sub(used) },
            full_again_in: duration(missing),
        }
    }

    /// By a secret of this process: nobody can choose addresses that meet in one shard.
    fn shard(&self, client: ClientGroup) -> &Mutex<Shard> {
        let hash = self.stir.hash_one(client);
        &self.shards[usize::from(hash.to_le_bytes()[0]) % SHARDS]
    }

    #[cfg(test)]
    fn count(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap().full_again_at.len()).sum()
    }
}

impl Shard {
    /// Makes room by forgetting buckets that are full again.
    fn has_room(&mut self, limit: usize, now: i128) -> bool {
        if self.full_again_at.len() < limit {
            return true;
        }
        if (now - self.swept_at).abs() >= SWEEP_PAUSE_NANOS {
            self.swept_at = now;
            self.full_again_at.retain(|_, full_at| *full_at > now);
        }
        self.full_again_at.len() < limit
    }
}

fn duration(nanos: i128) -> Duration {
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use proptest::prelude::*;

    use super::*;
    use crate::client::ClientAddress;

    fn client(number: u32) -> ClientGroup {
        ClientAddress(IpAddr::V4(Ipv4Addr::from(number))).group()
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + millis).unwrap()
    }

    /// Two requests a second, four at once.
    fn buckets(client_limit: usize) -> Buckets {
        Buckets::new(Duration::from_millis(500), NonZeroU32::new(4).unwrap(), client_limit)
    }

    #[test]
    fn a_bucket_empties_and_fills_at_its_rate() {
        let buckets = buckets(10);
        let left: Vec<u32> = (0..4).map(|_| buckets.take_one(client(1), at(0)).left).collect();
        assert_eq!(left, [3, 2, 1, 0]);
        let refused = buckets.take_one(client(1), at(0));
        assert_eq!((refused.wait, refused.left), (Some(Duration::from_millis(500)), 0));
        assert_eq!(refused.full_again_in, Duration::from_secs(2));
        assert_eq!(buckets.take_one(client(1), at(499)).wait, Some(Duration::from_millis(1)));
        assert_eq!(buckets.take_one(client(1), at(500)).wait, None);
        assert!(buckets.take_one(client(1), at(500)).wait.is_some());
        assert_eq!(buckets.take_one(client(1), at(10_000)).left, 3, "it is never more than full");
    }

    #[test]
    fn one_client_takes_nothing_from_another() {
        let buckets = buckets(10);
        while buckets.take_one(client(1), at(0)).wait.is_none() {}
        assert_eq!(buckets.take_one(client(2), at(0)).left, 3);
    }

    #[test]
    fn memory_is_bounded_and_strangers_are_let_in() {
        let buckets = buckets(64);
        for number in 0..10_000 {
            assert_eq!(buckets.take_one(client(number), at(0)).wait, None);
        }
        assert!(buckets.count() <= 64, "{}", buckets.count());
        // Later, those of before are forgotten and new ones are told apart again.
        for number in 20_000..20_064 {
            buckets.take_one(client(number), at(5_000));
        }
        let again = (20_000..20_064).filter(|number| buckets.take_one(client(*number), at(5_000)).left == 2).count();
        assert!(again > 32, "{again}");
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let buckets = buckets(10);
        while buckets.take_one(client(1), at(3_600_000)).wait.is_none() {}
        let after = buckets.take_one(client(1), at(0));
        assert_eq!(after.wait, Some(Duration::from_millis(500)));
    }

    proptest! {
        /// Over any span, no more than a full bucket and what flowed in meanwhile.
        #[test]
        fn nobody_gets_more_than_the_rate_and_a_burst(pauses in prop::collection::vec(0_i64..1_500, 1..200)) {
            let buckets = buckets(10);
            let (mut now, mut granted) = (0, 0);
            for pause in pauses {
                now += pause;
                granted += i64::from(buckets.take_one(client(1), at(now)).wait.is_none());
                prop_assert!(granted <= 4 + now / 500);
            }
        }
    }
}
