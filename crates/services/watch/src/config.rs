//! How often is looked, how long is waited, how patient the alarms are.

use std::time::Duration;

use platform::alarm::book::Patience;

/// The watch's limits.
#[derive(Clone, Debug)]
pub struct Config {
    /// From one round of looks to the next. Ten seconds: half a minute until an alarm, and still next to no load.
    pub interval: Duration,
    /// How long a look may take. Half of the interval: a round always ends before the next begins.
    pub look_limit: Duration,
    /// When people are told.
    pub patience: Patience,
    /// How long a sink may take for one message. Mail servers make strangers wait on purpose.
    pub send_limit: Duration,
    /// The wait after a message was not taken; it doubles each time.
    pub first_retry: Duration,
    /// What that wait grows to.
    pub longest_retry: Duration,
    /// A message that nobody took for so long is given up: it is no news any more.
    pub give_up_after: Duration,
    /// How many messages may be on their way; further ones are dropped, and the log says so.
    pub letters_held: usize,
    /// How many events may wait to be heard.
    pub events_held: usize,
    /// How long messages that are being sent may take to end when the watch is stopped. The rest is sent after the next
    /// start.
    pub drain_limit: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(10),
            look_limit: Duration::from_secs(5),
            patience: Patience::default(),
            send_limit: Duration::from_secs(30),
            first_retry: Duration::from_secs(5),
            longest_retry: Duration::from_mins(10),
            give_up_after: Duration::from_hours(24),
            letters_held: 100,
            events_held: 100,
            drain_limit: Duration::from_secs(5),
        }
    }
}
