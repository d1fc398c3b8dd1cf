//! Who was right a moment ago. Only keyed hashes are held, under a secret of this process: no password, no name.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// Proofs that are remembered: more people than share all lists.
const PROOF_LIMIT: usize = 1_024;

/// A keyed hash.
pub(super) type Digest = [u8; 32];

/// The proofs.
pub(super) struct Verified {
    secret: [u8; 64],
    nanos: i128,
    until: Mutex<HashMap<Digest, i128>>,
}

impl Verified {
    pub(super) fn new(remembered: Duration) -> Self {
        let mut secret = [0; 64];
        for part in secret.chunks_exact_mut(16) {
            part.copy_from_slice(&password_hash::generate_salt());
        }
        let nanos = i128::try_from(remembered.as_nanos()).unwrap_or(i128::MAX);
        Self { secret, nanos, until: Mutex::default() }
    }

    /// The keyed hash of some texts, each with its length before it. The secret fills a block of SHA-256, and the length
    /// of what follows is in it: nothing can be added behind.
    pub(super) fn digest(&self, texts: &[&str]) -> Digest {
        let mut hasher = Sha256::new();
        hasher.update(self.secret);
        hasher.update((texts.len() as u64).to_le_bytes());
        for text in texts {
            hasher.update((text.len() as u64).to_le_bytes());
            hasher.update(text);
        }
        hasher.finalize().into()
    }

    pub(super) fn holds(&self, proof: &Digest, now: Timestamp) -> bool {
        let now = now.as_nanosecond();
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner).get(proof).copied();
        // Not beyond what a proof of this moment would last: the clock may have been set back.
        until.is_some_and(|until| until > now && until <= now + self.nanos)
    }

    pub(super) fn remember(&self, proof: Digest, now: Timestamp) {
        let now = now.as_nanosecond();
        let mut held = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= PROOF_LIMIT {
            held.retain(|_, until| *until > now);
        }
        if held.len() >= PROOF_LIMIT {
            held.clear();
        }
        held.insert(proof, now + self.nanos);
    }
}
