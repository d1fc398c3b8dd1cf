//! `GET /api/v1/courses/{subject}/{number}/grades`

use catalog::course::CourseCode;
use catalog::snapshot::gradebook::{by_instructor, by_term, total};
use catalog::switches::Source;
use schemars::JsonSchema;
use serde::Serialize;

use super::document::{Document, Part, one};
use super::grades::{INSTRUCTOR, TERM, chosen};
use super::named::{self, NUMBER, SUBJECT};
use super::view::grades::{GradedSection, GradesOf, Summary};
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::parameter::{Kind, Parameter};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "get_course_grades",
    path: "/api/v1/courses/{subject}/{number}/grades",
    group: Group::Grades,
    summary: "How a course was graded",
    about: "Its own sections and those of its cross-listed courses: together, by instructor, by term, one by one. A \
            section with two instructors counts for both.",
    parameters: &[
        SUBJECT,
        NUMBER,
        INSTRUCTOR,
        TERM,
        Parameter::query("cross_listed", Kind::Flag, "`false` leaves the cross-listed courses out."),
    ],
    shape: |schemas| schemas.subschema_for::<Document<'static, CourseGrades<'static>>>(),
    example: |snapshot| {
        let course = snapshot.grades().iter().find_map(|grade| grade.course)?;
        Some(format!("{}/grades", named::course_path(snapshot, course)))
    },
    doing: Doing::Memory(grades),
};

/// How a course was graded.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CourseGrades")]
struct CourseGrades<'a> {
    /// The courses whose sections count.
    courses: Vec<String>,
    /// All of them added together.
    summary: Summary,
    /// By name.
    by_instructor: Vec<GradesOf>,
    /// The oldest first.
    by_term: Vec<GradesOf>,
    /// The newest first.
    sections: Vec<GradedSection<'a>>,
}

fn grades(ask: &Ask) -> Outcome {
    ask.needs(Source::Grades)?;
    let course = named::course(ask)?;
    let codes: Vec<&CourseCode> = if ask.flag("cross_listed") == Some(false) {
        vec![&ask.snapshot.course(course).course.code]
    } else {
        ask.snapshot.codes_graded_together(course)
    };
    let found = chosen(ask, ask.snapshot.gradebook().of_courses(codes.iter().copied()));
    let named = by_instructor(&found).iter().map(|(name, sum)| GradesOf::of(name, sum)).collect();
    let termed = by_term(&found).iter().map(|(term, sum)| GradesOf::of(&term.slug(), sum)).collect();
    let data = CourseGrades {
        courses: codes.iter().map(ToString::to_string).collect(),
        summary: Summary::of(&total(found.iter().copied())),
        by_instructor: named,
        by_term: termed,
        sections: found.iter().map(|grade| GradedSection::of(&ask.snapshot, grade)).collect(),
    };
    one(ask, &[Part::Grades], data)
}
