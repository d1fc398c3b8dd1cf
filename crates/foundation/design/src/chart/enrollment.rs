//! How something filled: enrolled and waiting over time, as steps, against the seats there were.

use std::fmt::Write as _;

use jiff::civil::DateTime;
use maud::{Markup, html};

use crate::chart::ticks::{round_up, time_ticks};
use crate::chart::{Figure, across, figure, legend_item, line_swatch, px};
use crate::gallery::Example;
use crate::numbers::{counted, thousands};
use crate::table::{Column, Table};

/// More steps than this are thinned evenly: they would be narrower than a pixel of a phone.
const MAX_STEPS: usize = 360;
/// More rows than this are thinned evenly in the table.
const MAX_ROWS: usize = 120;
const PLOT_PX: f64 = 200.0;
const AXIS_PX: f64 = 24.0;
/// The height of a row of markers' names above the plot.
const MARKER_ROW_PX: f64 = 17.0;
/// The width of a letter of a name in percent of the narrowest drawing, and of the gap beside its line.
const MARKER_LETTER_PERCENT: f64 = 2.6;
const MARKER_GAP_PERCENT: f64 = 4.0;
/// Past this share of the width a name stands at the left of its line.
const MARKER_TURN_PERCENT: f64 = 66.0;
/// The width of the drawing's own grid; only its proportions matter.
const GRID: f64 = 1000.0;

/// Counts that held from a moment until the next step.
#[derive(Clone, Copy, Debug)]
pub struct EnrollmentStep {
    /// From when, in the readers' time zone.
    pub from: DateTime,
    /// Seats taken.
    pub enrolled: u32,
    /// People waiting.
    pub waitlisted: u32,
    /// Seats in all.
    pub capacity: u32,
}

/// A named moment.
#[derive(Clone, Debug)]
pub struct Marker {
    /// When.
    pub at: DateTime,
    /// Its name: `Phase 1`.
    pub label: String,
}

/// A chart of one curve.
#[derive(Clone, Debug)]
pub struct EnrollmentCurve {
    /// The `id` of the figure; unique on the page.
    pub id: String,
    /// `Enrollment over time`.
    pub title: String,
    /// What it shows in a sentence; made from the numbers when empty.
    pub description: String,
    /// The steps in order of time.
    pub steps: Vec<EnrollmentStep>,
    /// Until when the last step is known to hold.
    pub until: DateTime,
    /// Named moments in order of time; those outside the curve's time are not drawn.
    pub markers: Vec<Marker>,
}

/// Where a moment and a count lie.
struct Scale {
    start: DateTime,
    seconds: f64,
    top: u32,
}

impl Scale {
    fn of(steps: &[EnrollmentStep], until: DateTime) -> Self {
        let start = steps.first().map_or(until, |step| step.from);
        let seconds = until.duration_since(start).as_secs_f64().max(1.0);
        let largest = steps.iter().map(|step| step.enrolled.max(step.waitlisted).max(step.capacity)).max().unwrap_or(0);
        Self { start, seconds, top: round_up(largest) }
    }

    fn percent(&self, at: DateTime) -> f64 {
        (at.duration_since(self.start).as_secs_f64() / self.seconds * 100.0).clamp(0.0, 100.0)
    }

    fn down(&self, count: u32) -> f64 {
        PLOT_PX - f64::from(count) / f64::from(self.top) * PLOT_PX
    }
}

/// The chart; a sentence instead when nothing, or only one moment, has been observed.
#[must_use]
pub fn enrollment_curve(chart: &EnrollmentCurve) -> Markup {
    let steps = thinned(&chart.steps, MAX_STEPS);
    let Some(last) = steps.last().copied() else {
        return html! { p.chart-none { "No enrollment has been recorded yet." } };
    };
    if chart.until <= steps[0].from {
        return html! { p.chart-none { "Observed once so far, on " (readout(&last)) "." } };
    }
    let scale = Scale::of(&steps, chart.until);
    let markers = placed(&chart.markers, &scale, chart.until);
    let rows = markers.iter().map(|(_, row, _)| row + 1).max().unwrap_or(0);
    let head_px = 12.0 + f64::from(rows) * MARKER_ROW_PX;
    let drawing = html! {
        (grid(&scale, head_px))
        (lines(&steps, &scale, chart.until, head_px))
        (grid_names(&scale, head_px))
        (time_axis(&scale, chart.until, head_px))
        @for (marker, row, percent) in &markers { (marker_line(marker, *row, *percent, head_px)) }
        (hits(&steps, &scale, chart.until, head_px))
    };
    figure(&Figure {
        id: &chart.id,
        title: &chart.title,
        description: &described(chart, &steps, last),
        height_px: whole_pixels(head_px + PLOT_PX + AXIS_PX),
        legend: legend(last),
        drawing,
        table: numbers(chart),
    })
}

