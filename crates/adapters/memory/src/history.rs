//! Enrollment histories that were read for a page, kept for the next reader of the same page: in the minutes of an
//! enrollment phase thousands look at the same few courses, and between two publications a history cannot change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use catalog::seats::EnrollmentRun;
use catalog::section::SectionId;
use catalog::stored::CatalogVersion;
use catalog::term::TermId;

/// Histories kept at most; with more, all are forgotten. A history is about 200 runs of 60 bytes.
const KEPT_MAX: usize = 512;

/// A history's identity within a version.
type Key = (TermId, Vec<SectionId>);

/// What is kept, all of one version.
#[derive(Debug, Default)]
pub(crate) struct Histories(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    version: Option<CatalogVersion>,
    histories: HashMap<Key, Arc<[EnrollmentRun]>>,
}

impl Histories {
    /// The history, if it was read while `version` was in memory.
    pub(crate) fn get(&self, version: Option<CatalogVersion>, key: &Key) -> Option<Arc<[EnrollmentRun]>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (kept.version == version).then(|| kept.histories.get(key).cloned()).flatten()
    }

    /// Keeps a history; those of another version are forgotten.
    pub(crate) fn keep(&self, version: Option<CatalogVersion>, key: Key, history: Arc<[EnrollmentRun]>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version != version || kept.histories.len() >= KEPT_MAX {
            *kept = Kept { version, histories: HashMap::new() };
        }
        kept.histories.insert(key, history);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_kept_for_its_version_only_and_their_number_is_bounded() {
        let histories = Histories::default();
        let key = |ccn: u32| ("fall-2026".parse().unwrap(), vec![SectionId(ccn)]);
        let (old, new) = (Some(CatalogVersion(1)), Some(CatalogVersion(2)));
        histories.keep(old, key(1), Arc::new([]));
        assert!(histories.get(old, &key(1)).is_some());
        assert!(histories.get(new, &key(1)).is_none());
        histories.keep(new, key(2), Arc::new([]));
        assert!(histories.get(old, &key(1)).is_none());
        for ccn in 0..2_000 {
            histories.keep(new, key(ccn), Arc::new([]));
        }
        assert!(histories.0.lock().unwrap().histories.len() <= KEPT_MAX);
    }
}
