//! What is counted of the kept answers. The handles are fetched once: looking one up costs as much as answering.

use std::fmt;

use metrics::{Counter, Gauge};

/// Counters and gauges of one first tier.
pub(crate) struct Figures {
    pub(crate) from_process: Counter,
    pub(crate) from_shared: Counter,
    pub(crate) made: Counter,
    pub(crate) failed: Counter,
    pub(crate) unreadable: Counter,
    pub(crate) improved: Counter,
    pub(crate) evicted: Counter,
    pub(crate) kept_bytes: Gauge,
    pub(crate) kept: Gauge,
}

impl Figures {
    pub(crate) fn new(kept: &'static str) -> Self {
        Self {
            from_process: metrics::counter!("answers_total", "kept" => kept, "from" => "process"),
            from_shared: metrics::counter!("answers_total", "kept" => kept, "from" => "shared"),
            made: metrics::counter!("answers_total", "kept" => kept, "from" => "made"),
            failed: metrics::counter!("answers_total", "kept" => kept, "from" => "failed"),
            unreadable: metrics::counter!("answers_unreadable_total", "kept" => kept),
            improved: metrics::counter!("answers_improved_total", "kept" => kept),
            evicted: metrics::counter!("answers_evicted_total", "kept" => kept),
            kept_bytes: metrics::gauge!("answers_kept_bytes", "kept" => kept),
            kept: metrics::gauge!("answers_kept", "kept" => kept),
        }
    }
}

impl fmt::Debug for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Figures").finish_non_exhaustive()
    }
}
