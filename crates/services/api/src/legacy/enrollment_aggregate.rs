//! `GET /api/enrollment/aggregate/{course_id}/{semester}/{year}/`

use catalog::enrollment_series::Divisor;
use catalog::section::SectionId;
use catalog::switches::Source;

use super::series::{self, Enrollment};
use super::words::{self, COURSE_ID, SEMESTER, YEAR};
use crate::rest::answer::{Outcome, json};
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::parameter::Parameter;
use crate::rest::problem::Problem;

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "legacy_enrollment_aggregate",
    path: "/api/enrollment/aggregate/{course_id}/{semester}/{year}/",
    group: Group::Legacy,
    summary: "How all primary sections of a course filled in a term, added together",
    about: "The days of all sections count; in 2021 only those of the first did. Nothing is fetched while you wait: the \
            last day is the last observation. A course without sections in the term is 404; in 2021 it was 500. Today: \
            `/api/v1/courses/{subject}/{number}/terms/{term}/enrollment`.",
    parameters: &[
        COURSE_ID,
        Parameter::path("semester", SEMESTER, "The semester."),
        Parameter::path("year", YEAR, "The year."),
    ],
    shape: |schemas| schemas.subschema_for::<Enrollment<'static>>(),
    example: |snapshot| {
        let term =
            snapshot.terms().iter().find(|term| term.offerings.iter().any(|offering| offering.seats.is_some()))?;
        let offering = term.offerings.iter().find(|offering| offering.seats.is_some())?;
        let id = snapshot.course(offering.course).id;
        let (semester, year) = (term.term.id.semester().slug(), term.term.id.year());
        Some(format!("/api/enrollment/aggregate/{id}/{semester}/{year}/"))
    },
    doing: Doing::History(|ask| Box::pin(aggregate(ask))),
};

async fn aggregate(ask: &Ask) -> Outcome {
    ask.needs(Source::Enrollment)?;
    let course = words::course(ask, COURSE_ID.name)?;
    let entry = ask.snapshot.course(course);
    let offering = words::term(ask).and_then(|term| Some((term, ask.snapshot.offering(term, course)?)));
    let Some((term, offering)) = offering else {
        let code = words::code(&entry.course);
        return Err(Problem::not_found(format!("{code} has no sections in that term.")));
    };
    let primaries = ask.snapshot.sections_in(offering).filter(|section| section.is_primary());
    let ids: Vec<SectionId> = primaries.map(|section| section.id()).collect();
    let runs = series::runs(ask, term, &ids).await?;
    json(&series::enrollment(ask, term, course, &runs, Divisor::CapOfTheDay)?)
}
