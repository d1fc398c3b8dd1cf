//! Numbers for identities, given once and kept for ever, as the keys of tables are.

use std::collections::BTreeMap;

/// The numbers given so far.
#[derive(Clone, Debug)]
pub(super) struct Numbers<K>(BTreeMap<K, u64>);

impl<K> Default for Numbers<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord> Numbers<K> {
    /// Gives an identity its number unless it has one.
    pub(super) fn give(&mut self, key: K) {
        let next = self.0.len() as u64 + 1;
        self.0.entry(key).or_insert(next);
    }

    /// The number of an identity. Whatever is stored was given one.
    pub(super) fn of(&self, key: &K) -> u64 {
        self.0.get(key).copied().unwrap_or_default()
    }
}
