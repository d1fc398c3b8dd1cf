//! Moments and spans as people say them.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// A moment as seen from `now`: `2:05 pm today`, `2:05 pm yesterday`, `Nov 12, 2:05 pm`.
pub(super) fn in_words(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (zone.to_datetime(at), zone.to_datetime(now));
    let time = time_of_day(at);
    if at.date() == now.date() {
        format!("{time} today")
    } else if Some(at.date()) == now.date().yesterday().ok() {
        format!("{time} yesterday")
    } else {
        format!("{}, {time}", day_of(at.date(), now.date()))
    }
}

/// `Nov 12`, and the year when it is another one.
pub(super) fn day_of(day: Date, today: Date) -> String {
    let format = if day.year() == today.year() { "%b %-d" } else { "%b %-d, %Y" };
    day.strftime(format).to_string()
}

fn time_of_day(at: DateTime) -> String {
    let hour = match at.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    format!("{hour}:{:02} {}", at.minute(), if at.hour() < 12 { "am" } else { "pm" })
}

/// A span by its largest unit: `45 seconds`, `3 hours`, `12 days`.
pub(super) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (count, unit) = match seconds {
        0..=89 => (seconds, "second"),
        90..=5_399 => ((seconds + 30) / 60, "minute"),
        5_400..=172_799 => ((seconds + 1_800) / 3_600, "hour"),
        _ => ((seconds + 43_200) / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// How long ago something was; nothing when it lies ahead.
pub(super) fn since(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(at)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_as_seen_from_now() {
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let now: Timestamp = "2026-11-22T22:30:00Z".parse().unwrap();
        let told = |at: &str| in_words(at.parse().unwrap(), now, &zone);
        assert_eq!(told("2026-11-22T08:05:00Z"), "12:05 am today");
        assert_eq!(told("2026-11-22T07:59:00Z"), "11:59 pm yesterday");
        assert_eq!(told("2026-11-12T20:00:00Z"), "Nov 12, 12:00 pm");
        assert_eq!(told("2025-01-02T20:00:00Z"), "Jan 2, 2025, 12:00 pm");
    }

    #[test]
    fn spans_are_told_by_their_largest_unit() {
        let told = |seconds| span(Duration::from_secs(seconds));
        assert_eq!([told(0), told(1), told(89), told(90)], ["0 seconds", "1 second", "89 seconds", "2 minutes"]);
        assert_eq!([told(5_399), told(5_400), told(172_799)], ["90 minutes", "2 hours", "48 hours"]);
        assert_eq!(told(172_800), "2 days");
    }
}
