//! A query read as words, each of which must occur somewhere in the course.

use super::index::Vocabulary;
use super::{Found, Rank};
use crate::course_set::CourseIndex;
use crate::snapshot::Snapshot;
use crate::term::TermId;

/// Words that need not occur.
const FILLERS: [&str; 12] = ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to"];

/// Ranks of word matches by how the title goes with the whole query; a course's penalties come on top.
const TITLE_IS_QUERY: u32 = 20;
const TITLE_BEGINS_WITH_QUERY: u32 = 22;
const TITLE_HAS_QUERY: u32 = 30;
const WORDS: u32 = 40;

/// Penalties of a word by where it was found.
const EXACT: u8 = 1;
const SUBJECT_WORD: u8 = 2;
const INSTRUCTOR: u8 = 2;
const START: u8 = 3;
const INSTRUCTOR_START: u8 = 5;
const TYPO: u8 = 10;
const TYPO_IN_NAME: u8 = 12;
const NOT_FOUND: u8 = u8::MAX;

/// The shortest beginning of a subject's or an instructor's name that is looked up: `ee` is not meant as `eecs`.
const NAME_START_CHARS_MIN: usize = 3;

/// Offers the courses in which all words occur. Typos are looked for only in words that occur nowhere as they stand,
/// and, when no course has all words, in every word.
pub(super) fn read_as_words(snapshot: &Snapshot, tokens: &[String], term: Option<TermId>, found: &mut Found) {
    let meaningful: Vec<&str> = tokens.iter().map(String::as_str).filter(|token| !FILLERS.contains(token)).collect();
    let meaningful = if meaningful.is_empty() { tokens.iter().map(String::as_str).collect() } else { meaningful };
    let phrase = tokens.join(" ");
    let strict: Vec<Penalties> = meaningful.iter().map(|token| Penalties::of_word(snapshot, token, term)).collect();
    let lenient = |(penalties, token): (&Penalties, &&str)| {
        if penalties.is_empty() { Penalties::of_typo(snapshot, token, term) } else { penalties.clone() }
    };
    let repaired: Vec<Penalties> = strict.iter().zip(&meaningful).map(lenient).collect();
    if offer_all(snapshot, &repaired, &phrase, found) == 0 {
        let with_typos = |(penalties, token): (&Penalties, &&str)| {
            let mut penalties = penalties.clone();
            penalties.lower_to(&Penalties::of_typo(snapshot, token, term));
            penalties
        };
        let all: Vec<Penalties> = repaired.iter().zip(&meaningful).map(with_typos).collect();
        offer_all(snapshot, &all, &phrase, found);
    }
}

/// Offers the courses that have a penalty for every word, and says how many there are.
fn offer_all(snapshot: &Snapshot, words: &[Penalties], phrase: &str, found: &mut Found) -> usize {
    let mut offered = 0;
    for (place, entry) in snapshot.courses().iter().enumerate() {
        let penalties = words.iter().map(|word| word.0[place]);
        if penalties.clone().any(|penalty| penalty == NOT_FOUND) {
            continue;
        }
        let title = &snapshot.index().titles[place];
        let base = if **title == *phrase {
            TITLE_IS_QUERY
        } else if title.starts_with(phrase) {
            TITLE_BEGINS_WITH_QUERY
        } else if title.contains(phrase) {
            TITLE_HAS_QUERY
        } else {
            WORDS
        };
        let class = base + penalties.map(u32::from).sum::<u32>();
        let course = CourseIndex(u32::try_from(place).unwrap_or(u32::MAX));
        found.offer(course, Rank::by_size(class, entry.popularity));
        offered += 1;
    }
    offered
}

/// What one word of the query costs each course.
#[derive(Clone)]
struct Penalties(Vec<u8>);

impl Penalties {
    fn none_found(snapshot: &Snapshot) -> Self {
        Self(vec![NOT_FOUND; snapshot.courses().len()])
    }

