//! Queries that clients name by the sha256 of their text, so that the text travels once: kept in the process, bounded.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::graphql::failure::{Code, Failure};

/// Texts kept at most; the oldest goes first.
const KEPT_MAX: usize = 1_000;

/// The kept ones.
#[derive(Debug, Default)]
pub(crate) struct Persisted(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    by_hash: HashMap<String, Arc<str>>,
    oldest_first: VecDeque<String>,
}

impl Persisted {
    /// The text of a hash.
    pub(crate) fn text(&self, hash: &str) -> Result<Arc<str>, Failure> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.by_hash.get(&hash.to_ascii_lowercase()).cloned();
        known.ok_or_else(|| Failure::new(Code::PersistedQueryNotFound, "PersistedQueryNotFound"))
    }

    /// Keeps a text under its hash, if that is its hash.
    pub(crate) fn keep(&self, hash: &str, text: &str) -> Result<(), Failure> {
        let hash = hash.to_ascii_lowercase();
        if hex(&Sha256::digest(text.as_bytes())) != hash {
            return Err(Failure::new(
                Code::Invalid,
                "`sha256Hash` is not the sha256 of `query`, in hexadecimal digits.",
            ));
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.by_hash.contains_key(&hash) {
            return Ok(());
        }
        if kept.oldest_first.len() >= KEPT_MAX
            && let Some(oldest) = kept.oldest_first.pop_front()
        {
            kept.by_hash.remove(&oldest);
        }
        kept.oldest_first.push_back(hash.clone());
        kept.by_hash.insert(hash, text.into());
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_hash_names_a_text_and_their_number_is_bounded() {
        let persisted = Persisted::default();
        let hash = |text: &str| hex(&Sha256::digest(text.as_bytes()));
        assert!(persisted.text(&hash("{ ping }")).is_err());
        assert!(persisted.keep(&hash("{ other }"), "{ ping }").is_err());
        persisted.keep(&hash("{ ping }").to_uppercase(), "{ ping }").unwrap();
        assert_eq!(&*persisted.text(&hash("{ ping }")).unwrap(), "{ ping }");
        for number in 0..1_100 {
            let text = number.to_string();
            persisted.keep(&hash(&text), &text).unwrap();
        }
        assert!(persisted.text(&hash("{ ping }")).is_err(), "the oldest is forgotten");
        assert_eq!(persisted.0.lock().unwrap().by_hash.len(), KEPT_MAX);
    }
}
