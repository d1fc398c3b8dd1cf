//! The letters of an alphabet as links to parts of a long list.

use maud::{Markup, html};

use crate::gallery::Example;

/// A letter.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    /// `A`.
    pub name: String,
    /// Where its part is; `None` when nothing begins with it.
    pub href: Option<String>,
    /// Whether it is the part shown.
    pub current: bool,
}

/// The letters in a row that wraps.
#[must_use]
pub fn letters(label: &str, letters: &[Letter]) -> Markup {
    html! {
        nav aria-label=(label) {
            ul.letters {
                @for letter in letters {
                    li {
                        @match &letter.href {
                            Some(href) => a href=(href) aria-current=[letter.current.then_some("page")] { (letter.name) },
                            None => span aria-hidden="true" { (letter.name) },
                        }
                    }
                }
            }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let letter = |name: char| Letter {
        name: name.to_string(),
        href: (name != 'Q').then(|| "#letters".to_owned()),
        current: name == 'C',
    };
    let markup = letters("Family names", &('A'..='Z').map(letter).collect::<Vec<_>>());
    vec![Example::new(
        "Navigation",
        "Letters",
        "Into a long list by its first letters; those without a name are no links.",
        markup,
    )]
}
