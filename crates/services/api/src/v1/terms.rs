//! `GET /api/v1/terms`

use super::document::{List, Nothing};
use super::list;
use super::view::term::TermView;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "list_terms",
    path: "/api/v1/terms",
    group: Group::Terms,
    summary: "All terms, newest first",
    about: "",
    parameters: &[],
    shape: |schemas| schemas.subschema_for::<List<'static, TermView<'static>, Nothing>>(),
    example: |_| Some("/api/v1/terms".to_owned()),
    doing: Doing::Memory(|ask| {
        let current = ask.default_term();
        let terms = ask.snapshot.terms().iter();
        list::whole(
            ask,
            &[],
            terms.map(|entry| TermView::of(&ask.snapshot, entry, Some(entry.term.id) == current)).collect(),
        )
    }),
};
