//! How sections filled, day by day, in the shape of 2021.

use catalog::course_set::CourseIndex;
use catalog::enrollment_series::{DayPoint, Divisor, PhaseDays, Series};
use catalog::seats::EnrollmentRun;
use catalog::section::SectionId;
use catalog::term::{Phases, TermId};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::words;
use crate::rest::ask::Ask;
use crate::rest::problem::Problem;

/// How one or more sections filled.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyEnrollment")]
pub(super) struct Enrollment<'a> {
    course_id: u64,
    pub(super) section_id: WhichSections,
    /// As `COMPSCI 61A`.
    title: String,
    /// The course's title.
    subtitle: &'a str,
    /// `All Sections`, or `LOVELACE A - 001`.
    pub(super) section_name: String,
    /// Of a single section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) instructor: Option<String>,
    telebears: Telebears,
    /// Seats on the last day.
    enrolled_max: i32,
    /// Places on the waiting list on the last day.
    waitlisted_max: i32,
    /// Every day from the first observation to the last.
    data: Vec<Day>,
    /// The top of a chart as a share: a tenth above the highest, at least 1.1.
    enrolled_percent_max: f64,
    waitlisted_percent_max: f64,
    /// The same in students.
    enrolled_scale_max: i32,
    waitlisted_scale_max: i32,
}

/// A section's id, or `all`.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "LegacyWhichSections")]
pub(super) enum WhichSections {
    One(u64),
    All(&'static str),
}

/// The enrollment phases. Days are counted from the first day of phase 1, which is day 1. Dates are written as
/// `04/26/2021-00:00:00`. Where a term's phases are not known, day 1 is the first day of enrollment, and the rest is null.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyTelebears")]
struct Telebears {
    phase1_start_date: String,
    phase1_start_day: i32,
    /// A day's number, in spite of its name: kept for the clients of 2021.
    phase1_end_date: Option<i32>,
    phase1_end_day: Option<i32>,
    phase2_start_date: Option<String>,
    phase2_start_day: Option<i32>,
    /// A day's number, in spite of its name.
    phase2_end_date: Option<i32>,
    phase2_end_day: Option<i32>,
    adj_start_date: Option<String>,
    adj_start_day: Option<i32>,
    /// As `Fall 2021`.
    semester: String,
}

/// One day. −1 is a share of nothing.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyEnrollmentDay")]
struct Day {
    enrolled: i32,
    waitlisted: i32,
    enrolled_max: i32,
    waitlisted_max: i32,
    day: i32,
    /// As `04/26/2021-00:00:00`.
    date: String,
    enrolled_percent: f64,
    waitlisted_percent: f64,
}

/// The runs of sections, which may have to be read.
pub(super) async fn runs(ask: &Ask, term: TermId, sections: &[SectionId]) -> Result<Vec<EnrollmentRun>, Problem> {
    let read = ask.visit.app.ports.catalog.history(term, sections).await;
    read.map(|runs| runs.to_vec()).map_err(|error| {
        tracing::warn!(%error, term = %term.slug(), "an answer needed a history of enrollment and did not get it");
        Problem::unavailable("The history of enrollment is not available right now. Try again in a minute.")
    })
}

/// The series of some sections of a course.
pub(super) fn enrollment<'a>(
    ask: &'a Ask,
    term: TermId,
    course: CourseIndex,
    runs: &[EnrollmentRun],
    divisor: Divisor,
) -> Result<Enrollment<'a>, Problem> {
    let entry = ask.snapshot.course(course);
    let first_day = first_day(ask, term, runs);
    let series = Series::daily(runs, ask.visit.app.time_zone(), first_day, divisor)
        .ok_or_else(|| Problem::not_found("No enrollment counts have been recorded for this."))?;
    Ok(Enrollment {
        course_id: entry.id.0,
        section_id: WhichSections::All("all"),
        title: words::code(&entry.course),
        subtitle: &entry.course.title,
        section_name: "All Sections".to_owned(),
        instructor: None,
        telebears: Telebears::of(term, ask.snapshot.calendar().phases(term), first_day),
        enrolled_max: series.enrolled_max,
        waitlisted_max: series.waitlisted_max,
        data: series.days.iter().map(Day::of).collect(),
        enrolled_percent_max: series.enrolled_percent_max,
        waitlisted_percent_max: series.waitlisted_percent_max,
        enrolled_scale_max: series.enrolled_scale_max,
        waitlisted_scale_max: series.waitlisted_scale_max,
    })
}

/// Day 1: the first of phase 1; where that is not known, the first of enrollment, or the first that was observed.
fn first_day(ask: &Ask, term: TermId, runs: &[EnrollmentRun]) -> Date {
    let begin = ask.snapshot.term(term).and_then(|entry| entry.term.enrollment_begin);
    let observed = || runs.iter().map(|run| ask.visit.app.day(run.first_seen)).min().unwrap_or_default();
    ask.snapshot.calendar().phases(term).map(|phases| phases.phase1_start).or(begin).unwrap_or_else(observed)
}

impl Telebears {
    fn of(term: TermId, phases: Option<&Phases>, first_day: Date) -> Self {
        let days = phases.map(PhaseDays::of);
        Self {
            phase1_start_date: date(first_day),
            phase1_start_day: 1,
            phase1_end_date: days.map(|days| days.phase1_end),
            phase1_end_day: days.map(|days| days.phase1_end),
            phase2_start_date: phases.map(|phases| date(phases.phase2_start)),
            phase2_start_day: days.map(|days| days.phase2_start),
            phase2_end_date: days.map(|days| days.phase2_end),
            phase2_end_day: days.map(|days| days.phase2_end),
            adj_start_date: phases.map(|phases| date(phases.adjustment_start)),
            adj_start_day: days.map(|days| days.adjustment_start),
            semester: term.title(),
        }
    }
}

impl Day {
    fn of(point: &DayPoint) -> Self {
        Self {
            enrolled: point.enrolled,
            waitlisted: point.waitlisted,
            enrolled_max: point.enrolled_max,
            waitlisted_max: point.waitlisted_max,
            day: point.day,
            date: date(point.date),
            enrolled_percent: point.enrolled_percent,
            waitlisted_percent: point.waitlisted_percent,
        }
    }
}

fn date(date: Date) -> String {
    date.strftime("%m/%d/%Y-00:00:00").to_string()
}
