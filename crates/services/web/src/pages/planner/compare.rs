//! Two schedules side by side: what is in one only, units, hours, collisions.

use axum::response::Response;
use design::action::{Emphasis, submit_button};
use design::heading::{PageHeading, page_heading};
use design::table::{Column, Table, table};
use design::week::week;
use http::StatusCode;
use maud::{Markup, html};
use planner::conflicts::Severity;
use planner::picked::PickedPlan;
use planner::schedule::Schedule;

use super::opened::{self, Opened};
use super::{drawn, words};
use crate::frame::Content;
use crate::visit::Visit;

pub(super) async fn compare(visit: Visit) -> Response {
    let wanted = |name: &str| visit.parameter(name).unwrap_or_default().to_owned();
    let (owner, one) = match opened::own(&visit, &wanted("a")).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    let other = match opened::own(&visit, &wanted("b")).await {
        Ok((_, other)) => other,
        Err(page) => return page,
    };
    let all = match visit.app.ports.schedules.schedules(owner).await {
        Ok(all) => all,
        Err(error) => return words::failure(&visit, &error),
    };
    let snapshot = visit.snapshot.clone();
    let (one, other) = (Opened::of(&snapshot, one), Opened::of(&snapshot, other));
    let content = Content {
        title: format!("{} and {}", one.schedule.name, other.schedule.name),
        status: StatusCode::OK,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading::new("Compare two schedules")))
            div.stack {
                (choice(&all, &one, &other))
                (figures(&one, &other))
                div.candidates.two { (side(&one, &other)) (side(&other, &one)) }
            }
        },
        ..Content::default()
    };
    super::page(&visit, content)
}

/// Which two.
fn choice(all: &[Schedule], one: &Opened<'_>, other: &Opened<'_>) -> Markup {
    let select = |name: &str, label: &str, chosen: &Opened<'_>| {
        html! {
            div.field {
                label for={ "compare-" (name) } { (label) }
                select id={ "compare-" (name) } name=(name) {
                    @for schedule in all {
                        option value=(schedule.id) selected[schedule.id == chosen.schedule.id] {
                            (schedule.name) ", " (schedule.term.title())
                        }
                    }
                }
            }
        }
    };
    html! {
        form.field-grid action="/planner/compare" method="get" data-submit-on-change {
            (select("a", "This schedule", one))
            (select("b", "with this one", other))
            (submit_button("Compare", Emphasis::Secondary))
        }
    }
}

fn figures(one: &Opened<'_>, other: &Opened<'_>) -> Markup {
    let row = |what: &str, of: &dyn Fn(&Opened<'_>) -> String| {
        vec![html! { (what) }, html! { (of(one)) }, html! { (of(other)) }]
    };
    table(&Table {
        caption: "In numbers".to_owned(),
        caption_unseen: true,
        columns: vec![Column::text(""), Column::text(one.schedule.name.as_str()), Column::text(other.schedule.name.as_str())],
        rows: vec![
            row("Units", &|opened| words::units(&opened.week.units)),
            row("Courses", &|opened| opened.schedule.selections.len().to_string()),
            row("Days with classes", &|opened| opened.week.days.iter().filter(|day| !day.is_empty()).count().to_string()),
            row("Collisions", &|opened| opened.findings.count(Severity::Clash).to_string()),
            row("Still missing", &|opened| opened.findings.count(Severity::Incomplete).to_string()),
        ],
        ..Table::default()
    })
}

fn side(opened: &Opened<'_>, other: &Opened<'_>) -> Markup {
    let only = only_here(opened, other);
    html! {
        article.candidate {
            h2 { a href=(opened.address()) { (opened.schedule.name) } }
            p.planned-note {
                @if only.is_empty() { "Nothing that is not in the other." } @else { "Only here: " (only.join(", ")) }
            }
            (week(&opened.drawn(drawn::Size::Small)))
        }
    }
}

/// The sections that the other does not have.
fn only_here(opened: &Opened<'_>, other: &Opened<'_>) -> Vec<String> {
    let held = PickedPlan::of(other.snapshot, &other.plan);
    let mine = PickedPlan::of(opened.snapshot, &opened.plan);
    let is_there = |key| held.sections.iter().any(|one| one.section.key() == key);
    let only = mine.sections.iter().filter(|one| !is_there(one.section.key()));
    only.map(|one| planner::picked::SectionName::of(opened.snapshot, one.section).to_string()).collect()
}
