//! Collections: lists of courses that somebody gave a name. The list called `Saved` is the saved courses, which everybody
//! has: see [`crate::ports::AccountStore::saved_courses`].

use std::fmt;

use catalog::ids::CourseId;
use jiff::Timestamp;

use crate::line::{InvalidLine, Line};

/// The most collections of one person.
pub const COLLECTIONS_MAX: usize = 50;

/// The most courses of one collection. More is a search, not a list that somebody reads.
pub const COLLECTION_COURSES_MAX: usize = 200;

/// The most characters of a collection's name.
pub const COLLECTION_NAME_CHARS_MAX: usize = 60;

/// What the list is called that everybody has.
pub const SAVED: &str = "Saved";

/// What a collection is called: something that can be seen, without spaces at its ends, and not `Saved`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CollectionName(Line<COLLECTION_NAME_CHARS_MAX>);

/// A text that no collection is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCollectionName {
    /// There is nothing to see in it.
    #[error("a collection needs a name: write a word or two")]
    Blank,
    /// It is the name of the list that everybody has.
    #[error("`{SAVED}` is the list that everybody has: choose another name")]
    Reserved,
    /// It is no line.
    #[error(transparent)]
    Line(#[from] InvalidLine),
}

impl CollectionName {
    /// Reads a name; spaces at its ends go.
    ///
    /// # Errors
    /// When it is blank, too long, has control characters or is `Saved` in any case.
    pub fn parse(text: &str) -> Result<Self, InvalidCollectionName> {
        let line = Line::parse(text.trim())?;
        if line.is_blank() {
            return Err(InvalidCollectionName::Blank);
        }
        if line.as_str().eq_ignore_ascii_case(SAVED) {
            return Err(InvalidCollectionName::Reserved);
        }
        Ok(Self(line))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The same for every case of its letters: two collections of one of these are called the same.
    #[must_use]
    pub fn folded(&self) -> String {
        self.as_str().to_lowercase()
    }
}

impl fmt::Display for CollectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A collection's key; it says nothing without its owner's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CollectionId(pub u64);

impl fmt::Display for CollectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A list of courses that somebody gave a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// The key.
    pub id: CollectionId,
    /// What it is called; no two of one person are called the same in any case of the letters.
    pub name: CollectionName,
    /// When it was made.
    pub created_at: Timestamp,
    /// The first added first, each once.
    pub courses: Vec<CourseId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_never_empty_or_saved() {
        assert_eq!(CollectionName::parse("  Breadths ").unwrap().as_str(), "Breadths");
        assert_eq!(CollectionName::parse(" \u{a0} "), Err(InvalidCollectionName::Blank));
        assert_eq!(CollectionName::parse("sAVED"), Err(InvalidCollectionName::Reserved));
        assert!(matches!(CollectionName::parse(&"é".repeat(61)), Err(InvalidCollectionName::Line(_))));
        assert!(CollectionName::parse(&"é".repeat(60)).is_ok());
    }
}
