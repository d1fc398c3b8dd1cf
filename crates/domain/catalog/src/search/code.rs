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
    digits <= 2 && after.len() <= 3 && text.bytes().all(|b| b.is_ascii_alphanumeric()) && !after.bytes().any(|b| b.is_ascii_digit())
}

/// How a course's number fits what was typed: exactly, exactly but for a letter in front (`8` for `C8`), as a
/// beginning (`16` for `16A`), as a beginning behind a letter.
fn number_fit(number: &str, typed: &str) -> Option<u32> {
    let without_prefix = number.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    if number == typed {
        Some(0)
    } else if without_prefix == typed {
        Some(1)
    } else if goes_on(number, typed) {
        Some(4)
    } else if goes_on(without_prefix, typed) {
        Some(5)
    } else {
        None
    }
}

/// Whether a number begins as typed and goes on with letters: `16` is the beginning of `16A`, not of `160`.
fn goes_on(number: &str, typed: &str) -> bool {
    let rest = number.strip_prefix(typed);
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Whether a number begins as typed in whatever way: while somebody types `16`, `160` may be what they mean.
fn begins(number: &str, typed: &str) -> bool {
    number.starts_with(typed)
}

fn offer_subject_and_number(snapshot: &Snapshot, subject: &str, number: &str, found: &mut Found) {
    let names = &snapshot.index().subject_names;
    let first = names.partition_point(|name| *name.name < *subject);
    for name in names[first..].iter().take_while(|name| name.name.starts_with(subject)) {
        let is_whole = name.name.len() == subject.len();
        if !is_whole && subject.len() < SUBJECT_START_CHARS_MIN {
            continue;
        }
        let nickname = u32::from(name.is_nickname);
        for course in courses_of(snapshot, name.subject) {
            let have = &snapshot.index().numbers[course.place()];
            let class = match (number_fit(have, number), is_whole) {
                (Some(fit @ 0..=1), true) => WHOLE_CODE + 2 * fit + nickname,
                (Some(fit), true) => UNFINISHED_CODE + (fit - 4) + nickname,
                (Some(fit), false) => SUBJECT_START_AND_NUMBER + u32::from(fit > 1) * 2 + nickname,
                (None, true) if begins(have, number) => UNFINISHED_CODE + 2 + nickname,
                (None, _) => continue,
            };
            found.offer(course, Rank::natural(class));
        }
    }
}

fn offer_number(snapshot: &Snapshot, number: &str, found: &mut Found) {
    for (place, have) in (0..).zip(&snapshot.index().numbers) {
        if let Some(fit) = number_fit(have, number) {
            let course = CourseIndex(place);
            let class = NUMBER_ALONE + fit.min(2);
            found.offer(course, Rank::by_size(class, snapshot.course(course).popularity));
        }
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
