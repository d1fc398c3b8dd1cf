//! `GET /api/v1/subjects/{subject}`

use schemars::JsonSchema;
use serde::Serialize;

use super::document::{Document, Part, one};
use super::named::SUBJECT;
use super::subjects::SubjectView;
use super::view::course::CourseName;
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::problem::{Problem, shortened};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "get_subject",
    path: "/api/v1/subjects/{subject}",
    group: Group::Terms,
    summary: "A subject area with all its courses",
    about: "",
    parameters: &[SUBJECT],
    shape: |schemas| schemas.subschema_for::<Document<'static, WithCourses<'static>>>(),
    example: |snapshot| {
        let smallest = snapshot.subjects().iter().min_by_key(|entry| entry.count)?;
        Some(format!("/api/v1/subjects/{}", smallest.subject.code))
    },
    doing: Doing::Memory(subject),
};

/// A subject area with its courses.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SubjectWithCourses")]
struct WithCourses<'a> {
    #[serde(flatten)]
    subject: SubjectView<'a>,
    /// In natural order, retired ones included.
    courses: Vec<CourseName<'a>>,
}

fn subject(ask: &Ask) -> Outcome {
    let text = ask.word(SUBJECT.name);
    let entry = ask.snapshot.subjects_called(text).into_iter().next();
    let entry = entry.ok_or_else(|| Problem::not_found(format!("There is no subject area {}.", shortened(text))))?;
    let courses = ask.snapshot.courses_of(entry).map(|course| CourseName::of(ask.snapshot.course(course))).collect();
    one(ask, &[Part::Courses], WithCourses { subject: SubjectView::of(&ask.snapshot, entry), courses })
}
