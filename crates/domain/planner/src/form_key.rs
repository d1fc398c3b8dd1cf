//! Keys of forms that make something: a click too many makes it once.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use uuid::{Builder, Uuid};

/// How long a form that is sent again is the same click twice: longer than a slow answer makes people press the button
/// again, shorter than coming back to the page for another.
pub const REPEAT_SECONDS_MAX: i64 = 60;

/// The key of a form, drawn when it is shown. What the form makes has it for its own key, unless something else has: so
/// the second of two clicks finds what the first has made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FormKey(pub Uuid);

/// A text that is no form's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("that is no key of a form: load the page again")]
pub struct InvalidFormKey;

impl FormKey {
    /// A key of random bytes, of which half are enough.
    #[must_use]
    pub fn drawn(bytes: [u8; 32]) -> Self {
        let (half, _) = bytes.split_at(16);
        Self(Builder::from_random_bytes(half.try_into().unwrap_or_default()).into_uuid())
    }
}

/// Whether what was made at some time can come of a form that is sent again now.
#[must_use]
pub fn is_repeat(made_at: Timestamp, at: Timestamp) -> bool {
    at.duration_since(made_at).as_secs().abs() <= REPEAT_SECONDS_MAX
}

impl FromStr for FormKey {
    type Err = InvalidFormKey;

    fn from_str(text: &str) -> Result<Self, InvalidFormKey> {
        Uuid::parse_str(text).map(Self).map_err(|_| InvalidFormKey)
    }
}

impl fmt::Display for FormKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Hidden: it may become the key of a link, and who reads a log with it could follow that.
impl fmt::Debug for FormKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FormKey(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_form_and_other_texts_are_none() {
        let key = FormKey::drawn([7; 32]);
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_ne!(key, FormKey::drawn([8; 32]));
        assert_eq!("".parse::<FormKey>(), Err(InvalidFormKey));
        assert_eq!(format!("{key:?}"), "FormKey(hidden)");
    }

    #[test]
    fn only_what_was_made_a_moment_ago_can_be_made_twice_by_one_click() {
        let made: Timestamp = "2026-09-01T21:10:00Z".parse().unwrap();
        assert!(is_repeat(made, made) && is_repeat(made, "2026-09-01T21:11:00Z".parse().unwrap()));
        assert!(is_repeat(made, "2026-09-01T21:09:59Z".parse().unwrap()), "clocks of two machines differ");
        assert!(!is_repeat(made, "2026-09-01T21:11:01Z".parse().unwrap()));
    }
}