fn described(chart: &EnrollmentCurve, steps: &[EnrollmentStep], last: EnrollmentStep) -> String {
    if !chart.description.is_empty() {
        return chart.description.clone();
    }
    let full = steps.iter().find(|step| step.capacity > 0 && step.enrolled >= step.capacity);
    let filled = full.map_or_else(String::new, |step| format!(" First full on {}.", step.from.strftime("%b %-d, %Y")));
    let waiting = steps.iter().map(|step| step.waitlisted).max().unwrap_or(0);
    let waited = if waiting > 0 { format!(" At most {} waiting.", thousands(waiting)) } else { String::new() };
    format!(
        "{} of {} taken when last counted.{filled}{waited}",
        thousands(last.enrolled),
        counted(last.capacity, "seat", "seats")
    )
}

/// Lines at the quarters.
fn grid(scale: &Scale, head_px: f64) -> Markup {
    html! {
        @for count in (0..=4).map(|quarter| scale.top / 4 * quarter) {
            @let y = px(head_px + scale.down(count));
            line class=(if count == 0 { "chart-base" } else { "chart-grid" }) x1="0" x2="100%" y1=(y) y2=(y) {}
        }
    }
}

/// The names of those lines where they begin, over the curve: names inside the plot need no margin on a phone.
fn grid_names(scale: &Scale, head_px: f64) -> Markup {
    html! {
        @for count in (1..=4).map(|quarter| scale.top / 4 * quarter) {
            text.chart-tick x="0" y=(px(head_px + scale.down(count) - 4.0)) { (thousands(count)) }
        }
    }
}

fn lines(steps: &[EnrollmentStep], scale: &Scale, until: DateTime, head_px: f64) -> Markup {
    let enrolled = step_path(steps, scale, until, |step| step.enrolled);
    let waiting = waiting_path(steps, scale, until);
    let capacity = step_path(steps, scale, until, |step| step.capacity);
    let close = format!("V{PLOT_PX}H0Z");
    html! {
        svg.chart-plot x="0" y=(px(head_px)) width="100%" height=(PLOT_PX) viewBox={ "0 0 " (GRID) " " (PLOT_PX) }
            preserveAspectRatio="none" {
            path.area-enrolled d={ (enrolled) (close) } {}
            path.line-capacity d=(capacity) {}
            @if !waiting.is_empty() { path.line-waiting d=(waiting) {} }
            path.line-enrolled d=(enrolled) {}
        }
    }
}

/// Flat until the next step, then straight up or down: counts jump, they do not glide.
fn step_path(
    steps: &[EnrollmentStep],
    scale: &Scale,
    until: DateTime,
    count: impl Fn(&EnrollmentStep) -> u32,
) -> String {
    let mut path = String::new();
    for (place, step) in steps.iter().enumerate() {
        let (x, y) = (scale.percent(step.from) / 100.0 * GRID, scale.down(count(step)));
        let _ = if place == 0 { write!(path, "M{x:.1} {y:.1}") } else { write!(path, "H{x:.1}V{y:.1}") };
    }
    let _ = write!(path, "H{:.1}", scale.percent(until) / 100.0 * GRID);
    path
}

/// The same for those who wait, but only while somebody does: a line along the base would say nothing.
fn waiting_path(steps: &[EnrollmentStep], scale: &Scale, until: DateTime) -> String {
    let mut path = String::new();
    for (place, step) in steps.iter().enumerate().filter(|(_, step)| step.waitlisted > 0) {
        let waited_before = place > 0 && steps[place - 1].waitlisted > 0;
        let next = steps.get(place + 1);
        let (from, to) = (scale.percent(step.from), scale.percent(next.map_or(until, |next| next.from)));
        let (from, to, y) = (from / 100.0 * GRID, to / 100.0 * GRID, scale.down(step.waitlisted));
        let _ = if waited_before {
            write!(path, "V{y:.1}H{to:.1}")
        } else {
            write!(path, "M{from:.1} {PLOT_PX}V{y:.1}H{to:.1}")
        };
        if next.is_some_and(|next| next.waitlisted == 0) {
            let _ = write!(path, "V{PLOT_PX}");
        }
    }
    path
}

