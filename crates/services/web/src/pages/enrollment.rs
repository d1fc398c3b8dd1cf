//! Enrollment compared: how up to six courses, or sections of them, filled, each by the day of its own enrollment. The
//! address is the comparison.

mod adding;
mod evidence;
mod in_time;
pub(crate) mod selection;

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use catalog::enrollment_series::{DayPoint, NO_PERCENT, PhaseDays};
use catalog::switches::Source;
use design::chart::enrollment_comparison::{
    ComparedCurve, CurveUnit, DayCounts, EnrollmentComparison, PhaseSpan, enrollment_comparison,
};
use design::chart::series::{SeriesNumber, Swatch};
use design::compare::{ComparedCard, compared_cards};
use design::heading::{PageHeading, page_heading};
use design::layout;
use design::notice::notice;
use design::numbers::{counted, thousands};
use design::table::{Column, Table, table};
use design::tabs::{Tab, tabs};
use http::StatusCode;
use maud::{Markup, html};

use self::selection::{SeatSelection, Shown, Watched, look_up};
use crate::address;
use crate::frame::{self, Content};
use crate::pages::compare::{self, Wanted};
use crate::switched_off;
use crate::visit::Visit;
use crate::words;

/// The page.
pub(crate) const PATH: &str = "/enrollment";
/// Why there is no curve, where the database does not answer.
const NO_HISTORY: &str = "The history of enrollment is not available right now. Try again in a minute.";
/// What the heights mean, and whether the waiting lists are drawn.
const AS: &str = "as";
const STUDENTS: &str = "students";
/// Which of the compared courses the evidence is of.
const PAST_OF: &str = "past";

/// The page that compares these selections.
pub(crate) fn address_of<'a>(selections: impl IntoIterator<Item = &'a SeatSelection>) -> String {
    let parameters: Vec<(String, String)> =
        selections.into_iter().map(|selection| (compare::SELECTION.to_owned(), selection.to_string())).collect();
    address::with_query(PATH, &parameters)
}

pub(super) async fn enrollment(visit: Visit) -> Response {
    let wanted = Wanted::of(&visit, PATH, &[AS, PAST_OF]);
    if let Some(added) = adding::added(&visit, &wanted) {
        return Redirect::temporary(&added).into_response();
    }
    let mut shown = Vec::with_capacity(wanted.selections.len());
    for selection in &wanted.selections {
        shown.push(look_up(&visit, selection).await);
    }
    let past = evidence::section(&visit, &wanted, &shown, visit.parameter(PAST_OF)).await;
    let content = Content {
        title: title(&shown),
        description: "Compare how courses at UC Berkeley filled, day by day of their enrollment.".to_owned(),
        canonical: Some(PATH.to_owned()),
        status: StatusCode::OK,
        current_nav: Some(PATH),
        no_index: !shown.is_empty(),
        main: html! {
            (head())
            div.stack {
                @for word in wanted.notices() { (notice(&word)) }
                @for word in frame::troubles(&visit.snapshot, &visit.surroundings.current, None, &visit.now) { (notice(&word)) }
                @if let Some(word) = switched_off::instead(&visit.snapshot, Source::Enrollment, &visit.now) { (word) }
                @if !shown.is_empty() { (cards(&wanted, &shown)) }
            }
            (adding::section(&visit, &wanted))
            (comparison(&visit, &wanted, &shown))
            (past)
            @if shown.is_empty() { (adding::beginnings(&visit)) }
        },
        ..Content::default()
    };
    frame::page(&visit.app, &visit.surroundings, content).into_response()
}

/// The comparisons of the earlier site named courses by numbers of its own.
pub(super) async fn earlier_site(Path(_): Path<String>) -> Response {
    Redirect::temporary(&compare::from_earlier_site(PATH)).into_response()
}

fn title(shown: &[Shown]) -> String {
    match shown {
        [] => "Compare enrollment".to_owned(),
        [one] => format!("Enrollment of {}", one.name()),
        [first, .., last] => format!("Enrollment: {} to {}", first.title, last.title),
    }
}

