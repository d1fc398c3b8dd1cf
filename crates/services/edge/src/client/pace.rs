//! How fast a client takes what is for it. Only the time counts in which something waits for the client: an answer whose
//! maker is slow is nobody's fault here.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How slowly a client may take what waits for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeastPace {
    /// How long it may take nothing at all.
    pub(crate) pause: Duration,
    /// In each such span it must take [`Self::bytes`].
    pub(crate) span: Duration,
    pub(crate) bytes: u64,
}

/// Of one connection, or of one answer of HTTP/2, which can be held back while others go on. Moments are ticks.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// Since when something waits and nothing was taken; 0 while nothing waits.
    waiting_since: AtomicU64,
    /// Since when [`Self::taken`] is counted; 0 while nothing is.
    span_since: AtomicU64,
    taken: AtomicU64,
}

impl Pace {
    /// Something waits for the client.
    pub(crate) fn note_waiting(&self, now: u64) {
        if self.waiting_since.load(Ordering::Relaxed) != 0 {
            return;
        }
        self.waiting_since.store(now, Ordering::Relaxed);
        if self.span_since.load(Ordering::Relaxed) == 0 {
            self.begin_span(now);
        }
    }

    /// The client took so much, and nothing waits now.
    pub(crate) fn note_taken(&self, bytes: u64) {
        if self.span_since.load(Ordering::Relaxed) != 0 {
            self.waiting_since.store(0, Ordering::Relaxed);
            self.taken.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.waiting_since.load(Ordering::Relaxed) != 0
    }

    /// What was up to now does not count.
    pub(crate) fn begin_anew(&self, now: u64) {
        if self.is_waiting() {
            self.waiting_since.store(now, Ordering::Relaxed);
            self.begin_span(now);
        }
    }

    /// Whether the client was too slow up to now. Asked again and again; a span ends with the first question after it.
    pub(crate) fn is_too_slow(&self, now: u64, least: &LeastPace) -> bool {
        let (waiting_since, is_waiting) = (self.waiting_since.load(Ordering::Relaxed), self.is_waiting());
        if is_waiting && is_longer(waiting_since, now, least.pause) {
            return true;
        }
        let span_since = self.span_since.load(Ordering::Relaxed);
        if span_since == 0 || !is_longer(span_since, now, least.span) {
            return false;
        }
        if is_waiting && self.taken.load(Ordering::Relaxed) < least.bytes {
            return true;
        }
        self.begin_span(if is_waiting { now } else { 0 });
        false
    }

    fn begin_span(&self, since: u64) {
        self.taken.store(0, Ordering::Relaxed);
        self.span_since.store(since, Ordering::Relaxed);
    }
}

/// Whether more than that went by since a moment.
pub(crate) fn is_longer(since: u64, now: u64, limit: Duration) -> bool {
    u128::from(now.saturating_sub(since)) > limit.as_millis()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: LeastPace =
        LeastPace { pause: Duration::from_millis(60), span: Duration::from_millis(100), bytes: 1_000 };

    /// Takes so much every 50 ms, something waiting all the time; says when it is too slow.
    fn too_slow_at(bytes: u64) -> Option<u64> {
        let pace = Pace::default();
        pace.note_waiting(1);
        (10..2_000).step_by(10).find(|&now| {
            if now % 50 == 0 {
                pace.note_taken(bytes);
                pace.note_waiting(now);
            }
            pace.is_too_slow(now, &LEAST)
        })
    }

    #[test]
    fn who_takes_nothing_or_too_little_is_too_slow_and_who_is_slow_but_steady_is_not() {
        let pace = Pace::default();
        pace.note_waiting(1);
        assert_eq!((1..200).find(|&now| pace.is_too_slow(now, &LEAST)), Some(62), "nothing at all");
        assert_eq!(too_slow_at(100), Some(110));
        assert_eq!(too_slow_at(600), None);
    }

    #[test]
    fn an_answer_that_is_made_slowly_is_not_the_clients_fault() {
        let pace = Pace::default();
        for now in (1..2_000).step_by(10) {
            pace.note_waiting(now);
            pace.note_taken(1);
            assert!(!pace.is_too_slow(now + 5, &LEAST), "{now}");
        }
    }
}
