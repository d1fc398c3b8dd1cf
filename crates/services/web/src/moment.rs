//! Moments and times of day as people on the campus say them.

use catalog::meeting::TimeRange;
use jiff::civil::{DateTime, Time};
use jiff::{Timestamp, Zoned};

/// A moment as seen from `now`, in its time zone: `2:05 pm today`, `2:05 pm yesterday`, `Nov 12, 2:05 pm`, `Apr 12, 2017, 5:00 am`.
pub(crate) fn in_words(at: Timestamp, now: &Zoned) -> String {
    let (at, now) = (now.time_zone().to_datetime(at), now.datetime());
    let time = time_of_day(at.time());
    if at.date() == now.date() {
        format!("{time} today")
    } else if Some(at.date()) == now.date().yesterday().ok() {
        format!("{time} yesterday")
    } else {
        format!("{}, {time}", date_in_words(at, now.year()))
    }
}

fn date_in_words(at: DateTime, this_year: i16) -> String {
    let format = if at.year() == this_year { "%b %-d" } else { "%b %-d, %Y" };
    at.strftime(format).to_string()
}

/// `2:05 pm`.
fn time_of_day(time: Time) -> String {
    format!("{} {}", clock_face(time), half_of_day(time))
}

/// A range with the half of the day said once where it is the same: `1:00–1:59 pm`, `11:00 am–12:29 pm`.
pub(crate) fn range_in_words(range: TimeRange) -> String {
    let (start, end) = (range.start(), range.end());
    if half_of_day(start) == half_of_day(end) {
        format!("{}–{}", clock_face(start), time_of_day(end))
    } else {
        format!("{}–{}", time_of_day(start), time_of_day(end))
    }
}

fn clock_face(time: Time) -> String {
    let hour = match time.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    format!("{hour}:{:02}", time.minute())
}

fn half_of_day(time: Time) -> &'static str {
    if time.hour() < 12 { "am" } else { "pm" }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn moments_are_told_as_seen_from_now() {
        let now: Zoned = "2026-11-12T14:00:00-08:00[America/Los_Angeles]".parse().unwrap();
        let told = |at: &str| in_words(at.parse().unwrap(), &now);
        assert_eq!(told("2026-11-12T20:05:00Z"), "12:05 pm today");
        assert_eq!(told("2026-11-12T08:00:00Z"), "12:00 am today");
        assert_eq!(told("2026-11-12T07:59:00Z"), "11:59 pm yesterday", "the campus's day, not Greenwich's");
        assert_eq!(told("2026-11-01T10:00:00Z"), "Nov 1, 2:00 am", "the clock has just gone back");
        assert_eq!(told("2017-04-12T12:00:00Z"), "Apr 12, 2017, 5:00 am");
        let elsewhere: Zoned = "2026-11-12T17:00:00-05:00[America/New_York]".parse().unwrap();
        assert_eq!(in_words("2026-11-12T20:05:00Z".parse().unwrap(), &elsewhere), "3:05 pm today", "by the setting");
    }

    #[test]
    fn noon_is_pm_and_midnight_is_am() {
        let range = |from, to| range_in_words(TimeRange::new(from, to).unwrap());
        assert_eq!(range(time(13, 0, 0, 0), time(13, 59, 0, 0)), "1:00–1:59 pm");
        assert_eq!(range(time(11, 0, 0, 0), time(12, 29, 0, 0)), "11:00 am–12:29 pm");
        assert_eq!(range(time(12, 0, 0, 0), time(12, 59, 0, 0)), "12:00–12:59 pm");
    }
}
