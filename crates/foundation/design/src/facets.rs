//! Filters: groups of choices with counts, in one GET form.

use maud::{Markup, html};

use crate::gallery::Example;
use crate::icon::{Icon, icon};
use crate::numbers::thousands;

/// How many of a group's choices may be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FacetKind {
    /// Any number: check boxes.
    #[default]
    Many,
    /// One: radio buttons.
    One,
    /// One of a long list: a select.
    Select,
}

/// A choice.
#[derive(Clone, Debug, Default)]
pub struct FacetOption {
    /// The form's value.
    pub value: String,
    /// What the reader sees.
    pub label: String,
    /// How many results it would give; `None` when that is not known.
    pub count: Option<u32>,
    /// Whether it is chosen.
    pub selected: bool,
}

/// A group of choices.
#[derive(Clone, Debug, Default)]
pub struct Facet {
    /// The `id` of the group; unique on the page.
    pub id: String,
    /// The field's name.
    pub name: String,
    /// The group's name: `Units`.
    pub legend: String,
    /// How many may be chosen.
    pub kind: FacetKind,
    /// Whether it is unfolded. A group with a choice in it always is.
    pub open: bool,
    /// The choices, in order. A [`FacetKind::Select`] wants one with an empty value for “any”.
    pub options: Vec<FacetOption>,
}

/// One group, which folds.
#[must_use]
pub fn facet(facet: &Facet) -> Markup {
    let chosen = facet.options.iter().filter(|option| option.selected && !option.value.is_empty()).count();
    html! {
        details.facet id=(facet.id) open[facet.open || chosen > 0] {
            summary {
                span { (facet.legend) }
                @if chosen > 0 && facet.kind == FacetKind::Many { span.facet-chosen { (chosen) span.unseen { " chosen" } } }
            }
            @match facet.kind {
                FacetKind::Select => (select(facet)),
                FacetKind::Many => (choices(facet, "checkbox")),
                FacetKind::One => (choices(facet, "radio")),
            }
        }
    }
}

fn choices(facet: &Facet, kind: &str) -> Markup {
    html! {
        fieldset {
            legend.unseen { (facet.legend) }
            @for (place, option) in facet.options.iter().enumerate() {
                @let id = format!("{}-{place}", facet.id);
                div.choice.choice-none[option.count == Some(0) && !option.selected] {
                    input id=(id) type=(kind) name=(facet.name) value=(option.value) checked[option.selected];
                    label for=(id) {
                        span { (option.label) }
                        @if let Some(count) = option.count {
                            span.choice-count { (thousands(count)) span.unseen { " results" } }
                        }
                    }
                }
            }
        }
    }
}

fn select(facet: &Facet) -> Markup {
    let id = format!("{}-select", facet.id);
    html! {
        label.unseen for=(id) { (facet.legend) }
        select id=(id) name=(facet.name) {
            @for option in &facet.options {
                option value=(option.value) selected[option.selected] {
                    (option.label)
                    @if let Some(count) = option.count { " (" (thousands(count)) ")" }
                }
            }
        }
    }
}

/// The form around the groups: beside the results on a desk, folded above them on a phone.
#[derive(Clone, Debug, Default)]
pub struct FilterPanel {
    /// The page that answers.
    pub action: String,
    /// Other parameters to carry along, such as the search and the order.
    pub hidden: Vec<(String, String)>,
    /// The groups.
    pub facets: Vec<Facet>,
    /// How many choices are in force, for the folded panel of a phone.
    pub active_count: u32,
    /// The page without anything chosen; `None` when nothing is.
    pub reset_href: Option<String>,
    /// Whether script swaps the page's regions at each choice.
    pub live: bool,
}

/// The filters of a page.
#[must_use]
pub fn filter_panel(panel: &FilterPanel) -> Markup {
    html! {
        details.filter-panel id="filter-panel" {
            summary {
                (icon(Icon::Sliders)) span { "Filters" }
                span id="filter-count" data-region {
                    @if panel.active_count > 0 { span.facet-chosen { (panel.active_count) span.unseen { " in force" } } }
                }
            }
            form.filters action=(panel.action) method="get" data-live[panel.live] aria-label="Filters" autocomplete="off" {
                @for (name, value) in &panel.hidden { input type="hidden" name=(name) value=(value); }
                div.region id="filter-groups" data-region {
                    @if let Some(href) = &panel.reset_href { p.filters-reset { a href=(href) { "Reset" span.unseen { " search and filters" } } } }
                    @for group in &panel.facets { (facet(group)) }
                }
                p.filters-apply.without-script { button.button.button-primary type="submit" { "Show results" } }
            }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let option = |label: &str, count, selected| FacetOption {
        value: label.to_ascii_lowercase(),
        label: label.to_owned(),
        count: Some(count),
        selected,
    };
    let many = Facet {
        id: "example-facet-many".to_owned(),
        name: "breadth".to_owned(),
        legend: "Breadth".to_owned(),
        open: true,
        options: vec![
            option("Arts & Literature", 312, true),
            option("Historical Studies", 418, false),
            option("Social & Behavioral Sciences", 1_204, true),
            option("Physical Science", 0, false),
        ],
        ..Facet::default()
    };
    let one = Facet {
        id: "example-facet-one".to_owned(),
        name: "term".to_owned(),
        legend: "Term".to_owned(),
        kind: FacetKind::One,
        open: true,
        options: vec![option("Spring 2027", 4_120, false), option("Fall 2026", 5_462, true)],
    };
    let any = FacetOption { value: String::new(), label: "Any subject".to_owned(), count: None, selected: true };
    let long = Facet {
        id: "example-facet-select".to_owned(),
        name: "subject".to_owned(),
        legend: "Subject".to_owned(),
        kind: FacetKind::Select,
        open: true,
        options: vec![any, option("Anthropology", 88, false), option("Astronomy", 41, false)],
    };
    let markup =
        html! { form.example-narrow aria-label="Example of filters" { (facet(&many)) (facet(&one)) (facet(&long)) } };
    vec![Example::new(
        "Filters",
        "Facet groups",
        "Counts say what a choice would give; 0 is quiet, not forbidden.",
        markup,
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_has_a_label_of_its_own() {
        let html = examples().remove(0).markup.into_string();
        assert_eq!(html.matches("<input").count(), html.matches("<label for=\"example-facet-many-").count() + 2);
        assert!(html.contains("for=\"example-facet-many-3\"") && html.contains("id=\"example-facet-many-3\""));
    }

    #[test]
    fn a_group_with_a_choice_in_it_is_unfolded() {
        let option = FacetOption { value: "4".to_owned(), selected: true, ..FacetOption::default() };
        let group = Facet { options: vec![option], ..Facet::default() };
        assert!(facet(&group).into_string().contains("open"));
        assert!(!facet(&Facet::default()).into_string().contains("open"));
    }
}
