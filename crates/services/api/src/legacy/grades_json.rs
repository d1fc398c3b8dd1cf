//! `GET /api/grades/grades_json/`

use catalog::switches::Source;

use super::lists::{self, CourseList, FORM};
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "legacy_grades_json",
    path: "/api/grades/grades_json/",
    group: Group::Legacy,
    summary: "Courses with at least one graded section",
    about: "Today: `/api/v1/courses?has_grades=true`.",
    parameters: &[FORM],
    shape: |schemas| schemas.subschema_for::<CourseList<'static>>(),
    example: |_| Some("/api/grades/grades_json/".to_owned()),
    doing: Doing::Memory(graded),
};

fn graded(ask: &Ask) -> Outcome {
    ask.needs(Source::Grades)?;
    lists::courses(ask, |course| ask.snapshot.grades_of(course).len() > 0)
}
