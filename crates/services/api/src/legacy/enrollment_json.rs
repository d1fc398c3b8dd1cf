//! `GET /api/enrollment/enrollment_json/`

use super::lists::{self, CourseList, FORM};
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "legacy_enrollment_json",
    path: "/api/enrollment/enrollment_json/",
    group: Group::Legacy,
    summary: "Courses with at least one section in any term",
    about: "Today: `/api/v1/courses` with a `term`.",
    parameters: &[FORM],
    shape: |schemas| schemas.subschema_for::<CourseList<'static>>(),
    example: |_| Some("/api/enrollment/enrollment_json/".to_owned()),
    doing: Doing::Memory(|ask| {
        lists::courses(ask, |course| ask.snapshot.terms().iter().any(|term| term.offered.contains(course)))
    }),
};
