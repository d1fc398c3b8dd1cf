//! The name of an answer: a hash of everything that it depends on.

use std::fmt;

use sha2::{Digest, Sha256};

/// Bytes of a key.
pub const KEY_BYTES: usize = 16;

/// The name of an answer. Equal keys mean equal answers, in every process that shares a tier.
///
/// Parts of a key come from clients. So it is cut from a cryptographic hash: whoever could find a request with the key
/// of another would be given, or would plant, somebody else's answer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key([u8; KEY_BYTES]);

impl Key {
    /// Begins a key: what kind of answer it is, and which release makes it. Two releases may answer differently.
    #[must_use]
    pub fn of(namespace: &str, release: &str) -> KeyBuilder {
        KeyBuilder(Sha256::new()).text(namespace).text(release)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}

/// A key in the making. The order of the parts matters; where one ends and the next begins does too.
/// A clone of a beginning that many keys share is cheaper than a new one.
#[derive(Clone, Debug)]
pub struct KeyBuilder(Sha256);

impl KeyBuilder {
    /// A number, such as the catalog's version.
    #[must_use]
    pub fn number(mut self, number: u64) -> Self {
        self.0.update([b'n']);
        self.0.update(number.to_le_bytes());
        self
    }

    /// A word or a text, such as an operation's name.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    /// Any bytes, such as a request's normal form.
    #[must_use]
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        // The length comes first: "ab" and "c" are not "a" and "bc".
        self.0.update([b'b']);
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Yes or no, such as a switch.
    #[must_use]
    pub fn flag(mut self, flag: bool) -> Self {
        self.0.update([b'f', u8::from(flag)]);
        self
    }

    /// Something that may be missing; missing is not the same as empty.
    #[must_use]
    pub fn optional_text(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.flag(true).text(text),
            None => self.flag(false),
        }
    }

    /// The key.
    #[must_use]
    pub fn finish(self) -> Key {
        let hash = self.0.finalize();
        let mut key = [0; KEY_BYTES];
        key.copy_from_slice(&hash[..KEY_BYTES]);
        Key(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> KeyBuilder {
        Key::of("api", "1")
    }

    #[test]
    fn equal_parts_make_equal_keys_in_every_process() {
        let key = base().number(417).text("courses").flag(true).finish();
        assert_eq!(key, base().number(417).text("courses").flag(true).finish());
        assert_eq!(key.to_string(), "e0a1c412bd3bc0ba1ce362d396966ab5");
    }

    #[test]
    fn every_part_and_every_boundary_counts() {
        let keys = [
            base().finish(),
            Key::of("api", "2").finish(),
            Key::of("ap", "i1").finish(),
            base().number(1).finish(),
            base().number(2).finish(),
            base().text("ab").text("c").finish(),
            base().text("a").text("bc").finish(),
            base().text("abc").finish(),
            base().flag(true).finish(),
            base().flag(false).finish(),
            base().optional_text(None).finish(),
            base().optional_text(Some("")).finish(),
        ];
        let mut unique = keys.to_vec();
        unique.sort_unstable();
        unique.dedup();
        // A missing text is a "no": `flag(false)` and `optional_text(None)` are the same part.
        assert_eq!(unique.len(), keys.len() - 1);
    }
}
