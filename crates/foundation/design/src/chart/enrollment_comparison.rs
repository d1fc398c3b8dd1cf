//! How up to six things filled, laid over one another by the day of their own enrollment: each has its own phases, so
//! each has its own lane of phases below the plot.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::chart::series::{SERIES_MAX, SeriesNumber, Swatch, series_badge};
use crate::chart::ticks::round_up;
use crate::chart::{across, px};
use crate::gallery::Example;
use crate::numbers::thousands;

const PLOT_PX: f64 = 240.0;
const AXIS_PX: f64 = 26.0;
const HEAD_PX: f64 = 16.0;
const LANE_PX: f64 = 20.0;
/// The width of a letter of a phase's name in percent of the narrowest drawing.
const LETTER_PERCENT: f64 = 2.4;
/// The width of the drawing's own grid; only its proportions matter.
const GRID: f64 = 1000.0;
/// Columns that the pointer may touch: narrower ones could not be hit on a phone.
const HITS_MAX: i32 = 60;
/// Days between two rows of the table.
const ROW_DAYS: i32 = 7;
/// Names of days that fit across a phone.
const DAY_TICKS_MAX: i32 = 7;
/// Numbers at the ends of lines keep this distance.
const END_GAP_PX: f64 = 13.0;

/// What the height of a line means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CurveUnit {
    /// Percent of the seats.
    #[default]
    Percent,
    /// Students.
    Students,
}

/// Counts at the end of a day.
#[derive(Clone, Copy, Debug)]
pub struct DayCounts {
    /// The day by number.
    pub day: i32,
    /// Seats taken.
    pub enrolled: u32,
    /// Seats in all.
    pub capacity: u32,
    /// People waiting.
    pub waitlisted: u32,
    /// Seats taken as a share of the seats, 1.0 for all; `None` where there are no seats.
    pub share: Option<f64>,
}

/// A stretch of days with a name: `Phase 1`.
#[derive(Clone, Debug)]
pub struct PhaseSpan {
    /// Its name.
    pub label: String,
    /// Its first day.
    pub from: i32,
    /// The first day after it.
    pub until: i32,
}

/// One line.
#[derive(Clone, Debug)]
pub struct ComparedCurve {
    /// Its number, which decides how it is drawn.
    pub number: SeriesNumber,
    /// Whose: `SAMPLE 61A, Fall 2026`.
    pub name: String,
    /// Day by day, in order, without gaps.
    pub days: Vec<DayCounts>,
    /// Its phases in order; none when they are not known.
    pub phases: Vec<PhaseSpan>,
}

/// A chart of up to six lines.
#[derive(Clone, Debug, Default)]
pub struct EnrollmentComparison {
    /// The `id` of the figure; unique on the page.
    pub id: String,
    /// `Enrollment compared`.
    pub title: String,
    /// What it shows in a sentence.
    pub description: String,
    /// What the height means.
    pub unit: CurveUnit,
    /// Whether those who wait are drawn too, as dashed lines; only where heights are students.
    pub with_waiting: bool,
    /// The lines; further ones than six are not drawn.
    pub curves: Vec<ComparedCurve>,
}

/// Where a day and a height lie.
struct Scale {
    first: i32,
    last: i32,
    top: f64,
}

impl Scale {
    fn of(chart: &EnrollmentComparison) -> Option<Self> {
        let days = || chart.drawn().iter().flat_map(|curve| &curve.days);
        let (first, last) = (days().map(|day| day.day).min()?, days().map(|day| day.day).max()?);
        let heights = days().map(|day| {
            let waiting = if chart.with_waiting { f64::from(day.waitlisted) } else { 0.0 };
            chart.height(day).unwrap_or(0.0).max(waiting)
        });
        let highest = heights.fold(0.0, f64::max);
        let top = match chart.unit {
            CurveUnit::Percent => (highest / 25.0).ceil().max(4.0) * 25.0,
            CurveUnit::Students => f64::from(round_up(whole(highest))),
        };
        Some(Self { first, last: last.max(first + 1), top })
    }

    fn percent(&self, day: i32) -> f64 {
        (f64::from(day - self.first) / f64::from(self.last - self.first) * 100.0).clamp(0.0, 100.0)
    }

    fn down(&self, height: f64) -> f64 {
        PLOT_PX - height / self.top * PLOT_PX
    }
}