    /// The word as it stands: exactly or as the beginning of a word.
    fn of_word(snapshot: &Snapshot, token: &str, term: Option<TermId>) -> Self {
        let index = snapshot.index();
        let mut penalties = Self::none_found(snapshot);
        for (is_whole, courses) in index.title_words.beginning_with(token) {
            penalties.lower_each(courses, if is_whole { EXACT } else { START });
        }
        for (is_whole, subjects) in index.subject_words.beginning_with(token) {
            if is_whole || token.len() >= NAME_START_CHARS_MIN {
                penalties.lower_subjects(snapshot, subjects, if is_whole { SUBJECT_WORD } else { START });
            }
        }
        for (is_whole, people) in index.instructor_words.beginning_with(token) {
            if is_whole || token.len() >= NAME_START_CHARS_MIN {
                let penalty = if is_whole { INSTRUCTOR } else { INSTRUCTOR_START };
                penalties.lower_taught(snapshot, people, term, penalty);
            }
        }
        if token.bytes().any(|b| b.is_ascii_digit()) {
            penalties.lower_numbers(snapshot, token);
        }
        penalties
    }

    /// Words that could be meant by a mistyped one.
    fn of_typo(snapshot: &Snapshot, token: &str, term: Option<TermId>) -> Self {
        let mut penalties = Self::none_found(snapshot);
        if token.bytes().any(|b| b.is_ascii_digit()) {
            return penalties;
        }
        let index = snapshot.index();
        for (typos, courses) in similar_in(&index.title_words, token) {
            penalties.lower_each(courses, TYPO + typos);
        }
        for (typos, subjects) in similar_in(&index.subject_words, token) {
            penalties.lower_subjects(snapshot, subjects, TYPO_IN_NAME + typos);
        }
        for (typos, people) in similar_in(&index.instructor_words, token) {
            penalties.lower_taught(snapshot, people, term, TYPO_IN_NAME + typos);
        }
        penalties
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|penalty| *penalty == NOT_FOUND)
    }

    fn lower(&mut self, course: CourseIndex, penalty: u8) {
        if let Some(mine) = self.0.get_mut(course.place()) {
            *mine = penalty.min(*mine);
        }
    }

    fn lower_to(&mut self, other: &Self) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine = (*mine).min(*theirs);
        }
    }

    fn lower_each(&mut self, courses: &[u32], penalty: u8) {
        for course in courses {
            self.lower(CourseIndex(*course), penalty);
        }
    }

    fn lower_subjects(&mut self, snapshot: &Snapshot, subjects: &[u32], penalty: u8) {
        for entry in subjects.iter().filter_map(|subject| snapshot.subjects().get(*subject as usize)) {
            for course in snapshot.courses_of(entry) {
                self.lower(course, penalty);
            }
        }
    }

    fn lower_taught(&mut self, snapshot: &Snapshot, people: &[u32], term: Option<TermId>, penalty: u8) {
        for taught in people.iter().filter_map(|person| snapshot.index().teaching.get(*person as usize)) {
            for (_, course) in taught.iter().filter(|(of, _)| term.is_none_or(|term| term == *of)) {
                self.lower(*course, penalty);
            }
        }
    }

    fn lower_numbers(&mut self, snapshot: &Snapshot, token: &str) {
        for (place, number) in (0..).zip(&snapshot.index().numbers) {
            let without_prefix = number.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            if **number == *token {
                self.lower(CourseIndex(place), EXACT);
            } else if number.starts_with(token) || without_prefix.starts_with(token) {
                self.lower(CourseIndex(place), START);
            }
        }
    }
}

/// Words one or two typos away, with the typos as a penalty.
fn similar_in<'a>(vocabulary: &'a Vocabulary, token: &'a str) -> impl Iterator<Item = (u8, &'a [u32])> {
    vocabulary.similar_to(token).map(|(typos, places)| (u8::try_from(4 * typos).unwrap_or(NOT_FOUND - 1), places))
}
