//! How something was graded: one bar per grade, or two for a comparison.

use maud::{Markup, html};

use crate::chart::{Figure, across, area_swatch, figure, legend_item, stripes};
use crate::gallery::Example;
use crate::grade::typographic;
use crate::numbers::{counted, percent, thousands};
use crate::table::{Column, Table};

/// More than two distributions in one chart cannot be told apart by pattern.
const MAX_SERIES: usize = 2;
const HEIGHT_PX: u32 = 224;
const TOP_PX: f64 = 22.0;
const BASE_PX: f64 = 196.0;
/// The share of a slot that its bars fill.
const FILLED: f64 = 0.74;
/// The gap before the grades without points, in slots.
const GAP_SLOTS: f64 = 0.6;

/// How one group was graded.
#[derive(Clone, Debug, Default)]
pub struct GradeSeries {
    /// Who: `All terms`, `Fall 2025`.
    pub name: String,
    /// How many got each of the chart's grades.
    pub counts: Vec<u32>,
}

impl GradeSeries {
    fn total(&self) -> u32 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    fn count(&self, place: usize) -> u32 {
        self.counts.get(place).copied().unwrap_or(0)
    }

    fn share(&self, place: usize) -> f64 {
        f64::from(self.count(place)) / f64::from(self.total().max(1))
    }
}

/// A chart of one or two distributions.
#[derive(Clone, Debug, Default)]
pub struct GradeHistogram {
    /// The `id` of the figure; unique on the page.
    pub id: String,
    /// `Grade distribution`.
    pub title: String,
    /// What it shows in a sentence; made from the numbers when empty.
    pub description: String,
    /// The grades in order: `A+`, `A`, …
    pub grades: Vec<String>,
    /// The place of the first grade without points (`P`): a gap stands before it.
    pub gap_before: Option<usize>,
    /// One distribution, or two to compare; further ones are not drawn.
    pub series: Vec<GradeSeries>,
}

impl GradeHistogram {
    fn drawn(&self) -> &[GradeSeries] {
        &self.series[..self.series.len().min(MAX_SERIES)]
    }

    /// Where a grade's slot begins and how wide it is, in percent.
    fn slot(&self, place: usize) -> (f64, f64) {
        let gap = if self.gap_before.is_some() { GAP_SLOTS } else { 0.0 };
        let width = 100.0 / (as_f64(self.grades.len().max(1)) + gap);
        let shifted = if self.gap_before.is_some_and(|first| place >= first) { gap } else { 0.0 };
        ((as_f64(place) + shifted) * width, width)
    }

    fn tallest_share(&self) -> f64 {
        let shares = self.drawn().iter().flat_map(|series| (0..self.grades.len()).map(|place| series.share(place)));
        shares.fold(0.0, f64::max).max(f64::MIN_POSITIVE)
    }

    fn described(&self) -> String {
        if !self.description.is_empty() {
            return self.description.clone();
        }
        let sentence = |series: &GradeSeries| {
            let most = (0..self.grades.len()).max_by_key(|place| (series.count(*place), usize::MAX - place));
            let most = most.filter(|place| series.count(*place) > 0);
            let Some(most) = most else { return format!("{}: nobody graded.", series.name) };
            format!(
                "{}: {}, most often {} ({}).",
                series.name,
                counted(series.total(), "student", "students"),
                typographic(&self.grades[most]),
                percent(series.count(most), series.total())
            )
        };
        self.drawn().iter().map(sentence).collect::<Vec<_>>().join(" ")
    }
}

/// The chart.
#[must_use]
pub fn grade_histogram(chart: &GradeHistogram) -> Markup {
    let pattern = format!("{}-stripes", chart.id);
    let drawing = html! {
        (stripes(&pattern))
        @for place in 0..chart.grades.len() { (slot(chart, place, &pattern)) }
        line.chart-base x1="0" x2="100%" y1=(BASE_PX) y2=(BASE_PX) {}
    };
    figure(&Figure {
        id: &chart.id,
        title: &chart.title,
        description: &chart.described(),
        height_px: HEIGHT_PX,
        legend: legend(chart, &pattern),
        drawing,
        table: numbers(chart),
    })
}

/// One grade: its bars, its name below, its share above, and the area that the pointer may touch.
fn slot(chart: &GradeHistogram, place: usize, pattern: &str) -> Markup {
    let (left, width) = chart.slot(place);
    let series = chart.drawn();
    let bar_width = width * FILLED / as_f64(series.len().max(1));
    let first = left + width * (1.0 - FILLED) / 2.0;
    let middle = across(left + width / 2.0);
    html! {
        g.chart-slot {
            rect.chart-hit x=(across(left)) width=(across(width)) y="0" height=(HEIGHT_PX) { title { (readout(chart, place)) } }
            @for (nth, each) in series.iter().enumerate() {
                @let height = each.share(place) / chart.tallest_share() * (BASE_PX - TOP_PX);
                @let x = across(first + bar_width * as_f64(nth));
                @let (y, w, h) = (format!("{:.1}", BASE_PX - height), across(bar_width), format!("{height:.1}"));
                rect class={ "chart-bar series-" (nth + 1) } x=(x) y=(y) width=(w) height=(h) {}
                @if nth == 1 { rect.chart-bar x=(x) y=(y) width=(w) height=(h) fill={ "url(#" (pattern) ")" } {} }
            }
            @if let [only] = series {
                @let height = only.share(place) / chart.tallest_share() * (BASE_PX - TOP_PX);
                text.chart-value x=(middle) y=(format!("{:.1}", BASE_PX - height - 6.0)) { (whole_percent(only, place)) }
            }
            text.chart-label x=(middle) y=(BASE_PX + 19.0) { (typographic(&chart.grades[place])) }
        }
    }
}