impl EnrollmentComparison {
    fn drawn(&self) -> &[ComparedCurve] {
        &self.curves[..self.curves.len().min(SERIES_MAX)]
    }

    fn height(&self, day: &DayCounts) -> Option<f64> {
        match self.unit {
            CurveUnit::Percent => day.share.map(|share| share * 100.0),
            CurveUnit::Students => Some(f64::from(day.enrolled)),
        }
    }
}

/// The chart with its table; a sentence when there is nothing to draw.
#[must_use]
pub fn enrollment_comparison(chart: &EnrollmentComparison) -> Markup {
    let Some(scale) = Scale::of(chart) else {
        return html! { p.chart-none { "No enrollment has been recorded yet." } };
    };
    let EnrollmentComparison { id, title, description, .. } = chart;
    let lanes = chart.drawn().iter().filter(|curve| !curve.phases.is_empty()).count();
    let height = HEAD_PX + PLOT_PX + AXIS_PX + as_f64(lanes) * LANE_PX;
    html! {
        figure.chart.chart-wide id=(id) {
            figcaption {
                p.chart-title { (title) }
                p.chart-description { (description) }
            }
            svg.chart-drawing width="100%" height=(px(height)) role="img" aria-labelledby={ (id) "-title" }
                aria-describedby={ (id) "-description" } {
                title id={ (id) "-title" } { (title) }
                desc id={ (id) "-description" } { (description) }
                (grid(chart, &scale))
                (lines(chart, &scale))
                (grid_names(chart, &scale))
                (ends(chart, &scale))
                (day_axis(&scale))
                (phase_lanes(chart, &scale))
                (hits(chart, &scale))
            }
            p.chart-readout class={ "readout-of-" (chart.drawn().len()) } aria-hidden="true" {}
            (numbers(chart, &scale))
        }
    }
}

/// The heights that are named: quarters of the axis, or every 25 percent.
fn heights(chart: &EnrollmentComparison, scale: &Scale) -> Vec<f64> {
    let step = match chart.unit {
        CurveUnit::Percent if scale.top <= 150.0 => 25.0,
        CurveUnit::Percent if scale.top <= 400.0 => 50.0,
        _ => scale.top / 4.0,
    };
    std::iter::successors(Some(step), |height| Some(height + step)).take_while(|height| *height <= scale.top).collect()
}

fn grid(chart: &EnrollmentComparison, scale: &Scale) -> Markup {
    html! {
        line.chart-base x1="0" x2="100%" y1=(px(HEAD_PX + PLOT_PX)) y2=(px(HEAD_PX + PLOT_PX)) {}
        @for height in heights(chart, scale) {
            @let y = px(HEAD_PX + scale.down(height));
            @let is_full = chart.unit == CurveUnit::Percent && (height - 100.0).abs() < 0.1;
            line class=(if is_full { "chart-full" } else { "chart-grid" }) x1="0" x2="100%" y1=(y) y2=(y) {}
        }
    }
}

fn grid_names(chart: &EnrollmentComparison, scale: &Scale) -> Markup {
    html! {
        @for height in heights(chart, scale) {
            text.chart-tick x="0" y=(px(HEAD_PX + scale.down(height) - 4.0)) {
                (thousands(whole(height))) @if chart.unit == CurveUnit::Percent { "%" }
            }
        }
    }
}

fn lines(chart: &EnrollmentComparison, scale: &Scale) -> Markup {
    html! {
        svg.chart-plot x="0" y=(px(HEAD_PX)) width="100%" height=(PLOT_PX) viewBox={ "0 0 " (GRID) " " (PLOT_PX) }
            preserveAspectRatio="none" {
            @for curve in chart.drawn() {
                @if chart.with_waiting {
                    path class={ (curve.number.line()) " line-waits" }
                        d=(step_path(curve, scale, |day| (day.waitlisted > 0).then(|| f64::from(day.waitlisted)))) {}
                }
                path class=(curve.number.line()) d=(step_path(curve, scale, |day| chart.height(day))) {}
            }
        }
    }
}