fn head() -> Markup {
    page_heading(&PageHeading {
        lead: Some(
            html! { "How fast up to six courses or sections filled, laid over one another by the day of their own enrollment." },
        ),
        ..PageHeading::new("Compare enrollment")
    })
}

fn cards(wanted: &Wanted, shown: &[Shown]) -> Markup {
    let cards: Vec<ComparedCard<'_>> = shown
        .iter()
        .enumerate()
        .map(|(place, shown)| ComparedCard {
            number: SeriesNumber::at(place),
            swatch: Swatch::Line,
            title: html! {
                @match &shown.href { Some(href) => a href=(href) { (shown.title) }, None => (shown.title) }
            },
            detail: shown.detail.clone(),
            facts: match &shown.watched {
                Ok(watched) => figures(watched),
                Err(why) => html! { p { (why) } },
            },
            actions: wanted.actions(place),
        })
        .collect();
    compared_cards("Selections compared", &cards)
}

fn figures(watched: &Watched) -> Markup {
    let Some(last) = watched.series.days.last() else { return html! {} };
    html! {
        p {
            strong { (thousands(words::at_least_0(last.enrolled))) " of " (thousands(words::at_least_0(last.enrolled_max))) }
            " taken" (in_percent(last)) ", " (thousands(words::at_least_0(last.waitlisted))) " waiting"
        }
        p.compared-detail {
            "As of " (last.date.strftime("%b %-d, %Y").to_string())
            @if watched.phases.is_none() { ". Its phases are not known: day 1 is the first observation." }
        }
    }
}

fn in_percent(day: &DayPoint) -> String {
    share(day).map_or_else(String::new, |share| format!(" ({:.0}%)", share * 100.0))
}

fn share(day: &DayPoint) -> Option<f64> {
    (day.enrolled_percent - NO_PERCENT).abs().gt(&f64::EPSILON).then_some(day.enrolled_percent)
}

fn comparison(visit: &Visit, wanted: &Wanted, shown: &[Shown]) -> Markup {
    let curves: Vec<ComparedCurve> = shown
        .iter()
        .enumerate()
        .filter_map(|(place, shown)| Some(curve(place, shown, shown.watched.as_ref().ok()?)))
        .collect();
    if curves.is_empty() {
        return html! {};
    }
    let in_students = visit.parameter(AS) == Some(STUDENTS);
    let past = visit.parameter(PAST_OF);
    let with = |unit: Option<&str>| {
        let settings: Vec<(&str, &str)> =
            unit.map(|unit| (AS, unit)).into_iter().chain(past.map(|past| (PAST_OF, past))).collect();
        format!("{}#chart", wanted.with_settings(&settings))
    };
    let views = [
        Tab { label: "Percent of the seats".to_owned(), href: with(None), current: !in_students },
        Tab { label: "Students, with the waiting lists".to_owned(), href: with(Some(STUDENTS)), current: in_students },
    ];
    let chart = EnrollmentComparison {
        id: "enrollment-compared".to_owned(),
        title: if in_students { "Students enrolled, and waiting (dotted)" } else { "Seats taken, in percent" }
            .to_owned(),
        description: day_1(&curves).to_owned(),
        unit: if in_students { CurveUnit::Students } else { CurveUnit::Percent },
        with_waiting: in_students,
        curves,
    };
    layout::section(
        "chart",
        "Side by side",
        None,
        &html! {
            (tabs("What the chart shows", &views))
            div.stack { (enrollment_comparison(&chart)) (moments(shown)) }
        },
    )
}

/// What day 1 is.
fn day_1(curves: &[ComparedCurve]) -> &'static str {
    let known = curves.iter().filter(|curve| !curve.phases.is_empty()).count();
    match known {
        0 => "Day 1 is the day on which each was first counted: the phases of these terms are not known.",
        all if all == curves.len() => {
            "Day 1 is the first day of phase 1 of each selection's own term. Below the days: its own phases."
        }
        _ => {
            "Day 1 is the first day of phase 1 of each selection's own term, with its phases below; where they are not \
             known, it is the day on which it was first counted."
        }
    }
}

