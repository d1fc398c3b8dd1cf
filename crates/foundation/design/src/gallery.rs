//! Every component with its examples: the page at `/-/design`, and what screenshots and checks loop over.

use maud::{Markup, html};

use crate::heading::{PageHeading, page_heading};
use crate::{
    action, as_of, breadcrumb, chart, chips, compare, copy, definitions, doors, empty, facets, form, grade, heading,
    keys, letters, notice, pagination, results, search, seats, sort, stats, table, tabs, week,
};

/// One example of a component.
#[derive(Clone, Debug)]
pub struct Example {
    /// The family: `Facts`.
    pub group: &'static str,
    /// The component: `Seats`.
    pub name: &'static str,
    /// When to use it, or what to mind.
    pub note: &'static str,
    /// The component itself.
    pub markup: Markup,
}

impl Example {
    pub(crate) const fn new(group: &'static str, name: &'static str, note: &'static str, markup: Markup) -> Self {
        Self { group, name, note, markup }
    }
}

/// The order of the families on the page.
const GROUPS: [&str; 11] =
    ["Page", "Search", "Results", "Filters", "Charts", "Weeks", "Facts", "Tables", "Messages", "Navigation", "Actions"];

/// All examples, family by family.
#[must_use]
pub fn examples() -> Vec<Example> {
    let mut all = [
        heading::examples(),
        search::examples(),
        results::examples(),
        facets::examples(),
        chips::examples(),
        sort::examples(),
        chart::grades::examples(),
        chart::enrollment::examples(),
        chart::grade_comparison::examples(),
        chart::enrollment_comparison::examples(),
        seats::examples(),
        grade::examples(),
        copy::examples(),
        stats::examples(),
        definitions::examples(),
        compare::examples(),
        doors::examples(),
        letters::examples(),
        form::examples(),
        as_of::examples(),
        table::examples(),
        notice::examples(),
        empty::examples(),
        breadcrumb::examples(),
        tabs::examples(),
        pagination::examples(),
        keys::examples(),
        action::examples(),
        week::examples(),
    ]
    .concat();
    all.sort_by_key(|example| GROUPS.iter().position(|group| *group == example.group));
    all
}

/// The content of the gallery's page.
#[must_use]
pub fn body() -> Markup {
    let lead = html! { "Every component with its examples. Screenshots and accessibility checks loop over this list." };
    let examples = examples();
    html! {
        (page_heading(&PageHeading { lead: Some(lead), ..PageHeading::new("Design") }))
        (swatches())
        @for group in GROUPS {
            section.gallery-group {
                h2 { (group) }
                @for example in examples.iter().filter(|example| example.group == group) {
                    article.gallery-example id=(slug(example)) {
                        h3 { (example.name) }
                        p.gallery-note { (example.note) }
                        div.gallery-stage { (example.markup) }
                    }
                }
            }
        }
    }
}

/// The colours by role, and the scale of the type.
fn swatches() -> Markup {
    html! {
        section.gallery-group {
            h2 { "Colours and type" }
            ul.swatches {
                @for role in ["ink", "soft", "link", "action", "mark", "good", "warn", "bad", "series-1", "series-2", "line", "sunk"] {
                    li { span class={ "swatch swatch-" (role) } {} (role) }
                }
            }
            p.type-scale {
                @for step in ["2.25", "1.75", "1.375", "1.125", "1", "0.875"] {
                    span class={ "type-" (step.replace('.', "-")) } { (step) " Sample" } " "
                }
            }
        }
    }
}

fn slug(example: &Example) -> String {
    format!("{}-{}", example.group, example.name).to_ascii_lowercase().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_belongs_to_a_family_of_the_page() {
        for example in examples() {
            assert!(GROUPS.contains(&example.group), "{} is in no family", example.name);
        }
    }

    #[test]
    fn no_id_stands_twice_on_the_page() {
        let html = body().into_string();
        let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        ids.sort_unstable();
        let twice: Vec<_> = ids.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn nothing_is_styled_or_scripted_inline() {
        let html = body().into_string();
        for forbidden in [" style=", "<style", "<script", " onclick=", "javascript:"] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
    }
}
