//! Going through a text from left to right.

use super::subject_names::SubjectNames;
use super::tokens::{Token, tokens};
use super::{Mention, Reading};
use crate::course::{CatalogNumber, CourseCode};
use crate::subject::SubjectCode;

/// What may stand between two numbers of one subject: `1A, 1B, or 7`, `51 (previously 1A)`.
const BETWEEN_SIGNS: [char; 7] = [',', '/', '-', '&', ';', '(', ')'];
const BETWEEN_WORDS: [&str; 9] = ["and", "or", "either", "both", "plus", "previously", "formerly", "the", "with"];

/// More than this many pieces between two numbers are another thought.
const BETWEEN_MAX: usize = 4;

/// What makes a number in front of it a count: `12 units`, `2 or more`.
const COUNTED: [&str; 24] = [
    "unit",
    "units",
    "semester",
    "semesters",
    "hour",
    "hours",
    "year",
    "years",
    "credit",
    "credits",
    "point",
    "points",
    "gpa",
    "percent",
    "week",
    "weeks",
    "quarter",
    "quarters",
    "term",
    "terms",
    "students",
    "courses",
    "upper",
    "lower",
];
const OR_SO_MANY: [&str; 5] = ["more", "better", "higher", "above", "fewer"];

/// What may follow a number that stands for a course by itself.
const FOLLOWING_WORDS: [&str; 8] = ["and", "or", "recommended", "required", "preferred", "is", "are", "with"];

/// Pairs of words by which a sentence excludes courses.
const EXCLUDING: [(&str, &str); 7] = [
    ("may", "not"),
    ("will", "not"),
    ("not", "receive"),
    ("not", "enroll"),
    ("not", "open"),
    ("no", "credit"),
    ("can", "not"),
];

pub(super) struct Reader<'a, F> {
    text: &'a str,
    own: &'a SubjectCode,
    names: &'a SubjectNames,
    find: F,
    tokens: Vec<Token>,
}

/// Subjects named together: one of each group of meanings.
type Groups<'a> = Vec<Vec<&'a SubjectCode>>;

/// Numbers behind a subject's name.
struct List<'a, T> {
    groups: Groups<'a>,
    /// The last number, as written.
    last: Option<String>,
    /// The first and last tokens of each mention, and its courses.
    found: Vec<(usize, usize, Vec<T>)>,
    implied: Vec<T>,
    /// The first token behind the list.
    end: usize,
}

impl<'a, T: Copy + PartialEq, F: Fn(&CourseCode) -> Option<T>> Reader<'a, F> {
    pub(super) fn new(text: &'a str, own: &'a SubjectCode, names: &'a SubjectNames, find: F) -> Self {
        Self { text, own, names, find, tokens: tokens(text) }
    }

    pub(super) fn read(self) -> Reading<T> {
        let mut reading = Reading { mentions: Vec::new(), wanted: Vec::new() };
        let mut at = 0;
        let mut excludes = self.excludes(0);
        while at < self.tokens.len() {
            let list = self.behind_a_subject(at).or_else(|| self.of_the_own_subject(at));
            let Some(list) = list else {
                if self.ends_sentence(at) {
                    excludes = self.excludes(at + 1);
                }
                at += 1;
                continue;
            };
            at = list.end.max(at + 1);
            self.take(list, excludes, &mut reading);
        }
        reading
    }

    fn take(&self, list: List<'a, T>, excludes: bool, reading: &mut Reading<T>) {
        let mut wanted = list.implied;
        for (first, last, courses) in list.found {
            let Some(course) = courses.first().copied() else { continue };
            let place = self.tokens[first].place.start..self.tokens[last].place.end;
            reading.mentions.push(Mention { place, course });
            wanted.extend(courses);
        }
        for course in wanted {
            if !excludes && !reading.wanted.contains(&course) {
                reading.wanted.push(course);
            }
        }
    }

