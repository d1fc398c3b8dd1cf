//! Up to six distributions side by side: bars grouped by letter, and the same numbers as a table.
//!
//! Bars are shares of the grades shown, so that a seminar can be compared with a lecture. Below each letter stands a
//! link to its row in the table; script shows its numbers where it is pointed at or focused.

use maud::{Markup, html};

use crate::chart::across;
use crate::chart::series::{SERIES_MAX, SeriesNumber, Swatch, patterns, series_badge};
use crate::gallery::Example;
use crate::grade::typographic;
use crate::numbers::{counted, percent, thousands};

const HEIGHT_PX: u32 = 232;
const TOP_PX: f64 = 14.0;
const BASE_PX: f64 = 231.0;
/// The share of a slot that its bars fill.
const FILLED: f64 = 0.8;

/// How one group was graded.
#[derive(Clone, Debug)]
pub struct ComparedGrades {
    /// Its number, which decides how it is drawn.
    pub number: SeriesNumber,
    /// Who: `COMPSCI 61A, Ada Lovelace`.
    pub name: String,
    /// How many got each of the chart's grades.
    pub counts: Vec<u32>,
    /// What stands in the rows below the grades, in the order of the chart's `more`.
    pub more: Vec<Markup>,
}

impl ComparedGrades {
    fn total(&self) -> u32 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    fn count(&self, place: usize) -> u32 {
        self.counts.get(place).copied().unwrap_or(0)
    }

    fn share(&self, place: usize) -> f64 {
        f64::from(self.count(place)) / f64::from(self.total().max(1))
    }

    /// The shares of those graded below a grade, and of those graded so or below, in whole percent.
    fn percentiles(&self, place: usize) -> (f64, f64) {
        let above: u32 = self.counts.iter().take(place).sum();
        let total = f64::from(self.total().max(1));
        let upto = f64::from(self.total().saturating_sub(above)) * 100.0 / total;
        (upto - self.share(place) * 100.0, upto)
    }
}

/// A chart of up to six distributions.
#[derive(Clone, Debug, Default)]
pub struct GradeComparison {
    /// The `id` of the figure; unique on the page.
    pub id: String,
    /// `Letter grades compared`.
    pub title: String,
    /// The grades, best first: `A+`, `A`, …
    pub grades: Vec<String>,
    /// Names of further rows of the table: `Average`, `Passed`.
    pub more: Vec<String>,
    /// The distributions; further ones than six are not drawn.
    pub series: Vec<ComparedGrades>,
}

impl GradeComparison {
    fn drawn(&self) -> &[ComparedGrades] {
        &self.series[..self.series.len().min(SERIES_MAX)]
    }

    fn tallest_share(&self) -> f64 {
        let shares = self.drawn().iter().flat_map(|series| (0..self.grades.len()).map(|place| series.share(place)));
        shares.fold(0.0, f64::max).max(f64::MIN_POSITIVE)
    }

    fn described(&self) -> String {
        let sentence = |series: &ComparedGrades| {
            let most = (0..self.grades.len()).max_by_key(|place| (series.count(*place), usize::MAX - place));
            let most = most.filter(|place| series.count(*place) > 0);
            let Some(most) = most else { return format!("{}: nobody.", series.name) };
            let share = percent(series.count(most), series.total());
            format!("{}: most often {} ({share}).", series.name, typographic(&self.grades[most]))
        };
        self.drawn().iter().map(sentence).collect::<Vec<_>>().join(" ")
    }
}

