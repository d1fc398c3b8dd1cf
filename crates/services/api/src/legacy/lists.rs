//! Lists of courses, short and long.

use catalog::course_set::CourseIndex;
use catalog::snapshot::{CourseEntry, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;

use crate::rest::answer::{Outcome, json};
use crate::rest::ask::Ask;
use crate::rest::parameter::{Kind, Parameter};

/// `?form=long`.
pub(super) const FORM: Parameter =
    Parameter::query("form", Kind::Text { chars_max: 20 }, "`long` adds titles; anything else is the short form.");

/// Courses in natural order.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyCourseList")]
pub(super) struct CourseList<'a> {
    /// By abbreviation, then number.
    courses: Vec<CourseRow<'a>>,
}

/// A course of a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyCourseRow")]
struct CourseRow<'a> {
    id: u64,
    /// The subject area, as `EL ENG`.
    abbreviation: &'a str,
    /// As `61A`.
    course_number: &'a str,
    /// In the long form only.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
}

/// The courses that are wanted.
pub(super) fn courses(ask: &Ask, is_wanted: impl Fn(CourseIndex) -> bool) -> Outcome {
    let is_long = ask.text("form") == Some("long");
    let rows = naturally_sorted(&ask.snapshot, is_wanted);
    json(&CourseList { courses: rows.into_iter().map(|entry| CourseRow::of(entry, is_long)).collect() })
}

/// By abbreviation as it is written, then number. The snapshot's own order goes by the abbreviation's letters alone.
pub(super) fn naturally_sorted(snapshot: &Snapshot, is_wanted: impl Fn(CourseIndex) -> bool) -> Vec<&CourseEntry> {
    let placed = (0..).map(CourseIndex).zip(snapshot.courses());
    let mut rows: Vec<&CourseEntry> = placed.filter(|(place, _)| is_wanted(*place)).map(|(_, entry)| entry).collect();
    rows.sort_by(|a, b| a.course.subject_abbreviation.cmp(&b.course.subject_abbreviation));
    rows
}

impl<'a> CourseRow<'a> {
    fn of(entry: &'a CourseEntry, is_long: bool) -> Self {
        Self {
            id: entry.id.0,
            abbreviation: &entry.course.subject_abbreviation,
            course_number: entry.course.code.number.as_str(),
            title: is_long.then_some(&entry.course.title),
        }
    }
}
