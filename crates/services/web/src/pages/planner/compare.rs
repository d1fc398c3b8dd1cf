//! Two schedules side by side: what is in one only, units, hours, collisions; or first the choice of two.

use axum::response::{Response, Result};
use catalog::meeting::time_in_words;
use design::action::{Emphasis, link_button, submit_button};
use design::empty::empty_state;
use design::heading::{PageHeading, page_heading};
use design::table::{Column, Table, table};
use design::week::week;
use http::StatusCode;
use jiff::civil::Time;
use maud::{Markup, html};
use planner::compare::{ComparedCourse, Comparison, Figures};
use planner::picked::SectionName;
use planner::schedule::{Schedule, ScheduleId};

use super::opened::{self, Opened};
use super::words::failed;
use super::{PLANNER, drawn, list, words};
use crate::frame::Content;
use crate::visit::Visit;

/// Where two are compared.
pub(super) const PATH: &str = "/planner/compare";

pub(super) async fn compare(visit: Visit) -> Result<Response> {
    let (Some(a), Some(b)) = (visit.parameter("a"), visit.parameter("b")) else { return pick(&visit).await };
    let (owner, one) = opened::own(&visit, a).await?;
    let (_, other) = opened::own(&visit, b).await?;
    let all = visit.app.ports.schedules.schedules(owner).await.map_err(failed(&visit))?;
    let snapshot = visit.snapshot.clone();
    let (one, other) = (Opened::of(&snapshot, one), Opened::of(&snapshot, other));
    let compared = planner::compare::compare(&snapshot, &one.plan, &other.plan);
    let content = Content {
        title: format!("{} and {}", one.schedule.name, other.schedule.name),
        status: StatusCode::OK,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading::new("Compare two schedules")))
            div.stack {
                (choice(&all, [Some(one.schedule.id), Some(other.schedule.id)]))
                (figures(&one, &other, &compared))
                div.candidates.two {
                    @let shared = &compared.both;
                    (side(&one, &compared.only_first, &shared.iter().map(|course| course.only_first.as_slice()).collect::<Vec<_>>()))
                    (side(&other, &compared.only_second, &shared.iter().map(|course| course.only_second.as_slice()).collect::<Vec<_>>()))
                }
            }
        },
        ..Content::default()
    };
    Ok(super::page(&visit, content))
}

/// The page for whoever has not said which two.
async fn pick(visit: &Visit) -> Result<Response> {
    let all = list::mine(visit).await?;
    let given = |name: &str| visit.parameter(name).and_then(|id| id.parse::<ScheduleId>().ok());
    let mut ids = all.iter().map(|schedule| schedule.id);
    let a = given("a").or_else(|| ids.next());
    let b = given("b").or_else(|| ids.find(|id| Some(*id) != a));
    let content = Content {
        title: "Compare two schedules".to_owned(),
        status: StatusCode::OK,
        no_index: true,
        main: html! {
            (page_heading(&PageHeading {
                lead: Some(html! { "Side by side: what is in one only, units, hours and collisions." }),
                ..PageHeading::new("Compare two schedules")
            }))
            @if all.len() > 1 { (choice(&all, [a, b])) } @else { (too_few(all.len())) }
        },
        ..Content::default()
    };
    Ok(super::page(visit, content))
}

fn too_few(count: usize) -> Markup {
    let held = if count == 0 { "You have no schedule here yet." } else { "You have one schedule here." };
    let body = html! { p { (held) " Make another, or duplicate one and change it; then both can be compared." } };
    let actions = html! { (link_button("My schedules", PLANNER, Emphasis::Primary)) };
    empty_state("It takes two to compare", body, &actions)
}

/// Which two.
fn choice(all: &[Schedule], [one, other]: [Option<ScheduleId>; 2]) -> Markup {
    let select = |name: &str, label: &str, chosen: Option<ScheduleId>| {
        html! {
            div.field {
                label for={ "compare-" (name) } { (label) }
                select id={ "compare-" (name) } name=(name) {
                    @for schedule in all {
                        option value=(schedule.id) selected[Some(schedule.id) == chosen] {
                            (schedule.name) ", " (schedule.term.title())
                        }
                    }
                }
            }
        }
    };
    html! {
        form.field-grid action=(PATH) method="get" data-submit-on-change {
            (select("a", "This schedule", one))
            (select("b", "with this one", other))
            (submit_button("Compare", Emphasis::Secondary))
        }
    }
}

fn figures(one: &Opened<'_>, other: &Opened<'_>, compared: &Comparison) -> Markup {
    let row = |what: &str, of: &dyn Fn(&Figures) -> String| {
        vec![html! { (what) }, html! { (of(&compared.first)) }, html! { (of(&compared.second)) }]
    };
    let clock = |time: Option<Time>| time.map_or_else(|| "–".to_owned(), time_in_words);
    table(&Table {
        caption: "In numbers".to_owned(),
        caption_unseen: true,
        narrow: true,
        columns: vec![
            Column::text("What"),
            Column::text(one.schedule.name.as_str()),
            Column::text(other.schedule.name.as_str()),
        ],
        rows: vec![
            row("Units", &|figures| words::units(&figures.units)),
            row("Courses", &|figures| figures.courses.to_string()),
            row("In class each week", &|figures| words::hours(figures.class_minutes)),
            row("Days with classes", &|figures| figures.days.short()),
            row("First class begins", &|figures| clock(figures.earliest_start)),
            row("Last class ends", &|figures| clock(figures.latest_end)),
            row("Collisions", &|figures| figures.clashes.to_string()),
            row("Still missing", &|figures| figures.incomplete.to_string()),
        ],
        ..Table::default()
    })
}

/// One of the two, with what only it has.
fn side(opened: &Opened<'_>, only: &[ComparedCourse], sections: &[&[SectionName]]) -> Markup {
    let courses = only
        .iter()
        .map(|course| course.code.as_ref().map_or_else(|| "a course that is gone".to_owned(), ToString::to_string));
    let sections = sections.iter().copied().flatten().map(ToString::to_string);
    let all: Vec<String> = courses.chain(sections).collect();
    html! {
        article.candidate {
            h2 { a href=(opened.address()) { (opened.schedule.name) } }
            p.planned-note {
                @if all.is_empty() { "Nothing that is not in the other." } @else { "Only here: " (all.join(", ")) }
            }
            (week(&opened.drawn(drawn::Size::Small)))
        }
    }
}
