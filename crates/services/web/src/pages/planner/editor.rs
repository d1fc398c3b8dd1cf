//! A schedule in the making: what is planned at the left, the week beside it.

use axum::extract::Path;
use axum::response::{Response, Result};
use design::action::{Emphasis, link_button, submit_button};
use design::heading::{PageHeading, page_heading};
use design::week::week;
use http::StatusCode;
use maud::{Markup, html};
use planner::history::History;
use planner::schedule::{Owner, Schedule};

use super::opened::{self, Opened};
use super::trouble::Trouble;
use super::words::failed;
use super::{PLANNER, add, courses, drawn, free_time, from_course, once, preview, section_table, words};
use crate::frame::Content;
use crate::visit::Visit;

/// The course whose sections are open to choose from.
pub(super) const OPEN: &str = "open";
/// The week. Where it does not fit beside the courses it stands below them, and the tools lead there.
const WEEK: &str = "week";
/// Where it is said what collides and what is missing: below the week, which shows where; the head of the page leads there.
const FINDINGS: &str = "findings";
/// What the form for another name does, and the id of its field.
pub(super) const RENAME: &str = "rename";
pub(super) const NAME: &str = "schedule-name";
/// What is searched to be added.
pub(super) const QUERY: &str = "q";

pub(super) async fn editor(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (owner, schedule) = opened::own(&visit, &id).await?;
    show(&visit, owner, schedule, None).await
}

/// The editor, with what went wrong, if anything did.
pub(super) async fn show(
    visit: &Visit,
    owner: Owner,
    schedule: Schedule,
    trouble: Option<&Trouble>,
) -> Result<Response> {
    let history = visit.app.ports.schedules.history(schedule.id, owner).await.map_err(failed(visit))?;
    let opened = &Opened::of(&visit.snapshot, schedule);
    let name = opened.schedule.name.as_str();
    let title = if name.trim().is_empty() { "Schedule" } else { name };
    let content = Content {
        title: format!("{title}, {}", opened.schedule.term.title()),
        status: if trouble.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK },
        no_index: true,
        main: html! {
            (head(opened, title))
            (tools(visit, opened, &history, trouble))
            (from_course::had_already(visit, opened))
            @if let Some(trouble) = trouble { (trouble.notice()) }
            div.planner {
                div.planner-side.stack {
                    (add::panel(visit, opened))
                    (courses::list(visit, opened))
                    (free_time::panel(opened, trouble))
                }
                div.planner-week.stack id=(WEEK) {
                    @let preview = preview::of(visit, opened);
                    @if let Some(preview) = &preview { (preview::panel(preview, opened)) }
                    @let shown = preview.as_ref().map_or(opened, |preview| &preview.opened);
                    (week(&shown.drawn(drawn::Size::Full)))
                    div.stack id=(FINDINGS) { (words::findings(&shown.findings)) }
                    (without_time(shown))
                    p.stacked-only { a href={ "#" (courses::HEADING) } { "Back to the courses" } }
                    div.on-paper { (section_table::sections(opened)) }
                }
            }
        },
        ..Content::default()
    };
    Ok(super::page(visit, content))
}

fn head(opened: &Opened<'_>, title: &str) -> Markup {
    let week = &opened.week;
    let heading = PageHeading {
        eyebrow: Some(opened.schedule.term.title()),
        lead: Some(html! {
            (words::units(&week.units)) " · "
            (design::numbers::counted(crate::words::counted(opened.schedule.selections.len()), "course", "courses"))
            @if let Some(troubles) = words::sum(&opened.findings) { " · " a href={ "#" (FINDINGS) } { (troubles) } }
            " · " a href=(PLANNER) { "all schedules" }
        }),
        ..PageHeading::new(title)
    };
    page_heading(&heading)
}

/// What can be done with the schedule as a whole.
fn tools(visit: &Visit, opened: &Opened<'_>, history: &History, trouble: Option<&Trouble>) -> Markup {
    let address = opened.address();
    let to = |part: &str| format!("{address}/{part}");
    html! {
        div.planner-tools role="group" aria-label="The schedule as a whole" {
            a.button.stacked-only href={ "#" (WEEK) } { "See the week" }
            (step(opened, "undo", "Undo", history.can_undo))
            (step(opened, "redo", "Redo", history.can_redo))
            (link_button("Find schedules that fit", &to("generate"), Emphasis::Secondary))
            (link_button("Share, calendar", &to("share"), Emphasis::Secondary))
            (link_button("History", &to("history"), Emphasis::Quiet))
            form action=(to("duplicate")) method="post" {
                (once::field(visit))
                (submit_button("Duplicate", Emphasis::Quiet))
            }
            (link_button("Delete", &to("delete"), Emphasis::Quiet))
            (rename(opened, trouble))
        }
    }
}

fn rename(opened: &Opened<'_>, trouble: Option<&Trouble>) -> Markup {
    let typed = trouble.and_then(|trouble| trouble.form_of(RENAME)).and_then(|form| form.field("name"));
    let is_wrong = trouble.is_some_and(|trouble| trouble.fault(NAME).is_some());
    html! {
        details.rename open[typed.is_some()] {
            summary { "Rename" }
            form action=(opened.address()) method="post" {
                (edit_fields(opened, RENAME))
                label for=(NAME) { "Name" }
                input id=(NAME) type="text" name="name" value=(typed.unwrap_or(opened.schedule.name.as_str())) required
                    maxlength=(planner::schedule::NAME_CHARS_MAX) autocomplete="off"
                    aria-invalid=[is_wrong.then_some("true")] autofocus[is_wrong];
                (submit_button("Rename", Emphasis::Secondary))
            }
        }
    }
}

fn step(opened: &Opened<'_>, action: &str, label: &str, is_possible: bool) -> Markup {
    html! {
        form action=(opened.address()) method="post" {
            (edit_fields(opened, action))
            button.button type="submit" disabled[!is_possible] { (label) }
        }
    }
}

/// What every form of an edit carries: what to do, and to which version, so that nothing is overwritten unseen.
pub(super) fn edit_fields(opened: &Opened<'_>, action: &str) -> Markup {
    html! {
        input type="hidden" name="do" value=(action);
        input type="hidden" name="version" value=(opened.schedule.version);
    }
}

/// What has no place in the week.
fn without_time(opened: &Opened<'_>) -> Markup {
    let week = &opened.week;
    html! {
        @if !week.not_arranged.is_empty() {
            section aria-labelledby="not-arranged" {
                h2 #not-arranged { "Without a time" }
                ul {
                    @for one in &week.not_arranged {
                        li { (one.section) @if let Some(location) = &one.location { ", " (location) } }
                    }
                }
            }
        }
    }
}
