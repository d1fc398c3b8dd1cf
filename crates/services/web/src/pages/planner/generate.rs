//! Schedules made by the server: what must be in them and how they should be stands in the address; the best weeks come
//! back, each with what speaks for it; or, when none fits, what cannot be had together.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::{Response, Result};
use catalog::snapshot::Snapshot;
use design::action::{Emphasis, link_button, submit_button};
use design::heading::{PageHeading, page_heading};
use design::layout;
use http::StatusCode;
use maud::{Markup, html};
use planner::generator::{InvalidWish, Outcome, Preference, Wish, generate as make};
use planner::schedule::Selection;
use tokio::sync::Semaphore;

use super::opened::{self, Opened};
use super::trouble::{self, Fault, mark, note};
use super::wish::{self, EXAMS, EXAMS_APART, FREE, FROM, PREFER, ROLES, SEATS, SEATS_WANTED, TO, UNITS, UNITS_MAX};
use super::{free_time, proposals};
use crate::frame::Content;
use crate::visit::Visit;
use crate::words::code;

/// Where the proposals are: on a phone below the form, so that it leads there.
const PROPOSALS: &str = "proposals";

/// How many searches run at once. Each takes a core for up to some tens of milliseconds: pages must stay quick meanwhile.
static SEARCHES: Semaphore = Semaphore::const_new(2);

pub(super) async fn generate(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (_, schedule) = opened::own(&visit, &id).await?;
    let (wish, faults) = wish::read(&visit, &schedule);
    let is_asked = faults.is_empty() && !wish.courses.is_empty();
    let outcome = if is_asked { Some(search(&visit.snapshot, wish.clone()).await) } else { None };
    let snapshot = visit.snapshot.clone();
    let opened = Opened::of(&snapshot, schedule);
    let content = Content {
        title: format!("Schedules that fit, {}", opened.schedule.term.title()),
        status: if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY },
        no_index: true,
        main: html! {
            (page_heading(&PageHeading {
                eyebrow: Some(opened.schedule.term.title()),
                lead: Some(html! { "Of all sections of your courses, the weeks that suit you best." }),
                ..PageHeading::new("Schedules that fit")
            }))
            @if !faults.is_empty() { (trouble::notice(&faults)) }
            div.planner {
                div.planner-side.stack { (form(&visit, &opened, &wish, &faults)) }
                div.stack { (layout::region(PROPOSALS, "", &answer(&opened, &wish, &faults, outcome.as_ref()))) }
            }
        },
        ..Content::default()
    };
    Ok(super::page(&visit, content))
}

/// Searches beside the threads that answer requests.
async fn search(snapshot: &Arc<Snapshot>, wish: Wish) -> Result<Outcome, InvalidWish> {
    let _permit = SEARCHES.acquire().await;
    let snapshot = Arc::clone(snapshot);
    tokio::task::spawn_blocking(move || make(&snapshot, &wish)).await.unwrap_or(Ok(Outcome::Undecided))
}

fn answer(
    opened: &Opened<'_>,
    wish: &Wish,
    faults: &[Fault],
    outcome: Option<&Result<Outcome, InvalidWish>>,
) -> Markup {
    if faults.is_empty() {
        return proposals::answer(opened, wish, outcome);
    }
    html! { p.planned-note { "Nothing was looked for yet: mend what is marked, and ask again." } }
}

/// The wishes, as a form whose address can be kept.
fn form(visit: &Visit, opened: &Opened<'_>, wish: &Wish, faults: &[Fault]) -> Markup {
    html! {
        form.panel.stack action={ (opened.address()) "/generate#" (PROPOSALS) } method="get" data-live {
            input type="hidden" name="asked" value="1";
            fieldset {
                legend { "Courses" }
                @if opened.schedule.selections.is_empty() { p.planned-note { "Add courses to the schedule first." } }
                @for selection in &opened.schedule.selections { (course_wish(opened, wish, selection)) }
            }
            div.field-grid {
                (typed(visit, faults, FROM, ("from", "Not before"), "time"))
                (typed(visit, faults, TO, ("to", "Not after"), "time"))
                (typed(visit, faults, UNITS, ("units", "At most, units"), "number"))
            }
            (free_days(wish, faults))
            @let seats = SEATS_WANTED.map(|(value, label, wanted)| (value, label, wanted == wish.seats));
            (choice(faults, SEATS, ("seats", "Seats"), &seats))
            @let all = Preference::ALL.map(|one| (one.slug(), title(one), one == wish.preference));
            (choice(faults, PREFER, ("prefer", "What matters most"), &all))
            (exams(wish, faults))
            p.button-row {
                (submit_button("Find schedules", Emphasis::Primary))
                (link_button("Back to the schedule", &opened.address(), Emphasis::Quiet))
            }
        }
    }
}

