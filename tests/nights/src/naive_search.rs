//! The rules of searching, done the slow way: every course ranked by itself, in every term, for every reading.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use catalog::course::{Course, CourseCode};
use catalog::data::CatalogData;
use catalog::fold::{folded, squeezed, words};
use catalog::nickname::nicknames;
use catalog::section::Section;
use catalog::snapshot::Snapshot;
use catalog::term::TermId;

const FILLERS: [&str; 12] = ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to"];

/// The lower, the better: a class, then the larger course.
type Rank = (u32, Reverse<u32>);

/// A query as it is read.
struct Query {
    squeezed: String,
    phrase: String,
    words: Vec<String>,
}

/// What the store gives, ranked by itself.
pub(crate) struct NaiveSearch<'a> {
    data: &'a CatalogData,
    snapshot: &'a Snapshot,
}

/// How lenient a word is read.
#[derive(Clone, Copy, PartialEq)]
enum Reading {
    AsItStands,
    AsTypo,
    Both,
}

impl<'a> NaiveSearch<'a> {
    pub(crate) fn new(data: &'a CatalogData, snapshot: &'a Snapshot) -> Self {
        Self { data, snapshot }
    }

    /// The courses that match, best first.
    pub(crate) fn search(&self, query: &str, term: Option<TermId>) -> Vec<&'a Course> {
        let mut courses: Vec<&Course> = self.data.courses.iter().map(|held| &held.value.value).collect();
        courses.sort_by(|a, b| a.code.cmp(&b.code));
        if query.trim().is_empty() {
            return courses;
        }
        let query = read(query);
        let readings = self.readings(&query, &courses);
        let mut ranked: Vec<(Rank, &Course)> = Vec::new();
        for course in courses {
            let as_words = self.best_in(term, |term| self.rank_of_words(&query, &readings, course, term));
            let as_code = self.rank_of_code(&query, course);
            let as_ccn = self.best_in(term, |term| self.rank_of_ccn(&query, course, term));
            let best = [as_words, as_code, as_ccn].into_iter().flatten().min();
            ranked.extend(best.map(|rank| (rank, course)));
        }
        ranked.sort_by(|a, b| (a.0, &a.1.code).cmp(&(b.0, &b.1.code)));
        ranked.into_iter().map(|(_, course)| course).collect()
    }

    /// The best in a term, or in any, or in none.
    fn best_in(&self, term: Option<TermId>, rank: impl Fn(Option<TermId>) -> Option<Rank>) -> Option<Rank> {
        let terms = self.data.terms.iter().map(|term| term.id).filter(|of| term.is_none_or(|term| term == *of));
        terms.map(Some).chain([None]).filter_map(rank).min()
    }

    /// Words that stand nowhere are read as typos; when no course has all words, all are.
    fn readings(&self, query: &Query, courses: &[&Course]) -> Vec<Reading> {
        let found =
            |word: &String, reading| courses.iter().any(|course| self.best_penalty(word, reading, course).is_some());
        let mut readings: Vec<Reading> = Vec::new();
        for word in &query.words {
            readings.push(if found(word, Reading::AsItStands) { Reading::AsItStands } else { Reading::AsTypo });
        }
        let some = courses
            .iter()
            .any(|course| self.best_in(None, |term| self.rank_of_words(query, &readings, course, term)).is_some());
        if some { readings } else { vec![Reading::Both; readings.len()] }
    }

    fn best_penalty(&self, word: &str, reading: Reading, course: &Course) -> Option<Rank> {
        self.best_in(None, |term| Some((self.penalty(word, reading, course, term)?, Reverse(0))))
    }

    fn rank_of_words(
        &self,
        query: &Query,
        readings: &[Reading],
        course: &Course,
        term: Option<TermId>,
    ) -> Option<Rank> {
        let each = query.words.iter().zip(readings);
        let penalties: Option<u32> = each.map(|(word, reading)| self.penalty(word, *reading, course, term)).sum();
        let title = folded(&course.title);
        let base = match () {
            () if query.words.is_empty() => return None,
            () if title == query.phrase => 50,
            () if title.starts_with(&query.phrase) => 52,
            () if title.contains(&query.phrase) => 60,
            () => 70,
        };
        Some((base + penalties?, Reverse(self.size(course))))
    }

    fn penalty(&self, word: &str, reading: Reading, course: &Course, term: Option<TermId>) -> Option<u32> {
        let sections = self.data.sections.iter().filter(|section| {
            section.is_visible() && section.class.course == course.code && Some(section.class.term) == term
        });
        let people: BTreeSet<String> = sections.flat_map(taught_by).collect();
        let title: BTreeSet<String> = words(&course.title).into_iter().collect();
        let subject: BTreeSet<String> =
            self.names(&course.code).into_iter().flat_map(|(name, _)| words(&name)).collect();
        let mut penalties: Vec<u32> = Vec::new();
        if reading != Reading::AsTypo {
            let by_name = word.len() >= 3;
            penalties.extend(stands(word, &title, 1, Some(3)));
            penalties.extend(stands(word, &subject, 2, by_name.then_some(3)));
            penalties.extend(stands(word, &people, 2, by_name.then_some(5)));
            let number = course.code.number.as_str().to_lowercase();
            if word.contains(|c: char| c.is_ascii_digit()) {
                penalties.extend((number == word).then_some(1));
                penalties.extend((number.starts_with(word) || behind_letters(&number).starts_with(word)).then_some(3));
            }
        }
        if reading != Reading::AsItStands && !word.contains(|c: char| c.is_ascii_digit()) {
            for (words, base) in [(title, 10), (subject, 12), (people, 12)] {
                penalties.extend(words.iter().filter_map(|other| typos(word, other)).map(|typos| base + 4 * typos));
            }
        }
        penalties.into_iter().min()
    }

    fn rank_of_ccn(&self, query: &Query, course: &Course, term: Option<TermId>) -> Option<Rank> {
        let text = &query.squeezed;
        let is_ccn = (4..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let has = |section: &Section| {
            let class = &section.class;
            class.course == course.code && Some(class.term) == term && text.parse() == Ok(section.id.0)
        };
        let found = is_ccn && self.data.sections.iter().any(|section| section.is_visible() && has(section));
        found.then_some((0, Reverse(0)))
    }

    fn rank_of_code(&self, query: &Query, course: &Course) -> Option<Rank> {
        let text = &query.squeezed;
        let mut ranks: Vec<Rank> = Vec::new();
        for at in text.char_indices().map(|(at, _)| at).filter(|at| is_number_start(&text[*at..])) {
            let (subject, typed) = text.split_at(at);
            if subject.is_empty() {
                let own = fit(&course.code, typed).map(|fit| 32 + u32::from(fit.min(2)));
                ranks.extend(own.map(|class| (class, Reverse(self.size(course)))));
                continue;
            }
            for (code, other) in self.codes(course) {
                let Some(fit) = fit(&code, typed) else { continue };
                for (name, nickname) in self.names(&code) {
                    let class = match squeezed(&name) {
                        whole if whole == subject => [4, 8, 12, 16, 20][usize::from(fit)],
                        longer if subject.len() >= 3 && longer.starts_with(subject) => {
                            if fit < 2 {
                                24
                            } else {
                                28
                            }
                        }
                        _ => continue,
                    };
                    ranks.push((class + nickname + if other { 2 } else { 0 }, Reverse(0)));
                }
            }
        }
        for (name, nickname) in self.names(&course.code) {
            match squeezed(&name) {
                whole if whole == *text => ranks.push((40 + nickname, Reverse(0))),
                longer if text.len() >= 3 && longer.starts_with(text.as_str()) => ranks.push((90, Reverse(0))),
                _ => {}
            }
        }
        ranks.into_iter().min()
    }

    /// A course's own code and those of its cross-listings, whichever side names them.
    fn codes(&self, course: &Course) -> Vec<(CourseCode, bool)> {
        let all = self.data.courses.iter().map(|held| &held.value.value);
        let naming = all.filter(|other| other.cross_listed.contains(&course.code)).map(|other| &other.code);
        let others: BTreeSet<&CourseCode> = course.cross_listed.iter().chain(naming).collect();
        let mut codes = vec![(course.code.clone(), false)];
        codes.extend(others.into_iter().filter(|code| **code != course.code).map(|code| (code.clone(), true)));
        codes
    }

    /// Names of a code's subject, and how much worse it is to be found by each.
    fn names(&self, code: &CourseCode) -> Vec<(String, u32)> {
        let Some(entry) = self.snapshot.subject(&code.subject) else { return Vec::new() };
        let subject = &entry.subject;
        let own = [subject.code.to_string(), subject.abbreviation.clone(), subject.name.clone()];
        let others = nicknames().iter().filter(|nickname| nickname.subject == subject.code.as_str());
        own.map(|name| (name, 0)).into_iter().chain(others.map(|nickname| (nickname.name.to_owned(), 1))).collect()
    }

    fn size(&self, course: &Course) -> u32 {
        self.snapshot.place(&course.code).map_or(0, |place| self.snapshot.course(place).popularity)
    }
}

