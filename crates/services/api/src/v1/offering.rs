//! `GET /api/v1/courses/{subject}/{number}/terms/{term}`

use super::document::{Document, Part, one};
use super::named::{self, NUMBER, SUBJECT, TERM};
use super::view::offering::OfferingView;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "get_offering",
    path: "/api/v1/courses/{subject}/{number}/terms/{term}",
    group: Group::Courses,
    summary: "What a course offers in a term",
    about: "All classes with all their sections: meetings, instructors, seats, seats kept for groups, the final exam.",
    parameters: &[SUBJECT, NUMBER, TERM],
    shape: |schemas| schemas.subschema_for::<Document<'static, OfferingView<'static>>>(),
    example: |snapshot| {
        let (term, offering) = named::example(snapshot)?;
        Some(format!("{}/terms/{}", named::course_path(snapshot, offering.course), term.slug()))
    },
    doing: Doing::Memory(|ask| {
        let (_, entry, offering) = named::offering(ask)?;
        let term = entry.term.id;
        let parts = [Part::Courses, Part::Classes(term), Part::Seats(term)];
        one(ask, &parts, OfferingView::of(&ask.snapshot, term, offering))
    }),
};
