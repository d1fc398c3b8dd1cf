//! All schedules of somebody: to open, to make, to duplicate, to delete.

use axum::body::Bytes;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response, Result};
use catalog::term::TermId;
use design::action::{Emphasis, link_button, submit_button};
use design::empty::empty_state;
use design::heading::{PageHeading, page_heading};
use design::layout;
use design::notice::{Notice, NoticeKind, notice};
use design::numbers::counted;
use design::week::week;
use http::StatusCode;
use maud::{Markup, html};
use planner::draft::ScheduleDraft;
use planner::link::Original;
use planner::schedule::{NAME_CHARS_MAX, Schedule, ScheduleName};

use super::opened::{self, Opened};
use super::words::failed;
use super::{PLANNER, compare, drawn, once, words};
use crate::form::Form;
use crate::frame::Content;
use crate::visit::Visit;

pub(super) async fn list(visit: Visit) -> Result<Response> {
    let schedules = mine(&visit).await?;
    let content = Content {
        title: "Planner".to_owned(),
        description: "Put a week of classes together, see what collides, share it, follow it in a calendar.".to_owned(),
        canonical: Some(PLANNER.to_owned()),
        status: StatusCode::OK,
        main: html! {
            (page_heading(&PageHeading {
                lead: Some(html! { "Put a week together, see what collides, share it, and follow it in your calendar." }),
                ..PageHeading::new("Planner")
            }))
            div.stack {
                (kept_where(&visit))
                (new_form(&visit))
                @if schedules.len() > 1 { p { a href=(compare::PATH) { "Compare two schedules" } } }
                @if schedules.is_empty() { (nothing_yet()) } @else { (all(&visit, &schedules)) }
            }
        },
        ..Content::default()
    };
    Ok(super::page(&visit, content))
}

/// The schedules of whoever looks: of the person, or of this browser.
pub(super) async fn mine(visit: &Visit) -> Result<Vec<Schedule>, Response> {
    match visit.owner().await.map_err(|error| words::nobody_to_ask(visit, &error))? {
        Some(owner) => visit.app.ports.schedules.schedules(owner).await.map_err(failed(visit)),
        None => Ok(Vec::new()),
    }
}

/// Where what is planned is kept, for those who are not signed in.
fn kept_where(visit: &Visit) -> Markup {
    html! {
        @if visit.person().is_none() {
            (notice(&Notice {
                kind: NoticeKind::Info,
                title: "You are not signed in.".to_owned(),
                body: html! {
                    "What you plan is kept for this browser for 90 days. "
                    a href={ "/sign-in?next=" (PLANNER) } { "Sign in" }
                    " to have it everywhere; what is here comes along."
                },
            }))
        }
    }
}

fn new_form(visit: &Visit) -> Markup {
    let snapshot = &visit.snapshot;
    let default = snapshot.default_term(visit.today());
    html! {
        form.panel action=(PLANNER) method="post" {
            (once::field(visit))
            div.field-grid {
                div.field {
                    label for="new-term" { "Term" }
                    select id="new-term" name="term" {
                        @for entry in snapshot.terms() {
                            option value=(entry.term.id.slug()) selected[Some(entry.term.id) == default] { (entry.term.id.title()) }
                        }
                    }
                }
                div.field {
                    label for="new-name" { "Name, if you like" }
                    input id="new-name" type="text" name="name" maxlength=(NAME_CHARS_MAX) autocomplete="off" placeholder="Plan A";
                }
                (submit_button("New schedule", Emphasis::Primary))
            }
        }
    }
}

fn nothing_yet() -> Markup {
    empty_state(
        "No schedule yet",
        html! { p { "Make one for the term that you plan. Nothing is asked of you: no account, no script." } },
        &html! { (link_button("Browse the catalog", crate::address::CATALOG, Emphasis::Secondary)) },
    )
}

