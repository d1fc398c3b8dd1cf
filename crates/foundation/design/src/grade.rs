//! The average grade as a letter.

use maud::{Markup, html};

use crate::gallery::Example;

/// A letter in a small box, with the average in points beside it when known. `letter` is `A-`, `B+`, …
#[must_use]
pub fn grade_badge(letter: &str, average: Option<f64>) -> Markup {
    let family = match letter.as_bytes().first() {
        Some(b'A') => "grade grade-a",
        Some(b'B') => "grade grade-b",
        Some(b'C') => "grade grade-c",
        _ => "grade",
    };
    html! {
        span class=(family) {
            span.unseen { "Average grade " }
            span.grade-letter { (typographic(letter)) }
            @if let Some(average) = average { " " span.grade-points { (format!("{average:.2}")) } }
        }
    }
}

/// A hyphen is too short beside a capital letter: a minus is not.
pub(crate) fn typographic(letter: &str) -> String {
    letter.replace('-', "\u{2212}")
}

pub(crate) fn examples() -> Vec<Example> {
    let markup = html! {
        p.button-row {
            (grade_badge("A-", Some(3.71))) (grade_badge("B+", Some(3.25))) (grade_badge("C", Some(2.04)))
            (grade_badge("D", None)) (grade_badge("B", None))
        }
    };
    vec![Example::new("Facts", "Grade badge", "Colour only repeats what the letter says.", markup)]
}
