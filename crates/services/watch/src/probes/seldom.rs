//! A look that is dear, taken seldom: in between, the last finding stands.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use clock::Clock;
use jiff::{SignedDuration, Timestamp};
use platform::ports::Probe;
use platform::status::{Finding, Part};

/// How seldom, for what changes by the hour: a minute.
pub const A_MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Takes a look at most once in a while.
pub struct Seldom {
    probe: Arc<dyn Probe>,
    every: SignedDuration,
    clock: Arc<dyn Clock>,
    last: Mutex<Option<(Timestamp, Finding)>>,
}

impl Seldom {
    /// `every`: how old a finding may get.
    #[must_use]
    pub fn new(probe: Arc<dyn Probe>, every: SignedDuration, clock: Arc<dyn Clock>) -> Self {
        Self { probe, every, clock, last: Mutex::new(None) }
    }
}

#[async_trait]
impl Probe for Seldom {
    fn part(&self) -> Part {
        self.probe.part()
    }

    async fn look(&self) -> Finding {
        let now = self.clock.now();
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, finding)) = last
            && now.duration_since(at).abs() < self.every
        {
            return finding;
        }
        let finding = self.probe.look().await;
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, finding.clone()));
        finding
    }
}
