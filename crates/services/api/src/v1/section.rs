//! `GET /api/v1/sections/{term}/{ccn}`

use super::document::{Document, Part, one};
use super::named::{self, CCN, TERM};
use super::view::section::{Section, path};
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "get_section",
    path: "/api/v1/sections/{term}/{ccn}",
    group: Group::Sections,
    summary: "A section",
    about: "",
    parameters: &[TERM, CCN],
    shape: |schemas| schemas.subschema_for::<Document<'static, Section<'static>>>(),
    example: |snapshot| snapshot.all_sections().find(|section| section.counts().is_some()).map(path),
    doing: Doing::Memory(|ask| {
        let section = named::section(ask)?;
        let term = section.term();
        one(ask, &[Part::Classes(term), Part::Seats(term)], Section::of(&ask.snapshot, section))
    }),
};
