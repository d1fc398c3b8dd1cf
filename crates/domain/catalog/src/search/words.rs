//! A query read as words, each of which must occur somewhere in the course.

use super::rank::{Found, Rank};
use super::vocabulary::Vocabulary;
use crate::course_set::{CourseIndex, CourseSet};
use crate::snapshot::{CourseEntry, Snapshot};
use crate::term::TermId;

/// Words that need not occur.
const FILLERS: [&str; 12] = ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to"];

/// Ranks of word matches by how the title goes with the whole query; a course's penalties come on top.
const TITLE_IS_QUERY: u32 = 50;
const TITLE_BEGINS_WITH_QUERY: u32 = 52;
const TITLE_HAS_QUERY: u32 = 60;
const WORDS: u32 = 70;

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
/// and, when no course of any term has all words, in every word.
pub(super) fn read_as_words(snapshot: &Snapshot, tokens: &[String], found: &mut Found) {
    let meaningful: Vec<&str> = tokens.iter().map(String::as_str).filter(|token| !FILLERS.contains(token)).collect();
    let meaningful = if meaningful.is_empty() { tokens.iter().map(String::as_str).collect() } else { meaningful };
    let phrase = tokens.join(" ");
    let mut readings: Vec<Reading> = Vec::with_capacity(meaningful.len());
    for token in &meaningful {
        let mut reading = Reading::nothing(snapshot);
        reading.read_word(snapshot, token);
        if reading.is_empty() {
            reading.read_typo(snapshot, token);
        }
        readings.push(reading.finished());
    }
    if offer_all(snapshot, &readings, &phrase, found) > 0 {
        return;
    }
    for (reading, token) in readings.iter_mut().zip(&meaningful) {
        let mut lenient = std::mem::replace(reading, Reading::nothing(snapshot));
        lenient.read_typo(snapshot, token);
        *reading = lenient.finished();
    }
    offer_all(snapshot, &readings, &phrase, found);
}

/// Offers the courses that have a penalty for every word, and says how many there are, terms apart.
fn offer_all(snapshot: &Snapshot, words: &[Reading], phrase: &str, found: &mut Found) -> usize {
    let Some((first, others)) = words.split_first() else { return 0 };
    let mut everywhere = first.courses.clone();
    others.iter().for_each(|word| everywhere.keep(&word.courses));
    let mut offered = 0;
    for course in everywhere.iter() {
        let penalties = words.iter().map(|word| u32::from(word.penalties[course.place()])).sum();
        found.offer(course, rank(snapshot, course, phrase, penalties));
        offered += 1;
    }
    for (term, course) in taught_somewhere(words) {
        let penalties: Option<u32> = words.iter().map(|word| word.penalty_in(term, course).map(u32::from)).sum();
        if let Some(penalties) = penalties {
            found.offer_in(term, course, rank(snapshot, course, phrase, penalties));
            offered += 1;
        }
    }
    offered
}

/// Where an instructor makes a difference, each once.
fn taught_somewhere(words: &[Reading]) -> Vec<(TermId, CourseIndex)> {
    let mut taught: Vec<(TermId, CourseIndex)> =
        words.iter().flat_map(|word| &word.taught).map(|(term, course, _)| (*term, *course)).collect();
    if words.len() > 1 {
        taught.sort_unstable();
        taught.dedup();
    }
    taught
}

fn rank(snapshot: &Snapshot, course: CourseIndex, phrase: &str, penalties: u32) -> Rank {
    let title = &*snapshot.index().titles[course.place()];
    let base = if title == phrase {
        TITLE_IS_QUERY
    } else if title.starts_with(phrase) {
        TITLE_BEGINS_WITH_QUERY
    } else if title.contains(phrase) {
        TITLE_HAS_QUERY
    } else {
        WORDS
    };
    let CourseEntry { popularity, .. } = snapshot.course(course);
    Rank::by_size(base + penalties, *popularity)
}

/// What one word of the query costs each course.
struct Reading {
    /// Whatever the term, by place.
    penalties: Vec<u8>,
    /// The courses that have a penalty.
    courses: CourseSet,
    /// What it costs, in the terms of an instructor of that name; by term and course once finished.
    taught: Vec<(TermId, CourseIndex, u8)>,
}

