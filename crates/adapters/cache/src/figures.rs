//! What is counted of the shared tier.

use metrics::{Counter, Gauge, Histogram};

/// Handles, fetched once.
pub(crate) struct Figures {
    pub(crate) found: Counter,
    pub(crate) not_found: Counter,
    pub(crate) late: Counter,
    pub(crate) failed: Counter,
    pub(crate) unconnected: Counter,
    pub(crate) get_seconds: Histogram,
    pub(crate) kept: Counter,
    pub(crate) not_kept: Counter,
    pub(crate) dropped: Counter,
    pub(crate) received_bytes: Counter,
    pub(crate) sent_bytes: Counter,
    pub(crate) is_connected: Gauge,
}

impl Figures {
    pub(crate) fn new() -> Self {
        Self {
            found: metrics::counter!("cache_gets_total", "outcome" => "found"),
            not_found: metrics::counter!("cache_gets_total", "outcome" => "not found"),
            late: metrics::counter!("cache_gets_total", "outcome" => "late"),
            failed: metrics::counter!("cache_gets_total", "outcome" => "failed"),
            unconnected: metrics::counter!("cache_gets_total", "outcome" => "unconnected"),
            get_seconds: metrics::histogram!("cache_get_duration_seconds"),
            kept: metrics::counter!("cache_puts_total", "outcome" => "kept"),
            not_kept: metrics::counter!("cache_puts_total", "outcome" => "failed"),
            dropped: metrics::counter!("cache_puts_total", "outcome" => "dropped"),
            received_bytes: metrics::counter!("cache_received_bytes_total"),
            sent_bytes: metrics::counter!("cache_sent_bytes_total"),
            is_connected: metrics::gauge!("cache_connected"),
        }
    }
}
