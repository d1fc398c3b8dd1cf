//! `GET /api/v1/sections/{term}/{ccn}/enrollment`

use catalog::switches::Source;

use super::document::{Document, Part, one};
use super::named::{self, CCN, TERM};
use super::series::{self, History};
use super::view::section::path;
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "get_section_enrollment",
    path: "/api/v1/sections/{term}/{ccn}/enrollment",
    group: Group::Sections,
    summary: "How a section filled",
    about: "What was observed, as stretches of equal counts, and the same day by day.",
    parameters: &[TERM, CCN],
    shape: |schemas| schemas.subschema_for::<Document<'static, History>>(),
    example: |snapshot| {
        let section = snapshot.all_sections().find(|section| section.counts().is_some())?;
        Some(format!("{}/enrollment", path(section)))
    },
    doing: Doing::History(|ask| Box::pin(enrollment(ask))),
};

async fn enrollment(ask: &Ask) -> Outcome {
    ask.needs(Source::Enrollment)?;
    let section = named::section(ask)?;
    let history = series::history(ask, section.term(), &[section.id()]).await?;
    one(ask, &[Part::Seats(section.term())], history)
}
