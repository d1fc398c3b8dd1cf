//! `GET /api/v1/courses/{subject}/{number}`

use catalog::course_set::CourseIndex;

use super::document::{Document, Part, one};
use super::named::{self, NUMBER, SUBJECT};
use super::view::course::CourseView;
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "get_course",
    path: "/api/v1/courses/{subject}/{number}",
    group: Group::Courses,
    summary: "A course",
    about: "",
    parameters: &[SUBJECT, NUMBER],
    shape: |schemas| schemas.subschema_for::<Document<'static, CourseView<'static>>>(),
    example: |snapshot| named::example(snapshot).map(|(_, offering)| named::course_path(snapshot, offering.course)),
    doing: Doing::Memory(|ask| answer(ask, named::course(ask)?)),
};

/// The document of a course.
pub(super) fn answer(ask: &Ask, course: CourseIndex) -> Outcome {
    one(ask, &[Part::Courses, Part::Playlists, Part::Grades], CourseView::of(&ask.snapshot, course))
}