    /// `CS 61A or 61B`, `DATA/COMPSCI C8`, `CS267`.
    fn behind_a_subject(&self, at: usize) -> Option<List<'a, T>> {
        if let Some((subjects, number)) = self.glued(at) {
            let mut list = List::of(vec![subjects], at + 1);
            self.add(&mut list, (at, at), &number, false);
            return Some(self.go_on(list));
        }
        let mut groups: Groups<'a> = Vec::new();
        let mut next = at;
        loop {
            let named = self.names.at_start_of(self.text, &self.tokens[next..])?;
            next += named.length;
            groups.push(named.subjects);
            let slash = self.tokens.get(next).is_some_and(|token| token.is_sign('/'));
            if !slash || self.number(next + 1).is_some() {
                break;
            }
            next += 1;
        }
        let number = self.number(next)?.to_owned();
        let mut list = List::of(groups, next + 1);
        // The first number's mention takes the subject's name with it.
        self.add(&mut list, (at, next), &number, false);
        Some(self.go_on(list))
    }

    /// Numbers without any subject, where they are surely courses.
    fn of_the_own_subject(&self, at: usize) -> Option<List<'a, T>> {
        let number = self.number(at)?;
        let is_sure = if number.bytes().all(|b| b.is_ascii_digit()) {
            self.begins_clause(at) && self.stands_for_a_course(at)
        } else {
            !self.is_label(at)
        };
        if !is_sure {
            return None;
        }
        let number = number.to_owned();
        let mut list = List::of(vec![vec![self.own]], at + 1);
        self.add(&mut list, (at, at), &number, false);
        Some(self.go_on(list))
    }

    /// Adds the numbers that follow.
    fn go_on(&self, mut list: List<'a, T>) -> List<'a, T> {
        loop {
            let between = self.tokens[list.end..].iter().take_while(|token| is_between(token)).count();
            let next = list.end + between;
            if between == 0 || between > BETWEEN_MAX || self.glued(next).is_some() {
                return list;
            }
            let is_range = between == 1 && self.tokens[list.end].is_sign('-');
            let is_new_clause = self.tokens[list.end..next].iter().any(|token| token.is_sign(';'));
            let number = self.number(next).map(str::to_owned).or_else(|| self.other_suffix(&list, next, between));
            let Some(number) = number.filter(|_| !is_new_clause || self.stands_for_a_course(next)) else {
                return list;
            };
            self.add(&mut list, (next, next), &number, is_range);
            list.end = next + 1;
        }
    }

    fn add(&self, list: &mut List<'a, T>, (first, last): (usize, usize), number: &str, is_range: bool) {
        let courses = self.courses(&list.groups, number);
        if is_range && let Some(before) = list.last.clone() {
            let inner = inside(&before, number);
            let implied: Vec<T> = inner.iter().flat_map(|number| self.courses(&list.groups, number)).collect();
            list.implied.extend(implied);
        }
        list.last = Some(number.to_owned());
        list.found.push((first, last, courses));
    }

    /// The courses with a number, of each group the first that exists.
    fn courses(&self, groups: &Groups<'a>, number: &str) -> Vec<T> {
        let Ok(number) = CatalogNumber::parse(number) else { return Vec::new() };
        let code = |subject: &&SubjectCode| CourseCode { subject: (*subject).clone(), number: number.clone() };
        let mut courses = Vec::new();
        for group in groups {
            let found = group.iter().find_map(|subject| (self.find)(&code(subject)));
            courses.extend(found.filter(|course| !courses.contains(course)));
        }
        courses
    }

    /// A word that could be a number of a course, and is no count.
    fn number(&self, at: usize) -> Option<&str> {
        let word = self.tokens.get(at)?.word().filter(|word| is_number_shaped(word))?;
        let next = self.word(at + 1);
        let is_counted = next.is_some_and(|next| COUNTED.contains(&next))
            || next == Some("or") && self.word(at + 2).is_some_and(|word| OR_SO_MANY.contains(&word))
            || self.tokens.get(at + 1).is_some_and(|token| token.is_sign('%'));
        (!is_counted).then_some(word)
    }

    /// `7A/B`, `100A-B`: the same number with another letter behind.
    fn other_suffix(&self, list: &List<'a, T>, at: usize, between: usize) -> Option<String> {
        let letter = self.word(at).filter(|word| word.len() == 1 && word.as_bytes()[0].is_ascii_alphabetic())?;
        let is_joined = self.tokens[at - 1].is_sign('/') || self.tokens[at - 1].is_sign('-');
        let last = list.last.as_deref()?;
        let stem = last.strip_suffix(|c: char| c.is_ascii_alphabetic())?;
        (between == 1 && is_joined && stem.ends_with(|c: char| c.is_ascii_digit())).then(|| format!("{stem}{letter}"))
    }

    /// A subject and a number written as one word.
    fn glued(&self, at: usize) -> Option<(Vec<&'a SubjectCode>, String)> {
        let token = self.tokens.get(at)?;
        let word = token.word()?;
        let digits = word.find(|c: char| c.is_ascii_digit()).filter(|digits| *digits >= 2)?;
        let (subject, number) = word.split_at(digits);
        let is_capital = self.text[token.place.clone()].starts_with(char::is_uppercase);
        if !is_capital || !is_number_shaped(number) {
            return None;
        }
        let subjects: Vec<&SubjectCode> = self.names.of_word(subject).collect();
        (!subjects.is_empty()).then(|| (subjects, number.to_owned()))
    }

    fn begins_clause(&self, at: usize) -> bool {
        let mut before = self.tokens[..at].iter().rev();
        before.next().is_none_or(|token| token.is_sign(';') || token.is_sign('\n') || token.is_sign('.'))
    }

    /// Whether what follows a bare number fits a course. `1. Audition` begins a list.
    fn stands_for_a_course(&self, at: usize) -> bool {
        let Some(next) = self.tokens.get(at + 1) else { return true };
        match next.word() {
            Some(word) => FOLLOWING_WORDS.contains(&word),
            None if next.is_sign('.') => at + 2 == self.tokens.len(),
            None => BETWEEN_SIGNS.iter().any(|sign| next.is_sign(*sign)) || next.is_sign('\n'),
        }
    }

    /// Whether a number with letters is called something else by the word before it: `AP 4A`, `Part 1A`, `Level C1`.
    fn is_label(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).and_then(|before| self.tokens.get(before)) else { return false };
        let Some(word) = before.word() else { return before.is_sign('-') || before.is_sign('/') };
        !BETWEEN_WORDS.contains(&word) && self.text[before.place.clone()].starts_with(char::is_uppercase)
    }

    fn ends_sentence(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is_sign('.') || token.is_sign('\n'))
    }

    /// Whether the sentence that begins here names courses only to exclude them.
    fn excludes(&self, at: usize) -> bool {
        let end = (at..self.tokens.len()).find(|at| self.ends_sentence(*at)).unwrap_or(self.tokens.len());
        let words: Vec<&str> = self.tokens[at.min(end)..end].iter().filter_map(Token::word).collect();
        let excluded = words.windows(2).any(|pair| EXCLUDING.contains(&(pair[0], pair[1])));
        excluded || words.contains(&"cannot")
    }

    fn word(&self, at: usize) -> Option<&str> {
        self.tokens.get(at).and_then(Token::word)
    }
}

