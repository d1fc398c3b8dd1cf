//! The title block of a page.

use maud::{Markup, html};

use crate::gallery::Example;

/// A page's title with what belongs to it.
#[derive(Clone, Debug)]
pub struct PageHeading {
    /// A short line above: `Fall 2026`, or a code.
    pub eyebrow: Option<String>,
    /// The page's only `h1`.
    pub title: String,
    /// One sentence below.
    pub lead: Option<Markup>,
    /// What stands at the right: a badge, an action.
    pub aside: Option<Markup>,
}

impl PageHeading {
    /// Only a title.
    #[must_use]
    pub fn new(title: &str) -> Self {
        Self { eyebrow: None, title: title.to_owned(), lead: None, aside: None }
    }
}

/// The title block. A page has exactly one.
#[must_use]
pub fn page_heading(heading: &PageHeading) -> Markup {
    block(heading, &html! { h1 { (heading.title) } })
}

/// The same block for something that is opened beside the main thing of a page: it holds an `h2`.
#[must_use]
pub fn heading_beside(heading: &PageHeading) -> Markup {
    block(heading, &html! { h2.title-like { (heading.title) } })
}

fn block(heading: &PageHeading, title: &Markup) -> Markup {
    html! {
        header.page-heading {
            div {
                @if let Some(eyebrow) = &heading.eyebrow { p.eyebrow { (eyebrow) } }
                (title)
                @if let Some(lead) = &heading.lead { p.lead { (lead) } }
            }
            @if let Some(aside) = &heading.aside { div.page-heading-aside { (aside) } }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let heading = PageHeading {
        eyebrow: Some("SAMPLE 61A · Fall 2026".to_owned()),
        lead: Some(html! { "4 units · Lower division · Letter grade" }),
        aside: Some(crate::grade::grade_badge("B+", Some(3.25))),
        ..PageHeading::new("The Structure and Interpretation of Sample Programs")
    };
    // The gallery has an h1 of its own, so the example shows the same block with a lower heading.
    let markup = block(&heading, &html! { p.title-like { (heading.title) } });
    vec![Example::new("Page", "Page heading", "Exactly one on a page; it holds the h1.", markup)]
}
