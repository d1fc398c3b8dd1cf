//! Lists that come in pages.

use serde::Serialize;

use super::document::{AsOf, List, Part, switched_off, version};
use crate::rest::answer::{Outcome, json};
use crate::rest::ask::Ask;
use crate::rest::cursor::{LIMIT_MAX, slice};
use crate::rest::parameter::{Kind, Parameter};

/// How many rows.
pub(super) const LIMIT: Parameter =
    Parameter::query("limit", Kind::Number { min: 1, max: LIMIT_MAX }, "The most rows of a page; 50 when left out.");

/// Where the page begins.
pub(super) const CURSOR: Parameter =
    Parameter::query("cursor", Kind::Cursor, "Where the page begins; take it from `next`, do not make one.");

/// The asked page of a list. `key` tells rows apart over versions of the catalog, `view` makes a row.
pub(super) fn page<'a, R, T: Serialize, E: Serialize>(
    ask: &'a Ask,
    parts: &[Part],
    rows: &'a [R],
    key: impl Fn(&R) -> u64,
    view: impl Fn(&'a R) -> T,
    extra: E,
) -> Outcome {
    let slice = slice(rows, ask.cursor(), ask.limit(), key);
    let next = slice.next.map(|cursor| ask.behind(cursor));
    let made = json(&List {
        catalog_version: version(ask),
        as_of: AsOf::of(ask, parts),
        switched_off: switched_off(ask),
        total: rows.len(),
        next: next.clone(),
        data: slice.rows.iter().map(view).collect(),
        extra,
    })?;
    Ok(made.with_next(next))
}

/// A whole list, which is short.
pub(super) fn whole<T: Serialize>(ask: &Ask, parts: &[Part], data: Vec<T>) -> Outcome {
    json(&List {
        catalog_version: version(ask),
        as_of: AsOf::of(ask, parts),
        switched_off: switched_off(ask),
        total: data.len(),
        next: None,
        data,
        extra: super::document::Nothing {},
    })
}
