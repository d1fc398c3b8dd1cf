//! Courses.

use catalog::course::{Course, Units};
use catalog::course_set::CourseIndex;
use catalog::snapshot::{CourseEntry, Snapshot};
use catalog::term::TermId;
use schemars::JsonSchema;
use serde::Serialize;

use super::grades::Average;
use super::moment::Day;
use super::playlist::PlaylistLine;
use super::seats::CourseSeats;

/// A course named in passing.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CourseName")]
pub(in crate::v1) struct CourseName<'a> {
    /// Its number in this API; it never changes.
    id: u64,
    /// As `COMPSCI 61A`.
    code: String,
    title: &'a str,
    /// Its address in this API.
    href: String,
}

/// A course of a list.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CourseLine")]
pub(in crate::v1) struct CourseLine<'a> {
    #[serde(flatten)]
    name: CourseName<'a>,
    /// The subject area in front of the number, as `EL ENG`.
    subject: &'a str,
    /// As `61A`.
    number: &'a str,
    units: Option<UnitsView>,
    /// Of all its grades and those of its cross-listed courses; `null` without letter grades.
    average: Option<Average>,
    /// In the term that was asked for; `null` where the source gives no counts, or no term was asked for.
    seats: Option<CourseSeats>,
    /// Whether the source no longer has it: its grades and history remain.
    is_retired: bool,
}

/// Everything about a course that does not depend on a term.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Course")]
pub(in crate::v1) struct CourseView<'a> {
    #[serde(flatten)]
    name: CourseName<'a>,
    subject: &'a str,
    /// The subject area in full.
    subject_name: &'a str,
    number: &'a str,
    /// Empty where the catalog has none, or descriptions are switched off.
    description: &'a str,
    units: Option<UnitsView>,
    /// What must be taken before, as text.
    prerequisites: Option<&'a str>,
    cross_listed: Vec<CourseName<'a>>,
    /// The source's code of whom it is for: `UGRD`, `GRAD`, `LAW`.
    academic_career: Option<&'a str>,
    /// The source's code of how it is graded.
    grading_basis: Option<&'a str>,
    /// The source's code: `Y` written, `N` none, `A` another method, `C` common to all sections, `L` in the last class.
    final_exam: Option<&'a str>,
    /// First day of this version of the course.
    from: Option<Day>,
    average: Option<Average>,
    /// The terms in which it is offered, newest first.
    terms: Vec<String>,
    /// The requirements and other lists that it is in.
    playlists: Vec<PlaylistLine<'a>>,
    is_retired: bool,
}

/// What a course is worth.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Units")]
pub(in crate::v1) struct UnitsView {
    min: f64,
    max: f64,
    /// As `4`, `1–4` or `3 or 4`.
    text: String,
}

impl<'a> CourseName<'a> {
    pub(in crate::v1) fn of(entry: &'a CourseEntry) -> Self {
        Self {
            id: entry.id.0,
            code: code(&entry.course),
            title: &entry.course.title,
            href: format!("/api/v1/courses/{}/{}", entry.course.code.subject, entry.course.code.number),
        }
    }
}

/// `EL ENG 16A`.
pub(in crate::v1) fn code(course: &Course) -> String {
    format!("{} {}", course.subject_abbreviation, course.code.number)
}

impl<'a> CourseLine<'a> {
    pub(in crate::v1) fn of(snapshot: &'a Snapshot, course: CourseIndex, term: Option<TermId>) -> Self {
        let entry = snapshot.course(course);
        let offering = term.and_then(|term| snapshot.offering(term, course));
        Self {
            name: CourseName::of(entry),
            subject: &entry.course.subject_abbreviation,
            number: entry.course.code.number.as_str(),
            units: entry.course.units.as_ref().map(UnitsView::of),
            average: entry.grades.as_ref().and_then(Average::of),
            seats: offering.and_then(|offering| offering.seats.as_ref()).map(CourseSeats::of),
            is_retired: entry.is_retired,
        }
    }
}

impl<'a> CourseView<'a> {
    pub(in crate::v1) fn of(snapshot: &'a Snapshot, course: CourseIndex) -> Self {
        let entry = snapshot.course(course);
        let playlists = snapshot.playlists_of(course).map(|place| PlaylistLine::of(snapshot.playlist(place)));
        Self {
            name: CourseName::of(entry),
            subject: &entry.course.subject_abbreviation,
            subject_name: &entry.course.subject_name,
            number: entry.course.code.number.as_str(),
            description: &entry.course.description,
            units: entry.course.units.as_ref().map(UnitsView::of),
            prerequisites: entry.course.prerequisites.as_deref(),
            cross_listed: entry.cross_listed.iter().map(|other| CourseName::of(snapshot.course(*other))).collect(),
            academic_career: entry.course.academic_career.as_deref(),
            grading_basis: entry.course.grading_basis.as_deref(),
            final_exam: entry.course.final_exam.as_deref(),
            from: entry.course.from_date.map(Day),
            average: entry.grades.as_ref().and_then(Average::of),
            terms: snapshot.terms_of(course).map(|term| term.term.id.slug()).collect(),
            playlists: playlists.collect(),
            is_retired: entry.is_retired,
        }
    }
}

impl UnitsView {
    fn of(units: &Units) -> Self {
        Self { min: units.minimum().decimal(), max: units.maximum().decimal(), text: units.to_string() }
    }
}