fn curve(place: usize, shown: &Shown, watched: &Watched) -> ComparedCurve {
    let day = |day: &DayPoint| DayCounts {
        day: day.day,
        enrolled: words::at_least_0(day.enrolled),
        capacity: words::at_least_0(day.enrolled_max),
        waitlisted: words::at_least_0(day.waitlisted),
        share: share(day),
    };
    ComparedCurve {
        number: SeriesNumber::at(place),
        name: shown.name(),
        days: watched.series.days.iter().map(day).collect(),
        phases: watched.phases.as_ref().map(|phases| spans(phases, watched)).unwrap_or_default(),
    }
}

/// The phases as stretches of days: adjustment lasts until the last observation.
fn spans(days: &PhaseDays, watched: &Watched) -> Vec<PhaseSpan> {
    let last = watched.series.days.last().map_or(days.adjustment_start, |day| day.day);
    let span = |label: &str, from: i32, until: i32| PhaseSpan { label: label.to_owned(), from, until };
    let spans = [
        span("Phase 1", 1, days.phase1_end.min(days.phase2_start - 1) + 1),
        span("Phase 2", days.phase2_start, days.phase2_end + 1),
        span("Adjustment", days.adjustment_start, last + 1),
    ];
    spans.into_iter().filter(|span| span.from < span.until).collect()
}

/// How full each was at the moments that people ask about.
fn moments(shown: &[Shown]) -> Markup {
    let watched =
        shown.iter().enumerate().filter_map(|(place, shown)| Some((place, shown, shown.watched.as_ref().ok()?)));
    let rows: Vec<Vec<Markup>> = watched
        .map(|(place, shown, watched)| {
            let days = &watched.series.days;
            let first_full = days.iter().find(|day| day.enrolled_max > 0 && day.enrolled >= day.enrolled_max);
            let highest = days.iter().max_by(|a, b| a.enrolled_percent.total_cmp(&b.enrolled_percent));
            let waiting = days.iter().map(|day| day.waitlisted).max().unwrap_or(0);
            let number = SeriesNumber::at(place).get();
            let on = |day: Option<i32>| day.and_then(|day| watched.on(day)).map_or_else(|| "–".to_owned(), percent_of);
            vec![
                html! { (number) ". " (shown.name()) },
                html! { (on(watched.phases.map(|phases| phases.phase2_start - 1))) },
                html! { (on(watched.phases.map(|phases| phases.adjustment_start - 1))) },
                html! { (on(Some(watched.term_begins - 1))) },
                html! { @match first_full { Some(day) => (said(day)), None => "not full" } },
                html! { @if let Some(day) = highest { (percent_of(day)) } },
                html! { (thousands(words::at_least_0(waiting))) },
            ]
        })
        .collect();
    let mut columns = vec![Column::text("Selection")];
    columns.extend(["Before phase 2", "Before adjustment", "Before the term"].map(Column::number));
    columns.push(Column::text("Full for the first time"));
    columns.extend(["At most", "Most waiting"].map(Column::number));
    table(&Table {
        caption: "How full each was at the end of the last day before a phase.".to_owned(),
        columns,
        rows,
        ..Table::default()
    })
}

fn percent_of(day: &DayPoint) -> String {
    share(day).map_or_else(|| "no seats".to_owned(), |share| format!("{:.0}%", share * 100.0))
}

/// `day 47 (Jun 3, 2016)`; days before the first are told as such.
fn said(day: &DayPoint) -> String {
    let date = day.date.strftime("%b %-d, %Y");
    match day.day {
        ..1 => format!("{} before day 1 ({date})", counted((1 - day.day).unsigned_abs(), "day", "days")),
        number => format!("day {number} ({date})"),
    }
}