/// `14%`, `<1%`; nothing over an empty slot.
fn whole_percent(series: &GradeSeries, place: usize) -> String {
    let share = series.share(place) * 100.0;
    match series.count(place) {
        0 => String::new(),
        _ if share < 0.5 => "<1%".to_owned(),
        _ => format!("{share:.0}%"),
    }
}

fn readout(chart: &GradeHistogram, place: usize) -> String {
    let part = |series: &GradeSeries| {
        let students = counted(series.count(place), "student", "students");
        let share = percent(series.count(place), series.total());
        if chart.drawn().len() > 1 {
            format!("{} {students} ({share})", series.name)
        } else {
            format!("{students} ({share})")
        }
    };
    let parts: Vec<String> = chart.drawn().iter().map(part).collect();
    format!("{}: {}", typographic(&chart.grades[place]), parts.join(", "))
}

fn legend(chart: &GradeHistogram, pattern: &str) -> Markup {
    html! {
        @if chart.drawn().len() > 1 {
            ul.legend {
                @for (nth, series) in chart.drawn().iter().enumerate() {
                    @let class = format!("series-{}", nth + 1);
                    @let swatch = area_swatch(&class, (nth == 1).then_some(pattern));
                    (legend_item(swatch, &series.name, &counted(series.total(), "student", "students")))
                }
            }
        }
    }
}

fn numbers(chart: &GradeHistogram) -> Table {
    let mut columns = vec![Column::text("Grade")];
    for series in chart.drawn() {
        columns.push(Column::number(&series.name));
        columns.push(Column::number("Share"));
    }
    let row = |place: usize| {
        let mut cells = vec![html! { (typographic(&chart.grades[place])) }];
        for series in chart.drawn() {
            cells.push(html! { (thousands(series.count(place))) });
            cells.push(html! { (percent(series.count(place), series.total())) });
        }
        cells
    };
    Table {
        caption: chart.title.clone(),
        caption_unseen: true,
        narrow: true,
        columns,
        rows: (0..chart.grades.len()).map(row).collect(),
        ..Table::default()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of grades and series, far below 2^52")]
const fn as_f64(number: usize) -> f64 {
    number as f64
}

pub(crate) fn examples() -> Vec<Example> {
    let grades = ["A+", "A", "A-", "B+", "B", "B-", "C+", "C", "C-", "D+", "D", "D-", "F", "P", "NP"];
    let series = |name: &str, counts: &[u32]| GradeSeries { name: name.to_owned(), counts: counts.to_vec() };
    let all = series("All terms", &[612, 1_840, 1_512, 1_498, 1_733, 1_120, 640, 702, 260, 64, 88, 31, 190, 410, 72]);
    let one = series("Fall 2025", &[81, 262, 190, 141, 118, 70, 42, 38, 12, 3, 5, 1, 9, 44, 6]);
    let chart = GradeHistogram {
        id: "example-grades".to_owned(),
        title: "Grade distribution".to_owned(),
        grades: grades.map(str::to_owned).into(),
        gap_before: Some(13),
        series: vec![all.clone()],
        ..GradeHistogram::default()
    };
    let two = GradeHistogram { id: "example-grades-two".to_owned(), series: vec![all, one], ..chart.clone() };
    vec![
        Example::new(
            "Charts",
            "Grade histogram",
            "Shares of everyone graded; P and NP stand apart because they have no points.",
            grade_histogram(&chart),
        ),
        Example::new("Charts", "Two distributions", "Told apart by colour and by stripes.", grade_histogram(&two)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(counts: &[u32]) -> GradeHistogram {
        GradeHistogram {
            id: "g".to_owned(),
            title: "Grades".to_owned(),
            grades: ["A", "B", "P"].map(str::to_owned).into(),
            gap_before: Some(2),
            series: vec![GradeSeries { name: "All".to_owned(), counts: counts.to_vec() }],
            ..GradeHistogram::default()
        }
    }

    #[test]
    fn it_says_what_it_shows() {
        assert_eq!(chart(&[6, 3, 1]).described(), "All: 10 students, most often A (60.0%).");
        assert_eq!(chart(&[0, 0, 0]).described(), "All: nobody graded.");
    }

    #[test]
    fn the_tallest_bar_fills_the_height_and_the_slots_fill_the_width() {
        let html = grade_histogram(&chart(&[6, 3, 1])).into_string();
        assert!(html.contains(&format!("height=\"{:.1}\"", BASE_PX - TOP_PX)), "{html}");
        let (left, width) = chart(&[1, 1, 1]).slot(2);
        assert!((left + width - 100.0).abs() < 1e-9);
    }

    #[test]
    fn the_table_has_the_same_numbers() {
        let html = grade_histogram(&chart(&[1_200, 3, 1])).into_string();
        assert!(html.contains("1,200") && html.contains("99.7%"));
    }

    #[test]
    fn missing_counts_and_empty_charts_are_drawn_as_nothing() {
        let html =
            grade_histogram(&chart(&[])).into_string() + &grade_histogram(&GradeHistogram::default()).into_string();
        assert!(!html.contains("NaN") && !html.contains("inf"));
    }
}
