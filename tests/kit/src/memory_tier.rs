//! A shared tier of kept answers in memory: what Redis is for those who use it, with a hand in it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use answers::key::Key;
use answers::shared::SharedTier;
use async_trait::async_trait;

/// The tier. Clones share what is kept.
#[derive(Clone, Debug, Default)]
pub struct MemoryTier {
    kept: Arc<Mutex<HashMap<Key, Vec<u8>>>>,
}

impl MemoryTier {
    /// Changes what lies under each key, as a fault would; what becomes `None` is lost.
    pub fn meddle(&self, mut change: impl FnMut(&Key, Vec<u8>) -> Option<Vec<u8>>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = kept.drain().filter_map(|(key, bytes)| change(&key, bytes).map(|bytes| (key, bytes))).collect();
        *kept = changed;
    }
}

#[async_trait]
impl SharedTier for MemoryTier {
    async fn get(&self, key: &Key) -> Option<Vec<u8>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn put(&self, key: &Key, bytes: Vec<u8>, life: Duration) {
        // Nothing ages here: a test is over before anything could.
        if !life.is_zero() {
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(*key, bytes);
        }
    }
}