fn read(query: &str) -> Query {
    let mut tokens = Vec::new();
    for word in words(query) {
        let digits = word.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
        let letters = &word[..digits];
        if digits >= 2 && letters.bytes().all(|b| b.is_ascii_alphabetic()) {
            tokens.extend([letters.to_owned(), word[digits..].to_owned()]);
        } else {
            tokens.push(word);
        }
    }
    let meant: Vec<String> = tokens.iter().filter(|token| !FILLERS.contains(&token.as_str())).cloned().collect();
    let phrase = tokens.join(" ");
    Query { squeezed: squeezed(query), phrase, words: if meant.is_empty() { tokens } else { meant } }
}

fn taught_by(section: &Section) -> Vec<String> {
    let instructors = section.meetings.iter().flat_map(|meeting| &meeting.instructors);
    instructors.flat_map(|instructor| words(&instructor.full_name())).collect()
}

fn stands(word: &str, among: &BTreeSet<String>, whole: u32, start: Option<u32>) -> Option<u32> {
    let is_start = || among.iter().any(|other| other.starts_with(word));
    if among.contains(word) { Some(whole) } else { start.filter(|_| is_start()) }
}

fn behind_letters(number: &str) -> &str {
    number.trim_start_matches(|c: char| c.is_ascii_alphabetic())
}

