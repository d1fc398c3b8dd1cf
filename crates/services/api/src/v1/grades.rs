//! `GET /api/v1/grades`

use std::collections::HashMap;

use catalog::fold::folded;
use catalog::ids::CourseId;
use catalog::snapshot::GradeEntry;
use catalog::snapshot::gradebook::total;
use catalog::switches::Source;
use schemars::JsonSchema;
use serde::Serialize;

use super::document::{List, Part};
use super::list::{self, CURSOR, LIMIT};
use super::view::grades::{GradedSection, Summary};
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::parameter::{ID_MAX, Kind, Parameter};
use crate::rest::problem::Problem;

/// The longest name of an instructor.
const NAME_CHARS_MAX: usize = 100;

/// By whom.
pub(super) const INSTRUCTOR: Parameter = Parameter::query(
    "instructor",
    Kind::Text { chars_max: NAME_CHARS_MAX },
    "Only sections that somebody of exactly this name taught; case and accents do not matter.",
);

/// When.
pub(super) const TERM: Parameter = Parameter::query("term", Kind::Term, "Only of this term, as `fall-2025`.");

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "list_grades",
    path: "/api/v1/grades",
    group: Group::Grades,
    summary: "Graded sections, and all of them added together",
    about: "Sections in natural order of their courses, the newest term of each first. `summary` is of all that were \
            found, not of the page.",
    parameters: &[
        Parameter::query("course", Kind::Number { min: 0, max: ID_MAX }, "Only of the course with this id."),
        INSTRUCTOR,
        TERM,
        LIMIT,
        CURSOR,
    ],
    shape: |schemas| schemas.subschema_for::<List<'static, GradedSection<'static>, Together>>(),
    example: |snapshot| {
        let course = snapshot.grades().iter().find_map(|grade| grade.course)?;
        Some(format!("/api/v1/grades?course={}&limit=1", snapshot.course(course).id))
    },
    doing: Doing::Memory(grades),
};

/// All that were found, added together.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "GradesTogether")]
struct Together {
    summary: Summary,
}

fn grades(ask: &Ask) -> Outcome {
    ask.needs(Source::Grades)?;
    let of_course = ask.number("course").map(|id| {
        let course = ask.snapshot.course_by_id(CourseId(id));
        course.ok_or_else(|| Problem::not_found(format!("There is no course with the id {id}.")))
    });
    let grades: Vec<&GradeEntry> = match of_course.transpose()? {
        Some(course) => ask.snapshot.grades_of(course).map(|place| ask.snapshot.grade(place)).collect(),
        None => ask.snapshot.grades().iter().collect(),
    };
    let found = chosen(ask, grades);
    let together = Together { summary: Summary::of(&total(found.iter().copied())) };
    list::page(
        ask,
        &[Part::Grades],
        &found,
        |grade| grade.id.0,
        |grade| GradedSection::of(&ask.snapshot, grade),
        together,
    )
}

/// Those that the instructor taught in the term, where one is asked for.
pub(super) fn chosen<'a>(ask: &Ask, grades: Vec<&'a GradeEntry>) -> Vec<&'a GradeEntry> {
    let term = ask.term(TERM.name);
    let name = ask.text(INSTRUCTOR.name).map(|name| folded(name.trim()));
    // The same few thousand names stand in all of them: each is folded once.
    let mut known: HashMap<&str, bool> = HashMap::new();
    let mut is_meant = |other: &'a str, name: &str| *known.entry(other).or_insert_with(|| folded(other) == name);
    let taught = |grade: &&'a GradeEntry| {
        name.as_ref().is_none_or(|name| grade.instructors.iter().any(|other| is_meant(other, name)))
    };
    grades.into_iter().filter(|grade| term.is_none_or(|term| grade.term == term)).filter(taught).collect()
}