impl<'a, T> List<'a, T> {
    const fn of(groups: Groups<'a>, end: usize) -> Self {
        Self { groups, last: None, found: Vec::new(), implied: Vec::new(), end }
    }
}

fn is_between(token: &Token) -> bool {
    match token.word() {
        Some(word) => BETWEEN_WORDS.contains(&word),
        None => BETWEEN_SIGNS.iter().any(|sign| token.is_sign(*sign)),
    }
}

/// At most two letters, up to three digits, at most three letters; not `1st`, `2nd`, `3rd`, `4th`.
fn is_number_shaped(word: &str) -> bool {
    let Some(start) = word.find(|c: char| c.is_ascii_digit()) else { return false };
    let behind = word[start..].trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - start - behind.len();
    let letters = |text: &str| text.bytes().all(|b| b.is_ascii_alphabetic());
    let is_ordinal = matches!(behind, "st" | "nd" | "rd" | "th");
    start <= 2 && digits <= 3 && behind.len() <= 3 && letters(&word[..start]) && letters(behind) && !is_ordinal
}

/// The numbers between the ends of a range that differ in their last letter: `61b` for `61a` and `61c`.
fn inside(first: &str, last: &str) -> Vec<String> {
    let letter = |text: &str| text.bytes().last().filter(u8::is_ascii_lowercase);
    let (Some(from), Some(to)) = (letter(first), letter(last)) else { return Vec::new() };
    let stem = &first[..first.len() - 1];
    if stem != &last[..last.len() - 1] {
        return Vec::new();
    }
    (from + 1..to).map(|letter| format!("{stem}{}", char::from(letter))).collect()
}
