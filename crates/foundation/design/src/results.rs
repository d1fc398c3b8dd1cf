//! A list of results. Each is one link as large as its row.

use maud::{Markup, html};

use crate::gallery::Example;
use crate::grade::grade_badge;
use crate::seats::{Seats, seats_line};

/// One result.
#[derive(Clone, Debug, Default)]
pub struct ResultCard {
    /// Its page.
    pub href: String,
    /// The same list with it opened beside, on screens that are wide enough. With script the list stays as it is; without,
    /// a link of its own leads there.
    pub beside_href: Option<String>,
    /// Whether it is the one that is opened beside.
    pub is_opened: bool,
    /// A code, in bold: `SAMPLE 61A`.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Short facts on one line: `4 units`, `Lower division`.
    pub facts: Vec<String>,
    /// How full it is.
    pub seats: Option<Seats>,
    /// The average grade: letter and points.
    pub grade: Option<(String, Option<f64>)>,
}

/// The results in order. `j` and `k` move through them.
#[must_use]
pub fn result_list(results: &[ResultCard]) -> Markup {
    html! {
        ol.results data-list {
            @for result in results { (card(result)) }
        }
    }
}

fn card(result: &ResultCard) -> Markup {
    html! {
        li.result {
            div.result-main {
                p.result-name {
                    a href=(result.href) data-item data-prefetch aria-current=[result.is_opened.then_some("true")] {
                        span.result-code { (result.code) } " " span.result-title { (result.title) }
                    }
                }
                @if !result.facts.is_empty() {
                    p.facts { @for fact in &result.facts { span { (fact) } } }
                }
                @if let Some(href) = &result.beside_href { a.result-beside href=(href) { "Open beside" span.unseen { " " (result.code) } } }
            }
            div.result-seats { @if let Some(seats) = &result.seats { (seats_line(seats)) } }
            div.result-grade { @if let Some((letter, points)) = &result.grade { (grade_badge(letter, *points)) } }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let card =
        |code: &str, title: &str, facts: &[&str], counts: (u32, u32, u32), grade: Option<(&str, f64)>| ResultCard {
            href: "#results".to_owned(),
            code: code.to_owned(),
            title: title.to_owned(),
            facts: facts.iter().map(|fact| (*fact).to_owned()).collect(),
            seats: Some(Seats { enrolled: counts.0, capacity: counts.1, waitlisted: counts.2, ..Seats::default() }),
            grade: grade.map(|(letter, points)| (letter.to_owned(), Some(points))),
            ..ResultCard::default()
        };
    let lower = ["4 units", "Lower division"];
    let markup = result_list(&[
        card(
            "SAMPLE 61A",
            "The Structure and Interpretation of Sample Programs",
            &lower,
            (1_567, 1_567, 218),
            Some(("B+", 3.25)),
        ),
        card("SAMPLE 61B", "Data Structures for People in a Hurry", &lower, (812, 1_200, 0), Some(("B+", 3.31))),
        card(
            "SAMPLE C8",
            "Foundations of Data, Taught with Samples",
            &["4 units", "Quantitative Reasoning"],
            (1_310, 1_350, 4),
            Some(("A-", 3.62)),
        ),
        card("SAMPLE 194", "Special Topics", &["1–4 units", "Upper division"], (0, 0, 0), None),
    ]);
    vec![Example::new("Results", "Result list", "The whole row is the link; j and k move through it.", markup)]
}
