//! A query read as a course code, a subject, or a CCN.

use super::{Found, Rank};
use crate::course_set::CourseIndex;
use crate::section::SectionId;
use crate::snapshot::Snapshot;
use crate::term::TermId;

/// CCNs have five digits; four and six have occurred.
const CCN_DIGITS: std::ops::RangeInclusive<usize> = 4..=6;

/// The shortest beginning of a subject's name that stands for it.
const SUBJECT_START_CHARS_MIN: usize = 3;

/// Classes of ranks, best first. All lie before the ranks of words but for the last three.
const CCN: u32 = 0;
const WHOLE_CODE: u32 = 2;
const UNFINISHED_CODE: u32 = 6;
const SUBJECT_START_AND_NUMBER: u32 = 10;
const NUMBER_ALONE: u32 = 14;
const SUBJECT_ALONE: u32 = 18;
const SUBJECT_START_ALONE: u32 = 60;

/// Offers what `squeezed` (the query folded and written together) means as a code.
pub(super) fn read_as_code(snapshot: &Snapshot, squeezed: &str, term: Option<TermId>, found: &mut Found) {
    offer_ccn(snapshot, squeezed, term, found);
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

fn offer_ccn(snapshot: &Snapshot, text: &str, term: Option<TermId>, found: &mut Found) {
    if !CCN_DIGITS.contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
        return;
    }
    let Ok(id) = text.parse() else { return };
    let sections = snapshot.index().ccns.get(&SectionId(id)).into_iter().flatten();
    for (_, course) in sections.filter(|(of, _)| term.is_none_or(|term| term == *of)) {
        found.offer(*course, Rank::natural(CCN));
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
    let names = &snapshot.index().subject_names;
    let first = names.partition_point(|name| *name.name < *subject);
    for name in names[first..].iter().take_while(|name| name.name.starts_with(subject)) {
        let is_whole = name.name.len() == subject.len();
        if !is_whole && subject.len() < SUBJECT_START_CHARS_MIN {
            continue;
        }
        for course in courses_of(snapshot, name.subject) {
            let Some(fit) = number_fit(&snapshot.index().numbers[course.place()], number) else { continue };
            let class = match (fit, is_whole) {
                (NumberFit::Whole, true) => WHOLE_CODE,
                (NumberFit::WholeBehindLetters, true) => WHOLE_CODE + 2,
                (NumberFit::Unfinished, true) => UNFINISHED_CODE,
                (NumberFit::UnfinishedBehindLetters, true) => UNFINISHED_CODE + 1,
                (NumberFit::UnfinishedDigits, true) => UNFINISHED_CODE + 2,
                (NumberFit::Whole | NumberFit::WholeBehindLetters, false) => SUBJECT_START_AND_NUMBER,
                (_, false) => SUBJECT_START_AND_NUMBER + 2,
            };
            found.offer(course, Rank::natural(class + u32::from(name.is_nickname)));
        }
    }
}

fn offer_number(snapshot: &Snapshot, number: &str, found: &mut Found) {
    for (place, have) in (0..).zip(&snapshot.index().numbers) {
        let class = match number_fit(have, number) {
            Some(NumberFit::Whole) => NUMBER_ALONE,
            Some(NumberFit::WholeBehindLetters) => NUMBER_ALONE + 1,
            Some(_) => NUMBER_ALONE + 2,
            None => continue,
        };
        let course = CourseIndex(place);
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
        for course in courses_of(snapshot, name.subject) {
            found.offer(course, Rank::natural(class));
        }
    }
}

fn courses_of(snapshot: &Snapshot, subject: u32) -> impl Iterator<Item = CourseIndex> + use<> {
    let entry = snapshot.subjects().get(subject as usize);
    let range = entry.map_or(0..0, |entry| entry.first.0..entry.first.0 + entry.count);
    range.map(CourseIndex)
}
