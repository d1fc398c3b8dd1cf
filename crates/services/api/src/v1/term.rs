//! `GET /api/v1/terms/{term}`

use super::document::{Document, Part, one};
use super::named::{self, TERM};
use super::view::term::TermView;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "get_term",
    path: "/api/v1/terms/{term}",
    group: Group::Terms,
    summary: "A term",
    about: "Its days, sessions and stages of enrollment.",
    parameters: &[TERM],
    shape: |schemas| schemas.subschema_for::<Document<'static, TermView<'static>>>(),
    example: |snapshot| snapshot.terms().first().map(|entry| format!("/api/v1/terms/{}", entry.term.id.slug())),
    doing: Doing::Memory(|ask| {
        let entry = named::term(ask)?;
        let term = entry.term.id;
        let view = TermView::of(&ask.snapshot, entry, Some(term) == ask.default_term());
        one(ask, &[Part::Classes(term), Part::Seats(term)], view)
    }),
};
