//! What is counted. Handles are looked up once for each route and pool: the registry's own look-up takes longer than
//! forwarding does.

use std::time::Duration;

use http::StatusCode;
use metrics::{Counter, Gauge, Histogram};
use platform::names::{Environment, ServiceName};

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Of one route.
pub(crate) struct RouteFigures {
    requests: [Counter; CLASSES.len()],
    seconds: Histogram,
}

impl RouteFigures {
    pub(crate) fn new(environment: &str, service: &str) -> Self {
        let labels = [("environment", environment.to_owned()), ("service", service.to_owned())];
        let of_class = |class: &'static str| {
            let [environment, service] = labels.clone();
            metrics::counter!("edge_requests_total", &[environment, service, ("status", class.to_owned())])
        };
        Self { requests: CLASSES.map(of_class), seconds: metrics::histogram!("edge_request_duration_seconds", &labels) }
    }

    pub(crate) fn note(&self, status: StatusCode, took: Duration) {
        let class = usize::from(status.as_u16() / 100).saturating_sub(1).min(CLASSES.len() - 1);
        self.requests[class].increment(1);
        self.seconds.record(took.as_secs_f64());
    }
}

/// Of one pool.
pub(crate) struct PoolFigures {
    pub(crate) failures: Counter,
    pub(crate) timeouts: Counter,
    pub(crate) retries: Counter,
    pub(crate) held: Counter,
    pub(crate) connections: Counter,
}

impl PoolFigures {
    pub(crate) fn new(service: &ServiceName) -> Self {
        let environment = service.environment.as_ref().map_or("none", Environment::as_str).to_owned();
        let labels = [("environment", environment), ("service", service.kind.to_string())];
        Self {
            failures: metrics::counter!("edge_upstream_failures_total", &labels),
            timeouts: metrics::counter!("edge_upstream_timeouts_total", &labels),
            retries: metrics::counter!("edge_retries_total", &labels),
            held: metrics::counter!("edge_held_requests_total", &labels),
            connections: metrics::counter!("edge_upstream_connections_total", &labels),
        }
    }
}

/// A request or a connection was refused.
pub(crate) fn refused(reason: &'static str) {
    metrics::counter!("edge_refused_total", "reason" => reason).increment(1);
}

/// A TLS handshake ended.
pub(crate) fn handshake(result: &'static str) {
    metrics::counter!("edge_tls_handshakes_total", "result" => result).increment(1);
}

/// How many connections are open.
pub(crate) fn open_connections() -> Gauge {
    metrics::gauge!("edge_open_connections")
}
