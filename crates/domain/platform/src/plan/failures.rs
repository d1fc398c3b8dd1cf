//! Failures in a row, and how long one waits after them.

use jiff::{SignedDuration, Timestamp};

use crate::names::{InstanceId, ServiceName};
use crate::plan::elapsed;
use crate::plan::memory::{Attempts, Memory, ServiceMemory};
use crate::runtime::Order;

/// After so many failures in a row an order that never did well is given up: five bad starts are no accident.
pub const ATTEMPTS_LIMIT: u32 = 5;
/// How long an instance must be ready without a break until its order counts as good.
pub const WELL_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// The longest pause before another attempt while nothing else serves.
pub const PAUSE_LIMIT: SignedDuration = SignedDuration::from_secs(60);
/// The pause before a given-up order is tried again while an older one serves.
pub const GIVEN_UP_PAUSE: SignedDuration = SignedDuration::from_mins(10);
/// The first pause after a start that did not get ready; it doubles with each.
const START_PAUSE: SignedDuration = SignedDuration::from_secs(1);
/// The pause after the second crash in a row of something that had been ready; it doubles with each. After the first
/// crash there is none: the edge holds requests for some seconds, and most crashes come alone.
const CRASH_PAUSE: SignedDuration = SignedDuration::from_millis(200);
/// Doublings beyond this change nothing.
const DOUBLINGS_LIMIT: u32 = 12;

/// A failure to be counted.
pub(super) struct Failure {
    /// Whose.
    pub(super) instance: Option<InstanceId>,
    /// Whether it had been ready.
    pub(super) was_ready: bool,
    /// In words.
    pub(super) why: String,
}

impl Memory {
    /// Counts a start that did not even come about.
    pub fn start_failed(&mut self, service: &ServiceName, order: &Order, why: String, now: Timestamp) {
        let failure = Failure { instance: None, was_ready: false, why };
        self.services.entry(service.clone()).or_default().fail(order, failure, now);
    }
}

impl ServiceMemory {
    pub(super) fn fail(&mut self, order: &Order, failure: Failure, now: Timestamp) {
        let failures = self.failures_of(order).saturating_add(1);
        self.attempts.retain(|attempts| attempts.order != *order);
        let Failure { instance, was_ready, why } = failure;
        self.attempts.push(Attempts { order: order.clone(), failures, failed_at: now, was_ready, why, instance });
    }

    /// An instance of the order that was started then has been well for a while.
    pub(super) fn was_well(&mut self, order: &Order, started_at: Timestamp) {
        self.attempts.retain(|attempts| attempts.order != *order || started_at < attempts.failed_at);
    }

    /// What is known of an order's failures.
    #[must_use]
    pub fn attempts_of(&self, order: &Order) -> Option<&Attempts> {
        self.attempts.iter().find(|attempts| attempts.order == *order)
    }

    /// How often an order failed in a row.
    #[must_use]
    pub fn failures_of(&self, order: &Order) -> u32 {
        self.attempts_of(order).map_or(0, |attempts| attempts.failures)
    }

    /// Whether an order failed so often, and never did well, that it is tried only rarely.
    #[must_use]
    pub fn is_given_up(&self, order: &Order) -> bool {
        self.good.as_ref() != Some(order) && self.failures_of(order) >= ATTEMPTS_LIMIT
    }

    /// The moment before which an order is not started again; `None` when nothing speaks against it.
    #[must_use]
    pub fn not_before(&self, order: &Order, is_served: bool, now: Timestamp) -> Option<Timestamp> {
        let attempts = self.attempts_of(order)?;
        let pause = if self.is_given_up(order) {
            if is_served { GIVEN_UP_PAUSE } else { PAUSE_LIMIT }
        } else {
            pause_after(attempts)
        };
        if elapsed(attempts.failed_at, now) >= pause {
            return None;
        }
        attempts.failed_at.checked_add(pause).ok()
    }
}

fn pause_after(attempts: &Attempts) -> SignedDuration {
    let (first, doublings) = match (attempts.was_ready, attempts.failures) {
        (true, ..=1) => return SignedDuration::ZERO,
        (true, failures) => (CRASH_PAUSE, failures - 2),
        (false, failures) => (START_PAUSE, failures.saturating_sub(1)),
    };
    let pause = first.saturating_mul(1 << doublings.min(DOUBLINGS_LIMIT));
    pause.min(PAUSE_LIMIT)
}
