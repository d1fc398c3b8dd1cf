//! Keys as they are written beside what they do. The script binds them and makes the help from the same table.

use maud::{Markup, html};

use crate::gallery::Example;

/// A key with what it does.
#[derive(Clone, Copy, Debug)]
pub struct KeyHint {
    /// The keys in the order in which they are pressed: `["g", "c"]`.
    pub keys: &'static [&'static str],
    /// `open the catalog`.
    pub does: &'static str,
}

/// A quiet line of keys.
#[must_use]
pub fn key_hints(hints: &[KeyHint]) -> Markup {
    html! {
        ul.key-hints {
            @for hint in hints {
                li { @for key in hint.keys { kbd { (key) } " " } (hint.does) }
            }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let markup = key_hints(&[
        KeyHint { keys: &["/"], does: "search" },
        KeyHint { keys: &["j"], does: "next" },
        KeyHint { keys: &["k"], does: "previous" },
        KeyHint { keys: &["g", "c"], does: "catalog" },
        KeyHint { keys: &["?"], does: "all keys" },
    ]);
    vec![Example::new(
        "Navigation",
        "Key hints",
        "Press ? for the list; it is made from the table that binds the keys.",
        markup,
    )]
}
