//! The time that one run may spend on fetching.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use catalog::ports::SourceError;
use clock::Stopwatch;

use crate::api::Api;

/// Adds up the time in which at least one fetch is under way. What lies between fetches is not SIS's time, and classes
/// and sections fetched side by side take their time only once.
pub(crate) struct Budget {
    total: Duration,
    account: Mutex<Account>,
}

#[derive(Default)]
struct Account {
    /// Of stretches that are over.
    spent: Duration,
    /// Fetches under way, and since when there are any.
    under_way: u32,
    since: Option<Stopwatch>,
}

impl Account {
    fn all_spent(&self) -> Duration {
        self.spent + self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

impl Budget {
    pub(crate) fn new(total: Duration) -> Self {
        Self { total, account: Mutex::default() }
    }

    /// A run begins: nothing is spent.
    pub(crate) fn restart(&self) {
        let mut account = self.account();
        account.spent = Duration::ZERO;
        account.since = account.since.map(|_| Stopwatch::start());
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
        let left = self.total.saturating_sub(self.account().all_spent());
        if left.is_zero() {
            return Err(out_of_time());
        }
        let _stretch = Stretch::begin(self);
        tokio::time::timeout(left, fetch).await.unwrap_or_else(|_| Err(out_of_time()))
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fetch under way. Ends when dropped, since a fetch may be given up from outside.
struct Stretch<'a>(&'a Budget);

impl<'a> Stretch<'a> {
    fn begin(budget: &'a Budget) -> Self {
        let mut account = budget.account();
        account.under_way += 1;
        account.since.get_or_insert_with(Stopwatch::start);
        Self(budget)
    }
}

impl Drop for Stretch<'_> {
    fn drop(&mut self) {
        let mut account = self.0.account();
        account.under_way -= 1;
        if account.under_way == 0 {
            account.spent = account.all_spent();
            account.since = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn fetches_side_by_side_share_a_stretch_and_a_fetch_given_up_ends_it() {
        let budget = Budget::new(Duration::from_secs(60));
        let one = budget.spend(Api::Classes, std::future::pending::<Result<(), SourceError>>());
        let other = budget.spend(Api::Sections, async {
            assert_eq!(budget.account().under_way, 2);
            Err::<(), _>(SourceError::OutOfTime { api: "sections", budget_seconds: 1 })
        });
        assert!(tokio::try_join!(one, other).is_err());
        let account = budget.account();
        assert_eq!(account.under_way, 0);
        assert!(account.since.is_none());
    }
}
