//! The courses of a schedule, each with the sections chosen and those to choose from.

use catalog::course_set::CourseIndex;
use catalog::ids::CourseId;
use catalog::snapshot::{MeetingView, SectionView};
use design::action::{Emphasis, submit_button};
use design::as_of::as_of;
use design::copy::copyable;
use design::seats::seats_line;
use design::week::COLOURS;
use maud::{Markup, html};
use planner::edit::choices;
use planner::schedule::{ScheduleId, Selection};

use super::editor::{OPEN, edit_fields};
use super::opened::{self, Opened};
use super::preview;
use crate::visit::Visit;
use crate::{address, frame, words};

/// Sections of one kind that are offered at once: the largest course has some hundred discussions, and all are worth
/// seeing; more would be a mistake of the source.
const CHOICES_SHOWN: usize = 400;

/// The id of its heading.
pub(super) const HEADING: &str = "planned-heading";

/// The list of courses.
pub(super) fn list(visit: &Visit, opened: &Opened<'_>) -> Markup {
    let open = visit.parameter(OPEN).and_then(|id| id.parse::<u64>().ok());
    html! {
        section aria-labelledby=(HEADING) {
            h2.unseen id=(HEADING) { "Courses in this schedule" }
            @if opened.schedule.selections.is_empty() {
                p.planned-note { "Nothing is planned yet. Search for a course above; its sections appear here and in the week." }
            }
            @else { (seats_counted(visit, opened)) }
            @for (selection, colour) in opened.schedule.selections.iter().zip(&opened.colours) {
                (course(opened, selection, *colour, open == Some(selection.course.0)))
            }
        }
    }
}

/// When the seats were counted that stand beside the sections.
fn seats_counted(visit: &Visit, opened: &Opened<'_>) -> Markup {
    let at = frame::seats_as_of(opened.snapshot, opened.schedule.term);
    html! { @if let Some(at) = at { (as_of(&frame::as_of(opened.snapshot, "Seats counted", at, &visit.now))) } }
}

fn course(opened: &Opened<'_>, selection: &Selection, colour: u8, is_open: bool) -> Markup {
    let snapshot = opened.snapshot;
    let id = selection.course;
    let Some(place) = snapshot.course_by_id(id) else {
        return html! {
            article.planned id={ "course-" (id) } { div.planned-head { span.planned-name { "A course that is gone" } } (remove(opened, selection, "it")) }
        };
    };
    let entry = snapshot.course(place);
    let code = words::code(entry);
    let is_offered = snapshot.offering(opened.schedule.term, place).is_some();
    html! {
        article class={ "planned class-" (colour % COLOURS + 1) } id={ "course-" (id) } aria-label=(code) {
            div.planned-head {
                h3.planned-name { a href=(address::course(Some(opened.schedule.term), &entry.course.code)) { (code) } }
                span.planned-note { (entry.course.title) }
            }
            div.planned-body {
                @if !is_offered { p.planned-note { "It is not offered in " (opened.schedule.term.title()) "." } }
                (chosen(opened, selection))
                @if is_open && is_offered { (all_choices(opened, selection, place)) }
                div.planner-tools {
                    @if is_offered && !is_open { a.button href=(choices_address(opened.schedule.id, id)) { "Choose sections" } }
                    @if is_open { a.button href={ (opened.address()) "#course-" (id) } { "Done" } }
                    (colour_form(opened, selection, colour))
                    (remove(opened, selection, &code))
                }
            }
        }
    }
}

/// The sections chosen, with their class numbers to enroll by.
fn chosen(opened: &Opened<'_>, selection: &Selection) -> Markup {
    let keys = selection.primary.iter().chain(&selection.secondary);
    let sections: Vec<SectionView<'_>> = keys
        .filter_map(|key| opened.snapshot.section_by_key(*key))
        .map(|index| opened.snapshot.section(index))
        .collect();
    html! {
        @if sections.is_empty() { p.planned-note { "No section is chosen yet." } }
        @else {
            ul.planned-sections {
                @for section in sections {
                    li {
                        strong { (section.label()) } " " (copyable(&section.id().to_string(), "class number")) br;
                        span.planned-note { (times(section)) @let who = words::family_names(section); @if !who.is_empty() { " · " (who) } }
                        @if let Some(seen) = section.counts() { (seats_line(&words::seats(seen.counts))) }
                    }
                }
            }
        }
    }
}

