//! Schedules made by the server: what must be in them and how they should be stands in the address; the best weeks come
//! back, each with what speaks for it; or, when none fits, what cannot be had together.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::{Response, Result};
use catalog::course::UnitCount;
use catalog::meeting::Days;
use catalog::section::SectionKey;
use catalog::snapshot::Snapshot;
use design::action::{Emphasis, link_button, submit_button};
use design::heading::{PageHeading, page_heading};
use design::layout;
use design::notice::{Notice, NoticeKind, notice};
use http::StatusCode;
use jiff::civil::Time;
use maud::{Markup, html};
use planner::generator::{InvalidWish, Outcome, Preference, SeatsWanted, Wish, WishedCourse, generate as make};
use planner::plan::Plan;
use planner::schedule::{Schedule, Selection};
use tokio::sync::Semaphore;

use super::opened::{self, Opened};
use super::words::clock;
use super::{free_time, proposals};
use crate::frame::Content;
use crate::visit::Visit;
use crate::words::code;

/// How many weeks are proposed: as many as one compares on a screen or two.
const PROPOSED: usize = 12;

/// Where the proposals are: on a phone below the form, so that it leads there.
const PROPOSALS: &str = "proposals";

/// How many searches run at once. Each takes a core for up to some tens of milliseconds: pages must stay quick meanwhile.
static SEARCHES: Semaphore = Semaphore::const_new(2);

