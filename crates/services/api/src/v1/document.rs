//! What stands around every answer: which catalog it was made from, as of when its parts hold, and what is switched off.

use catalog::run::Step;
use catalog::term::TermId;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::view::moment::Moment;
use crate::rest::answer::{Outcome, json};
use crate::rest::ask::Ask;

/// One thing.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}Document")]
pub(super) struct Document<'a, T> {
    /// Which catalog this was made from; it grows with every publication. `null` before the first one.
    pub(super) catalog_version: Option<i64>,
    /// As of when the parts of this answer hold.
    pub(super) as_of: AsOf,
    /// What the operator has switched off: it is missing here.
    pub(super) switched_off: Vec<SwitchedOff<'a>>,
    /// The thing itself.
    pub(super) data: T,
}

/// A page of a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
pub(super) struct List<'a, T, E> {
    /// Which catalog this was made from; it grows with every publication. `null` before the first one.
    pub(super) catalog_version: Option<i64>,
    /// As of when the parts of this answer hold.
    pub(super) as_of: AsOf,
    /// What the operator has switched off: it is missing here.
    pub(super) switched_off: Vec<SwitchedOff<'a>>,
    /// How many rows all pages have together.
    pub(super) total: usize,
    /// The address of the next page; `null` on the last one.
    pub(super) next: Option<String>,
    /// The rows of this page.
    pub(super) data: Vec<T>,
    #[serde(flatten)]
    pub(super) extra: E,
}

/// Nothing beside the rows.
#[derive(Serialize, JsonSchema)]
pub(super) struct Nothing {}

/// As of when each source holds; `null` when it never came, absent when it plays no part.
#[derive(Default, Serialize, JsonSchema)]
pub(super) struct AsOf {
    /// The publication of the catalog.
    pub(super) catalog: Option<Moment>,
    /// Names and descriptions of courses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) courses: Option<Option<Moment>>,
    /// Classes, sections, meetings and instructors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) classes: Option<Option<Moment>>,
    /// Counts of seats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seats: Option<Option<Moment>>,
    /// Requirements.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) playlists: Option<Option<Moment>>,
    /// Grades: the last import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) grades: Option<Option<Moment>>,
}

/// A source that is switched off.
#[derive(Serialize, JsonSchema)]
pub(super) struct SwitchedOff<'a> {
    /// Which: `grades`, `enrollment`, `descriptions` or `public-api`.
    source: &'static str,
    since: Moment,
    /// Why.
    reason: &'a str,
}

/// The sources that an answer is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Courses,
    Classes(TermId),
    Seats(TermId),
    Playlists,
    Grades,
}

/// A document about one thing.
pub(super) fn one<T: Serialize>(ask: &Ask, parts: &[Part], data: T) -> Outcome {
    json(&Document {
        catalog_version: version(ask),
        as_of: AsOf::of(ask, parts),
        switched_off: switched_off(ask),
        data,
    })
}

/// The version of the catalog.
pub(super) fn version(ask: &Ask) -> Option<i64> {
    ask.snapshot.state().map(|state| state.version.0)
}

/// What is off.
pub(super) fn switched_off(ask: &Ask) -> Vec<SwitchedOff<'_>> {
    let off = ask.snapshot.switches().iter();
    off.map(|off| SwitchedOff { source: off.source.slug(), since: Moment(off.since), reason: off.reason.as_str() })
        .collect()
}

impl AsOf {
    pub(super) fn of(ask: &Ask, parts: &[Part]) -> Self {
        let snapshot = &ask.snapshot;
        let of_step = |step, term| snapshot.as_of(step, term).map(Moment);
        let published: Option<Timestamp> = snapshot.state().map(|state| state.published_at);
        let mut as_of = Self { catalog: published.map(Moment), ..Self::default() };
        for part in parts {
            match *part {
                Part::Courses => as_of.courses = Some(of_step(Step::Course, None)),
                Part::Classes(term) => as_of.classes = Some(of_step(Step::Class, Some(term))),
                Part::Seats(term) => {
                    let seats = of_step(Step::Enrollment, Some(term)).or_else(|| of_step(Step::Class, Some(term)));
                    as_of.seats = Some(seats);
                }
                Part::Playlists => as_of.playlists = Some(of_step(Step::Playlist, None)),
                Part::Grades => as_of.grades = Some(snapshot.grades_imported_at().map(Moment)),
            }
        }
        as_of
    }
}