fn time_axis(scale: &Scale, until: DateTime, head_px: f64) -> Markup {
    let base = head_px + PLOT_PX;
    html! {
        @for (moment, label) in time_ticks(scale.start, until) {
            @let percent = scale.percent(moment);
            @let x = across(percent);
            line.chart-base x1=(x) x2=(x) y1=(px(base)) y2=(px(base + 5.0)) {}
            text class={ "chart-label " (anchor(percent)) } x=(x) y=(px(base + 19.0)) { (label) }
        }
    }
}

const fn anchor(percent: f64) -> &'static str {
    match percent {
        ..6.0 => "from-here",
        94.0.. => "to-here",
        _ => "around-here",
    }
}

/// The markers within the curve's time, each with its row of names and its place across. Names that would touch on a
/// phone stand in different rows.
fn placed<'a>(markers: &'a [Marker], scale: &Scale, until: DateTime) -> Vec<(&'a Marker, u32, f64)> {
    let mut placed: Vec<(&Marker, u32, f64)> = Vec::new();
    for marker in markers.iter().filter(|marker| marker.at >= scale.start && marker.at <= until) {
        let percent = scale.percent(marker.at);
        let (left, right) = name_span(marker, percent);
        let taken = |row: u32| {
            let mut others = placed.iter().filter(|(_, other, _)| *other == row);
            others.any(|(other, _, at)| {
                let (other_left, other_right) = name_span(other, *at);
                left < other_right && other_left < right
            })
        };
        let row = (0..).find(|row| !taken(*row)).unwrap_or(0);
        placed.push((marker, row, percent));
    }
    placed
}

/// From where to where a marker's name reaches on a phone, in percent of the width.
fn name_span(marker: &Marker, percent: f64) -> (f64, f64) {
    let letters = i32::try_from(marker.label.chars().count()).unwrap_or(i32::MAX);
    let width = f64::from(letters) * MARKER_LETTER_PERCENT + MARKER_GAP_PERCENT;
    if percent > MARKER_TURN_PERCENT { (percent - width, percent) } else { (percent, percent + width) }
}

fn marker_line(marker: &Marker, row: u32, percent: f64, head_px: f64) -> Markup {
    let y = 12.0 + f64::from(row) * MARKER_ROW_PX;
    let x = across(percent);
    let turned = percent > MARKER_TURN_PERCENT;
    html! {
        line.chart-marker x1=(x) x2=(x) y1=(px(y - 8.0)) y2=(px(head_px + PLOT_PX)) {}
        text class=(if turned { "chart-marker-name to-here" } else { "chart-marker-name from-here" })
            x=(x) y=(px(y)) dx=(if turned { "-5" } else { "5" }) { (marker.label) }
    }
}

/// Invisible columns that the pointer may touch, one per step.
fn hits(steps: &[EnrollmentStep], scale: &Scale, until: DateTime, head_px: f64) -> Markup {
    html! {
        @for (place, step) in steps.iter().enumerate() {
            @let from = scale.percent(step.from);
            @let to = scale.percent(steps.get(place + 1).map_or(until, |next| next.from));
            rect.chart-hit x=(across(from)) width=(across((to - from).max(0.0))) y=(px(head_px)) height=(PLOT_PX) {
                title { (readout(step)) }
            }
        }
    }
}

fn readout(step: &EnrollmentStep) -> String {
    format!(
        "{}: {} of {} taken, {} waiting",
        step.from.strftime("%b %-d, %Y"),
        thousands(step.enrolled),
        thousands(step.capacity),
        thousands(step.waitlisted)
    )
}

fn legend(last: EnrollmentStep) -> Markup {
    html! {
        ul.legend {
            (legend_item(line_swatch("line-enrolled"), "Enrolled", &thousands(last.enrolled)))
            (legend_item(line_swatch("line-waiting"), "Waiting", &thousands(last.waitlisted)))
            (legend_item(line_swatch("line-capacity"), "Seats", &thousands(last.capacity)))
        }
    }
}

fn numbers(chart: &EnrollmentCurve) -> Table {
    let row = |step: &EnrollmentStep| {
        vec![
            html! { (step.from.strftime("%b %-d, %Y").to_string()) },
            html! { (thousands(step.enrolled)) },
            html! { (thousands(step.waitlisted)) },
            html! { (thousands(step.capacity)) },
        ]
    };
    let mut columns = vec![Column::text("From")];
    columns.extend(["Enrolled", "Waiting", "Seats"].map(Column::number));
    let rows = thinned(&chart.steps, MAX_ROWS).iter().map(row).collect();
    Table { caption: chart.title.clone(), caption_unseen: true, narrow: true, columns, rows, ..Table::default() }
}

