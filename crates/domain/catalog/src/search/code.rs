//! A query read as a course code, a subject, or a CCN.

use super::rank::{Found, Rank};
use crate::course_set::CourseIndex;
use crate::section::{SectionId, SectionKey};
use crate::snapshot::Snapshot;

/// CCNs have five digits; four and six have occurred.
const CCN_DIGITS: std::ops::RangeInclusive<usize> = 4..=6;

/// The shortest beginning of a subject's name that stands for it.
const SUBJECT_START_CHARS_MIN: usize = 3;

/// Classes of ranks, best first. All lie before the ranks of words but for the last. Behind each there is room for a
/// nickname (one worse) and for a cross-listed code (two worse).
const CCN: u32 = 0;
const WHOLE_CODE: u32 = 4;
const WHOLE_CODE_BEHIND_LETTERS: u32 = 8;
const UNFINISHED_CODE: u32 = 12;
const UNFINISHED_CODE_BEHIND_LETTERS: u32 = 16;
const UNFINISHED_DIGITS: u32 = 20;
const SUBJECT_START_AND_NUMBER: u32 = 24;
const SUBJECT_START_AND_NUMBER_START: u32 = 28;
const NUMBER_ALONE: u32 = 32;
const SUBJECT_ALONE: u32 = 40;
const SUBJECT_START_ALONE: u32 = 90;

/// How much worse it is to be found by a nickname, or under another code than its own.
const BY_NICKNAME: u32 = 1;
const CROSS_LISTED: u32 = 2;

/// Offers what `squeezed` (the query folded and written together) means as a code.
pub(super) fn read_as_code(snapshot: &Snapshot, squeezed: &str, found: &mut Found) {
    offer_ccn(snapshot, squeezed, found);
    for at in squeezed.char_indices().map(|(at, _)| at) {
        let (subject, number) = squeezed.split_at(at);
        if !is_number_start(number) {
            continue;
        }
        if subject.is_empty() {
            offer_number(snapshot, number, found);
        } else {
            offer_subject_and_number(snapshot, subject, number, found);
        }
    }
    offer_subject(snapshot, squeezed, found);
}

fn offer_ccn(snapshot: &Snapshot, text: &str, found: &mut Found) {
    if !CCN_DIGITS.contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return;
    }
    let Ok(id) = text.parse() else { return };
    for term in snapshot.terms().iter().map(|entry| entry.term.id) {
        if let Some(section) = snapshot.section_by_key(SectionKey { term, id: SectionId(id) }) {
            found.offer_in(term, snapshot.section(section).course(), Rank::natural(CCN));
        }
    }
}

/// Whether a text could be a number or the beginning of one: at most two letters, digits, at most three letters.
fn is_number_start(text: &str) -> bool {
    let Some(digits) = text.find(|c: char| c.is_ascii_digit()) else { return false };
    let after = text[digits..].trim_start_matches(|c: char| c.is_ascii_digit());
    let letters = |text: &str| text.bytes().all(|b| b.is_ascii_alphabetic());
    digits <= 2 && after.len() <= 3 && letters(&text[..digits]) && letters(after)
}

/// How a course's number fits what was typed, best first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NumberFit {
    /// The same.
    Whole,
    /// The same but for letters in front: `8` for `C8`.
    WholeBehindLetters,
    /// It goes on with letters: `16` for `16A`.
    Unfinished,
    /// Both: `16` for `C16A`.
    UnfinishedBehindLetters,
    /// It goes on with digits: `16` for `160`, as while somebody is still typing.
    UnfinishedDigits,
}

fn number_fit(number: &str, typed: &str) -> Option<NumberFit> {
    let behind_letters = number.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    if number == typed {
        Some(NumberFit::Whole)
    } else if behind_letters == typed {
        Some(NumberFit::WholeBehindLetters)
    } else if goes_on_with_letters(number, typed) {
        Some(NumberFit::Unfinished)
    } else if goes_on_with_letters(behind_letters, typed) {
        Some(NumberFit::UnfinishedBehindLetters)
    } else {
        number.starts_with(typed).then_some(NumberFit::UnfinishedDigits)
    }
}

fn goes_on_with_letters(number: &str, typed: &str) -> bool {
    let rest = number.strip_prefix(typed);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
}

fn offer_subject_and_number(snapshot: &Snapshot, subject: &str, number: &str, found: &mut Found) {
    let index = snapshot.index();
    let first = index.subject_names.partition_point(|name| *name.name < *subject);
    for name in index.subject_names[first..].iter().take_while(|name| name.name.starts_with(subject)) {
        let is_whole = name.name.len() == subject.len();
        if !is_whole && subject.len() < SUBJECT_START_CHARS_MIN {
            continue;
        }
        for code in &index.codes[name.subject as usize] {
            let Some(fit) = number_fit(&code.number, number) else { continue };
            let class = match (fit, is_whole) {
                (NumberFit::Whole, true) => WHOLE_CODE,
                (NumberFit::WholeBehindLetters, true) => WHOLE_CODE_BEHIND_LETTERS,
                (NumberFit::Unfinished, true) => UNFINISHED_CODE,
                (NumberFit::UnfinishedBehindLetters, true) => UNFINISHED_CODE_BEHIND_LETTERS,
                (NumberFit::UnfinishedDigits, true) => UNFINISHED_DIGITS,
                (NumberFit::Whole | NumberFit::WholeBehindLetters, false) => SUBJECT_START_AND_NUMBER,
                (_, false) => SUBJECT_START_AND_NUMBER_START,
            };
            let by_nickname = if name.is_nickname { BY_NICKNAME } else { 0 };
            let cross_listed = if code.is_cross_listed { CROSS_LISTED } else { 0 };
            found.offer(code.course, Rank::natural(class + by_nickname + cross_listed));
        }
    }
}

fn offer_number(snapshot: &Snapshot, typed: &str, found: &mut Found) {
    let index = snapshot.index();
    for (number, courses) in index.numbers.beginning_with(typed) {
        let class = if number == typed { NUMBER_ALONE } else { NUMBER_ALONE + 2 };
        offer_by_size(snapshot, courses, class, found);
    }
    for (number, courses) in index.numbers_behind_letters.beginning_with(typed) {
        if number == typed {
            offer_by_size(snapshot, courses, NUMBER_ALONE + 1, found);
        } else if goes_on_with_letters(number, typed) {
            offer_by_size(snapshot, courses, NUMBER_ALONE + 2, found);
        }
    }
}

fn offer_by_size(snapshot: &Snapshot, courses: &[u32], class: u32, found: &mut Found) {
    for course in courses.iter().copied().map(CourseIndex) {
        found.offer(course, Rank::by_size(class, snapshot.course(course).popularity));
    }
}

fn offer_subject(snapshot: &Snapshot, text: &str, found: &mut Found) {
    let names = &snapshot.index().subject_names;
    let first = names.partition_point(|name| *name.name < *text);
    for name in names[first..].iter().take_while(|name| name.name.starts_with(text)) {
        let class = if name.name.len() == text.len() {
            SUBJECT_ALONE + u32::from(name.is_nickname)
        } else if text.len() >= SUBJECT_START_CHARS_MIN {
            SUBJECT_START_ALONE
        } else {
            continue;
        };
        let entry = snapshot.subjects().get(name.subject as usize);
        for course in entry.into_iter().flat_map(|entry| snapshot.courses_of(entry)) {
            found.offer(course, Rank::natural(class));
        }
    }
}