/// Flat for a day, then straight up or down; broken where there is no height.
fn step_path(curve: &ComparedCurve, scale: &Scale, height: impl Fn(&DayCounts) -> Option<f64>) -> String {
    let mut path = String::new();
    let mut before: Option<f64> = None;
    for day in &curve.days {
        let x = scale.percent(day.day) / 100.0 * GRID;
        let now = height(day).map(|height| scale.down(height));
        let _ = match (before, now) {
            (None, Some(y)) => write!(path, "M{x:.1} {y:.1}"),
            (Some(old), Some(y)) if (old - y).abs() > 0.05 => write!(path, "H{x:.1}V{y:.1}"),
            (Some(_), None) => write!(path, "H{x:.1}"),
            _ => Ok(()),
        };
        before = now;
    }
    if let (Some(_), Some(last)) = (before, curve.days.last()) {
        let _ = write!(path, "H{:.1}", scale.percent(last.day) / 100.0 * GRID);
    }
    path
}

/// The number of each line at its end, apart from one another.
fn ends(chart: &EnrollmentComparison, scale: &Scale) -> Markup {
    let mut ends: Vec<(SeriesNumber, f64, f64)> = Vec::new();
    for curve in chart.drawn() {
        let Some(last) = curve.days.last() else { continue };
        let Some(height) = chart.height(last) else { continue };
        ends.push((curve.number, scale.percent(last.day), scale.down(height)));
    }
    ends.sort_by(|a, b| a.2.total_cmp(&b.2));
    for at in 1..ends.len() {
        let above = ends[at - 1].2;
        ends[at].2 = ends[at].2.max(above + END_GAP_PX);
    }
    html! {
        @for (number, percent, down) in ends {
            text class={ "chart-end to-here " (number.fill()) } x=(across(percent)) y=(px(HEAD_PX + down - 5.0)) { (number.get()) }
        }
    }
}

fn day_axis(scale: &Scale) -> Markup {
    let base = HEAD_PX + PLOT_PX;
    html! {
        @for day in day_ticks(scale) {
            @let percent = scale.percent(day);
            @let x = across(percent);
            line.chart-base x1=(x) x2=(x) y1=(px(base)) y2=(px(base + 5.0)) {}
            text class={ "chart-label " (anchor(percent)) } x=(x) y=(px(base + 19.0)) { (day_name(day)) }
        }
    }
}

/// Round days, few enough for a phone.
fn day_ticks(scale: &Scale) -> Vec<i32> {
    let span = scale.last - scale.first;
    let steps = [5, 10, 20, 25, 50, 100, 200, 500];
    let step = steps.into_iter().find(|step| span / step < DAY_TICKS_MAX).unwrap_or(1_000);
    let first = scale.first.div_euclid(step) * step;
    (0..=span / step + 1).map(|nth| first + nth * step).filter(|day| (scale.first..=scale.last).contains(day)).collect()
}

fn day_name(day: i32) -> String {
    format!("day {day}").replace('-', "\u{2212}")
}

const fn anchor(percent: f64) -> &'static str {
    match percent {
        ..6.0 => "from-here",
        94.0.. => "to-here",
        _ => "around-here",
    }
}

/// A lane of phases for each line that has any.
fn phase_lanes(chart: &EnrollmentComparison, scale: &Scale) -> Markup {
    let with_phases = chart.drawn().iter().filter(|curve| !curve.phases.is_empty());
    html! {
        @for (lane, curve) in with_phases.enumerate() {
            @let y = HEAD_PX + PLOT_PX + AXIS_PX + as_f64(lane) * LANE_PX + 2.0;
            g class={ "chart-lane " (curve.number.fill()) } {
                @for (nth, phase) in curve.phases.iter().enumerate() {
                    @let from = scale.percent(phase.from);
                    @let width = (scale.percent(phase.until) - from).max(0.0);
                    @if width > 0.0 {
                        rect.chart-phase class={ "phase-" (nth % 3 + 1) } x=(across(from)) width=(across(width))
                            y=(px(y)) height=(px(LANE_PX - 4.0)) {}
                        @if let Some(label) = phase_label(curve, nth, width) {
                            text.chart-phase-name.from-here x=(across(from)) dx="5" y=(px(y + 12.0)) { (label) }
                        }
                    }
                }
            }
        }
    }
}

/// The name of a phase as far as it fits: `1 · Phase 1`, or only the line's number.
fn phase_label(curve: &ComparedCurve, nth: usize, width: f64) -> Option<String> {
    let label = &curve.phases[nth].label;
    let long = if nth == 0 { format!("{} · {label}", curve.number.get()) } else { label.clone() };
    let short = (nth == 0).then(|| curve.number.get().to_string());
    let fits = |text: &String| as_f64(text.chars().count()) * LETTER_PERCENT + 1.0 < width;
    Some(long).filter(fits).or_else(|| short.filter(fits))
}

