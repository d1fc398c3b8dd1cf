//! `GET /api/v1/courses/{subject}/{number}/terms/{term}/enrollment`

use catalog::section::SectionId;
use catalog::switches::Source;

use super::document::{Document, Part, one};
use super::named::{self, NUMBER, SUBJECT, TERM};
use super::series::{self, History};
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "get_offering_enrollment",
    path: "/api/v1/courses/{subject}/{number}/terms/{term}/enrollment",
    group: Group::Courses,
    summary: "How a course filled in a term",
    about: "All its primary sections: what was observed of each, and their sum day by day.",
    parameters: &[SUBJECT, NUMBER, TERM],
    shape: |schemas| schemas.subschema_for::<Document<'static, History>>(),
    example: |snapshot| {
        let (term, offering) = named::example(snapshot)?;
        Some(format!("{}/terms/{}/enrollment", named::course_path(snapshot, offering.course), term.slug()))
    },
    doing: Doing::History(|ask| Box::pin(enrollment(ask))),
};

async fn enrollment(ask: &Ask) -> Outcome {
    ask.needs(Source::Enrollment)?;
    let (_, entry, offering) = named::offering(ask)?;
    let primaries = ask.snapshot.sections_in(offering).filter(|section| section.is_primary());
    let ids: Vec<SectionId> = primaries.map(|section| section.id()).collect();
    let term = entry.term.id;
    one(ask, &[Part::Seats(term)], series::history(ask, term, &ids).await?)
}
