//! The sections of the course: all meetings, instructors, class numbers, seats.

use catalog::seats::SeatReservation;
use catalog::snapshot::{ClassEntry, MeetingView, Offering, SectionView, Snapshot};
use catalog::switches::Source;
use design::as_of::as_of;
use design::layout;
use design::numbers::{counted, thousands};
use design::seats::seats_line;
use design::table::{Column, Table, table};
use maud::{Markup, html};

use super::Looked;
use crate::frame::{self, seats_as_of};
use crate::switched_off::{self, NOT_SHOWN};
use crate::visit::Visit;
use crate::words;

/// Secondary sections of a class that stand open; more of them are folded.
const SECONDARY_SHOWN: usize = 4;

pub(super) fn section(visit: &Visit, looked: &Looked<'_>) -> Markup {
    let (Some(offering), Some(term)) = (looked.offering, looked.term) else { return html! {} };
    let moment =
        seats_as_of(looked.snapshot, term).map(|at| as_of(&frame::as_of(looked.snapshot, "Seats", at, &visit.now)));
    let count = counted(words::counted(offering.section_count()), "section", "sections");
    layout::section(
        "sections",
        &format!("{count} in {}", term.title()),
        moment.as_ref(),
        &html! {
            div.stack {
                @if plain(looked.snapshot, offering) {
                    @let all: Vec<SectionView<'_>> = looked.snapshot.sections_in(offering).collect();
                    (sections_table(looked.snapshot, "Sections", true, &all))
                } @else {
                    @let is_only = offering.class_count() == 1;
                    @for class in looked.snapshot.classes_of(offering) {
                        (class_block(looked.snapshot, class, is_only))
                    }
                }
            }
        },
    )
}

/// Whether one table holds everything without getting long.
fn plain(snapshot: &Snapshot, offering: &Offering) -> bool {
    let classes = snapshot.classes_of(offering);
    let titled = classes.iter().any(|class| title_of(class).is_some());
    !titled && classes.iter().all(|class| class.section_count() <= 1 + SECONDARY_SHOWN)
}

/// One class: its primary section, and its secondary ones, folded when they are many.
fn class_block(snapshot: &Snapshot, class: &ClassEntry, is_only: bool) -> Markup {
    let (primary, secondary): (Vec<SectionView<'_>>, Vec<SectionView<'_>>) =
        snapshot.sections_of_class(class).partition(|section| section.is_primary());
    let caption = match title_of(class) {
        Some(title) => format!("Class {}: {title}", class.key.number),
        None => format!("Class {}", class.key.number),
    };
    let fold = secondary.len() > SECONDARY_SHOWN && !primary.is_empty();
    let shown: Vec<SectionView<'_>> = if fold { primary } else { snapshot.sections_of_class(class).collect() };
    let caption_unseen = is_only && title_of(class).is_none();
    html! {
        div.stack {
            (sections_table(snapshot, &caption, caption_unseen, &shown))
            @if fold {
                @let rest = sections_table(snapshot, &format!("{caption}, secondary sections"), true, &secondary);
                (layout::folded(&folded_words(&secondary), &rest))
            }
        }
    }
}

/// `38 discussions and labs, 112 seats open`.
fn folded_words(sections: &[SectionView<'_>]) -> String {
    let mut names: Vec<String> = Vec::new();
    for section in sections {
        let name = section.component().name.to_lowercase();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let what = match names.as_slice() {
        [one] => format!("{one} sections"),
        [one, other] => format!("{one} and {other} sections"),
        _ => "secondary sections".to_owned(),
    };
    let mut words = format!("{} {what}", sections.len());
    let mut counts = sections.iter().filter_map(|section| section.counts()).peekable();
    if counts.peek().is_some() {
        let open: u32 = counts.map(|seen| words::at_least_0(seen.counts.open_seats())).sum();
        words.push_str(&format!(", {} open", counted(open, "seat", "seats")));
    }
    words
}

fn title_of(class: &ClassEntry) -> Option<&str> {
    class.class.as_ref()?.title.as_deref().filter(|title| !title.trim().is_empty())
}

fn sections_table(snapshot: &Snapshot, caption: &str, caption_unseen: bool, sections: &[SectionView<'_>]) -> Markup {
    let no_seats = if switched_off::is_off(snapshot, Source::Enrollment) { NOT_SHOWN } else { "Unknown" };
    table(&Table {
        caption: caption.to_owned(),
        caption_unseen,
        columns: ["Section", "CCN", "When", "Where", "Instructor", "Seats"].map(Column::text).into(),
        rows: sections.iter().map(|section| row(*section, no_seats)).collect(),
        ..Table::default()
    })
}

fn row(section: SectionView<'_>, no_seats: &str) -> Vec<Markup> {
    let who = words::instructors(section);
    vec![
        html! { span title=(section.component().name) { (section.label()) } },
        html! { (section.id()) },
        lines(section, words::when, "Not arranged"),
        lines(section, |meeting| words::place(meeting).to_owned(), "Not announced"),
        html! { @if who.is_empty() { "Not announced" } @else { (who) } },
        seats_cell(section, no_seats),
    ]
}

/// One line for each meeting of a section; equal lines stand once.
fn lines(section: SectionView<'_>, words: impl Fn(MeetingView<'_>) -> String, nothing: &str) -> Markup {
    let all: Vec<String> = section.meetings().map(words).collect();
    let are_equal = all.iter().all(|line| Some(line) == all.first());
    html! {
        @match all.first() {
            None => (nothing),
            Some(only) if are_equal => (only),
            Some(_) => ul { @for line in &all { li { (line) } } },
        }
    }
}

/// In one element: on a phone a cell is a grid of its name and what it holds.
fn seats_cell(section: SectionView<'_>, no_seats: &str) -> Markup {
    html! {
        div {
            @match section.counts() {
                Some(seen) => (seats_line(&words::seats(seen.counts))),
                None => (no_seats),
            }
            @if !section.reservations().is_empty() {
                ul { @for reservation in section.reservations() { li.as-of { (reserved(reservation)) } } }
            }
        }
    }
}

/// `12 of 40 reserved seats free: EECS majors`.
fn reserved(reservation: &SeatReservation) -> String {
    let kept = words::at_least_0(reservation.max_enroll);
    let free = words::at_least_0(reservation.max_enroll - reservation.enrolled);
    let who = if reservation.group_name.trim().is_empty() { "a group" } else { reservation.group_name.trim() };
    format!("{} of {} reserved seats free: {who}", thousands(free), thousands(kept))
}
