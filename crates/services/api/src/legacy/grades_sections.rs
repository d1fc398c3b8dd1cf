//! `GET /api/grades/sections/{grade_ids}/`

use catalog::grade_report::{Bucket, GradeReport, NO_LETTER};
use catalog::ids::GradeId;
use catalog::snapshot::GradeEntry;
use catalog::snapshot::gradebook::total;
use catalog::switches::Source;
use schemars::JsonSchema;
use serde::Serialize;

use super::words::{self, UNKNOWN};
use crate::rest::answer::{Outcome, json};
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::parameter::{Kind, Parameter};
use crate::rest::problem::Problem;

const GRADE_IDS: Parameter = Parameter::path(
    "grade_ids",
    Kind::Numbers { separator: '&' },
    "The `grade_id` of one or more graded sections, with `&` between them.",
);

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "legacy_grade_summary",
    path: "/api/grades/sections/{grade_ids}/",
    group: Group::Legacy,
    summary: "Graded sections added together",
    about: "For each of `A+ A A- B+ B B- C+ C C- D F P NP` (`D` holds D+, D and D-) the share and the percentiles among \
            the letter grades. P and NP have the same divisor, so theirs are no shares. Ids that do not exist are passed \
            over; when none exists, the answer is 404.",
    parameters: &[GRADE_IDS],
    shape: |schemas| schemas.subschema_for::<Summary<'static>>(),
    example: |snapshot| {
        let graded = snapshot.grades().iter().filter(|grade| grade.course.is_some()).take(2);
        let ids: Vec<String> = graded.map(|grade| grade.id.to_string()).collect();
        (!ids.is_empty()).then(|| format!("/api/grades/sections/{}/", ids.join("&")))
    },
    doing: Doing::Memory(summary),
};

/// A summary of grades. −1 and `N/A` are what is not known.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyGradeSummary")]
struct Summary<'a> {
    course_id: Option<u64>,
    /// As `COMPSCI 61A`.
    title: String,
    /// The course's title.
    subtitle: &'a str,
    /// Of all grades of the course and its cross-listed ones.
    course_gpa: f64,
    course_letter: &'static str,
    /// Of the chosen sections.
    section_gpa: f64,
    section_letter: &'static str,
    /// Everybody who was graded in the chosen sections.
    denominator: u32,
    #[serde(flatten)]
    buckets: Buckets,
}

/// The buckets by letter.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyGradeBuckets")]
struct Buckets {
    #[serde(rename = "A+")]
    a_plus: BucketView,
    #[serde(rename = "A")]
    a: BucketView,
    #[serde(rename = "A-")]
    a_minus: BucketView,
    #[serde(rename = "B+")]
    b_plus: BucketView,
    #[serde(rename = "B")]
    b: BucketView,
    #[serde(rename = "B-")]
    b_minus: BucketView,
    #[serde(rename = "C+")]
    c_plus: BucketView,
    #[serde(rename = "C")]
    c: BucketView,
    #[serde(rename = "C-")]
    c_minus: BucketView,
    #[serde(rename = "D")]
    d: BucketView,
    #[serde(rename = "F")]
    f: BucketView,
    #[serde(rename = "P")]
    p: BucketView,
    #[serde(rename = "NP")]
    np: BucketView,
}

/// One bucket.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyGradeBucket")]
struct BucketView {
    percent: f64,
    numerator: u32,
    percentile_high: f64,
    percentile_low: f64,
}

fn summary(ask: &Ask) -> Outcome {
    ask.needs(Source::Grades)?;
    let mut ids = ask.numbers(GRADE_IDS.name).to_vec();
    ids.sort_unstable();
    ids.dedup();
    let grades: Vec<&GradeEntry> = ids
        .into_iter()
        .filter_map(|id| ask.snapshot.grade_by_id(GradeId(id)))
        .map(|place| ask.snapshot.grade(place))
        .collect();
    let Some(first) = grades.first() else {
        return Err(Problem::not_found("There is no graded section with one of these ids."));
    };
    let report = GradeReport::of(&total(grades.iter().copied()));
    let entry = first.course.map(|course| ask.snapshot.course(course));
    let letter = entry.map(words::letter_average).filter(|letter| !letter.is_empty());
    json(&Summary {
        course_id: entry.map(|entry| entry.id.0),
        title: entry.map_or_else(|| first.code.to_string(), |entry| words::code(&entry.course)),
        subtitle: entry.map_or(&*first.title, |entry| &entry.course.title),
        course_gpa: entry.map_or(UNKNOWN, words::grade_average),
        course_letter: letter.unwrap_or(NO_LETTER),
        section_gpa: report.gpa,
        section_letter: report.letter,
        denominator: report.denominator,
        buckets: Buckets::of(&report.buckets),
    })
}

impl Buckets {
    fn of(buckets: &[Bucket; 13]) -> Self {
        // In the order of `grade_report::BUCKETS`.
        let [a_plus, a, a_minus, b_plus, b, b_minus, c_plus, c, c_minus, d, f, p, np] =
            buckets.each_ref().map(BucketView::of);
        Self { a_plus, a, a_minus, b_plus, b, b_minus, c_plus, c, c_minus, d, f, p, np }
    }
}

impl BucketView {
    const fn of(bucket: &Bucket) -> Self {
        Self {
            percent: bucket.percent,
            numerator: bucket.numerator,
            percentile_high: bucket.percentile_high,
            percentile_low: bucket.percentile_low,
        }
    }
}
