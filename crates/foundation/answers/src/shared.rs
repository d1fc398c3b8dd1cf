//! The second tier: kept answers that several processes share.

use std::time::Duration;

use async_trait::async_trait;

use crate::key::Key;

/// A place outside of the process where answers are kept.
///
/// It cannot fail, as far as its callers see: an answer that cannot be had in time is one that is not there. Whoever
/// implements it sets itself deadlines, stops trying for a while when nothing works, and counts its failures.
/// What it gives back is checked by the caller: it may lose, mix up and cut.
#[async_trait]
pub trait SharedTier: Send + Sync {
    /// The bytes kept under the key, if they are there and come soon.
    async fn get(&self, key: &Key) -> Option<Vec<u8>>;

    /// Keeps bytes under the key for about that long. Returns at once: it is done later, or not at all.
    fn put(&self, key: &Key, bytes: Vec<u8>, life: Duration);
}
