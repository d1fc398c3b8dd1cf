//! The campus that the program is made for.

use jiff::tz::TimeZone;

/// Its time zone, by its name in the tz database. Whoever serves another campus is told another one by its settings.
pub const TIME_ZONE: &str = "America/Los_Angeles";

/// Its time zone. It is compiled into the program; UTC stands in if it ever were not.
#[must_use]
pub fn time_zone() -> TimeZone {
    TimeZone::get(TIME_ZONE).unwrap_or(TimeZone::UTC)
}
