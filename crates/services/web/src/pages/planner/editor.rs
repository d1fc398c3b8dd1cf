//! A schedule in the making: what is planned at the left, the week beside it.

use axum::extract::Path;
use axum::response::Response;
use design::action::{Emphasis, link_button, submit_button};
use design::heading::{PageHeading, page_heading};
use design::notice::{Notice, NoticeKind, notice};
use design::week::week;
use http::StatusCode;
use maud::{Markup, html};
use planner::history::History;

use super::opened::{self, Opened};
use super::{PLANNER, add, courses, drawn, free_time, words};
use crate::frame::Content;
use crate::visit::Visit;

/// The course whose sections are open to choose from.
pub(super) const OPEN: &str = "open";
/// What is searched to be added.
pub(super) const QUERY: &str = "q";

pub(super) async fn editor(visit: Visit, Path(id): Path<String>) -> Response {
    let (owner, schedule) = match opened::own(&visit, &id).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    let history = match visit.app.ports.schedules.history(schedule.id, owner).await {
        Ok(history) => history,
        Err(error) => return words::failure(&visit, &error),
    };
    let snapshot = visit.snapshot.clone();
    let opened = Opened::of(&snapshot, schedule);
    page(&visit, &opened, &history, StatusCode::OK, None)
}

/// The editor, with what went wrong, if anything did.
pub(super) fn page(
    visit: &Visit,
    opened: &Opened<'_>,
    history: &History,
    status: StatusCode,
    trouble: Option<&str>,
) -> Response {
    let name = opened.schedule.name.as_str();
    let title = if name.trim().is_empty() { "Schedule" } else { name };
    let content = Content {
        title: format!("{title}, {}", opened.schedule.term.title()),
        status,
        no_index: true,
        main: html! {
            (head(opened, title))
            (tools(opened, history))
            @if let Some(trouble) = trouble {
                (notice(&Notice { kind: NoticeKind::Error, title: "That did not work.".to_owned(), body: html! { (trouble) } }))
            }
            div.planner {
                div.planner-side.stack {
                    (add::panel(visit, opened))
                    (courses::list(visit, opened))
                    (free_time::panel(opened))
                }
                div.planner-week.stack {
                    (words::findings(&opened.findings))
                    (week(&opened.drawn(drawn::Size::Full)))
                    (without_time(opened))
                }
            }
        },
        ..Content::default()
    };
    super::page(visit, content)
}

fn head(opened: &Opened<'_>, title: &str) -> Markup {
    let week = &opened.week;
    let heading = PageHeading {
        eyebrow: Some(opened.schedule.term.title()),
        lead: Some(html! {
            (words::units(&week.units)) " · "
            (design::numbers::counted(crate::words::counted(opened.schedule.selections.len()), "course", "courses"))
            " · " a href=(PLANNER) { "all schedules" }
        }),
        ..PageHeading::new(title)
    };
    page_heading(&heading)
}

/// What can be done with the schedule as a whole.
fn tools(opened: &Opened<'_>, history: &History) -> Markup {
    let address = opened.address();
    let to = |part: &str| format!("{address}/{part}");
    html! {
        div.planner-tools role="group" aria-label="The schedule as a whole" {
            (step(opened, "undo", "Undo", history.can_undo))
            (step(opened, "redo", "Redo", history.can_redo))
            (link_button("Find schedules that fit", &to("generate"), Emphasis::Secondary))
            (link_button("Share, calendar", &to("share"), Emphasis::Secondary))
            (link_button("History", &to("history"), Emphasis::Quiet))
            form action=(to("duplicate")) method="post" { (submit_button("Duplicate", Emphasis::Quiet)) }
            (link_button("Delete", &to("delete"), Emphasis::Quiet))
            details.rename {
                summary { "Rename" }
                form action=(address) method="post" {
                    (edit_fields(opened, "rename"))
                    label for="schedule-name" { "Name" }
                    input id="schedule-name" type="text" name="name" value=(opened.schedule.name) required
                        maxlength=(planner::schedule::NAME_CHARS_MAX) autocomplete="off";
                    (submit_button("Rename", Emphasis::Secondary))
                }
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
