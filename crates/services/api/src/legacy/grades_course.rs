//! `GET /api/grades/course_grades/{course_id}/`

use catalog::snapshot::GradeEntry;
use catalog::switches::Source;
use schemars::JsonSchema;
use serde::Serialize;

use super::words::{self, COURSE_ID};
use crate::rest::answer::{Outcome, json};
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "legacy_course_grades",
    path: "/api/grades/course_grades/{course_id}/",
    group: Group::Legacy,
    summary: "The graded sections of a course",
    about: "The newest term comes first. An unknown id is 404; in 2021 it was 500. Today: \
            `/api/v1/courses/{subject}/{number}/grades`.",
    parameters: &[COURSE_ID],
    shape: |schemas| schemas.subschema_for::<Vec<GradedSection<'static>>>(),
    example: |snapshot| {
        let course = snapshot.grades().iter().find_map(|grade| grade.course)?;
        Some(format!("/api/grades/course_grades/{}/", snapshot.course(course).id))
    },
    doing: Doing::Memory(graded_sections),
};

/// A graded section.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyGradedSection")]
struct GradedSection<'a> {
    /// As `LOVELACE, A; TURING, A`.
    instructor: String,
    semester: &'static str,
    year: String,
    section_number: &'a str,
    grade_id: u64,
}

fn graded_sections(ask: &Ask) -> Outcome {
    ask.needs(Source::Grades)?;
    let course = words::course(ask, COURSE_ID.name)?;
    let grades = ask.snapshot.grades_of(course).map(|grade| ask.snapshot.grade(grade));
    json(&grades.map(GradedSection::of).collect::<Vec<_>>())
}

impl<'a> GradedSection<'a> {
    fn of(grade: &'a GradeEntry) -> Self {
        Self {
            instructor: words::graders(grade.instructors.iter().map(AsRef::as_ref)),
            semester: grade.term.semester().slug(),
            year: grade.term.year().to_string(),
            section_number: &grade.section_number,
            grade_id: grade.id.0,
        }
    }
}
