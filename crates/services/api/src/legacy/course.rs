//! `GET /api/catalog/catalog_json/course/{course_id}/`

use schemars::JsonSchema;
use serde::Serialize;

use super::words::{self, COURSE_ID};
use crate::rest::answer::{Outcome, json};
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "legacy_course",
    path: "/api/catalog/catalog_json/course/{course_id}/",
    group: Group::Legacy,
    summary: "The name of a course",
    about: "An unknown id is 404; in 2021 it was an empty object. Today: `/api/v1/courses/by-id/{id}`.",
    parameters: &[COURSE_ID],
    shape: |schemas| schemas.subschema_for::<Course<'static>>(),
    example: |snapshot| {
        snapshot.courses().first().map(|entry| format!("/api/catalog/catalog_json/course/{}/", entry.id))
    },
    doing: Doing::Memory(named),
};

/// A course's name.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyCourseName")]
struct Course<'a> {
    title: &'a str,
    /// As `COMPSCI 61A`.
    course: String,
    /// When the seats of the current term were last observed, as `2021-09-01 09:00:00` in UTC.
    last_enrollment_update: Option<String>,
    /// Whether it is offered in the current term.
    offered: bool,
}

fn named(ask: &Ask) -> Outcome {
    let course = words::course(ask, COURSE_ID.name)?;
    let entry = ask.snapshot.course(course);
    let offering = ask.default_term().and_then(|term| ask.snapshot.offering(term, course));
    json(&Course {
        title: &entry.course.title,
        course: words::code(&entry.course),
        last_enrollment_update: offering.and_then(|_| words::last_enrollment_update(ask, ask.default_term())),
        offered: offering.is_some(),
    })
}
