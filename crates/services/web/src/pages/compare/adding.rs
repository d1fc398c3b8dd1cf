//! The second step of adding something, or of changing it: the course is known, what of it is chosen here.

use catalog::snapshot::CourseEntry;
use design::action::{Emphasis, link_button, submit_button};
use design::layout;
use maud::{Markup, html};

use super::picker::{COURSE, FIND};
use super::{CHANGE, Wanted};
use crate::words;

/// The parameter that says that everything is chosen.
pub(crate) const ADD: &str = "add";

/// The part of the page on which something is added. When the comparison is full, it says so instead.
pub(crate) fn section(wanted: &Wanted, body: impl FnOnce() -> Markup) -> Markup {
    if wanted.is_full() && wanted.change.is_none() {
        return html! { p.as-of.section id="add" { "Six are compared, and more could not be told apart. Change or remove one to look at another." } };
    }
    let heading = match wanted.change {
        Some(place) => format!("Change number {}", place + 1),
        None if wanted.selections.is_empty() => "Which course?".to_owned(),
        None => "Add another".to_owned(),
    };
    layout::section("add", &heading, None, &body())
}

/// Back to the choice of a course.
pub(crate) fn another_course(wanted: &Wanted) -> Markup {
    let change = place(wanted);
    let mut more: Vec<(&str, &str)> = change.iter().map(|place| (CHANGE, place.as_str())).collect();
    more.push((FIND, ""));
    html! { a href={ (wanted.address(&wanted.selections, &more)) "#add" } { "Another course" } }
}

/// The form: the course, the fields to choose by, and what its button without script says.
pub(crate) fn form(wanted: &Wanted, entry: &CourseEntry, fields: &Markup, without_script: &str) -> Markup {
    let change = place(wanted);
    let code = entry.course.code.to_string();
    let mut more: Vec<(&str, &str)> = change.iter().map(|place| (CHANGE, place.as_str())).collect();
    more.push((COURSE, &code));
    let label = if wanted.change.is_some() { "Change it" } else { "Add" };
    html! {
        form.add-form action={ (wanted.path) "#add" } method="get" data-submit-on-change {
            @for (name, value) in wanted.parameters(&wanted.selections, &more) { input type="hidden" name=(name) value=(value); }
            p.whole { strong { (words::code(entry)) } " " (entry.course.title) ". " (another_course(wanted)) }
            (fields)
            p.button-row {
                button.button.button-primary type="submit" name=(ADD) value="1" { (label) }
                @if wanted.change.is_some() { (link_button("Leave it", &wanted.address(&wanted.selections, &[]), Emphasis::Quiet)) }
            }
            div.whole.without-script { (submit_button(without_script, Emphasis::Secondary)) }
        }
    }
}

/// The place that is being changed, as the address says it.
fn place(wanted: &Wanted) -> Option<String> {
    wanted.change.map(|place| (place + 1).to_string())
}
