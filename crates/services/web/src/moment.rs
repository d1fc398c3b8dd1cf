//! Moments as people on the campus say them.

use catalog::meeting::time_in_words;
use jiff::civil::DateTime;
use jiff::{Timestamp, Zoned};

/// A moment as seen from `now`, in its time zone: `2:05 pm today`, `2:05 pm yesterday`, `Nov 12, 2:05 pm`, `Apr 12, 2017, 5:00 am`.
pub(crate) fn in_words(at: Timestamp, now: &Zoned) -> String {
    let (at, now) = (now.time_zone().to_datetime(at), now.datetime());
    let time = time_in_words(at.time());
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

#[cfg(test)]
mod tests {
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
}
