//! One endpoint on the page.

use design::layout::folded;
use design::table::{Column, Table, table};
use maud::{Markup, html};

use super::example::Example;
use crate::rest::endpoint::Endpoint;
use crate::rest::parameter::{Parameter, Place};

/// Where on the page it is.
pub(super) fn anchor(endpoint: &Endpoint) -> String {
    endpoint.name.replace('_', "-")
}

/// What it is for, what it takes, what it answers.
pub(super) fn described(endpoint: &Endpoint, example: Option<&Example>) -> Markup {
    html! {
        article.panel.stack id=(anchor(endpoint)) {
            h3 { (endpoint.summary) }
            p { code.address { "GET " (endpoint.path) } }
            @if !endpoint.about.is_empty() { p { (marked(endpoint.about)) } }
            @if !endpoint.parameters.is_empty() { (parameters(endpoint.parameters)) }
            @if let Some(example) = example {
                (folded("Example", &html! {
                    p { code.address { a href=(example.address) { (example.address) } } }
                    pre.code tabindex="0" { code { (example.answer) } }
                }))
            }
        }
    }
}

fn parameters(parameters: &[Parameter]) -> Markup {
    let row = |parameter: &Parameter| {
        let place = if parameter.place == Place::Path { "in the path" } else { "in the query" };
        let times = if parameter.is_list { ", may be repeated" } else { "" };
        let need = if parameter.is_required && parameter.place == Place::Query { ", required" } else { "" };
        vec![
            html! { code { (parameter.name) } },
            // On a phone a cell lays out what is in it: one thing each.
            html! { span { (place) (need) (times) } },
            html! { (parameter.kind.in_words()) },
            html! { span { (marked(parameter.about)) } },
        ]
    };
    table(&Table {
        caption: "Parameters".to_owned(),
        caption_unseen: true,
        columns: ["Name", "Where", "What", "Meaning"].map(Column::text).into(),
        rows: parameters.iter().map(row).collect(),
        ..Table::default()
    })
}

/// A sentence of the table of endpoints: what stands between backticks is code.
pub(super) fn marked(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_marked_and_nothing_else_is_markup() {
        assert_eq!(marked("a `b` <c>").into_string(), "a <code>b</code> &lt;c&gt;");
    }
}
