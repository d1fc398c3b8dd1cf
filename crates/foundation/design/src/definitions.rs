//! Facts about one thing: a name and what it is.

use maud::{Markup, html};

use crate::gallery::Example;

/// One fact.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its name: `Units`.
    pub term: String,
    /// What it is.
    pub value: Markup,
}

impl Definition {
    /// A fact that is plain text.
    #[must_use]
    pub fn text(term: &str, value: &str) -> Self {
        Self { term: term.to_owned(), value: html! { (value) } }
    }
}

/// The facts in two columns; one above the other on a phone.
#[must_use]
pub fn definitions(facts: &[Definition]) -> Markup {
    html! {
        dl.definitions {
            @for fact in facts { div { dt { (fact.term) } dd { (fact.value) } } }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let markup = definitions(&[
        Definition::text("Units", "4"),
        Definition::text(
            "Prerequisites",
            "Mathematics 1A, which may be taken at the same time; programming experience helps.",
        ),
        Definition { term: "Also listed as".to_owned(), value: html! { a href="#definitions" { "SAMPLE C8" } } },
        Definition::text("Final exam", "Written, Monday 14 December, 8:00–11:00"),
    ]);
    vec![Example::new("Facts", "Definition list", "Facts about one thing.", markup)]
}
