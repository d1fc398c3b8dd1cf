//! Prerequisites as people write them, and the courses that they name: `CS 61A or 61B`, `Mathematics 1A-1B`,
//! `DATA/COMPSCI C8 or STAT 20`, `102A, 176; graduate standing`.
//!
//! Only what is surely meant becomes a mention: a subject in front of a number, numbers listed behind it, and numbers
//! without any subject where a sentence begins or with letters of their own, which are numbers of the course's own
//! subject. And only courses that exist. A number that is missed costs a link; a wrong link costs trust.

mod reader;
mod subject_names;
mod tokens;

use std::ops::Range;

use crate::course::CourseCode;
use crate::subject::SubjectCode;

use self::reader::Reader;
pub use self::subject_names::SubjectNames;

/// The most bytes of a text that are read. The longest of 5,000 real ones has 2,600.
pub const TEXT_BYTES_MAX: usize = 8_192;

/// A place in a text that names a course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention<T> {
    /// Its bytes in the text: `CS 61A`, or `61B` behind it.
    pub place: Range<usize>,
    /// The course.
    pub course: T,
}

/// What a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading<T> {
    /// The places, in order; no two overlap.
    pub mentions: Vec<Mention<T>>,
    /// Courses that must, may or should come before: those of the mentions, what a range leaves out (`61A-61C` means
    /// 61B too) and what is named under several subjects at once; each once. Not those that a sentence only excludes
    /// (`may not enroll`, `no credit`).
    pub wanted: Vec<T>,
}

/// Reads a text of a course of the subject `own`. `find` says which course has a code, and nothing for a code that no
/// course has.
#[must_use]
pub fn read<T: Copy + PartialEq>(
    text: &str,
    own: &SubjectCode,
    names: &SubjectNames,
    find: impl Fn(&CourseCode) -> Option<T>,
) -> Reading<T> {
    let text = &text[..text.floor_char_boundary(TEXT_BYTES_MAX)];
    Reader::new(text, own, names, find).read()
}

#[cfg(test)]
mod tests;