pub(super) async fn generate(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (_, schedule) = opened::own(&visit, &id).await?;
    let (wish, troubles) = wish(&visit, &schedule);
    let outcome = if wish.courses.is_empty() { None } else { Some(search(&visit.snapshot, wish.clone()).await) };
    let snapshot = visit.snapshot.clone();
    let opened = Opened::of(&snapshot, schedule);
    let content = Content {
        title: format!("Schedules that fit, {}", opened.schedule.term.title()),
        status: StatusCode::OK,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading {
                eyebrow: Some(opened.schedule.term.title()),
                lead: Some(html! { "Of all sections of your courses, the weeks that suit you best." }),
                ..PageHeading::new("Schedules that fit")
            }))
            div.planner {
                div.planner-side.stack { (form(&opened, &wish)) }
                div.stack {
                    @for trouble in &troubles {
                        (notice(&Notice { kind: NoticeKind::Warning, title: "Ignored:".to_owned(), body: html! { (trouble) } }))
                    }
                    (layout::region(PROPOSALS, "", &proposals::answer(&opened, &wish, outcome.as_ref())))
                }
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

/// What the address asks for, and what in it cannot be understood.
fn wish(visit: &Visit, schedule: &Schedule) -> (Wish, Vec<String>) {
    let given = |name: &str, value: &str| visit.parameters.iter().any(|(key, held)| key == name && held == value);
    let is_asked = visit.parameter("asked").is_some();
    let mut troubles = Vec::new();
    let mut time = |name: &str| -> Option<Time> {
        let text = visit.parameter(name)?;
        let time = text.parse().ok();
        if time.is_none() {
            troubles.push(format!("“{text}” is no time of day: write it like 09:30."));
        }
        time
    };
    let (not_before, not_after) = (time("from"), time("to"));
    let mut courses = Vec::new();
    for selection in &schedule.selections {
        let id = selection.course.to_string();
        let role = visit.parameter(&format!("course-{id}")).unwrap_or("must");
        if role != "out" {
            let pins = if given("keep", &id) { pins(selection) } else { Vec::new() };
            courses.push(WishedCourse { course: selection.course, is_required: role != "may", pins });
        }
    }
    let mut flags = [false; 7];
    for (flag, (value, _)) in flags.iter_mut().zip(free_time::DAYS) {
        *flag = given("free", value);
    }
    let units = visit.parameter("units").and_then(|text| {
        let units = text.parse::<u16>().ok().filter(|units| *units > 0 && *units < 100);
        if units.is_none() {
            troubles.push(format!("“{text}” is no number of units between 1 and 99."));
        }
        units
    });
    let seats = match visit.parameter("seats") {
        Some("free") => SeatsWanted::Free,
        Some("anyone") => SeatsWanted::FreeToAnyone,
        _ => SeatsWanted::Any,
    };
    let wish = Wish {
        courses,
        busy: Plan::from(schedule).busy().to_vec(),
        not_before,
        not_after,
        free_days: Days::from_flags(flags),
        seats,
        max_units: units.map(|units| UnitCount(units * 100)),
        may_clash_exams: is_asked && visit.parameter("exams").is_none(),
        preference: visit.parameter("prefer").and_then(Preference::from_slug).unwrap_or_default(),
        count: PROPOSED,
        ..Wish::of(schedule.term, [])
    };
    (wish, troubles)
}

fn pins(selection: &Selection) -> Vec<SectionKey> {
    selection.primary.iter().chain(&selection.secondary).copied().collect()
}

/// The wishes, as a form whose address can be kept.
fn form(opened: &Opened<'_>, wish: &Wish) -> Markup {
    html! {
        form.panel.stack action={ (opened.address()) "/generate#" (PROPOSALS) } method="get" data-live {
            input type="hidden" name="asked" value="1";
            fieldset {
                legend { "Courses" }
                @if opened.schedule.selections.is_empty() { p.planned-note { "Add courses to the schedule first." } }
                @for selection in &opened.schedule.selections { (course_wish(opened, wish, selection)) }
            }
            div.field-grid {
                div.field { label for="wish-from" { "Not before" } input id="wish-from" type="time" name="from" value=[wish.not_before.map(clock)]; }
                div.field { label for="wish-to" { "Not after" } input id="wish-to" type="time" name="to" value=[wish.not_after.map(clock)]; }
                div.field { label for="wish-units" { "At most, units" } input id="wish-units" type="number" name="units" min="1" max="99" value=[wish.max_units.map(|units| units.0 / 100)]; }
            }
            fieldset.day-choice {
                legend { "Days without classes" }
                @for ((value, label), day) in free_time::DAYS.into_iter().zip(0_u8..5) {
                    label { input type="checkbox" name="free" value=(value) checked[wish.free_days.contains(day)]; (label) }
                }
            }
            div.field {
                label for="wish-seats" { "Seats" }
                select id="wish-seats" name="seats" {
                    option value="any" selected[wish.seats == SeatsWanted::Any] { "Full sections too" }
                    option value="free" selected[wish.seats == SeatsWanted::Free] { "Only with a free seat" }
                    option value="anyone" selected[wish.seats == SeatsWanted::FreeToAnyone] { "Only with a seat that is not reserved" }
                }
            }
            div.field {
                label for="wish-prefer" { "What matters most" }
                select id="wish-prefer" name="prefer" {
                    @for preference in Preference::ALL {
                        option value=(preference.slug()) selected[preference == wish.preference] { (title(preference)) }
                    }
                }
            }
            label { input type="checkbox" name="exams" value="apart" checked[!wish.may_clash_exams]; " No two final exams at once" }
            p.button-row {
                (submit_button("Find schedules", Emphasis::Primary))
                (link_button("Back to the schedule", &opened.address(), Emphasis::Quiet))
            }
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
    let (is_must, is_may) =
        (held.is_some_and(|wished| wished.is_required), held.is_some_and(|wished| !wished.is_required));
    let has_chosen = selection.primary.is_some() || !selection.secondary.is_empty();
    html! {
        div.course-wish {
            label for={ "wish-course-" (id) } { (code(opened.snapshot.course(place))) }
            select id={ "wish-course-" (id) } name={ "course-" (id) } {
                option value="must" selected[is_must] { "Must be in" }
                option value="may" selected[is_may] { "If it fits" }
                option value="out" selected[held.is_none()] { "Leave out" }
            }
            @if has_chosen {
                label { input type="checkbox" name="keep" value=(id) checked[held.is_some_and(|wished| !wished.pins.is_empty())]; " Keep its sections" }
            }
        }
    }
}
