//! Time limits of answers without a timer for each request: nearly all answers come long before, and setting a timer and
//! taking it back would cost more than reading their heads. Each connection has a watch; the round that looks after all
//! connections of a thread wakes whoever waited for too long.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::Poll;
use std::time::Duration;

use futures_util::task::AtomicWaker;

use crate::client::state::Ticks;

/// Told too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLate;

/// Of one connection to an upstream.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// Until when its answer is waited for; 0 while none is.
    until: AtomicU64,
    waker: AtomicWaker,
}

/// Those of one thread.
#[derive(Debug)]
pub(crate) struct Watches {
    ticks: Ticks,
    /// Between two looks, which time limits are held to.
    grain: Duration,
    all: Mutex<Vec<Weak<Watch>>>,
}

impl Watches {
    pub(crate) fn new(ticks: Ticks, grain: Duration) -> Self {
        Self { ticks, grain, all: Mutex::default() }
    }

    /// A watch for a connection.
    pub(crate) fn add(&self) -> Arc<Watch> {
        let watch = Arc::new(Watch::default());
        self.all.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&watch));
        watch
    }

    /// Wakes all who waited for too long, and forgets the watches of closed connections.
    pub(crate) fn look(&self) {
        let now = self.ticks.now();
        self.all.lock().unwrap_or_else(PoisonError::into_inner).retain(|watch| {
            let Some(watch) = watch.upgrade() else { return false };
            let until = watch.until.load(Ordering::Relaxed);
            if until != 0 && now >= until {
                watch.waker.wake();
            }
            true
        });
    }

    /// The outcome, or that it did not come in time. Never too early; later by no more than two looks.
    ///
    /// # Errors
    /// [`TooLate`].
    pub(crate) async fn within<T>(
        &self,
        limit: Duration,
        watch: &Watch,
        awaited: impl Future<Output = T>,
    ) -> Result<T, TooLate> {
        let mut awaited = pin!(awaited);
        // The count may be a whole look old.
        let limit = u64::try_from((limit + self.grain).as_millis()).unwrap_or(u64::MAX);
        let until = self.ticks.now().saturating_add(limit);
        let _waiting = Waiting(watch);
        std::future::poll_fn(|cx| {
            if let Poll::Ready(outcome) = awaited.as_mut().poll(cx) {
                return Poll::Ready(Ok(outcome));
            }
            if self.ticks.now() >= until {
                return Poll::Ready(Err(TooLate));
            }
            watch.waker.register(cx.waker());
            watch.until.store(until, Ordering::Relaxed);
            Poll::Pending
        })
        .await
    }
}

struct Waiting<'a>(&'a Watch);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.until.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures_util::FutureExt as _;
    use futures_util::future::join;

    use super::*;

    fn watches() -> (Ticks, Watches) {
        let ticks = Ticks::new();
        (ticks.clone(), Watches::new(ticks, Duration::from_millis(100)))
    }

    #[tokio::test]
    async fn who_waits_too_long_is_woken_by_the_next_look() {
        let (ticks, watches) = watches();
        let watch = watches.add();
        let waiting = watches.within(Duration::from_millis(50), &watch, pending::<()>());
        let looking = async {
            for ms in [100, 150, 151] {
                tokio::task::yield_now().await;
                ticks.set(Duration::from_millis(ms));
                watches.look();
            }
            ticks.now()
        };
        assert_eq!(join(waiting, looking).await, (Err(TooLate), 151));
    }

    #[tokio::test]
    async fn what_comes_in_time_is_taken_and_its_watch_rests() {
        let (ticks, watches) = watches();
        let watch = watches.add();
        assert_eq!(watches.within(Duration::ZERO, &watch, ready(7)).await, Ok(7));
        assert_eq!(watch.until.load(Ordering::Relaxed), 0);
        let mut waiting = Box::pin(watches.within(Duration::from_secs(1), &watch, pending::<()>()));
        assert!(waiting.as_mut().now_or_never().is_none());
        assert_eq!(watch.until.load(Ordering::Relaxed), 1 + 1_100);
        ticks.set(Duration::from_millis(1_100));
        watches.look();
        assert!(waiting.as_mut().now_or_never().is_none(), "not before its time");
        drop(waiting);
        assert_eq!(watch.until.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn closed_connections_are_forgotten() {
        let (_, watches) = watches();
        drop(watches.add());
        let _kept = watches.add();
        watches.look();
        assert_eq!(watches.all.lock().unwrap().len(), 1);
    }
}