/// The chart with its table.
#[must_use]
pub fn grade_comparison(chart: &GradeComparison) -> Markup {
    let GradeComparison { id, title, .. } = chart;
    let described = chart.described();
    html! {
        figure.chart.chart-wide id=(id) {
            figcaption {
                p.chart-title { (title) }
                p.chart-description.unseen { (described) }
            }
            div.chart-with-letters {
                svg.chart-drawing width="100%" height=(HEIGHT_PX) role="img" aria-labelledby={ (id) "-title" }
                    aria-describedby={ (id) "-description" } {
                    title id={ (id) "-title" } { (title) }
                    desc id={ (id) "-description" } { (described) }
                    (patterns(id))
                    @for place in 0..chart.grades.len() { (bars(chart, place)) }
                    line.chart-base x1="0" x2="100%" y1=(BASE_PX) y2=(BASE_PX) {}
                }
                ol.chart-letters aria-label="Grades, each with a link to its numbers" {
                    @for (place, grade) in chart.grades.iter().enumerate() {
                        li { a.chart-letter href={ "#" (row_id(chart, place)) } title=(readout(chart, place)) { (typographic(grade)) } }
                    }
                }
            }
            p.chart-readout class={ "readout-of-" (chart.drawn().len()) } aria-hidden="true" {}
            (numbers(chart))
        }
    }
}

fn bars(chart: &GradeComparison, place: usize) -> Markup {
    let width = 100.0 / as_f64(chart.grades.len().max(1));
    let bar_width = width * FILLED / as_f64(chart.drawn().len().max(1));
    let first = as_f64(place) * width + width * (1.0 - FILLED) / 2.0;
    html! {
        @for (nth, each) in chart.drawn().iter().enumerate().filter(|(_, each)| each.count(place) > 0) {
            @let height = (each.share(place) / chart.tallest_share() * (BASE_PX - TOP_PX)).max(1.0);
            @let x = across(first + bar_width * as_f64(nth));
            @let (y, w, h) = (format!("{:.1}", BASE_PX - height), across(bar_width), format!("{height:.1}"));
            rect class={ "chart-bar " (each.number.fill()) } x=(x) y=(y) width=(w) height=(h) {}
            @if let Some(pattern) = each.number.pattern(&chart.id) {
                rect.chart-bar x=(x) y=(y) width=(w) height=(h) fill={ "url(#" (pattern) ")" } {}
            }
        }
    }
}

/// A line for each distribution: its share, its count, and between which percentiles the grade lies.
fn readout(chart: &GradeComparison, place: usize) -> String {
    let line = |series: &ComparedGrades| {
        let count = series.count(place);
        if count == 0 {
            return format!("{} · nobody", series.number.get());
        }
        let (below, upto) = series.percentiles(place);
        format!(
            "{} · {} ({}), percentile {below:.0} to {upto:.0}",
            series.number.get(),
            percent(count, series.total()),
            counted(count, "student", "students"),
        )
    };
    let lines: Vec<String> = chart.drawn().iter().map(line).collect();
    format!("{}\n{}", typographic(&chart.grades[place]), lines.join("\n"))
}

fn row_id(chart: &GradeComparison, place: usize) -> String {
    let letter = chart.grades[place].to_ascii_lowercase().replace('-', "-minus").replace('+', "-plus");
    format!("{}-{letter}", chart.id)
}

fn numbers(chart: &GradeComparison) -> Markup {
    html! {
        div.table-scroll tabindex="0" role="region" aria-label={ (chart.title) ", in numbers" } {
            table.compare-table {
                caption { "Share of each selection’s grades, and the number of students." }
                thead {
                    tr {
                        th scope="col" { "Grade" }
                        @for series in chart.drawn() {
                            th.number scope="col" {
                                (series_badge(series.number, Swatch::Area(&chart.id)))
                                span.compare-name { (series.name) }
                            }
                        }
                    }
                }
                tbody {
                    @for place in 0..chart.grades.len() {
                        tr id=(row_id(chart, place)) {
                            th scope="row" { (typographic(&chart.grades[place])) }
                            @for series in chart.drawn() { td.number { (cell(series, place)) } }
                        }
                    }
                    @for (place, name) in chart.more.iter().enumerate() {
                        tr.compare-sum {
                            th scope="row" { (name) }
                            @for series in chart.drawn() { td.number { @if let Some(cell) = series.more.get(place) { (cell) } } }
                        }
                    }
                }
            }
        }
    }
}

