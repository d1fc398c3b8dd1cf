//! Links that look like buttons, and buttons that submit forms.

use maud::{Markup, html};

use crate::gallery::Example;

/// How loudly an action speaks. One [`Emphasis::Primary`] on a page is enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emphasis {
    /// What most people came for.
    Primary,
    /// Another way.
    #[default]
    Secondary,
    /// Beside the text.
    Quiet,
}

impl Emphasis {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Secondary => "button",
            Self::Quiet => "button button-quiet",
        }
    }
}

/// A link that is an action.
#[must_use]
pub fn link_button(label: &str, href: &str, emphasis: Emphasis) -> Markup {
    html! { a class=(emphasis.class()) href=(href) { (label) } }
}

/// Submits the form it stands in.
#[must_use]
pub fn submit_button(label: &str, emphasis: Emphasis) -> Markup {
    html! { button type="submit" class=(emphasis.class()) { (label) } }
}

pub(crate) fn examples() -> Vec<Example> {
    let links = html! {
        p.button-row {
            (link_button("Browse the catalog", "#buttons", Emphasis::Primary))
            (link_button("Compare", "#buttons", Emphasis::Secondary))
            (link_button("Clear all", "#buttons", Emphasis::Quiet))
        }
    };
    let text = html! {
        p { "A sentence with " a href="#buttons" { "a link in it" } ", which is underlined, so that colour is not the only sign." }
    };
    vec![
        Example::new(
            "Actions",
            "Buttons",
            "One primary action on a page. Links go somewhere, buttons do something.",
            links,
        ),
        Example::new("Actions", "Link in text", "Blue and underlined; the line grows on hover.", text),
    ]
}