/// Invisible columns that the pointer may touch.
fn hits(chart: &EnrollmentComparison, scale: &Scale) -> Markup {
    let step = ((scale.last - scale.first) / HITS_MAX + 1).max(1);
    let days = std::iter::successors(Some(scale.first), |day| Some(day + step)).take_while(|day| *day <= scale.last);
    html! {
        @for day in days {
            @let from = scale.percent(day);
            rect.chart-hit x=(across(from)) width=(across((scale.percent(day + step) - from).max(0.1))) y=(px(HEAD_PX))
                height=(PLOT_PX) { title { (readout(chart, day)) } }
        }
    }
}

fn readout(chart: &EnrollmentComparison, day: i32) -> String {
    let line = |curve: &ComparedCurve| {
        let Some(counts) = on_day(curve, day) else { return format!("{} · not observed", curve.number.get()) };
        let share = counts.share.map_or_else(String::new, |share| format!(" ({:.0}%)", share * 100.0));
        let phase = curve.phases.iter().find(|phase| (phase.from..phase.until).contains(&day));
        let phase = phase.map_or_else(String::new, |phase| format!(", {}", phase.label.to_lowercase()));
        format!(
            "{} · {} of {} taken{share}, {} waiting{phase}",
            curve.number.get(),
            thousands(counts.enrolled),
            thousands(counts.capacity),
            thousands(counts.waitlisted),
        )
    };
    let lines: Vec<String> = chart.drawn().iter().map(line).collect();
    format!("{}\n{}", day_name(day).replace("day", "Day"), lines.join("\n"))
}

fn on_day(curve: &ComparedCurve, day: i32) -> Option<&DayCounts> {
    let first = curve.days.first()?.day;
    curve.days.get(usize::try_from(day - first).ok()?)
}

