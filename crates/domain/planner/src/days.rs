//! Days as clients of 2021 write them: a digit each, Sunday 0 to Saturday 6.

use catalog::meeting::Days;

/// The most digits: each day once.
const DIGITS_MAX: usize = 7;

/// A text that names no days.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no days: expected at most seven digits from 0, Sunday, to 6, Saturday, such as 135")]
pub struct InvalidDays(pub String);

/// Reads `135`: Monday, Wednesday and Friday. The order does not matter.
///
/// # Errors
/// When there is anything but those digits, or more than seven.
pub fn from_digits(text: &str) -> Result<Days, InvalidDays> {
    let invalid = || InvalidDays(text.chars().take(20).collect());
    if text.len() > DIGITS_MAX {
        return Err(invalid());
    }
    let mut flags = [false; 7];
    for digit in text.bytes() {
        match digit {
            b'0'..=b'6' => flags[monday_first(digit - b'0')] = true,
            _ => return Err(invalid()),
        }
    }
    Ok(Days::from_flags(flags))
}

/// Writes `135`, in ascending order.
#[must_use]
pub fn to_digits(days: Days) -> String {
    let is_in = |digit: &u8| u8::try_from(monday_first(*digit)).is_ok_and(|day| days.contains(day));
    (0..7).filter(is_in).map(|digit| char::from(b'0' + digit)).collect()
}

/// From Sunday as 0 to Monday as 0, as [`Days`] has them.
fn monday_first(digit: u8) -> usize {
    (usize::from(digit) + 6) % 7
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sunday_is_0() {
        assert_eq!(from_digits("135"), Ok(Days::from_sis("MoWeFr").unwrap()));
        assert_eq!(from_digits("60"), Ok(Days::from_sis("SaSu").unwrap()));
        assert_eq!(from_digits(""), Ok(Days::NONE));
        assert_eq!(to_digits(Days::from_sis("SuTuTh").unwrap()), "024");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["7", "1 3", "MWF", "-1", "01234560", "１"] {
            assert!(from_digits(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn days_are_digits_and_back(bits in 0_u8..128) {
            let days = Days::from_bits(bits);
            prop_assert_eq!(from_digits(&to_digits(days)), Ok(days));
        }

        #[test]
        fn any_text_is_days_or_an_error(text in ".*") {
            if let Ok(days) = from_digits(&text) {
                prop_assert!(text.bytes().all(|digit| to_digits(days).as_bytes().contains(&digit)));
            }
        }
    }
}
