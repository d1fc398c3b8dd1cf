//! Enrollment that moves with the clock: counts are a pure function of the term, the section and the moment, in steps
//! of 15 minutes.
//!
//! A primary section has a wish: how many students would like to be in it. Appointments bring a part of them in phase 1
//! and another in phase 2, from 8:00 to 20:00 on every day; the adjustment period brings more than stay; after
//! instruction begins some leave, and waitlists drain. After the last day nothing moves any more. Discussions and
//! laboratories share out the students of their lecture.

use catalog::seats::Counts;
use jiff::civil::{Date, DateTime};

use crate::demo::calendar::TermDates;

/// The grid of moments.
pub(crate) const STEP_SECONDS: i64 = 15 * 60;
/// When students enroll: minutes of the day.
const DAY_OPENS: f64 = 8.0 * 60.0;
const DAY_CLOSES: f64 = 20.0 * 60.0;
/// What is left of a waitlist at the end.
const WAITLIST_LEFT: f64 = 0.08;

/// How many students would like to be in a primary section, and when they come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Wish {
    /// At the height, in students.
    pub(crate) students: f32,
    /// The share that has come at the end of phase 1, and of phase 2.
    pub(crate) phase1: f32,
    pub(crate) phase2: f32,
    /// The share that has left at the end.
    pub(crate) leaving: f32,
    /// How sharp the rush is: 0 even, 1 an S-curve.
    pub(crate) rush: f32,
    /// Seats that the instructor adds in the adjustment period.
    pub(crate) extra_seats: u16,
}

/// How far a term has come: each stage from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Progress {
    phase1: f64,
    phase2: f64,
    adjustment: f64,
    dropping: f64,
}

impl Progress {
    /// At a moment of campus time.
    pub(crate) fn at(dates: &TermDates, now: DateTime) -> Self {
        let today = enrollment_days(dates.begin, now);
        let stage = |from: Date, to: Date| {
            let (from, to) = (days_from(dates.begin, from), days_from(dates.begin, to));
            ((today - from) / (to - from).max(1.0)).clamp(0.0, 1.0)
        };
        Self {
            phase1: stage(dates.phase1_start, dates.phase1_end),
            phase2: stage(dates.phase2_start, dates.adjustment_start),
            adjustment: stage(dates.adjustment_start, dates.instruction_start),
            dropping: stage(dates.instruction_start, dates.drop_deadline),
        }
    }

    /// At the end of the term.
    #[cfg(test)]
    pub(crate) const END: Self = Self { phase1: 1.0, phase2: 1.0, adjustment: 1.0, dropping: 1.0 };
}

/// Days since another day in which only the hours count in which students enroll.
fn enrollment_days(since: Date, now: DateTime) -> f64 {
    let minutes = f64::from(now.hour()) * 60.0 + f64::from(now.minute());
    let part = ((minutes - DAY_OPENS) / (DAY_CLOSES - DAY_OPENS)).clamp(0.0, 1.0);
    days_from(since, now.date()) + part
}

fn days_from(since: Date, day: Date) -> f64 {
    let span = since.until(day).map_or(0, |span| span.get_days());
    f64::from(span)
}

impl Wish {
    /// The counts of a primary section.
    pub(crate) fn counts(&self, progress: &Progress, max_enroll: i32, max_waitlist: i32) -> Counts {
        let rushed = |stage: f64| {
            let rush = f64::from(self.rush);
            stage * (1.0 - rush) + stage * stage * (3.0 - 2.0 * stage) * rush
        };
        let (phase1, phase2) = (f64::from(self.phase1), f64::from(self.phase2));
        let come = phase1 * rushed(progress.phase1)
            + (phase2 - phase1) * rushed(progress.phase2)
            + (1.0 - phase2) * rushed(progress.adjustment);
        let left = f64::from(self.leaving) * rushed(progress.dropping);
        let wishing = f64::from(self.students) * (come - left);
        let extra = f64::from(self.extra_seats) * progress.adjustment;
        let seats = max_enroll + extra as i32;
        let enrolled = (wishing as i32).clamp(0, seats.max(0));
        let draining = 1.0 - (1.0 - WAITLIST_LEFT) * rushed(progress.dropping);
        let waiting = ((wishing - f64::from(enrolled)) * draining) as i32;
        let waitlisted = waiting.clamp(0, max_waitlist);
        Counts {
            is_open: Some(enrolled < max_enroll && waitlisted == 0),
            enrolled,
            max_enroll,
            waitlisted,
            max_waitlist,
        }
    }
}

/// The part of a lecture's students in one of its discussions: between two shares of the whole. The parts of all
/// discussions add up to the whole.
pub(crate) fn part_of(enrolled: i32, from_share: f32, to_share: f32) -> i32 {
    let at = |share: f32| (f64::from(enrolled) * f64::from(share)) as i32;
    at(to_share) - at(from_share)
}

#[cfg(test)]
mod tests {
    use catalog::term::TermId;
    use jiff::ToSpan;
    use proptest::prelude::*;

    use super::*;
    use crate::demo::calendar::dates_of;

    fn wishes() -> impl Strategy<Value = Wish> {
        (0.0_f32..1_500.0, 0.1_f32..0.6, 0.6_f32..0.95, 0.0_f32..0.2, 0.0_f32..1.0, 0_u16..40).prop_map(
            |(students, phase1, phase2, leaving, rush, extra_seats)| Wish {
                students,
                phase1,
                phase2,
                leaving,
                rush,
                extra_seats,
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn counts_are_continuous_and_within_bounds(wish in wishes(), seats in 0..1_200_i32, places in 0..300_i32) {
            let dates = dates_of(TermId::try_from(2268_u16).unwrap());
            let mut now = dates.phase1_start.at(0, 0, 0, 0);
            let mut before = wish.counts(&Progress::at(&dates, now), seats, places);
            prop_assert_eq!((before.enrolled, before.waitlisted), (0, 0));
            while now.date() < dates.end {
                now += 15.minutes();
                let counts = wish.counts(&Progress::at(&dates, now), seats, places);
                prop_assert!((0..=seats + i32::from(wish.extra_seats)).contains(&counts.enrolled));
                prop_assert!((0..=places).contains(&counts.waitlisted));
                prop_assert!((counts.enrolled - before.enrolled).abs() <= 4, "{:?} then {:?} at {}", before, counts, now);
                prop_assert!((counts.waitlisted - before.waitlisted).abs() <= 6, "{:?} then {:?} at {}", before, counts, now);
                before = counts;
            }
            prop_assert_eq!(before, wish.counts(&Progress::END, seats, places));
        }

        #[test]
        fn the_parts_of_a_lecture_add_up(enrolled in 0..2_000_i32, parts in 1..60_u16) {
            let share = |part: u16| f32::from(part) / f32::from(parts);
            let sum: i32 = (0..parts).map(|part| part_of(enrolled, share(part), share(part + 1))).sum();
            prop_assert_eq!(sum, enrolled);
        }
    }
}
