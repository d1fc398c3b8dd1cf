//! Adding a course: a search whose answers have a button each.

use catalog::course_set::CourseIndex;
use catalog::filter::{Criteria, list};
use catalog::meeting::{Days, TimeRange};
use design::action::{Emphasis, submit_button};
use design::search::{SearchField, search_form};
use maud::{Markup, html};
use planner::week::What;

use super::editor::{QUERY, edit_fields};
use super::opened::Opened;
use crate::visit::Visit;
use crate::words;

/// Courses offered to be added at once.
const OFFERED: usize = 8;
/// Only what collides with nothing planned.
const FITTING: &str = "fits";

/// The search, and what it found.
pub(super) fn panel(visit: &Visit, opened: &Opened<'_>) -> Markup {
    let query = visit.parameter(QUERY).unwrap_or_default();
    let only_fitting = visit.parameter(FITTING).is_some();
    let field = SearchField {
        id: "add".to_owned(),
        action: opened.address(),
        name: QUERY.to_owned(),
        label: format!("Add a course of {}", opened.schedule.term.title()),
        placeholder: "Add a course: cs 61a, art history…".to_owned(),
        value: query.to_owned(),
        hidden: only_fitting.then(|| (FITTING.to_owned(), "1".to_owned())).into_iter().collect(),
        live: true,
        ..SearchField::default()
    };
    html! {
        div.stack {
            (search_form(&field))
            (design::layout::region("found", "", &html! { @if !query.is_empty() { (found(opened, query, only_fitting)) } }))
        }
    }
}

fn found(opened: &Opened<'_>, query: &str, only_fitting: bool) -> Markup {
    let criteria = Criteria {
        query: query.to_owned(),
        term: Some(opened.schedule.term),
        busy: busy(opened),
        only_fitting,
        ..Criteria::default()
    };
    let courses = list(opened.snapshot, &criteria);
    html! {
        @if courses.is_empty() && is_bare(opened) {
            p.planned-note { "The classes of " (opened.schedule.term.title()) " are not published yet." }
        } @else if courses.is_empty() {
            p.planned-note {
                "No course of " (opened.schedule.term.title()) " matches “" (query) "”"
                @if only_fitting { " and fits what is planned" } "."
            }
        }
        ul.found {
            @for course in courses.iter().take(OFFERED) { li { (offered(opened, *course)) } }
        }
        @if courses.len() > OFFERED {
            p.planned-note { "The first " (OFFERED) " of " (courses.len()) "." }
        }
        @if !only_fitting && !courses.is_empty() && !opened.schedule.selections.is_empty() {
            p { a href={ (opened.address()) "?" (form_urlencoded::Serializer::new(String::new()).append_pair(QUERY, query).append_pair(FITTING, "1").finish()) } { "Only those that fit what is planned" } }
        }
    }
}

/// Whether the term has no classes at all.
fn is_bare(opened: &Opened<'_>) -> bool {
    list(opened.snapshot, &Criteria { term: Some(opened.schedule.term), ..Criteria::default() }).is_empty()
}

/// What is taken by what is planned.
fn busy(opened: &Opened<'_>) -> Vec<(Days, TimeRange)> {
    let days = (0..7_usize).zip(&opened.week.days);
    let blocks = days.flat_map(|(day, blocks)| blocks.iter().map(move |block| (day, block)));
    let sections = blocks.filter(|(_, block)| matches!(block.what, What::Section { .. } | What::Busy { .. }));
    sections.map(|(day, block)| (Days::from_bits(1 << day), block.time)).collect()
}

fn offered(opened: &Opened<'_>, course: CourseIndex) -> Markup {
    let entry = opened.snapshot.course(course);
    let is_in = opened.schedule.selections.iter().any(|selection| selection.course == entry.id);
    let units = entry.course.units.as_ref().map(words::units);
    html! {
        form.found-course action=(opened.address()) method="post" {
            (edit_fields(opened, "add"))
            input type="hidden" name="course" value=(entry.id);
            span { strong { (words::code(entry)) } " " (entry.course.title) @if let Some(units) = units { " · " (units) } }
            @if is_in { span.planned-note { "In the schedule" } } @else { (submit_button("Add", Emphasis::Secondary)) }
        }
    }
}
