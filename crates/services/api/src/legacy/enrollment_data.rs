//! `GET /api/enrollment/data/{section_id}/`

use catalog::enrollment_series::Divisor;
use catalog::section::SectionKey;
use catalog::switches::Source;

use super::series::{self, Enrollment, WhichSections};
use super::words;
use crate::rest::answer::{Outcome, json};
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::parameter::{ID_MAX, Kind, Parameter};
use crate::rest::problem::Problem;

const SECTION_ID: Parameter = Parameter::path("section_id", Kind::Number { min: 0, max: ID_MAX }, "The section's id.");

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "legacy_enrollment_data",
    path: "/api/enrollment/data/{section_id}/",
    group: Group::Legacy,
    summary: "How one section filled",
    about: "Every day is a share of the latest number of seats, so a class that was made smaller shows more than 1. The \
            waiting list is scaled by its own places; in 2021 it was scaled by the seats. An unknown id is 404; in 2021 it \
            was an empty object. Today: `/api/v1/sections/{term}/{ccn}/enrollment`.",
    parameters: &[SECTION_ID],
    shape: |schemas| schemas.subschema_for::<Enrollment<'static>>(),
    example: |snapshot| {
        let section = snapshot.all_sections().find(|section| section.is_primary() && section.counts().is_some())?;
        Some(format!("/api/enrollment/data/{}/", section.key().number()))
    },
    doing: Doing::History(|ask| Box::pin(data(ask))),
};

async fn data(ask: &Ask) -> Outcome {
    ask.needs(Source::Enrollment)?;
    let id = ask.number(SECTION_ID.name).unwrap_or_default();
    let place = SectionKey::from_number(id).and_then(|key| ask.snapshot.section_by_key(key));
    let Some(place) = place else {
        return Err(Problem::not_found(format!("There is no section with the id {id}.")));
    };
    let section = ask.snapshot.section(place);
    let runs = series::runs(ask, section.term(), &[section.id()]).await?;
    let mut enrollment = series::enrollment(ask, section.term(), section.course(), &runs, Divisor::LatestCap)?;
    let instructor = words::instructors(section);
    enrollment.section_id = WhichSections::One(id);
    enrollment.section_name = format!("{instructor} - {}", section.number());
    enrollment.instructor = Some(instructor);
    json(&enrollment)
}
