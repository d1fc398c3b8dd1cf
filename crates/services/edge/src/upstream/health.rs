//! How well an upstream does, as all threads of the process know it.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use clock::Stopwatch;

use crate::config::UpstreamLimits;

/// What requests and probes found out about one upstream.
#[derive(Debug)]
pub(crate) struct Health {
    since: Stopwatch,
    /// In a row.
    failures: AtomicU32,
    /// Answers in a row that did not begin in time.
    slow: AtomicU32,
    /// Milliseconds on the stopwatch until when it is left out; 0 while it is not.
    out_until: AtomicU64,
    /// It says itself that it is not ready.
    is_unready: AtomicBool,
}

impl Health {
    pub(crate) fn new() -> Self {
        Self {
            since: Stopwatch::start(),
            failures: AtomicU32::new(0),
            slow: AtomicU32::new(0),
            out_until: AtomicU64::new(0),
            is_unready: AtomicBool::new(false),
        }
    }

    /// Whether it is worth trying.
    pub(crate) fn is_in(&self) -> bool {
        match self.out_until.load(Ordering::Relaxed) {
            0 => true,
            until => self.now() >= until,
        }
    }

    /// Whether it says that it can serve.
    pub(crate) fn is_ready(&self) -> bool {
        !self.is_unready.load(Ordering::Relaxed)
    }

    /// It answered a request.
    pub(crate) fn note_success(&self) {
        // Mostly nothing changes, and reading costs less than writing.
        if self.failures.load(Ordering::Relaxed) != 0 {
            self.failures.store(0, Ordering::Relaxed);
            self.out_until.store(0, Ordering::Relaxed);
        }
        if self.slow.load(Ordering::Relaxed) != 0 {
            self.slow.store(0, Ordering::Relaxed);
        }
    }

    /// It could not be reached, or broke off before it answered: it is left out, longer each time.
    pub(crate) fn note_failure(&self, limits: &UpstreamLimits) {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed).min(16);
        let out = limits.ejection.saturating_mul(1 << failures).min(limits.ejection_limit);
        self.out_until.store(self.now() + milliseconds(out), Ordering::Relaxed);
    }

    /// An answer did not begin in time. One slow page is no reason to leave out what may be the only upstream.
    pub(crate) fn note_slow(&self, limits: &UpstreamLimits) {
        if self.slow.fetch_add(1, Ordering::Relaxed) + 1 >= limits.slow_answers {
            self.slow.store(0, Ordering::Relaxed);
            self.note_failure(limits);
        }
    }

    /// It was asked whether it is ready. Says whether that made a difference.
    pub(crate) fn note_probe(&self, is_ready: bool) -> bool {
        let was_unready = self.is_unready.swap(!is_ready, Ordering::Relaxed);
        let was_out = is_ready && self.out_until.swap(0, Ordering::Relaxed) != 0;
        if is_ready {
            self.failures.store(0, Ordering::Relaxed);
        }
        was_out || was_unready == is_ready
    }

    fn now(&self) -> u64 {
        milliseconds(self.since.elapsed())
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(ejection_ms: u64) -> UpstreamLimits {
        UpstreamLimits { ejection: Duration::from_millis(ejection_ms), ..UpstreamLimits::default() }
    }

    #[test]
    fn a_failure_leaves_out_and_a_good_probe_brings_back() {
        let health = Health::new();
        assert!(health.is_in() && health.is_ready());
        health.note_failure(&limits(60_000));
        assert!(!health.is_in());
        assert!(health.note_probe(true));
        assert!(health.is_in());
        assert!(!health.note_probe(true), "nothing changed");
    }

    #[test]
    fn it_is_left_out_only_after_several_slow_answers() {
        let health = Health::new();
        let limits = UpstreamLimits { slow_answers: 3, ..limits(60_000) };
        health.note_slow(&limits);
        health.note_slow(&limits);
        assert!(health.is_in());
        health.note_slow(&limits);
        assert!(!health.is_in());
    }

    #[test]
    fn no_number_of_failures_is_too_many() {
        let health = Health::new();
        for _ in 0..100 {
            health.note_failure(&limits(1_000));
        }
        let longest = milliseconds(limits(0).ejection_limit);
        assert!(health.out_until.load(Ordering::Relaxed) <= health.now() + longest);
    }
}
