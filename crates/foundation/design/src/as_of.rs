//! When something that came from elsewhere was true.

use maud::{Markup, html};

use crate::gallery::Example;

/// What was true when, and who said so.
#[derive(Clone, Debug, Default)]
pub struct AsOf {
    /// `Seats`.
    pub what: String,
    /// The moment for people: `14:05 today`, `12 Apr 2017, 05:00`.
    pub when: String,
    /// The moment for machines (`datetime` of `<time>`); `None` when it is no moment, as in `through Fall 2025`.
    pub datetime: Option<String>,
    /// `from the SIS`.
    pub source: Option<String>,
}

/// One quiet line: `Seats 14:05 today, from the SIS`.
#[must_use]
pub fn as_of(as_of: &AsOf) -> Markup {
    html! {
        p.as-of {
            (as_of.what) " "
            @if let Some(datetime) = &as_of.datetime { time datetime=(datetime) { (as_of.when) } } @else { (as_of.when) }
            @if let Some(source) = &as_of.source { ", " (source) }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let markup = html! {
        (as_of(&AsOf {
            what: "Seats".to_owned(),
            when: "14:05 today".to_owned(),
            datetime: Some("2026-08-24T14:05:00-07:00".to_owned()),
            source: Some("from the registrar".to_owned()),
        }))
        (as_of(&AsOf { what: "Grades".to_owned(), when: "through Fall 2025".to_owned(), ..AsOf::default() }))
    };
    vec![Example::new("Facts", "As of", "Whatever came from elsewhere says when, and from whom.", markup)]
}
