//! Settings of the nightly job.

use catalog::guard::Guard;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

/// Settings of the nightly job.
#[derive(Clone, Debug)]
pub struct UpdaterConfig {
    /// The share of what was known that a fetch must bring.
    pub guard: Guard,
    /// The campus's time zone: which day is today there.
    pub time_zone: TimeZone,
    /// How many terms before the current one are asked for.
    pub terms_back: usize,
    /// How old the last observation may be for the enrollment step to ask only for what changed since.
    pub seats_window: SignedDuration,
}

impl UpdaterConfig {
    /// The defaults for a campus: guard 90 %, two years back, a day's window.
    #[must_use]
    pub fn for_campus(time_zone: TimeZone) -> Self {
        Self { guard: Guard::default(), time_zone, terms_back: 6, seats_window: SignedDuration::from_hours(24) }
    }
}