/// `MWF 1:00–1:59 pm, Dwinelle 145`, each meeting once.
pub(super) fn times(section: SectionView<'_>) -> String {
    let mut all: Vec<String> = Vec::new();
    for meeting in section.meetings() {
        let words = match meeting.location() {
            Some(place) => format!("{}, {place}", words::when(meeting)),
            None => words::when(meeting),
        };
        if !all.contains(&words) {
            all.push(words);
        }
    }
    if all.is_empty() { "Time not arranged".to_owned() } else { all.join("; ") }
}

/// Everything that the course offers: each lecture, and of the chosen one its discussions and labs.
fn all_choices(opened: &Opened<'_>, selection: &Selection, place: CourseIndex) -> Markup {
    let lectures = choices(opened.snapshot, &opened.schedule, place);
    html! {
        form.choices action=(choices_address(opened.schedule.id, selection.course)) method="post" {
            (choose_fields(opened, selection.course))
            fieldset {
                legend { (if lectures.len() == 1 { "The only class" } else { "Classes" }) }
                @for lecture in lectures.iter().take(CHOICES_SHOWN) { (choice(opened, selection, lecture.primary)) }
            }
            @if let Some(lecture) = lectures.iter().find(|lecture| selection.primary == Some(lecture.primary.key())) {
                @for (kind, sections) in &lecture.secondaries {
                    fieldset {
                        legend { (kind.name) " sections" }
                        @for section in sections.iter().take(CHOICES_SHOWN) { (choice(opened, selection, *section)) }
                    }
                }
            }
        }
    }
}

/// Where the sections of a course are open to choose from.
pub(super) fn choices_address(schedule: ScheduleId, course: CourseId) -> String {
    format!("{}?{OPEN}={course}#course-{course}", opened::address(schedule))
}

/// What a form carries by which a section is chosen.
pub(super) fn choose_fields(opened: &Opened<'_>, course: CourseId) -> Markup {
    html! {
        (edit_fields(opened, "choose"))
        input type="hidden" name="course" value=(course);
    }
}

/// One section as a button: chosen ones are pressed, and let go by a click; others can be looked at in the week before.
fn choice(opened: &Opened<'_>, selection: &Selection, section: SectionView<'_>) -> Markup {
    let is_chosen = selection.primary == Some(section.key()) || selection.secondary.contains(&section.key());
    let field = if is_chosen { "drop" } else { "section" };
    let who = words::family_names(section);
    html! {
        div.choice-row {
            button.choice type="submit" name=(field) value=(section.id()) aria-pressed=(is_chosen) data-blocks=(blocks(section)) {
                span { strong { (section.label()) } @if !who.is_empty() { " " (who) } }
                @if let Some(seen) = section.counts() { (seats_line(&words::seats(seen.counts))) }
                span.choice-when { (times(section)) }
            }
            @if !is_chosen {
                a.choice-preview href=(preview::address(opened, selection.course, section.id())) rel="nofollow" {
                    "Preview" span.unseen { " " (section.label()) " in the week" }
                }
            }
        }
    }
}

/// When it meets, for the preview: day, minute of the beginning and of the end, meeting by meeting.
fn blocks(section: SectionView<'_>) -> String {
    let minutes =
        |time: jiff::civil::Time| u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs());
    let of = |meeting: MeetingView<'_>| -> Vec<String> {
        let Some(time) = meeting.time() else { return Vec::new() };
        let days = (0..7_u8).filter(|day| meeting.days().contains(*day));
        days.map(|day| format!("{day},{},{}", minutes(time.start()), minutes(time.end()))).collect()
    };
    section.meetings().flat_map(of).collect::<Vec<_>>().join(";")
}

fn colour_form(opened: &Opened<'_>, selection: &Selection, colour: u8) -> Markup {
    html! {
        form action={ (opened.address()) "#course-" (selection.course) } method="post" {
            (edit_fields(opened, "colour"))
            input type="hidden" name="course" value=(selection.course);
            button.button.button-quiet type="submit" name="colour" value=((colour + 1) % COLOURS) { "Other colour" }
        }
    }
}

fn remove(opened: &Opened<'_>, selection: &Selection, what: &str) -> Markup {
    html! {
        form action=(opened.address()) method="post" {
            (edit_fields(opened, "remove"))
            input type="hidden" name="course" value=(selection.course);
            span.unseen { (what) }
            (submit_button("Remove", Emphasis::Quiet))
        }
    }
}
