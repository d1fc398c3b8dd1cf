//! A line of text that somebody typed: short, and of one line.

use std::fmt;

/// Whether a character shows nothing and steers what is around it: a control character, one that breaks lines, or one that
/// turns the direction of writing, by which a text looks like another one (Unicode Technical Report 36, 3.5). The marks of
/// direction that Arabic and Hebrew need (U+200E, U+200F) are none of them.
#[must_use]
pub fn is_steering(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text with a space in the place of each character that shows nothing and steers what is around it: a control character,
/// a separator of lines, a turn of the direction of writing.
#[must_use]
pub fn without_steering(text: &str) -> String {
    text.chars().map(|c| if is_steering(c) { ' ' } else { c }).collect()
}

/// At most `MAX` characters, none of them a steering one. May be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line<const MAX: usize>(String);

/// A text that is no line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLine {
    /// There is too much in it.
    #[error("{length} characters are too many: at most {max}")]
    TooLong {
        /// How many there are.
        length: usize,
        /// How many there may be.
        max: usize,
    },
    /// A line break, a tab, or another character that steers what is around it.
    #[error("there is a line break, a tab or a control character in it")]
    Control,
}

impl<const MAX: usize> Line<MAX> {
    /// Takes a text as it is.
    ///
    /// # Errors
    /// When it is too long or has steering characters.
    pub fn parse(text: &str) -> Result<Self, InvalidLine> {
        let length = text.chars().count();
        if length > MAX {
            return Err(InvalidLine::TooLong { length, max: MAX });
        }
        if text.chars().any(is_steering) {
            return Err(InvalidLine::Control);
        }
        Ok(Self(text.to_owned()))
    }

    /// Makes a line of any text, for what comes from another system and must not be refused: steering characters become
    /// spaces, spaces at the ends go, and what is too much is cut off.
    #[must_use]
    pub fn fitted(text: &str) -> Self {
        let cut: String = without_steering(text).trim().chars().take(MAX).collect();
        Self(cut.trim_end().to_owned())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to see in it.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_counted_in_characters() {
        assert_eq!(Line::<3>::parse("éàü").map(|line| line.to_string()), Ok("éàü".to_owned()));
        assert_eq!(Line::<3>::parse("éàüö"), Err(InvalidLine::TooLong { length: 4, max: 3 }));
        assert!(Line::<3>::parse("").unwrap().is_blank());
    }

    #[test]
    fn a_line_has_no_control_characters() {
        for text in ["a\nb", "a\tb", "a\0", "\u{85}", "a\u{202e}b", "a\u{2066}b", "a\u{2028}"] {
            assert_eq!(Line::<9>::parse(text), Err(InvalidLine::Control), "{text:?}");
        }
        assert!(Line::<9>::parse("\u{200f}\u{5d0}\u{5d1}").is_ok(), "a name in Hebrew");
    }

    #[test]
    fn a_fitted_line_is_a_line() {
        let fitted = Line::<5>::fitted(" a\nb\u{202e} cdef");
        assert_eq!(fitted.as_str(), "a b");
        assert_eq!(Line::parse(fitted.as_str()), Ok(fitted));
        assert_eq!(Line::<2>::fitted("éàü").as_str(), "éà");
    }
}
