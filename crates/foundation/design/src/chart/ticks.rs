//! Where an axis is labelled: round numbers, and days and months as people count them.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

/// Labels that fit across a phone.
const MAX_TIME_TICKS: usize = 6;

/// The next round number for the top of an axis: 1, 2, 2.5 or 5 times a power of ten, so that a quarter of it is round
/// enough.
pub(crate) fn round_up(largest: u32) -> u32 {
    let largest = largest.max(4);
    let mut magnitude = 1_u32;
    loop {
        for step in [10, 12, 16, 20, 24, 30, 40, 50, 60, 80] {
            let top = magnitude.saturating_mul(step) / 10;
            if top >= largest && top.is_multiple_of(4) {
                return top;
            }
        }
        let Some(next) = magnitude.checked_mul(10) else { return u32::MAX };
        magnitude = next;
    }
}

/// The beginnings of hours, days, weeks or months between two moments, with their labels.
pub(crate) fn time_ticks(start: DateTime, end: DateTime) -> Vec<(DateTime, String)> {
    for step in
        [Step::Hours(1), Step::Hours(3), Step::Hours(6), Step::Days(1), Step::Days(2), Step::Days(7), Step::Days(14)]
    {
        let ticks = step.ticks(start, end);
        if ticks.len() <= MAX_TIME_TICKS && !ticks.is_empty() {
            return ticks;
        }
    }
    for months in [1, 2, 3, 6, 12, 24, 60] {
        let ticks = Step::Months(months).ticks(start, end);
        if ticks.len() <= MAX_TIME_TICKS {
            return ticks;
        }
    }
    Vec::new()
}

#[derive(Clone, Copy)]
enum Step {
    Hours(i64),
    Days(i64),
    Months(i64),
}

impl Step {
    fn ticks(self, start: DateTime, end: DateTime) -> Vec<(DateTime, String)> {
        let mut ticks = Vec::new();
        let mut next = self.first(start.date());
        let mut year = None;
        while let Some(moment) = next.filter(|moment| *moment <= end) {
            if moment >= start {
                let pattern = match self {
                    Self::Hours(_) => "%-I %P",
                    Self::Days(_) => "%b %-d",
                    Self::Months(_) if year == Some(moment.year()) => "%b",
                    Self::Months(_) => "%b %Y",
                };
                ticks.push((moment, moment.strftime(pattern).to_string()));
                year = Some(moment.year());
            }
            // One more than fits is enough to know that this step is too small.
            if ticks.len() > MAX_TIME_TICKS {
                break;
            }
            next = match self {
                Self::Hours(hours) => moment.checked_add(hours.hours()).ok(),
                Self::Days(days) => moment.checked_add(days.days()).ok(),
                Self::Months(months) => moment.checked_add(months.months()).ok(),
            };
        }
        ticks
    }

    /// The last beginning at or before the day of the start.
    fn first(self, start: Date) -> Option<DateTime> {
        match self {
            Self::Hours(_) | Self::Days(_) => Some(start.at(0, 0, 0, 0)),
            Self::Months(months) => {
                let month = i64::from(start.month()) - 1;
                let back = month.rem_euclid(months.min(12));
                Some(start.first_of_month().checked_sub(back.months()).ok()?.at(0, 0, 0, 0))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(start: &str, end: &str) -> String {
        let ticks = time_ticks(start.parse().unwrap(), end.parse().unwrap());
        ticks.into_iter().map(|(_, label)| label).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn days_weeks_and_months_are_labelled_as_people_count_them() {
        assert_eq!(labels("2016-04-12T05:00", "2016-04-15T05:00"), "Apr 13, Apr 14, Apr 15");
        assert_eq!(labels("2016-04-12T00:00", "2016-05-10T00:00"), "Apr 12, Apr 19, Apr 26, May 3, May 10");
        assert_eq!(labels("2016-04-12T05:00", "2016-09-20T05:00"), "May 2016, Jun, Jul, Aug, Sep");
        assert_eq!(labels("2016-10-12T05:00", "2017-05-20T05:00"), "Nov 2016, Jan 2017, Mar, May");
        assert_eq!(labels("2016-04-12T05:00", "2016-04-12T05:00"), "5 am");
        assert_eq!(labels("2016-04-12T05:20", "2016-04-12T16:00"), "6 am, 9 am, 12 pm, 3 pm");
    }

    #[test]
    fn the_axis_ends_on_a_number_that_quarters_well() {
        assert_eq!([0, 3, 28, 30, 96, 240, 694, 1_567].map(round_up), [4, 4, 40, 40, 100, 240, 800, 1_600]);
        assert_eq!(round_up(u32::MAX), u32::MAX);
    }
}