/// Every seventh day as a row, and each line's last day.
fn numbers(chart: &EnrollmentComparison, scale: &Scale) -> Markup {
    let lasts = chart.drawn().iter().filter_map(|curve| curve.days.last()).map(|day| day.day);
    let mut days: Vec<i32> =
        (scale.first..=scale.last).filter(|day| (day - 1).rem_euclid(ROW_DAYS) == 0).chain(lasts).collect();
    days.sort_unstable();
    days.dedup();
    html! {
        details.chart-table {
            summary { "Show the numbers" }
            div.table-scroll tabindex="0" role="region" aria-label={ (chart.title) ", in numbers" } {
                table.compare-table {
                    caption { "Seats taken as a share of the seats, with students taken and waiting below, week by week." }
                    thead {
                        tr {
                            th scope="col" { "Day" }
                            @for curve in chart.drawn() {
                                th.number scope="col" {
                                    (series_badge(curve.number, Swatch::Line))
                                    span.compare-name { (curve.name) }
                                }
                            }
                        }
                    }
                    tbody {
                        @for day in days {
                            tr {
                                th scope="row" { (day_name(day).replace("day ", "")) }
                                @for curve in chart.drawn() { td.number { (cell(on_day(curve, day))) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(counts: Option<&DayCounts>) -> Markup {
    html! {
        @match counts {
            None => span.compare-count { "–" },
            Some(counts) => {
                @match counts.share { Some(share) => (format!("{:.0}%", share * 100.0)), None => "no seats" }
                " " span.compare-count {
                    (thousands(counts.enrolled)) @if counts.waitlisted > 0 { " + " (thousands(counts.waitlisted)) }
                }
            }
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of curves and letters, far below 2^52")]
const fn as_f64(number: usize) -> f64 {
    number as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast from f64 stops at the ends of u32")]
const fn whole(height: f64) -> u32 {
    height.ceil() as u32
}

pub(crate) fn examples() -> Vec<Example> {
    let phase = |label: &str, from, until| PhaseSpan { label: label.to_owned(), from, until };
    let filling = |seats: u32, speed: u32, days: i32| {
        let day = move |day: i32| {
            let wanted = day.unsigned_abs() * speed;
            let enrolled = wanted.min(seats + day.unsigned_abs() / 10);
            DayCounts {
                day,
                enrolled,
                capacity: seats,
                waitlisted: wanted.saturating_sub(enrolled) / 6,
                share: Some(f64::from(enrolled) / f64::from(seats)),
            }
        };
        (1..=days).map(day).collect::<Vec<_>>()
    };
    let curve = |place: usize, name: &str, days: Vec<DayCounts>, phases: Vec<PhaseSpan>| ComparedCurve {
        number: SeriesNumber::at(place),
        name: name.to_owned(),
        days,
        phases,
    };
    let fall = vec![phase("Phase 1", 1, 48), phase("Phase 2", 92, 119), phase("Adjustment", 119, 150)];
    let spring = vec![phase("Phase 1", 1, 28), phase("Phase 2", 31, 85), phase("Adjustment", 85, 120)];
    let chart = EnrollmentComparison {
        id: "example-filling".to_owned(),
        title: "Enrollment compared".to_owned(),
        description: "Two courses by the day of their own phase 1.".to_owned(),
        curves: vec![
            curve(0, "SAMPLE 61A, Fall 2026", filling(600, 11, 150), fall),
            curve(1, "SAMPLE 61A, Spring 2026", filling(300, 3, 120), spring),
        ],
        ..EnrollmentComparison::default()
    };
    vec![Example::new(
        "Charts",
        "Enrollment compared",
        "Each line has a lane of its own phases; the heavier line of the grid is all seats taken.",
        enrollment_comparison(&chart),
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(days: &[(i32, u32, Option<f64>)], phases: Vec<PhaseSpan>) -> ComparedCurve {
        let day = |(day, enrolled, share): &(i32, u32, Option<f64>)| DayCounts {
            day: *day,
            enrolled: *enrolled,
            capacity: 10,
            waitlisted: 2,
            share: *share,
        };
        ComparedCurve {
            number: SeriesNumber::at(0),
            name: "One".to_owned(),
            days: days.iter().map(day).collect(),
            phases,
        }
    }

    fn chart(curves: Vec<ComparedCurve>) -> EnrollmentComparison {
        EnrollmentComparison {
            id: "e".to_owned(),
            title: "Filling".to_owned(),
            curves,
            ..EnrollmentComparison::default()
        }
    }

    #[test]
    fn a_peak_above_all_seats_raises_the_axis() {
        let full = chart(vec![curve(&[(1, 5, Some(0.5)), (2, 13, Some(1.3))], Vec::new())]);
        assert_eq!(Scale::of(&full).map(|scale| scale.top), Some(150.0));
        let html = enrollment_comparison(&full).into_string();
        assert!(html.contains("chart-full") && html.contains(">150%<") && html.contains("130%"));
    }

    #[test]
    fn days_before_the_first_are_negative_and_never_lost() {
        let early = chart(vec![curve(&[(-2, 1, Some(0.1)), (-1, 2, Some(0.2)), (0, 3, Some(0.3))], Vec::new())]);
        assert!(readout(&early, -1).starts_with("Day −1\n1 · 2 of 10 taken (20%), 2 waiting"));
        assert_eq!(readout(&early, 5), "Day 5\n1 · not observed");
    }

    #[test]
    fn the_phase_of_a_day_is_each_line_s_own() {
        let phase = |from, until| PhaseSpan { label: "Phase 2".to_owned(), from, until };
        let days = [(1, 1, Some(0.1)), (2, 1, Some(0.1))];
        let both = chart(vec![curve(&days, vec![phase(1, 2)]), curve(&days, vec![phase(2, 3)])]);
        let lines = readout(&both, 2);
        assert_eq!(lines.matches("phase 2").count(), 1, "{lines}");
    }

    #[test]
    fn one_day_no_seats_and_nothing_are_drawn_without_nonsense() {
        let one = chart(vec![curve(&[(1, 5, None)], Vec::new())]);
        let none = chart(vec![curve(&[], Vec::new())]);
        let html = enrollment_comparison(&one).into_string() + &enrollment_comparison(&none).into_string();
        assert!(
            !html.contains("NaN") && !html.contains("inf") && html.contains("No enrollment has been recorded yet.")
        );
    }

    #[test]
    fn a_line_breaks_where_there_are_no_seats() {
        let broken = curve(&[(1, 1, Some(0.1)), (2, 1, None), (3, 1, Some(0.1))], Vec::new());
        let chart = chart(vec![broken]);
        let scale = Scale::of(&chart).unwrap();
        assert_eq!(step_path(&chart.curves[0], &scale, |day| chart.height(day)).matches('M').count(), 2);
    }
}
