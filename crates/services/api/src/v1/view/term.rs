//! Terms.

use catalog::snapshot::{Snapshot, TermEntry};
use catalog::term::{Phases, Session};
use schemars::JsonSchema;
use serde::Serialize;

use super::moment::Day;

/// A term.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Term")]
pub(in crate::v1) struct TermView<'a> {
    /// As `fall-2026`.
    term: String,
    /// Its id in the SIS, as 2268.
    sis_id: u16,
    /// As `Fall 2026`.
    title: String,
    /// First day.
    begin: Day,
    /// Last day, finals included.
    end: Day,
    /// First day of enrollment, where the source says so.
    enrollment_begin: Option<Day>,
    /// Whether it is the term that people are enrolling in.
    is_current: bool,
    /// How many courses are offered.
    course_count: usize,
    sessions: Vec<SessionView<'a>>,
    /// The stages of enrollment, where they are known.
    phases: Option<PhasesView>,
    /// Its address in this API.
    href: String,
}

/// A part of a term with dates of its own.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Session")]
struct SessionView<'a> {
    /// As `1` or `6W2`.
    id: &'a str,
    name: &'a str,
    begin: Day,
    end: Day,
}

/// The stages of enrollment, as days on the campus.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Phases")]
pub(in crate::v1) struct PhasesView {
    phase1_start: Day,
    phase1_end: Day,
    phase2_start: Day,
    phase2_end: Day,
    adjustment_start: Day,
}

impl<'a> TermView<'a> {
    pub(in crate::v1) fn of(snapshot: &'a Snapshot, entry: &'a TermEntry, is_current: bool) -> Self {
        let term = &entry.term;
        Self {
            term: term.id.slug(),
            sis_id: term.id.number(),
            title: term.id.title(),
            begin: Day(term.begin),
            end: Day(term.end),
            enrollment_begin: term.enrollment_begin.map(Day),
            is_current,
            course_count: entry.offerings.len(),
            sessions: term.sessions.iter().map(SessionView::of).collect(),
            phases: snapshot.calendar().phases(term.id).map(PhasesView::of),
            href: format!("/api/v1/terms/{}", term.id.slug()),
        }
    }
}

impl<'a> SessionView<'a> {
    fn of(session: &'a Session) -> Self {
        Self { id: &session.id, name: &session.name, begin: Day(session.begin), end: Day(session.end) }
    }
}

impl PhasesView {
    pub(in crate::v1) fn of(phases: &Phases) -> Self {
        Self {
            phase1_start: Day(phases.phase1_start),
            phase1_end: Day(phases.phase1_end),
            phase2_start: Day(phases.phase2_start),
            phase2_end: Day(phases.phase2_end),
            adjustment_start: Day(phases.adjustment_start),
        }
    }
}
