//! Enrollment day by day, as the public API gives it: made from runs of equal counts, for one section or for several
//! added together. Source of the rules: the enrollment answers of Berkeleytime's API of 2021. Cured: sections are added
//! up on the days of all of them, not of the first alone, and the waiting list is scaled by its own places.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::seats::{Counts, EnrollmentRun, SeatRollup};
use crate::section::SectionId;
use crate::term::Phases;

/// The percentage where there are no seats to take a share of.
pub const NO_PERCENT: f64 = -1.0;

/// Room above the highest point of a chart: a tenth.
const HEADROOM: f64 = 1.1;

/// What enrolled students are a share of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Divisor {
    /// The seats of the day: for several sections together.
    CapOfTheDay,
    /// The seats of the last day, on every day: for one section, so that a raised cap shows as more than 100 % before.
    LatestCap,
}

/// One day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DayPoint {
    /// Days since the first day of phase 1, which is day 1.
    pub day: i32,
    /// The day on the campus.
    pub date: Date,
    /// Students enrolled at the end of the day.
    pub enrolled: i32,
    /// Seats.
    pub enrolled_max: i32,
    /// Students waiting.
    pub waitlisted: i32,
    /// Places on the waiting list.
    pub waitlisted_max: i32,
    /// Enrolled as a share, three decimals; [`NO_PERCENT`] without seats.
    pub enrolled_percent: f64,
    /// Waiting as a share of the places, three decimals; [`NO_PERCENT`] without places.
    pub waitlisted_percent: f64,
}

/// A series with the measures of its chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Every day from the first observation to the last; never empty.
    pub days: Vec<DayPoint>,
    /// Seats on the last day.
    pub enrolled_max: i32,
    /// Places on the waiting list on the last day.
    pub waitlisted_max: i32,
    /// The top of the chart as a share: a tenth above the highest, at least 1.1.
    pub enrolled_percent_max: f64,
    /// The same for the waiting list.
    pub waitlisted_percent_max: f64,
    /// The top of the chart in students.
    pub enrolled_scale_max: i32,
    /// The same for the waiting list.
    pub waitlisted_scale_max: i32,
}

impl Series {
    /// Adds the runs of some sections up, day by day. A day without an observation stands as the day before; a section
    /// that was last seen before others went on stands as it was. `None` without any run.
    #[must_use]
    pub fn daily(runs: &[EnrollmentRun], time_zone: &TimeZone, first_day: Date, divisor: Divisor) -> Option<Self> {
        let on_campus = |at: jiff::Timestamp| at.to_zoned(time_zone.clone()).date();
        let mut changes: BTreeMap<Date, Vec<&EnrollmentRun>> = BTreeMap::new();
        for run in runs {
            changes.entry(on_campus(run.first_seen)).or_default().push(run);
        }
        let begin = *changes.keys().next()?;
        let end = runs.iter().map(|run| on_campus(run.last_seen)).max()?;
        let mut standing: BTreeMap<SectionId, Counts> = BTreeMap::new();
        let mut days = Vec::new();
        for date in begin.series(jiff::Span::new().days(1)).take_while(|date| *date <= end) {
            if let Some(changed) = changes.get_mut(&date) {
                changed.sort_by_key(|run| run.first_seen);
                standing.extend(changed.iter().map(|run| (run.section, run.counts)));
            }
            days.push(point(&standing, date, day_number(first_day, date)));
        }
        Some(Self::measured(days, divisor))
    }

    fn measured(mut days: Vec<DayPoint>, divisor: Divisor) -> Self {
        let last = days[days.len() - 1];
        for day in &mut days {
            let seats = if divisor == Divisor::LatestCap { last.enrolled_max } else { day.enrolled_max };
            let places = if divisor == Divisor::LatestCap { last.waitlisted_max } else { day.waitlisted_max };
            day.enrolled_percent = percent(day.enrolled, seats);
            day.waitlisted_percent = percent(day.waitlisted, places);
        }
        let top = |share: fn(&DayPoint) -> f64| HEADROOM * days.iter().map(share).fold(1.0, f64::max);
        let (enrolled_percent_max, waitlisted_percent_max) =
            (top(|day| day.enrolled_percent), top(|day| day.waitlisted_percent));
        Self {
            enrolled_max: last.enrolled_max,
            waitlisted_max: last.waitlisted_max,
            enrolled_scale_max: scaled(enrolled_percent_max, last.enrolled_max),
            waitlisted_scale_max: scaled(waitlisted_percent_max, last.waitlisted_max),
            enrolled_percent_max,
            waitlisted_percent_max,
            days,
        }
    }
}

/// The number of a day when `first` is day 1: 0 and below before it.
#[must_use]
pub fn day_number(first: Date, date: Date) -> i32 {
    (date - first).get_days() + 1
}

/// The days of the phases by number, as charts mark them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PhaseDays {
    /// Last day of phase 1.
    pub phase1_end: i32,
    /// First day of phase 2.
    pub phase2_start: i32,
    /// Last day of phase 2.
    pub phase2_end: i32,
    /// First day of adjustment.
    pub adjustment_start: i32,
}

