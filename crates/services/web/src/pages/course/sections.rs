//! The sections of the course, each lecture with the discussions and labs that hang on it.

mod lecture;

use catalog::seats::SeatReservation;
use catalog::snapshot::{ClassEntry, MeetingView, Offering, SectionView, Snapshot};
use catalog::switches::Source;
use design::as_of::as_of;
use design::copy::copyable;
use design::layout;
use design::numbers::{counted, thousands};
use design::seats::seats_line;
use design::table::{Column, Table, table};
use maud::{Markup, html};

use super::Looked;
use crate::address;
use crate::frame::{self, seats_as_of};
use crate::switched_off::{self, NOT_SHOWN};
use crate::visit::Visit;
use crate::words;

/// Secondary sections of a lecture that stand open; more of them are folded.
const SECONDARY_SHOWN: usize = 4;

/// Classes without secondary sections that are told at length; more of them are a table.
const LECTURES_TOLD_MAX: usize = 4;

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
            @if is_plain(looked.snapshot, offering) {
                @let all: Vec<SectionView<'_>> = looked.snapshot.sections_in(offering).collect();
                (sections_table(looked.snapshot, "Sections", &all))
            } @else {
                @for class in looked.snapshot.classes_of(offering) { (class_block(looked.snapshot, class)) }
            }
        },
    )
}

/// Whether it is a choice among many classes that are sections of one kind: then one table compares them best.
fn is_plain(snapshot: &Snapshot, offering: &Offering) -> bool {
    let classes = snapshot.classes_of(offering);
    let is_simple = |class: &ClassEntry| class.section_count() <= 1 && title_of(class).is_none();
    classes.len() > LECTURES_TOLD_MAX && classes.iter().all(is_simple)
}

/// One class: its lectures, each with what hangs on it.
fn class_block(snapshot: &Snapshot, class: &ClassEntry) -> Markup {
    let (primaries, secondaries): (Vec<SectionView<'_>>, Vec<SectionView<'_>>) =
        snapshot.sections_of_class(class).partition(|section| section.is_primary());
    let is_only = primaries.len() == 1;
    let hangs_on = |section: &SectionView<'_>, primary: SectionView<'_>| {
        is_only || section.primary_section() == Some(primary.id())
    };
    let loose = secondaries.iter().filter(|section| !primaries.iter().any(|primary| hangs_on(section, *primary)));
    let loose: Vec<SectionView<'_>> = loose.copied().collect();
    html! {
        div.class {
            @for primary in &primaries {
                @let own = secondaries.iter().filter(|section| hangs_on(section, *primary)).copied().collect::<Vec<_>>();
                (lecture::panel(snapshot, class, *primary))
                (secondary(snapshot, &format!("Sections of {}", primary.label()), &own))
            }
            (secondary(snapshot, "Other sections", &loose))
        }
    }
}

/// Discussions and labs, folded when they are many.
fn secondary(snapshot: &Snapshot, caption: &str, sections: &[SectionView<'_>]) -> Markup {
    html! {
        @if !sections.is_empty() {
            @let rows = sections_table(snapshot, caption, sections);
            @if sections.len() > SECONDARY_SHOWN { (layout::folded(&folded_words(sections), &rows)) } @else { (rows) }
        }
    }
}

/// `38 discussion and laboratory sections, 112 seats open`.
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
    class.class.as_ref()?.title.as_deref().map(str::trim).filter(|title| !title.is_empty())
}

fn sections_table(snapshot: &Snapshot, caption: &str, sections: &[SectionView<'_>]) -> Markup {
    table(&Table {
        caption: caption.to_owned(),
        caption_unseen: true,
        class: Some("sections"),
        columns: ["Section", "Class number", "When", "Where", "Instructor", "Seats"].map(Column::text).into(),
        rows: sections.iter().map(|section| row(snapshot, *section)).collect(),
        ..Table::default()
    })
}

fn row(snapshot: &Snapshot, section: SectionView<'_>) -> Vec<Markup> {
    vec![
        html! { span title=(section.component().name) { (section.label()) } },
        copyable(&section.id().to_string(), "class number"),
        lines(section, words::when, "Not arranged"),
        lines(section, |meeting| words::place(meeting).to_owned(), "Place not announced"),
        who(snapshot, section),
        seats(snapshot, section),
    ]
}

/// Who teaches, each with the way to all that they taught.
fn who(snapshot: &Snapshot, section: SectionView<'_>) -> Markup {
    let people = section.people();
    html! {
        @if people.is_empty() { "Instructor not announced" }
        @for (at, person) in people.into_iter().enumerate() {
            @let person = snapshot.instructor(person);
            @if at > 0 { ", " }
            @if person.slug.is_empty() { (person.name) } @else { a href=(address::instructor(&person.slug)) { (person.name) } }
        }
    }
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

/// How full a section is, and for whom its reserved seats are kept.
fn seats(snapshot: &Snapshot, section: SectionView<'_>) -> Markup {
    let no_seats = if switched_off::is_off(snapshot, Source::Enrollment) { NOT_SHOWN } else { "Seats unknown" };
    html! {
        div {
            @match words::section_seats(section) {
                Some(seats) => (seats_line(&seats)),
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
    let free = words::at_least_0(reservation.free_seats());
    let who = if reservation.group_name.trim().is_empty() { "a group" } else { reservation.group_name.trim() };
    format!("{} of {} reserved seats free: {who}", thousands(free), thousands(kept))
}
