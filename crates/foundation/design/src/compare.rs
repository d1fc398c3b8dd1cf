//! What is compared, as numbered cards: what each is, its figures, and what can be done with it. All of it is links.

use maud::{Markup, html};

use crate::chart::series::{SeriesNumber, Swatch, series_badge};
use crate::gallery::Example;

/// Something that can be done with a card.
#[derive(Clone, Debug, Default)]
pub struct CardAction {
    /// `Remove`.
    pub label: String,
    /// The page after that; `None` where it cannot be done, such as moving the first one up.
    pub href: Option<String>,
}

/// One of the compared things.
#[derive(Clone, Debug)]
pub struct ComparedCard<'a> {
    /// Its number, which decides its colour and pattern.
    pub number: SeriesNumber,
    /// How it is drawn in the chart.
    pub swatch: Swatch<'a>,
    /// `COMPSCI 61A`, perhaps as a link.
    pub title: Markup,
    /// What tells it from others: `Ada Lovelace, Fall 2026`.
    pub detail: String,
    /// What is said about it; a sentence why there is nothing.
    pub facts: Markup,
    /// What can be done with it.
    pub actions: Vec<CardAction>,
}

/// The cards.
#[must_use]
pub fn compared_cards(label: &str, cards: &[ComparedCard<'_>]) -> Markup {
    html! {
        ol.compared aria-label=(label) {
            @for card in cards {
                li.compared-card {
                    p.compared-name {
                        (series_badge(card.number, card.swatch))
                        strong { (card.title) }
                    }
                    @if !card.detail.is_empty() { p.compared-detail { (card.detail) } }
                    div.compared-facts { (card.facts) }
                    @if !card.actions.is_empty() {
                        ul.compared-actions {
                            @for action in card.actions.iter() {
                                @if let Some(href) = &action.href {
                                    li { a href=(href) { (action.label) span.unseen { " number " (card.number.get()) } } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub(crate) fn examples() -> Vec<Example> {
    let action = |label: &str| CardAction { label: label.to_owned(), href: Some("#compared".to_owned()) };
    let card = |place: usize, title: &str, detail: &str, facts: Markup| ComparedCard {
        number: SeriesNumber::at(place),
        swatch: Swatch::Line,
        title: html! { a href="#compared" { (title) } },
        detail: detail.to_owned(),
        facts,
        actions: vec![action("Change"), action("Duplicate"), action("Remove")],
    };
    let cards = [
        card(0, "SAMPLE 61A", "All instructors, all terms", html! { p { "B+ 3.31 over 9,120 letter grades" } }),
        card(1, "SAMPLE 61A", "A. Example, Fall 2026", html! { p { "No grades are on record for this selection." } }),
    ];
    vec![Example::new(
        "Facts",
        "Compared things",
        "Numbered as in the chart; actions are links.",
        compared_cards("Compared", &cards),
    )]
}
