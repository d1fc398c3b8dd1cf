//! Time on the campus: where all times of day and all days are meant.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The campus's zone. It is compiled in; UTC stands in if it ever were not.
pub(crate) fn time_zone() -> TimeZone {
    TimeZone::get("America/Los_Angeles").unwrap_or(TimeZone::UTC)
}

/// The day on the campus.
pub(crate) fn day(at: Timestamp) -> Date {
    at.to_zoned(time_zone()).date()
}
