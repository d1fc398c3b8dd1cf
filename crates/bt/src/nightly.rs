//! The nightly update within `bt up`: when it is due, and waiting for that.

use std::sync::Arc;
use std::time::Duration;

use clock::Clock;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A machine that slept notices within this time that a night has passed.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// The first moment after `now` at which the campus's clocks show `at`, once a day: a time that a spring night skips
/// comes as much later as was skipped (02:00 is 03:00), and one that an autumn night has twice is taken the first time.
pub(crate) fn next_night(now: Timestamp, at: Time, zone: &TimeZone) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    let days = [today, today.checked_add(1.day()).ok()?];
    days.into_iter().find_map(|day| moment_on(day.to_datetime(at), zone).filter(|moment| *moment > now))
}

/// The last such moment that is not after `now`.
pub(crate) fn last_night(now: Timestamp, at: Time, zone: &TimeZone) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    let days = [today, today.checked_sub(1.day()).ok()?];
    days.into_iter().find_map(|day| moment_on(day.to_datetime(at), zone).filter(|moment| *moment <= now))
}

fn moment_on(moment: jiff::civil::DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(moment).compatible().ok()
}

/// Waits until the clock shows a moment.
pub(crate) async fn wait_until(clock: &Arc<dyn Clock>, moment: Timestamp) {
    loop {
        let left = moment.duration_since(clock.now());
        if left.is_negative() || left.is_zero() {
            return;
        }
        // The runtime's timer stands still while the machine sleeps.
        tokio::time::sleep(left.unsigned_abs().min(LOOK_EVERY)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nights_from(start: &str, at: &str, count: usize) -> Vec<String> {
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let at: Time = at.parse().unwrap();
        let mut now: Timestamp = start.parse().unwrap();
        let mut nights = Vec::new();
        for _ in 0..count {
            now = next_night(now, at, &zone).unwrap();
            nights.push(now.to_zoned(zone.clone()).strftime("%m-%d %H:%M %Z").to_string());
        }
        nights
    }

    #[test]
    fn the_spring_night_without_two_o_clock_is_updated_once_at_three() {
        let nights = nights_from("2027-03-13T18:00:00Z", "02:00", 3);
        assert_eq!(nights, ["03-14 03:00 PDT", "03-15 02:00 PDT", "03-16 02:00 PDT"]);
    }

    #[test]
    fn the_autumn_night_with_two_half_past_ones_is_updated_once() {
        let nights = nights_from("2026-10-31T18:00:00Z", "01:30", 2);
        assert_eq!(nights, ["11-01 01:30 PDT", "11-02 01:30 PST"]);
        assert_eq!(nights_from("2026-10-31T18:00:00Z", "02:00", 1), ["11-01 02:00 PST"]);
    }

    #[test]
    fn last_night_is_the_one_before_or_now() {
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let at: Time = "02:00".parse().unwrap();
        let last = |now: &str| last_night(now.parse().unwrap(), at, &zone).unwrap().to_string();
        assert_eq!(last("2026-11-22T10:00:00Z"), "2026-11-22T10:00:00Z");
        assert_eq!(last("2026-11-22T09:59:59Z"), "2026-11-21T10:00:00Z");
    }
}
