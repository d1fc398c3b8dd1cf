//! Search: what students type, understood. `cs 61a`, `CS61A`, `61a`, `ee16`, titles with typos, instructors, CCNs.
//!
//! Two readings of a query are tried and the better one counts for each course: as a course code (a subject's name or
//! nickname and a number, the number perhaps unfinished), and as words that must all occur somewhere in the course: in
//! its title, its subject's names, its number, or among its instructors.

mod code;
mod fuzzy;
pub mod index;
mod words;

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::course_set::CourseIndex;
use crate::fold;
use crate::snapshot::Snapshot;
use crate::term::TermId;

/// The most characters of a query that are read; the rest is dropped.
pub const QUERY_CHARS_MAX: usize = 100;

/// The most words of a query that are read.
pub const QUERY_WORDS_MAX: usize = 8;

/// How good a match is: the lower, the better. Within equal ranks the larger course comes first, then natural order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    class: u32,
    /// Reversed popularity; constant where natural order reads better, as within a subject.
    size: Reverse<u32>,
}

impl Rank {
    /// A rank in which equal matches stay in natural order.
    const fn natural(class: u32) -> Self {
        Self { class, size: Reverse(0) }
    }

    /// A rank in which the larger course comes first.
    const fn by_size(class: u32, popularity: u32) -> Self {
        Self { class, size: Reverse(popularity) }
    }
}

/// The courses that match a query, best first; all courses in natural order for an empty one. Instructors and CCNs are
/// looked up in `term`, or in every term without one. The same query on the same snapshot gives the same order.
#[must_use]
pub fn search(snapshot: &Snapshot, query: &str, term: Option<TermId>) -> Vec<CourseIndex> {
    let query: String = query.chars().take(QUERY_CHARS_MAX).collect();
    let tokens = tokens(&query);
    if tokens.is_empty() {
        let count = u32::try_from(snapshot.courses().len()).unwrap_or(u32::MAX);
        // A query of nothing but punctuation asks for something, and nothing has it.
        return if query.trim().is_empty() { (0..count).map(CourseIndex).collect() } else { Vec::new() };
    }
    let mut found = Found::default();
    code::read_as_code(snapshot, &fold::squeezed(&query), term, &mut found);
    words::read_as_words(snapshot, &tokens, term, &mut found);
    found.best_first()
}

/// The words of a query; a word such as `cs61a` is taken apart before its digits.
fn tokens(query: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    for word in fold::words(query) {
        let digits = word.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        if digits >= 2 && word[..digits].bytes().all(|b| b.is_ascii_alphabetic()) {
            tokens.extend([word[..digits].to_owned(), word[digits..].to_owned()]);
        } else {
            tokens.push(word);
        }
    }
    tokens.truncate(QUERY_WORDS_MAX);
    tokens
}

/// The best rank of each course found so far.
#[derive(Debug, Default)]
struct Found(HashMap<CourseIndex, Rank>);

impl Found {
    fn offer(&mut self, course: CourseIndex, rank: Rank) {
        let best = self.0.entry(course).or_insert(rank);
        *best = rank.min(*best);
    }

    fn best_first(self) -> Vec<CourseIndex> {
        let mut found: Vec<(Rank, CourseIndex)> = self.0.into_iter().map(|(course, rank)| (rank, course)).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, course)| course).collect()
    }
}

#[cfg(test)]
mod tests;
