//! Grades.

use catalog::grade::{Distribution, GRADES, LETTER_COUNT, letter_of};
use catalog::snapshot::gradebook::GradeSummary;
use catalog::snapshot::{GradeEntry, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;

use super::course::code;
use super::seats::rounded;

/// The mean of letter grades.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "GradeAverage")]
pub(in crate::v1) struct Average {
    /// In points, 0 to 4, three decimals.
    points: f64,
    /// The letter whose points lie nearest.
    letter: &'static str,
}

/// Grades added together.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "GradeSummary")]
pub(in crate::v1) struct Summary {
    /// `null` without letter grades.
    average: Option<Average>,
    /// Everybody who was graded.
    total: u32,
    /// Of those, with a letter that has points.
    letters: u32,
    /// From `A+` to `NP`.
    distribution: Vec<Share>,
}

/// One grade of a distribution.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "GradeShare")]
struct Share {
    grade: &'static str,
    /// Students with it.
    count: u32,
    /// Of everybody who was graded, 0 to 1, four decimals.
    share: f64,
}

/// How one section was graded.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "GradedSection")]
pub(in crate::v1) struct GradedSection<'a> {
    /// Its number in this API; it never changes.
    id: u64,
    /// As `COMPSCI 61A`.
    course: String,
    /// As `fall-2025`.
    term: String,
    /// Without leading zeros, as the export writes it.
    section_number: &'a str,
    /// Its class number, where the export has it.
    ccn: Option<u32>,
    instructors: Vec<&'a str>,
    #[serde(flatten)]
    summary: Summary,
}

/// Grades of one instructor or one term, added together.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "GradesOf")]
pub(in crate::v1) struct GradesOf {
    /// An instructor's name, or a term as `fall-2025`.
    of: String,
    #[serde(flatten)]
    summary: Summary,
}

impl Average {
    pub(in crate::v1) fn of(summary: &GradeSummary) -> Option<Self> {
        summary.average.map(Self::of_points)
    }

    fn of_points(points: f64) -> Self {
        Self { points: rounded(points, 1000.0), letter: letter_of(points) }
    }
}

impl Summary {
    pub(in crate::v1) fn of(distribution: &Distribution) -> Self {
        let total = distribution.total();
        let share = |count: u32| if total == 0 { 0.0 } else { rounded(f64::from(count) / f64::from(total), 10_000.0) };
        Self {
            average: distribution.average().map(Average::of_points),
            total,
            letters: distribution.0[..LETTER_COUNT].iter().sum(),
            distribution: GRADES
                .iter()
                .zip(distribution.0)
                .map(|(grade, count)| Share { grade, count, share: share(count) })
                .collect(),
        }
    }
}

impl<'a> GradedSection<'a> {
    pub(in crate::v1) fn of(snapshot: &'a Snapshot, grade: &'a GradeEntry) -> Self {
        let course = grade.course.map(|course| code(&snapshot.course(course).course));
        Self {
            id: grade.id.0,
            course: course.unwrap_or_else(|| grade.code.to_string()),
            term: grade.term.slug(),
            section_number: &grade.section_number,
            ccn: grade.ccn.map(|ccn| ccn.0),
            instructors: grade.instructors.iter().map(AsRef::as_ref).collect(),
            summary: Summary::of(&grade.distribution),
        }
    }
}

impl GradesOf {
    pub(in crate::v1) fn of(name: &str, distribution: &Distribution) -> Self {
        Self { of: name.to_owned(), summary: Summary::of(distribution) }
    }
}
