//! Numbers for `/metrics`, in the text format of Prometheus.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};

/// Upper bounds in seconds of everything that is measured as `…_seconds`: from a page out of memory to a nightly run.
const SECONDS: [f64; 16] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 300.0, 1800.0];

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// What was counted and measured in this process.
#[derive(Clone)]
pub struct Numbers(PrometheusHandle);

impl Numbers {
    /// Begins to count. Later calls in the same process give the same numbers.
    ///
    /// # Errors
    /// [`NumbersError`] when the program counts elsewhere already.
    pub fn begin() -> Result<Self, NumbersError> {
        if let Some(handle) = RECORDER.get() {
            return Ok(Self(handle.clone()));
        }
        let builder = PrometheusBuilder::new().set_buckets(&SECONDS)?;
        let handle = builder.install_recorder()?;
        Ok(Self(RECORDER.get_or_init(|| handle).clone()))
    }

    /// All of them, as Prometheus reads it.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Sorts measurements into their buckets. Without it, and when nobody reads `/metrics`, they pile up in memory:
    /// call it every few seconds.
    pub fn tidy(&self) {
        self.0.run_upkeep();
    }
}

/// Why nothing is counted.
#[derive(Debug, thiserror::Error)]
#[error("cannot begin to count")]
pub struct NumbersError(#[from] BuildError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_can_be_read_and_a_second_beginning_changes_nothing() {
        let numbers = Numbers::begin().unwrap();
        metrics::counter!("nights_total", "outcome" => "published").increment(2);
        metrics::histogram!("night_seconds").record(0.02);
        let again = Numbers::begin().unwrap();
        again.tidy();
        let text = numbers.render();
        assert!(text.contains(r#"nights_total{outcome="published"} 2"#), "{text}");
        assert!(text.contains(r#"night_seconds_bucket{le="0.025"} 1"#), "{text}");
        assert_eq!(text, again.render());
    }
}
