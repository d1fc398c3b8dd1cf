//! State in shards, so that two cores seldom wait for each other.

use std::hash::{BuildHasher, Hash, RandomState};

/// Four times the cores of a machine that carries the site: two requests seldom meet in one.
const SHARDS: usize = 64;

/// Shards of `T`, each in cache lines of its own.
pub(crate) struct Shards<T> {
    stir: RandomState,
    shards: Box<[Padded<T>]>,
}

#[repr(align(128))]
struct Padded<T>(T);

impl<T: Default> Default for Shards<T> {
    fn default() -> Self {
        Self { stir: RandomState::new(), shards: (0..SHARDS).map(|_| Padded(T::default())).collect() }
    }
}

impl<T> Shards<T> {
    /// The shard of a key, by a secret of this process: nobody can choose addresses that meet in one.
    pub(crate) fn of(&self, key: &impl Hash) -> &T {
        &self.shards[self.place_of(key)].0
    }

    /// Which shard in [`Shards::all`] that is.
    pub(crate) fn place_of(&self, key: &impl Hash) -> usize {
        usize::from(self.stir.hash_one(key).to_le_bytes()[0]) % SHARDS
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &T> {
        self.shards.iter().map(|shard| &shard.0)
    }

    /// The share of a shard in a limit of all.
    pub(crate) fn share(limit: usize) -> usize {
        limit.div_ceil(SHARDS)
    }
}
