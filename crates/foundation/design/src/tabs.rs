//! Tabs that are links: each view has an address.

use maud::{Markup, html};

use crate::gallery::Example;

/// One view.
#[derive(Clone, Debug, Default)]
pub struct Tab {
    /// Its name.
    pub label: String,
    /// Its address.
    pub href: String,
    /// Whether it is the one shown.
    pub current: bool,
}

/// The views of a thing, as links.
#[must_use]
pub fn tabs(label: &str, tabs: &[Tab]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            ul {
                @for tab in tabs {
                    li { a href=(tab.href) aria-current=[tab.current.then_some("page")] { (tab.label) } }
                }
            }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let tab = |label: &str, current| Tab { label: label.to_owned(), href: "#tabs".to_owned(), current };
    let markup = tabs(
        "Terms",
        &[tab("Spring 2026", false), tab("Summer 2026", false), tab("Fall 2026", true), tab("Spring 2027", false)],
    );
    vec![Example::new("Navigation", "Tabs", "Links, not script: each view has an address.", markup)]
}
