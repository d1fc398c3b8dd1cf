//! The search field.

use maud::{Markup, html};

use crate::gallery::Example;
use crate::icon::{Icon, icon};

/// Where the field stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SearchSize {
    /// The main thing on the page.
    Large,
    /// In the header.
    #[default]
    Small,
}

/// A search form: a GET whose address can be shared.
#[derive(Clone, Debug, Default)]
pub struct SearchField {
    /// The `id` of the input; unique on the page.
    pub id: String,
    /// The page that answers.
    pub action: String,
    /// The field's name, such as `q`.
    pub name: String,
    /// What may be searched: `Search courses`. Unseen, but read aloud.
    pub label: String,
    /// An example inside the empty field.
    pub placeholder: String,
    /// What was searched for.
    pub value: String,
    /// Other parameters to carry along.
    pub hidden: Vec<(String, String)>,
    /// Where it stands.
    pub size: SearchSize,
    /// Whether script swaps the page's regions while the reader types.
    pub live: bool,
}

/// The field with its button.
#[must_use]
pub fn search_form(field: &SearchField) -> Markup {
    let class = if field.size == SearchSize::Large { "search search-large" } else { "search" };
    html! {
        search {
            form class=(class) action=(field.action) method="get" data-live[field.live] {
                @for (name, value) in &field.hidden { input type="hidden" name=(name) value=(value); }
                label.unseen for=(field.id) { (field.label) }
                (icon(Icon::Search))
                input id=(field.id) type="search" name=(field.name) value=(field.value) placeholder=(field.placeholder)
                    autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search" data-search;
                kbd.search-key aria-hidden="true" { "/" }
                button type="submit" { "Search" }
            }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let field = |id: &str, size, value: &str| SearchField {
        id: id.to_owned(),
        action: "#search".to_owned(),
        name: "q".to_owned(),
        label: "Search courses".to_owned(),
        placeholder: "Code, title or instructor: cs 61a, linear algebra…".to_owned(),
        value: value.to_owned(),
        size,
        ..SearchField::default()
    };
    vec![
        Example::new(
            "Search",
            "Large",
            "The main thing on the page.",
            search_form(&field("example-large", SearchSize::Large, "")),
        ),
        Example::new(
            "Search",
            "Small",
            "In the header.",
            search_form(&field("example-small", SearchSize::Small, "cs 61a")),
        ),
    ]
}