/// The schedules by term, the newest term first.
fn all(visit: &Visit, schedules: &[Schedule]) -> Markup {
    let mut terms: Vec<TermId> = schedules.iter().map(|schedule| schedule.term).collect();
    terms.sort_unstable();
    terms.dedup();
    html! {
        @for term in terms.iter().rev() {
            @let of_term: Vec<&Schedule> = schedules.iter().filter(|schedule| schedule.term == *term).collect();
            @let compare = (of_term.len() > 1).then(|| compare_link(&of_term));
            (layout::section(&term.slug(), &term.title(), compare.as_ref(), &html! {
                div.candidates { @for schedule in of_term { (card(visit, schedule)) } }
            }))
        }
    }
}

fn compare_link(schedules: &[&Schedule]) -> Markup {
    html! { a href={ (compare::PATH) "?a=" (schedules[0].id) "&b=" (schedules[1].id) } { "Compare" } }
}

fn card(visit: &Visit, schedule: &Schedule) -> Markup {
    let opened = Opened::of(&visit.snapshot, schedule.clone());
    let address = opened.address();
    let courses = counted(crate::words::counted(schedule.selections.len()), "course", "courses");
    let clashes = opened.findings.count(planner::conflicts::Severity::Clash);
    html! {
        article.candidate {
            h3 { a href=(address) { (schedule.name) } }
            p.planned-note {
                (words::units(&opened.week.units)) " · " (courses)
                @if clashes > 0 { " · " strong.fault { (counted(crate::words::counted(clashes), "collision", "collisions")) } }
            }
            (week(&opened.drawn(drawn::Size::Small)))
            div.planner-tools {
                (link_button("Open", &address, Emphasis::Secondary))
                form action={ (address) "/duplicate" } method="post" {
                    (once::field(visit))
                    (submit_button("Duplicate", Emphasis::Quiet))
                }
                (link_button("Delete", &format!("{address}/delete"), Emphasis::Quiet))
            }
        }
    }
}

pub(super) async fn create(visit: Visit, body: Bytes) -> Result<Response> {
    let form = Form::parse(&body)?;
    let term: TermId = form.read("term")?;
    let name = ScheduleName::fitted(form.field("name").unwrap_or_default());
    let name = (!name.is_blank()).then_some(name);
    let draft = ScheduleDraft { name, key: once::key(&form), ..ScheduleDraft::new(term) };
    let editor = super::editor_of(&visit).await?;
    let made = visit.app.ports.schedules.create(editor.owner, &draft, visit.at()).await.map_err(failed(&visit))?;
    Ok(super::with_cookie(editor, Redirect::to(&opened::address(made.id)).into_response()))
}

pub(super) async fn duplicate(visit: Visit, Path(id): Path<String>, body: Bytes) -> Result<Response> {
    let (owner, schedule) = opened::own(&visit, &id).await?;
    let key = once::key(&Form::parse(&body)?);
    let original = Original::Schedule(schedule.id);
    let made = visit.app.ports.schedules.duplicate(original, owner, key, visit.at()).await;
    let made = made.map_err(failed(&visit))?;
    Ok(Redirect::to(&opened::address(made.id)).into_response())
}

/// Asks before deleting: what is deleted is gone.
pub(super) async fn confirm(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (_, schedule) = opened::own(&visit, &id).await?;
    let address = opened::address(schedule.id);
    let content = Content {
        title: format!("Delete {}", schedule.name),
        status: StatusCode::OK,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading::new(&format!("Delete “{}”?", schedule.name))))
            div.stack {
                p { "Its history and all links to it go with it. It cannot be brought back." }
                form.button-row action={ (address) "/delete" } method="post" {
                    (submit_button("Delete it", Emphasis::Primary))
                    (link_button("Keep it", &address, Emphasis::Secondary))
                }
            }
        },
        ..Content::default()
    };
    Ok(super::page(&visit, content))
}

pub(super) async fn delete(visit: Visit, Path(id): Path<String>) -> Result<Response> {
    let (owner, schedule) = opened::own(&visit, &id).await?;
    visit.app.ports.schedules.remove(schedule.id, owner).await.map_err(failed(&visit))?;
    Ok(Redirect::to(PLANNER).into_response())
}
