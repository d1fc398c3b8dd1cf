//! The campus's time zone: as rules in the text, and for reckoning. Both say the same: what the United States have done
//! since 2007.

use std::sync::LazyLock;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::ZONE;
use super::text::Text;

/// Pacific time: clocks go forward on the second Sunday of March and back on the first of November, at two.
const RULE: &str = "PST8PDT,M3.2.0,M11.1.0";

static PACIFIC: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::posix(RULE).unwrap_or(TimeZone::UTC));

/// Writes the zone's definition.
pub(super) fn write(text: &mut Text) {
    text.line("BEGIN", "VTIMEZONE");
    text.line("TZID", ZONE);
    text.line("X-LIC-LOCATION", ZONE);
    text.line("BEGIN", "DAYLIGHT");
    text.line("TZNAME", "PDT");
    text.line("TZOFFSETFROM", "-0800");
    text.line("TZOFFSETTO", "-0700");
    text.line("DTSTART", "20070311T020000");
    text.line("RRULE", "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU");
    text.line("END", "DAYLIGHT");
    text.line("BEGIN", "STANDARD");
    text.line("TZNAME", "PST");
    text.line("TZOFFSETFROM", "-0700");
    text.line("TZOFFSETTO", "-0800");
    text.line("DTSTART", "20071104T020000");
    text.line("RRULE", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU");
    text.line("END", "STANDARD");
    text.line("END", "VTIMEZONE");
}

/// A campus time in the zone: `20160824T130000`.
pub(super) fn local(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

/// A campus time as the moment that it is: `20160824T200000Z`. A time that a clock change leaves out is the one after
/// it.
pub(super) fn utc(at: DateTime) -> String {
    match PACIFIC.to_ambiguous_zoned(at).compatible() {
        Ok(zoned) => zoned.timestamp().strftime("%Y%m%dT%H%M%SZ").to_string(),
        // Only at the very end of the year 9999.
        Err(_) => format!("{}Z", local(at)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_rules_are_those_of_the_zone_data() {
        let known = TimeZone::get(ZONE).unwrap();
        for year in 2008..2038 {
            for (month, day) in (1..=12).flat_map(|month| (1..=28).map(move |day| (month, day))) {
                for hour in [1, 3, 12] {
                    let at = date(year, month, day).at(hour, 30, 0, 0);
                    let expected = known.to_ambiguous_zoned(at).compatible().unwrap().timestamp();
                    assert_eq!(utc(at), expected.strftime("%Y%m%dT%H%M%SZ").to_string(), "{at}");
                }
            }
        }
    }
}
