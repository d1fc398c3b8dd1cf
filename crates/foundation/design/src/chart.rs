//! Charts drawn by the server as SVG, each with a title, a description and the same numbers as a table.
//!
//! They have no `viewBox`: positions across are percentages and positions down are pixels, so that texts keep their
//! size from a phone to a desk.

pub mod enrollment;
pub mod enrollment_comparison;
pub mod grade_comparison;
pub mod grades;
pub mod series;
mod ticks;

use maud::{Markup, html};

use crate::table::{Table, table};

/// What every chart has around its drawing.
pub(crate) struct Figure<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) height_px: u32,
    pub(crate) legend: Markup,
    pub(crate) drawing: Markup,
    pub(crate) table: Table,
}

/// The drawing with its title above, its read-out and its table below.
pub(crate) fn figure(figure: &Figure<'_>) -> Markup {
    let Figure { id, title, description, height_px, legend, drawing, table: numbers } = figure;
    html! {
        figure.chart id=(id) {
            figcaption {
                p.chart-title { (title) }
                p.chart-description { (description) }
            }
            (legend)
            svg.chart-drawing width="100%" height=(height_px) role="img" aria-labelledby={ (id) "-title" }
                aria-describedby={ (id) "-description" } {
                title id={ (id) "-title" } { (title) }
                desc id={ (id) "-description" } { (description) }
                (drawing)
            }
            p.chart-readout aria-hidden="true" {}
            details.chart-table { summary { "Show the numbers" } (table(numbers)) }
        }
    }
}

/// A name in the legend: its swatch repeats the pattern, its value the newest figure.
pub(crate) fn legend_item(swatch: Markup, label: &str, value: &str) -> Markup {
    html! {
        li {
            svg.legend-swatch width="20" height="12" aria-hidden="true" focusable="false" { (swatch) }
            span { (label) } " " strong { (value) }
        }
    }
}

/// A swatch of an area, with the stripes that lie over it.
pub(crate) fn area_swatch(class: &str, pattern: Option<&str>) -> Markup {
    html! {
        rect class=(class) width="20" height="12" rx="2" {}
        @if let Some(pattern) = pattern { rect width="20" height="12" rx="2" fill={ "url(#" (pattern) ")" } {} }
    }
}

/// A swatch of a line.
pub(crate) fn line_swatch(class: &str) -> Markup {
    html! { line class=(class) x1="1" x2="19" y1="6" y2="6" {} }
}

/// Diagonal stripes in the colour of the page, to lie over a bar.
pub(crate) fn stripes(id: &str) -> Markup {
    html! {
        defs {
            pattern id=(id) width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                line.chart-stripe x1="1" y1="0" x2="1" y2="5" {}
            }
        }
    }
}

/// A percentage for an attribute.
pub(crate) fn across(percent: f64) -> String {
    format!("{percent:.2}%")
}

/// A length in pixels for an attribute.
pub(crate) fn px(pixels: f64) -> String {
    format!("{pixels:.1}")
}
