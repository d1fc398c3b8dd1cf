//! The order of a list. Without script a button sends the choice; with it, choosing is enough.

use maud::{Markup, html};

use crate::gallery::Example;

/// An order to choose.
#[derive(Clone, Debug, Default)]
pub struct SortOption {
    /// The form's value.
    pub value: String,
    /// `Average grade, best first`.
    pub label: String,
    /// Whether it is in force.
    pub selected: bool,
}

/// A form of its own that carries the rest of the page's state along.
#[derive(Clone, Debug, Default)]
pub struct SortForm {
    /// The page.
    pub action: String,
    /// The field's name.
    pub name: String,
    /// The orders.
    pub options: Vec<SortOption>,
    /// The other parameters of the page's address.
    pub hidden: Vec<(String, String)>,
}

/// A select with its label and its button.
#[must_use]
pub fn sort_form(form: &SortForm) -> Markup {
    html! {
        form.sort action=(form.action) method="get" data-submit-on-change {
            @for (name, value) in &form.hidden { input type="hidden" name=(name) value=(value); }
            label {
                span { "Sort by" }
                select name=(form.name) {
                    @for option in &form.options {
                        option value=(option.value) selected[option.selected] { (option.label) }
                    }
                }
            }
            button.button.button-small.without-script type="submit" { "Sort" }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let option =
        |value: &str, label: &str, selected| SortOption { value: value.to_owned(), label: label.to_owned(), selected };
    let markup = sort_form(&SortForm {
        action: "#sort".to_owned(),
        name: "sort".to_owned(),
        options: vec![
            option("relevance", "Relevance", true),
            option("grade", "Average grade", false),
            option("open", "Open seats", false),
        ],
        ..SortForm::default()
    });
    vec![Example::new("Filters", "Sort", "The button is for pages without script.", markup)]
}
