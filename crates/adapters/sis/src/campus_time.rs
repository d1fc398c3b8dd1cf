//! Moments in campus time, which SIS wants without a zone in `updated-after` and `updated-before`.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A local time that is certainly not after `moment`. In November one hour of local times occurs twice and nothing says
/// which one is meant: the hour before it is asked for instead. Asking for too much is harmless.
pub(crate) fn not_after(moment: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(moment);
    let earlier = if occurs_twice(local, zone) { local.saturating_sub(1.hour()) } else { local };
    written(earlier)
}

/// A local time that is certainly not before `moment`.
pub(crate) fn not_before(moment: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(moment).saturating_add(1.second());
    let later = if occurs_twice(local, zone) { local.saturating_add(1.hour()) } else { local };
    written(later)
}

/// The day on the campus.
pub(crate) fn day(moment: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(moment).date()
}

fn occurs_twice(local: DateTime, zone: &TimeZone) -> bool {
    zone.to_ambiguous_timestamp(local).is_ambiguous()
}

fn written(local: DateTime) -> String {
    local.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written_after(text: &str) -> String {
        not_after(moment(text), &catalog::campus::time_zone())
    }

    fn written_before(text: &str) -> String {
        not_before(moment(text), &catalog::campus::time_zone())
    }

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn moments_are_written_in_campus_time_in_winter_and_in_summer() {
        assert_eq!(written_after("2016-09-01T16:30:00Z"), "2016-09-01T09:30:00");
        assert_eq!(written_after("2016-12-01T16:30:00.9Z"), "2016-12-01T08:30:00");
        assert_eq!(written_before("2016-12-01T16:30:00.9Z"), "2016-12-01T08:30:01");
    }

    #[test]
    fn the_hour_that_november_has_twice_is_given_a_wide_berth() {
        // 2026-11-01: at 09:00Z the clocks go from 01:59:59 back to 01:00:00.
        for instant in ["2026-11-01T08:30:00Z", "2026-11-01T09:30:00Z"] {
            assert_eq!(written_after(instant), "2026-11-01T00:30:00");
            assert_eq!(written_before(instant), "2026-11-01T02:30:01");
        }
        assert_eq!(written_after("2026-11-01T10:00:00Z"), "2026-11-01T02:00:00");
    }

    #[test]
    fn the_hour_that_march_leaves_out_is_never_written() {
        // 2026-03-08: at 10:00Z the clocks go from 01:59:59 to 03:00:00.
        assert_eq!(written_after("2026-03-08T09:59:59Z"), "2026-03-08T01:59:59");
        assert_eq!(written_after("2026-03-08T10:00:00Z"), "2026-03-08T03:00:00");
        assert_eq!(written_before("2026-03-08T10:00:00Z"), "2026-03-08T03:00:01");
    }
}