/// A field with what was typed into it, and what is wrong with that.
fn typed(visit: &Visit, faults: &[Fault], id: &'static str, (name, label): (&str, &str), kind: &str) -> Markup {
    let mark = mark(faults, id);
    let (least, most) = if kind == "number" { (Some(1), Some(UNITS_MAX)) } else { (None, None) };
    html! {
        div.field {
            label for=(id) { (label) }
            input id=(id) type=(kind) name=(name) min=[least] max=[most] value=[visit.parameter(name)]
                aria-invalid=[mark.invalid] aria-describedby=[mark.described_by] autofocus[mark.is_first];
            (note(faults, id))
        }
    }
}

/// A list to choose one of.
fn choice(faults: &[Fault], id: &'static str, (name, label): (&str, &str), all: &[(&str, &str, bool)]) -> Markup {
    let mark = mark(faults, id);
    html! {
        div.field {
            label for=(id) { (label) }
            select id=(id) name=(name)
                aria-invalid=[mark.invalid] aria-describedby=[mark.described_by] autofocus[mark.is_first] {
                @for (value, label, is_chosen) in all { option value=(value) selected[*is_chosen] { (label) } }
            }
            (note(faults, id))
        }
    }
}

fn free_days(wish: &Wish, faults: &[Fault]) -> Markup {
    let mark = mark(faults, FREE);
    html! {
        fieldset.day-choice aria-describedby=[mark.described_by] {
            legend { "Days without classes" }
            @for ((value, label), day) in free_time::DAYS.into_iter().zip(0_u8..5) {
                label {
                    input id=[(day == 0).then_some(FREE)] type="checkbox" name="free" value=(value)
                        checked[wish.free_days.contains(day)] aria-invalid=[mark.invalid]
                        autofocus[day == 0 && mark.is_first];
                    (label)
                }
            }
            (note(faults, FREE))
        }
    }
}

fn exams(wish: &Wish, faults: &[Fault]) -> Markup {
    let mark = mark(faults, EXAMS);
    html! {
        div.field {
            label {
                input id=(EXAMS) type="checkbox" name="exams" value=(EXAMS_APART) checked[!wish.may_clash_exams]
                    aria-invalid=[mark.invalid] aria-describedby=[mark.described_by] autofocus[mark.is_first];
                " No two final exams at once"
            }
            (note(faults, EXAMS))
        }
    }
}

const fn title(preference: Preference) -> &'static str {
    match preference {
        Preference::Balanced => "A little of everything",
        Preference::Compact => "Short pauses between classes",
        Preference::FewDays => "Few days on campus",
        Preference::LateMornings => "Late mornings",
        Preference::FreeEvenings => "Free evenings",
        Preference::Seats => "Free seats",
    }
}

fn course_wish(opened: &Opened<'_>, wish: &Wish, selection: &Selection) -> Markup {
    let id = selection.course;
    let Some(place) = opened.snapshot.course_by_id(id) else { return html! {} };
    let held = wish.courses.iter().find(|wished| wished.course == id);
    let role = held.map_or("out", |wished| if wished.is_required { "must" } else { "may" });
    let has_chosen = selection.primary.is_some() || !selection.secondary.is_empty();
    html! {
        div.course-wish {
            label for={ "wish-course-" (id) } { (code(opened.snapshot.course(place))) }
            select id={ "wish-course-" (id) } name={ "course-" (id) } {
                @for (value, label) in ROLES { option value=(value) selected[value == role] { (label) } }
            }
            @if has_chosen {
                label { input type="checkbox" name="keep" value=(id) checked[held.is_some_and(|wished| !wished.pins.is_empty())]; " Keep its sections" }
            }
        }
    }
}
