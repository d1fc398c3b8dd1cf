//! Small rounded labels: the filters in force, each with the link that takes it away, and the tags of a thing.

use maud::{Markup, html};

use crate::gallery::Example;
use crate::icon::{Icon, icon};

/// A filter in force.
#[derive(Clone, Debug, Default)]
pub struct ActiveFilter {
    /// What it filters: `4 units`.
    pub label: String,
    /// The same page without it.
    pub remove_href: String,
}

/// The filters in force, with one link to clear them all when there is more than one. Nothing when there are none.
#[must_use]
pub fn active_filters(filters: &[ActiveFilter], clear_href: &str) -> Markup {
    html! {
        @if !filters.is_empty() {
            ul.chips aria-label="Filters in force" {
                @for filter in filters {
                    li {
                        a.chip.chip-on href=(filter.remove_href) {
                            span.unseen { "Remove filter: " } (filter.label) (icon(Icon::Cross))
                        }
                    }
                }
                @if filters.len() > 1 { li { a.chip.chip-clear href=(clear_href) { "Clear all" } } }
            }
        }
    }
}

/// A tag of a thing; with a link, it leads to everything that has it.
#[derive(Clone, Debug, Default)]
pub struct Tag {
    /// `Arts & Literature`.
    pub label: String,
    /// Where everything with this tag is listed.
    pub href: Option<String>,
}

/// The tags of a thing.
#[must_use]
pub fn tags(label: &str, tags: &[Tag]) -> Markup {
    html! {
        @if !tags.is_empty() {
            ul.chips aria-label=(label) {
                @for tag in tags {
                    li {
                        @match &tag.href {
                            Some(href) => a.chip href=(href) { (tag.label) },
                            None => span.chip { (tag.label) },
                        }
                    }
                }
            }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let filter = |label: &str| ActiveFilter { label: label.to_owned(), remove_href: "#chips".to_owned() };
    let tag = |label: &str, linked: bool| Tag { label: label.to_owned(), href: linked.then(|| "#chips".to_owned()) };
    let filters =
        active_filters(&[filter("Social & Behavioral Sciences"), filter("4 units"), filter("Open seats")], "#");
    let list = tags(
        "Requirements",
        &[tag("American Cultures", true), tag("Arts & Literature", true), tag("Lower division", false)],
    );
    vec![
        Example::new(
            "Filters",
            "Filters in force",
            "Each chip is a link to the same page without that filter.",
            filters,
        ),
        Example::new("Filters", "Tags", "A tag leads to everything that has it.", list),
    ]
}