impl Reading {
    fn nothing(snapshot: &Snapshot) -> Self {
        let course_count = snapshot.courses().len();
        Self { penalties: vec![NOT_FOUND; course_count], courses: CourseSet::none(course_count), taught: Vec::new() }
    }

    /// The word as it stands: exactly or as the beginning of a word.
    fn read_word(&mut self, snapshot: &Snapshot, token: &str) {
        let index = snapshot.index();
        for (word, courses) in index.title_words.beginning_with(token) {
            self.lower_each(courses, if word == token { EXACT } else { START });
        }
        for (word, subjects) in index.subject_words.beginning_with(token) {
            if word == token || token.len() >= NAME_START_CHARS_MIN {
                self.lower_subjects(snapshot, subjects, if word == token { SUBJECT_WORD } else { START });
            }
        }
        for (word, people) in index.instructor_words.beginning_with(token) {
            if word == token || token.len() >= NAME_START_CHARS_MIN {
                self.lower_taught(snapshot, people, if word == token { INSTRUCTOR } else { INSTRUCTOR_START });
            }
        }
        if token.bytes().any(|b| b.is_ascii_digit()) {
            for (number, courses) in index.numbers.beginning_with(token) {
                self.lower_each(courses, if number == token { EXACT } else { START });
            }
            for (_, courses) in index.numbers_behind_letters.beginning_with(token) {
                self.lower_each(courses, START);
            }
        }
    }

    /// Words that could be meant by a mistyped one.
    fn read_typo(&mut self, snapshot: &Snapshot, token: &str) {
        if token.bytes().any(|b| b.is_ascii_digit()) {
            return;
        }
        let index = snapshot.index();
        for (typos, courses) in similar_in(&index.title_words, token) {
            self.lower_each(courses, TYPO + typos);
        }
        for (typos, subjects) in similar_in(&index.subject_words, token) {
            self.lower_subjects(snapshot, subjects, TYPO_IN_NAME + typos);
        }
        for (typos, people) in similar_in(&index.instructor_words, token) {
            self.lower_taught(snapshot, people, TYPO_IN_NAME + typos);
        }
    }

    fn is_empty(&self) -> bool {
        self.taught.is_empty() && self.courses.is_empty()
    }

    /// Keeps the best of several instructors of a course.
    fn finished(mut self) -> Self {
        self.taught.sort_unstable();
        self.taught.dedup_by_key(|(term, course, _)| (*term, *course));
        self
    }

    /// What the word costs a course in a term; `None` when it is not found.
    fn penalty_in(&self, term: TermId, course: CourseIndex) -> Option<u8> {
        let whatever_the_term = self.penalties[course.place()];
        let at = self.taught.binary_search_by_key(&(term, course), |(term, course, _)| (*term, *course)).ok();
        let taught = at.and_then(|at| self.taught.get(at)).map_or(NOT_FOUND, |(.., penalty)| *penalty);
        Some(whatever_the_term.min(taught)).filter(|penalty| *penalty != NOT_FOUND)
    }

    fn lower(&mut self, course: CourseIndex, penalty: u8) {
        if let Some(mine) = self.penalties.get_mut(course.place()) {
            *mine = penalty.min(*mine);
            self.courses.insert(course);
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

    fn lower_taught(&mut self, snapshot: &Snapshot, people: &[u32], penalty: u8) {
        for taught in people.iter().filter_map(|person| snapshot.index().teaching.get(*person as usize)) {
            self.taught.extend(taught.iter().map(|(term, course)| (*term, *course, penalty)));
        }
    }
}

/// Words one or two typos away, with the typos as a penalty.
fn similar_in<'a>(vocabulary: &'a Vocabulary, token: &'a str) -> impl Iterator<Item = (u8, &'a [u32])> {
    vocabulary.similar_to(token).map(|(typos, places)| (u8::try_from(4 * typos).unwrap_or(NOT_FOUND - 1), places))
}