/// At most `limit` steps, evenly chosen, the first and the last among them.
fn thinned(steps: &[EnrollmentStep], limit: usize) -> Vec<EnrollmentStep> {
    if steps.len() <= limit {
        return steps.to_vec();
    }
    (0..limit).map(|nth| steps[nth * (steps.len() - 1) / (limit - 1)]).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a sum of small constants")]
const fn whole_pixels(pixels: f64) -> u32 {
    pixels as u32
}

pub(crate) fn examples() -> Vec<Example> {
    let day = |month: i8, day: i8| jiff::civil::date(2026, month, day).at(5, 0, 0, 0);
    let step = |from, enrolled, waitlisted, capacity| EnrollmentStep { from, enrolled, waitlisted, capacity };
    let steps = vec![
        step(day(4, 14), 0, 0, 1_200),
        step(day(4, 18), 240, 0, 1_200),
        step(day(4, 22), 410, 0, 1_200),
        step(day(5, 2), 588, 0, 1_200),
        step(day(5, 20), 596, 0, 1_200),
        step(day(7, 14), 604, 0, 1_400),
        step(day(7, 18), 902, 0, 1_400),
        step(day(7, 24), 1_204, 12, 1_400),
        step(day(7, 30), 1_400, 96, 1_400),
        step(day(8, 14), 1_400, 190, 1_400),
        step(day(8, 18), 1_512, 260, 1_600),
        step(day(8, 26), 1_588, 218, 1_600),
        step(day(9, 4), 1_567, 120, 1_567),
        step(day(9, 11), 1_561, 0, 1_567),
    ];
    let marker = |at, label: &str| Marker { at, label: label.to_owned() };
    let chart = EnrollmentCurve {
        id: "example-enrollment".to_owned(),
        title: "Enrollment over time".to_owned(),
        description: String::new(),
        steps,
        until: day(9, 20),
        markers: vec![
            marker(day(4, 15), "Phase 1"),
            marker(day(7, 13), "Phase 2"),
            marker(day(8, 12), "Adjustment"),
            marker(day(8, 26), "Classes begin"),
        ],
    };
    vec![Example::new(
        "Charts",
        "Enrollment curve",
        "Steps, because counts jump; the seats are the line to reach.",
        enrollment_curve(&chart),
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(steps: Vec<EnrollmentStep>) -> EnrollmentCurve {
        EnrollmentCurve {
            id: "e".to_owned(),
            title: "Enrollment".to_owned(),
            description: String::new(),
            steps,
            until: "2026-05-01T00:00".parse().unwrap(),
            markers: vec![Marker { at: "2030-01-01T00:00".parse().unwrap(), label: "Too late".to_owned() }],
        }
    }

    fn step(from: &str, enrolled: u32) -> EnrollmentStep {
        EnrollmentStep { from: from.parse().unwrap(), enrolled, waitlisted: 3, capacity: 40 }
    }

    #[test]
    fn counts_jump_and_hold_until_the_end() {
        let steps = [step("2026-04-01T00:00", 0), step("2026-04-16T00:00", 40)];
        let until = "2026-05-01T00:00".parse().unwrap();
        let path = step_path(&steps, &Scale::of(&steps, until), until, |step| step.enrolled);
        assert_eq!(path, "M0.0 200.0H500.0V0.0H1000.0");
    }

    #[test]
    fn it_says_when_it_was_full_and_how_many_waited() {
        let html =
            enrollment_curve(&chart(vec![step("2026-04-01T00:00", 0), step("2026-04-16T00:00", 40)])).into_string();
        assert!(
            html.contains("40 of 40 seats taken when last counted. First full on Apr 16, 2026. At most 3 waiting."),
            "{html}"
        );
        assert!(!html.contains("Too late"));
    }

    #[test]
    fn one_moment_gives_a_sentence_and_no_curve() {
        let html = enrollment_curve(&chart(vec![step("2026-05-01T00:00", 4)])).into_string();
        assert!(html.contains("Observed once so far, on May 1, 2026: 4 of 40 taken, 3 waiting."), "{html}");
        assert!(!html.contains("<svg"));
    }

    #[test]
    fn no_step_gives_a_sentence() {
        assert!(enrollment_curve(&chart(Vec::new())).into_string().contains("No enrollment"));
    }

    #[test]
    fn many_steps_are_thinned_and_the_last_one_stays() {
        let steps: Vec<_> = (0..1_000).map(|enrolled| step("2026-04-01T00:00", enrolled)).collect();
        let few = thinned(&steps, 10);
        assert_eq!((few.len(), few[0].enrolled, few[9].enrolled), (10, 0, 999));
    }
}
