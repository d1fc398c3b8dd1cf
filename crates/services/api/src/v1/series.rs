//! How sections filled.

use catalog::enrollment_series::{DayPoint, Divisor, Series};
use catalog::seats::EnrollmentRun;
use catalog::section::SectionId;
use catalog::term::TermId;
use schemars::JsonSchema;
use serde::Serialize;

use super::view::moment::{Day, Moment};
use super::view::seats::known;
use super::view::term::PhasesView;
use crate::rest::ask::Ask;
use crate::rest::problem::Problem;

/// How one or more sections filled.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EnrollmentHistory")]
pub(super) struct History {
    /// As `fall-2026`.
    term: String,
    /// The class numbers of the sections.
    sections: Vec<u32>,
    /// The stages of enrollment, where they are known.
    phases: Option<PhasesView>,
    /// What was observed: stretches of time in which every observation gave equal counts. Between two of them nothing is
    /// known.
    runs: Vec<Run>,
    /// The sections added together, at the end of each day on the campus.
    daily: Vec<DailyCounts>,
}

/// A stretch of time in which every observation of a section gave equal counts.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EnrollmentRun")]
struct Run {
    /// The section's class number.
    ccn: u32,
    /// The first observation with these counts.
    first_seen: Moment,
    /// The last observation with these counts.
    last_seen: Moment,
    enrolled: Option<u32>,
    max_enroll: Option<u32>,
    waitlisted: Option<u32>,
    max_waitlist: Option<u32>,
    is_open: Option<bool>,
}

/// The counts at the end of a day. A day without an observation stands as the day before.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EnrollmentDay")]
struct DailyCounts {
    date: Day,
    /// Days since the first day of phase 1, which is day 1; `null` where the phases are not known.
    phase_day: Option<i32>,
    enrolled: Option<u32>,
    max_enroll: Option<u32>,
    waitlisted: Option<u32>,
    max_waitlist: Option<u32>,
    /// Enrolled as a share of the day's seats, three decimals; `null` without seats.
    share: Option<f64>,
}

/// Reads how sections of a term filled.
pub(super) async fn history(ask: &Ask, term: TermId, sections: &[SectionId]) -> Result<History, Problem> {
    let runs = ask.visit.app.ports.catalog.history(term, sections).await.map_err(|error| {
        tracing::warn!(%error, term = %term.slug(), "an answer needed a history of enrollment and did not get it");
        Problem::unavailable("The history of enrollment is not available right now. Try again in a minute.")
    })?;
    let phases = ask.snapshot.calendar().phases(term);
    let first_day = phases.map(|phases| phases.phase1_start);
    let series = Series::daily(&runs, ask.visit.app.time_zone(), first_day.unwrap_or_default(), Divisor::CapOfTheDay);
    let days = series.map(|series| series.days).unwrap_or_default();
    Ok(History {
        term: term.slug(),
        sections: sections.iter().map(|section| section.0).collect(),
        phases: phases.map(PhasesView::of),
        runs: runs.iter().map(Run::of).collect(),
        daily: days.iter().map(|day| DailyCounts::of(day, first_day.is_some())).collect(),
    })
}

impl Run {
    fn of(run: &EnrollmentRun) -> Self {
        Self {
            ccn: run.section.0,
            first_seen: Moment(run.first_seen),
            last_seen: Moment(run.last_seen),
            enrolled: known(run.counts.enrolled),
            max_enroll: known(run.counts.max_enroll),
            waitlisted: known(run.counts.waitlisted),
            max_waitlist: known(run.counts.max_waitlist),
            is_open: run.counts.is_open,
        }
    }
}

impl DailyCounts {
    fn of(day: &DayPoint, has_phases: bool) -> Self {
        Self {
            date: Day(day.date),
            phase_day: has_phases.then_some(day.day),
            enrolled: known(day.enrolled),
            max_enroll: known(day.enrolled_max),
            waitlisted: known(day.waitlisted),
            max_waitlist: known(day.waitlisted_max),
            share: (day.enrolled_max > 0).then_some(day.enrolled_percent),
        }
    }
}