fn is_number_start(text: &str) -> bool {
    let Some(digits) = text.find(|c: char| c.is_ascii_digit()) else { return false };
    let after = text[digits..].trim_start_matches(|c: char| c.is_ascii_digit());
    digits <= 2 && after.len() <= 3 && (text[..digits].to_owned() + after).bytes().all(|b| b.is_ascii_alphabetic())
}

/// How a number fits what was typed: 0 the same … 4 it goes on with digits.
fn fit(code: &CourseCode, typed: &str) -> Option<u8> {
    let number = code.number.as_str().to_lowercase();
    let goes_on = |number: &str| {
        number.strip_prefix(typed).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    match () {
        () if number == typed => Some(0),
        () if behind_letters(&number) == typed => Some(1),
        () if goes_on(&number) => Some(2),
        () if goes_on(behind_letters(&number)) => Some(3),
        () => number.starts_with(typed).then_some(4),
    }
}

/// Slips of the fingers between two words, when no more than are forgiven.
fn typos(typed: &str, word: &str) -> Option<u32> {
    let forgiven = match typed.len() {
        4..8 => 1,
        8..=32 => 2,
        _ => return None,
    };
    let (a, b) = (typed.as_bytes(), word.as_bytes());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let wrong = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                let swap = if swapped { table[i - 2][j - 2] + 1 } else { usize::MAX };
                wrong.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1).min(swap)
            };
        }
    }
    let typos = table[a.len()][b.len()];
    (typos <= forgiven && word.len() <= 32).then(|| u32::try_from(typos).unwrap_or(u32::MAX))
}
