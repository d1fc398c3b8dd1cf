//! The time that one run may spend on fetching.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use catalog::ports::SourceError;
use clock::Stopwatch;

use crate::api::Api;

/// Adds up the time spent in fetches. What lies between fetches does not count: it is not SIS's time.
pub(crate) struct Budget {
    total: Duration,
    spent: Mutex<Duration>,
}

impl Budget {
    pub(crate) const fn new(total: Duration) -> Self {
        Self { total, spent: Mutex::new(Duration::ZERO) }
    }

    /// A run begins: nothing is spent.
    pub(crate) fn restart(&self) {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner) = Duration::ZERO;
    }

    /// Does a fetch in the time that is left.
    ///
    /// # Errors
    /// The fetch's own, or [`SourceError::OutOfTime`].
    pub(crate) async fn spend<T>(
        &self,
        api: Api,
        fetch: impl Future<Output = Result<T, SourceError>>,
    ) -> Result<T, SourceError> {
        let out_of_time = || SourceError::OutOfTime { api: api.name(), budget_seconds: self.total.as_secs() };
        let left = self.total.saturating_sub(*self.spent.lock().unwrap_or_else(PoisonError::into_inner));
        if left.is_zero() {
            return Err(out_of_time());
        }
        let stopwatch = Stopwatch::start();
        let answer = tokio::time::timeout(left, fetch).await;
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner) += stopwatch.elapsed();
        answer.unwrap_or_else(|_| Err(out_of_time()))
    }
}
