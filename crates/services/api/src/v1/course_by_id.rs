//! `GET /api/v1/courses/by-id/{id}`

use catalog::ids::CourseId;

use super::course::answer;
use super::document::Document;
use super::view::course::CourseView;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::parameter::{ID_MAX, Kind, Parameter};
use crate::rest::problem::Problem;

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "get_course_by_id",
    path: "/api/v1/courses/by-id/{id}",
    group: Group::Courses,
    summary: "A course by its number in this API",
    about: "Codes change when departments do; this number never does.",
    parameters: &[Parameter::path("id", Kind::Number { min: 0, max: ID_MAX }, "The course's id.")],
    shape: |schemas| schemas.subschema_for::<Document<'static, CourseView<'static>>>(),
    example: |snapshot| snapshot.courses().first().map(|entry| format!("/api/v1/courses/by-id/{}", entry.id)),
    doing: Doing::Memory(|ask| {
        let id = ask.number("id").unwrap_or_default();
        let course = ask.snapshot.course_by_id(CourseId(id));
        answer(ask, course.ok_or_else(|| Problem::not_found(format!("There is no course with the id {id}.")))?)
    }),
};
