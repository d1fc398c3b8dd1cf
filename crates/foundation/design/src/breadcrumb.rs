//! Where the reader is, and the way back up.

use maud::{Markup, html};

use crate::gallery::Example;

/// A step on the way.
#[derive(Clone, Debug, Default)]
pub struct Crumb {
    /// Its name.
    pub label: String,
    /// Where it leads; the last one, which is this page, leads nowhere.
    pub href: Option<String>,
}

/// The steps from the top to this page.
#[must_use]
pub fn breadcrumb(crumbs: &[Crumb]) -> Markup {
    html! {
        nav.breadcrumb aria-label="Breadcrumb" {
            ol {
                @for crumb in crumbs {
                    li {
                        @match &crumb.href {
                            Some(href) => a href=(href) { (crumb.label) },
                            None => span aria-current="page" { (crumb.label) },
                        }
                    }
                }
            }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let crumb = |label: &str, href: Option<&str>| Crumb { label: label.to_owned(), href: href.map(str::to_owned) };
    let markup = breadcrumb(&[
        crumb("Catalog", Some("#breadcrumb")),
        crumb("Fall 2026", Some("#breadcrumb")),
        crumb("SAMPLE", Some("#breadcrumb")),
        crumb("61A", None),
    ]);
    vec![Example::new("Navigation", "Breadcrumb", "On every page below the second level.", markup)]
}
