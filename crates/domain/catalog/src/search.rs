//! Search: what students type, understood. `cs 61a`, `CS61A`, `61a`, `ee16`, titles with typos, instructors, CCNs.
//!
//! Two readings of a query are tried and the better one counts for each course: as a course code (a subject's name or
//! nickname and a number, the number perhaps unfinished), and as words that must all occur somewhere in the course: in
//! its title, its subject's names, its number, or among its instructors.
//!
//! A query is read once for all terms. Only instructors and CCNs are a term's own; everything else matches in all.

mod code;
mod fuzzy;
pub mod index;
pub(crate) mod rank;
mod vocabulary;
mod words;

use self::rank::{Found, Matches, Rank};
use crate::course_set::CourseIndex;
use crate::fold;
use crate::snapshot::Snapshot;
use crate::term::TermId;

/// The most characters of a query that are read; the rest is dropped.
pub const QUERY_CHARS_MAX: usize = 100;

/// The most words of a query that are read.
pub const QUERY_WORDS_MAX: usize = 8;

/// The courses that match a query, best first; all courses in natural order for an empty one. Instructors and CCNs are
/// looked up in `term`, or in every term without one. The same query on the same snapshot gives the same order.
#[must_use]
pub fn search(snapshot: &Snapshot, query: &str, term: Option<TermId>) -> Vec<CourseIndex> {
    let matches = matches(snapshot, query);
    let courses = matches.courses(term);
    if matches.is_everything() {
        return courses.iter().collect();
    }
    let ranks = matches.into_ranks(term);
    let mut ranked: Vec<(Rank, CourseIndex)> = courses.iter().map(|course| (ranks[course.place()], course)).collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, course)| course).collect()
}

/// Reads a query.
pub(crate) fn matches(snapshot: &Snapshot, query: &str) -> Matches {
    let query: String = query.chars().take(QUERY_CHARS_MAX).collect();
    let course_count = snapshot.courses().len();
    if query.trim().is_empty() {
        return Matches::everything(course_count);
    }
    let mut found = Found::nothing(course_count);
    let tokens = tokens(&query);
    // A query of nothing but punctuation asks for something, and nothing has it.
    if !tokens.is_empty() {
        code::read_as_code(snapshot, &fold::squeezed(&query), &mut found);
        words::read_as_words(snapshot, &tokens, &mut found);
    }
    Matches::of(found)
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

#[cfg(test)]
mod tests;
