//! Guests: people who are not signed in and began to plan. They are known by a cookie alone.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

/// How long what a guest made is kept after they were last seen. Ninety days: from looking at next term's classes to the
/// end of its add and drop period.
pub const GUEST_IDLE_MAX: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The most schedules of one guest. Ten: more than anybody compares without an account, and little to store for whoever
/// throws their cookies away.
pub const GUEST_SCHEDULES_MAX: usize = 10;

/// A guest's key. It is found by their cookie alone, and made at their first edit, never by looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuestId(pub u64);

impl fmt::Display for GuestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whoever was last seen then, or before, is forgotten now.
#[must_use]
pub fn forgotten_since(now: Timestamp) -> Timestamp {
    now.checked_sub(GUEST_IDLE_MAX).unwrap_or(Timestamp::MIN)
}

/// Whether somebody who was last seen then is forgotten now.
#[must_use]
pub fn is_forgotten(last_seen_at: Timestamp, now: Timestamp) -> bool {
    last_seen_at <= forgotten_since(now)
}
