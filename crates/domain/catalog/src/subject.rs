//! Subject areas: the first half of a course code.
//!
//! The Class API writes a subject without spaces or punctuation (`ELENG`, `ARESEC`), the Course API and
//! people write `EL ENG` and `A,RESEC`. The letters alone identify it.

use std::fmt;
use std::sync::Arc;

/// A subject area by its letters alone, upper case: `COMPSCI`, `ELENG`, `ARESEC`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectCode(Arc<str>);

/// The most letters that a subject area's code may have; SIS's longest has 8.
pub const SUBJECT_LENGTH_MAX: usize = 20;

/// A text without a usable subject code in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no subject area: expected 1 to {SUBJECT_LENGTH_MAX} letters such as COMPSCI")]
pub struct InvalidSubject(pub String);

impl SubjectCode {
    /// Reads any spelling: keeps the letters, in upper case.
    ///
    /// # Errors
    /// [`InvalidSubject`] when no letter, or too many, are left.
    pub fn parse(text: &str) -> Result<Self, InvalidSubject> {
        let letters: String = text.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase()).collect();
        if letters.is_empty() || letters.len() > SUBJECT_LENGTH_MAX {
            return Err(InvalidSubject(text.to_owned()));
        }
        Ok(Self(letters.into()))
    }

    /// The letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubjectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SubjectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A subject area with the names that people know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its identity.
    pub code: SubjectCode,
    /// As written in front of a number: `EL ENG`.
    pub abbreviation: String,
    /// In full: `Electrical Engineering`.
    pub name: String,
}