fn cell(series: &ComparedGrades, place: usize) -> Markup {
    let count = series.count(place);
    html! {
        @if count == 0 { span.compare-count { "–" } }
        @else { (percent(count, series.total())) " " span.compare-count { (thousands(count)) } }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of grades and series, far below 2^52")]
const fn as_f64(number: usize) -> f64 {
    number as f64
}

pub(crate) fn examples() -> Vec<Example> {
    let grades = ["A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "F"];
    let series = |place: usize, name: &str, counts: [u32; 13]| ComparedGrades {
        number: SeriesNumber::at(place),
        name: name.to_owned(),
        counts: counts.into(),
        more: vec![html! { (counted(counts.iter().sum(), "grade", "grades")) }],
    };
    let chart = GradeComparison {
        id: "example-comparison".to_owned(),
        title: "Letter grades compared".to_owned(),
        grades: grades.map(str::to_owned).into(),
        more: vec!["Letter grades".to_owned()],
        series: vec![
            series(0, "SAMPLE 61A, all terms", [612, 1840, 1512, 1498, 1733, 1120, 640, 702, 260, 64, 88, 31, 190]),
            series(1, "SAMPLE 61A, A. Example", [81, 262, 190, 141, 118, 70, 42, 38, 12, 3, 5, 1, 9]),
            series(2, "SAMPLE 61B", [40, 310, 290, 240, 260, 180, 90, 120, 40, 10, 20, 5, 44]),
            series(3, "SPECIMEN 70", [30, 120, 160, 190, 250, 210, 120, 140, 70, 20, 30, 10, 60]),
            series(4, "SPECIMEN 8", [90, 400, 220, 130, 110, 60, 30, 30, 10, 2, 6, 1, 12]),
            series(5, "EXAMPLE 1", [10, 44, 30, 12, 9, 2, 1, 0, 0, 0, 0, 0, 1]),
        ],
    };
    vec![Example::new(
        "Charts",
        "Grades compared",
        "Up to six, told apart by number, colour and pattern. Point at a letter, or go there by keyboard.",
        grade_comparison(&chart),
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(all: &[&[u32]]) -> GradeComparison {
        let series = all.iter().enumerate().map(|(place, counts)| ComparedGrades {
            number: SeriesNumber::at(place),
            name: format!("N{}", place + 1),
            counts: counts.to_vec(),
            more: Vec::new(),
        });
        GradeComparison {
            id: "g".to_owned(),
            title: "Grades".to_owned(),
            grades: ["A+", "A-", "B"].map(str::to_owned).into(),
            series: series.collect(),
            ..GradeComparison::default()
        }
    }

    #[test]
    fn the_readout_says_share_count_and_percentiles() {
        let chart = chart(&[&[1, 2, 1], &[0, 5, 0]]);
        assert_eq!(
            readout(&chart, 1),
            "A−\n1 · 50.0% (2 students), percentile 25 to 75\n2 · 100.0% (5 students), percentile 0 to 100"
        );
        assert!(readout(&chart, 0).ends_with("2 · nobody"));
    }

    #[test]
    fn the_tallest_bar_fills_the_height_and_rows_have_names_of_their_own() {
        let chart = chart(&[&[6, 3, 1]]);
        let html = grade_comparison(&chart).into_string();
        assert!(html.contains(&format!("height=\"{:.1}\"", BASE_PX - TOP_PX)), "{html}");
        for id in ["g-a-plus", "g-a-minus", "g-b"] {
            assert!(html.contains(&format!("id=\"{id}\"")) && html.contains(&format!("href=\"#{id}\"")), "{id}");
        }
    }

    #[test]
    fn more_than_six_and_none_at_all_are_drawn_without_nonsense() {
        let seven: Vec<&[u32]> = vec![&[1, 1, 1]; 7];
        let html =
            grade_comparison(&chart(&seven)).into_string() + &grade_comparison(&chart(&[&[], &[0, 0]])).into_string();
        assert!(!html.contains("NaN") && !html.contains("inf") && !html.contains("N7"));
    }
}
