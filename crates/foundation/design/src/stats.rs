//! A few figures that sum a thing up.

use maud::{Markup, html};

use crate::gallery::Example;

/// A figure.
#[derive(Clone, Debug, Default)]
pub struct Stat {
    /// What it counts: `Open seats`.
    pub label: String,
    /// The figure as text: `2,996`.
    pub value: String,
    /// A few more words: `of 11,291 sections`.
    pub note: Option<String>,
}

/// Two to five figures side by side.
#[must_use]
pub fn stat_tiles(stats: &[Stat]) -> Markup {
    html! {
        dl.stats {
            @for stat in stats {
                div {
                    dt { (stat.label) }
                    dd.stat-value { (stat.value) }
                    @if let Some(note) = &stat.note { dd.stat-note { (note) } }
                }
            }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let stat = |label: &str, value: &str, note: &str| Stat {
        label: label.to_owned(),
        value: value.to_owned(),
        note: Some(note.to_owned()),
    };
    let markup = stat_tiles(&[
        stat("Courses", "2,996", "with at least one class"),
        stat("Classes", "7,072", "in 186 subjects"),
        stat("Sections", "11,291", "lectures, discussions, labs"),
        stat("Open seats", "38,410", "14:05 today"),
    ]);
    vec![Example::new("Facts", "Figures", "Two to five figures that sum a thing up.", markup)]
}
