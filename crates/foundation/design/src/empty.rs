//! Nothing to show: says why, and offers the next step.

use maud::{Markup, html};

use crate::action::{Emphasis, link_button};
use crate::gallery::Example;

/// An empty place: what is not there, why, and where to go.
#[must_use]
pub fn empty_state(title: &str, body: Markup, actions: &Markup) -> Markup {
    html! {
        div.empty {
            p.empty-title { (title) }
            div.empty-body { (body) }
            div.button-row { (actions) }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let markup = empty_state(
        "No course matches “underwater basket weaving”",
        html! { p { "Three filters are in force. Without them there would be 2 courses." } },
        &html! {
            (link_button("Search without filters", "#empty", Emphasis::Primary))
            (link_button("Look in all terms", "#empty", Emphasis::Secondary))
        },
    );
    vec![Example::new("Messages", "Empty state", "Never only “no results”: a reason and a way on.", markup)]
}
