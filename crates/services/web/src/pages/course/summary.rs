//! The figures at the top: seats, meeting times, grades.

use catalog::seats::SeatRollup;
use catalog::snapshot::SectionView;
use catalog::switches::Source;
use design::numbers::{counted, thousands};
use design::stats::{Stat, stat_tiles};
use maud::Markup;

use super::Looked;
use crate::switched_off::{self, NOT_SHOWN};
use crate::words;

/// Instructors named below the title.
const NAMES_SHOWN: usize = 3;

/// One sentence for search engines and link previews.
pub(super) fn sentence(looked: &Looked<'_>) -> String {
    let course = &looked.entry.course;
    let mut sentence = format!("{} {}", words::code(looked.entry), course.title);
    if let Some(term) = looked.term {
        sentence.push_str(&format!(" at Berkeley in {}", term.title()));
    }
    if let Some(units) = &course.units {
        sentence.push_str(&format!(", {}", words::units(units)));
    }
    if let Some(seats) = looked.offering.and_then(|offering| offering.seats) {
        let open = counted(words::at_least_0(seats.open_seats), "open seat", "open seats");
        sentence.push_str(&format!(", {open} of {}", thousands(words::at_least_0(seats.max_enroll))));
        sentence.extend(reserved(&seats).map(|reserved| format!(" ({reserved})")));
    }
    if let Some(letter) = looked.entry.grades.and_then(|grades| grades.letter) {
        sentence.push_str(&format!(", average grade {letter}"));
    }
    sentence.push('.');
    sentence
}

pub(super) fn tiles(looked: &Looked<'_>) -> Markup {
    let mut stats = seats(looked);
    stats.extend(meets(looked));
    stats.push(graded(looked));
    stat_tiles(&stats)
}

/// Seats and waiting list.
fn seats(looked: &Looked<'_>) -> Vec<Stat> {
    let Some(offering) = looked.offering else { return Vec::new() };
    let Some(seats) = offering.seats else {
        let (value, note) = if switched_off::is_off(looked.snapshot, Source::Enrollment) {
            (NOT_SHOWN, "turned off: see below")
        } else {
            ("Unknown", "the source gives no counts")
        };
        return vec![Stat { label: "Seats".to_owned(), value: value.to_owned(), note: Some(note.to_owned()) }];
    };
    let open = words::at_least_0(seats.open_seats);
    let (enrolled, all) = (words::at_least_0(seats.enrolled), words::at_least_0(seats.max_enroll));
    let waiting = words::at_least_0(seats.waitlisted);
    let notes: Vec<String> =
        reserved(&seats).into_iter().chain([format!("{} of {} taken", thousands(enrolled), thousands(all))]).collect();
    vec![
        Stat {
            label: "Seats".to_owned(),
            value: if open == 0 { "Full".to_owned() } else { format!("{} open", thousands(open)) },
            note: Some(notes.join(", ")),
        },
        Stat {
            label: "Waiting list".to_owned(),
            value: thousands(waiting),
            note: Some(if waiting == 1 { "student waiting" } else { "students waiting" }.to_owned()),
        },
    ]
}

/// How many of the open seats are kept for groups: `3 of them reserved`, `all reserved`; `None` when none is.
fn reserved(seats: &SeatRollup) -> Option<String> {
    match seats.reserved_seats {
        0 => None,
        all if all == seats.open_seats => Some("all reserved".to_owned()),
        some => Some(format!("{} of them reserved", thousands(words::at_least_0(some)))),
    }
}

fn primaries<'a>(looked: &Looked<'a>) -> Vec<SectionView<'a>> {
    let sections = looked.offering.into_iter().flat_map(|offering| looked.snapshot.sections_in(offering));
    sections.filter(|section| section.is_primary()).collect()
}

fn meets(looked: &Looked<'_>) -> Option<Stat> {
    let primaries = primaries(looked);
    let first = primaries.first()?;
    let label = if first.component().name.is_empty() { first.label() } else { first.component().name.clone() };
    let arranged = first.meetings().find(|meeting| meeting.time().is_some());
    let meeting = arranged.or_else(|| first.meetings().next());
    let Some(meeting) = meeting else {
        return Some(Stat { label, value: "Not arranged".to_owned(), note: None });
    };
    let value = if meeting.days().is_empty() { words::when(meeting) } else { meeting.days().short() };
    let mut note = Vec::new();
    note.extend(meeting.time().filter(|_| !meeting.days().is_empty()).map(|time| time.to_string()));
    note.extend(meeting.location().map(str::to_owned));
    let others = primaries.len() - 1;
    if others > 0 {
        note.push(format!("and {}", counted(words::counted(others), "other class", "other classes")));
    }
    Some(Stat { label, value, note: (!note.is_empty()).then(|| note.join(", ")) })
}

/// Who teaches the primary sections, for the line below the title; a few names, then how many more.
pub(super) fn taught_by(looked: &Looked<'_>) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for instructor in primaries(looked).into_iter().flat_map(SectionView::instructors) {
        if !names.contains(&instructor.full_name()) {
            names.push(instructor.full_name());
        }
    }
    let more = names.len().saturating_sub(NAMES_SHOWN);
    names.truncate(NAMES_SHOWN);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    (!names.is_empty()).then(|| names.join(", "))
}

fn graded(looked: &Looked<'_>) -> Stat {
    let label = "Average grade".to_owned();
    if switched_off::is_off(looked.snapshot, Source::Grades) {
        return Stat { label, value: NOT_SHOWN.to_owned(), note: Some("turned off: see below".to_owned()) };
    }
    let Some(grades) = looked.entry.grades else {
        return Stat { label, value: "–".to_owned(), note: Some("no grades on record".to_owned()) };
    };
    let students = counted(grades.distribution.total(), "student", "students");
    match (grades.letter, grades.average) {
        (Some(letter), Some(average)) => {
            Stat { label, value: letter.replace('-', "\u{2212}"), note: Some(format!("{average:.2} over {students}")) }
        }
        _ => Stat { label, value: "–".to_owned(), note: Some(format!("{students} passed or not passed")) },
    }
}
