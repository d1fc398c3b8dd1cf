//! What several things in one chart are told apart by: a number, a colour, and a pattern of the area or of the line.

use maud::{Markup, html};

/// The most things that one chart compares: with more, neither colours nor patterns can be told apart.
pub const SERIES_MAX: usize = 6;

/// One of the compared things: its number from 1 to [`SERIES_MAX`], which decides its colour and its pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeriesNumber(u8);

impl SeriesNumber {
    /// The number of a place in a list, from 0; places past the last number share it.
    #[must_use]
    pub fn at(place: usize) -> Self {
        let number = u8::try_from(place.min(SERIES_MAX - 1)).unwrap_or(0);
        Self(number + 1)
    }

    /// The number, from 1.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The class that fills with its colour.
    pub(crate) fn fill(self) -> String {
        format!("series-{}", self.0)
    }

    /// The class that draws a line of its colour and pattern.
    pub(crate) fn line(self) -> String {
        format!("line-series line-{}", self.0)
    }

    /// The `id` of its pattern in a chart; the first one has none.
    pub(crate) fn pattern(self, chart: &str) -> Option<String> {
        (self.0 > 1).then(|| format!("{chart}-pattern-{}", self.0))
    }
}

/// How a thing is drawn in its chart, for a legend elsewhere on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swatch<'a> {
    /// As an area of a chart, whose `id` is named: its patterns are used.
    Area(&'a str),
    /// As a line.
    Line,
}

/// The number with its swatch.
#[must_use]
pub fn series_badge(number: SeriesNumber, swatch: Swatch<'_>) -> Markup {
    html! {
        span.series-badge {
            (series_swatch(number, swatch))
            span { (number.get()) }
        }
    }
}

/// The swatch alone.
pub(crate) fn series_swatch(number: SeriesNumber, swatch: Swatch<'_>) -> Markup {
    html! {
        svg.legend-swatch width="28" height="14" aria-hidden="true" focusable="false" {
            @match swatch {
                Swatch::Area(chart) => {
                    rect class=(number.fill()) width="28" height="14" rx="3" {}
                    @if let Some(pattern) = number.pattern(chart) {
                        rect width="28" height="14" rx="3" fill={ "url(#" (pattern) ")" } {}
                    }
                }
                Swatch::Line => line class=(number.line()) x1="1" x2="27" y1="7" y2="7" {},
            }
        }
    }
}

/// The patterns of the areas, drawn over them in the colour of the page: stripes, dots, bars, stripes the other way,
/// a grid. The first area has none.
pub(crate) fn patterns(chart: &str) -> Markup {
    let pattern = |number: u8, size: &str, turned: Option<&str>, drawing: Markup| {
        html! {
            pattern id={ (chart) "-pattern-" (number) } width=(size) height=(size) patternUnits="userSpaceOnUse"
                patternTransform=[turned] { (drawing) }
        }
    };
    let upright = html! { line.chart-stripe x1="1" y1="0" x2="1" y2="6" {} };
    html! {
        defs {
            (pattern(2, "5", Some("rotate(45)"), upright.clone()))
            (pattern(3, "5", None, html! { circle.chart-dot cx="2.5" cy="2.5" r="1.3" {} }))
            (pattern(4, "5", None, html! { line.chart-stripe x1="0" y1="1" x2="6" y2="1" {} }))
            (pattern(5, "5", Some("rotate(-45)"), upright.clone()))
            (pattern(6, "6", None, html! { line.chart-stripe x1="0" y1="1" x2="6" y2="1" {} (upright) }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_numbers_and_none_is_past_the_last() {
        assert_eq!([0, 5, 6, usize::MAX].map(|place| SeriesNumber::at(place).get()), [1, 6, 6, 6]);
    }

    #[test]
    fn every_number_but_the_first_has_a_pattern_that_is_drawn() {
        let drawn = patterns("c").into_string();
        for place in 0..SERIES_MAX {
            match SeriesNumber::at(place).pattern("c") {
                Some(id) => assert!(drawn.contains(&format!("id=\"{id}\"")), "{id}"),
                None => assert_eq!(place, 0),
            }
        }
    }
}