impl PhaseDays {
    /// Numbers the days of phases; the first day of phase 1 is day 1.
    #[must_use]
    pub fn of(phases: &Phases) -> Self {
        let number = |date| day_number(phases.phase1_start, date);
        Self {
            phase1_end: number(phases.phase1_end),
            phase2_start: number(phases.phase2_start),
            phase2_end: number(phases.phase2_end),
            adjustment_start: number(phases.adjustment_start),
        }
    }
}

fn point(standing: &BTreeMap<SectionId, Counts>, date: Date, day: i32) -> DayPoint {
    let sum = SeatRollup::of(standing.values().copied()).unwrap_or_default();
    let places = standing.values().fold(0_i32, |sum, counts| sum.saturating_add(counts.max_waitlist.max(0)));
    DayPoint {
        day,
        date,
        enrolled: sum.enrolled,
        enrolled_max: sum.max_enroll,
        waitlisted: sum.waitlisted,
        waitlisted_max: places,
        enrolled_percent: NO_PERCENT,
        waitlisted_percent: NO_PERCENT,
    }
}

fn percent(count: i32, of: i32) -> f64 {
    if of <= 0 { NO_PERCENT } else { (f64::from(count) / f64::from(of) * 1000.0).round() / 1000.0 }
}

#[expect(clippy::cast_possible_truncation, reason = "a cast from f64 stops at the ends of i32, and that is meant")]
fn scaled(share: f64, of: i32) -> i32 {
    (share * f64::from(of)) as i32
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn run(section: u32, from: &str, until: &str, enrolled: i32, seats: i32) -> EnrollmentRun {
        let counts = Counts { is_open: None, enrolled, max_enroll: seats, waitlisted: 1, max_waitlist: 4 };
        let (first_seen, last_seen) = (from.parse().unwrap(), until.parse().unwrap());
        EnrollmentRun { section: SectionId(section), first_seen, last_seen, counts }
    }

    fn campus() -> TimeZone {
        TimeZone::get("America/Los_Angeles").unwrap()
    }

    #[test]
    fn every_day_stands_until_something_changes_and_days_are_the_campus_s() {
        let runs = [
            // 2 AM UTC on the 21st is still the 20th on the campus.
            run(1, "2026-04-21T02:00:00Z", "2026-04-22T10:00:00Z", 10, 100),
            run(1, "2026-04-23T10:00:00Z", "2026-04-24T10:00:00Z", 120, 100),
            run(2, "2026-04-22T10:00:00Z", "2026-04-22T10:00:00Z", 30, 50),
        ];
        let series = Series::daily(&runs, &campus(), date(2026, 4, 20), Divisor::CapOfTheDay).unwrap();
        let days: Vec<(i32, i32, i32)> =
            series.days.iter().map(|day| (day.day, day.enrolled, day.enrolled_max)).collect();
        assert_eq!(days, [(1, 10, 100), (2, 10, 100), (3, 40, 150), (4, 150, 150), (5, 150, 150)]);
        assert_eq!(series.days[2].enrolled_percent, 0.267);
        assert_eq!(
            (series.enrolled_percent_max, series.enrolled_scale_max, series.waitlisted_scale_max),
            (1.1, 165, 8)
        );
    }

    #[test]
    fn one_section_is_measured_by_its_latest_cap() {
        let runs = [
            run(1, "2026-04-20T10:00:00Z", "2026-04-20T10:00:00Z", 60, 50),
            run(1, "2026-04-21T10:00:00Z", "2026-04-21T10:00:00Z", 60, 40),
        ];
        let series = Series::daily(&runs, &campus(), date(2026, 4, 19), Divisor::LatestCap).unwrap();
        let shares: Vec<f64> = series.days.iter().map(|day| day.enrolled_percent).collect();
        assert_eq!(shares, [1.5, 1.5]);
        assert_eq!((series.days[0].day, series.enrolled_percent_max, series.enrolled_scale_max), (2, 1.5 * 1.1, 66));
    }

    #[test]
    fn nothing_seen_is_no_series_and_no_seats_are_no_share() {
        assert_eq!(Series::daily(&[], &campus(), date(2026, 4, 19), Divisor::LatestCap), None);
        let runs = [run(1, "2026-04-20T10:00:00Z", "2026-04-20T10:00:00Z", -1, 0)];
        let series = Series::daily(&runs, &campus(), date(2026, 4, 19), Divisor::LatestCap).unwrap();
        assert_eq!((series.days[0].enrolled, series.days[0].enrolled_percent), (0, NO_PERCENT));
    }

    #[test]
    fn the_days_of_fall_2021_are_those_that_clients_saw() {
        let days = PhaseDays::of(crate::phases::listed("fall-2021".parse().unwrap()).unwrap());
        let expected = PhaseDays { phase1_end: 47, phase2_start: 85, phase2_end: 112, adjustment_start: 113 };
        assert_eq!(days, expected);
    }
}
