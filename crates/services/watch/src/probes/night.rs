//! The nightly update, by the ledger.

use std::sync::Arc;

use async_trait::async_trait;
use catalog::ports::{CatalogStore, with_causes};
use catalog::run::{LedgerEntry, RunOutcome, Step};
use clock::Clock;
use jiff::Timestamp;
use platform::ports::{PortError, Probe};
use platform::status::thresholds::{Ages, age};
use platform::status::{Finding, Health, Part};

use crate::probes::asking::{Asking, ask};

/// How far back the ledger is read. The enrollments write a line every 15 minutes: 200 in the 50 hours that count.
const LINES_READ: usize = 400;
/// For the operator.
const MEND: &str = "`bt doctor` says why it failed; then `bt update`";

/// Judges the ledger: the newest run that fetched classes and succeeded.
pub struct NightlyUpdate {
    asking: Asking<Vec<LedgerEntry>>,
    clock: Arc<dyn Clock>,
}

impl NightlyUpdate {
    /// Of that catalog. Wrap it in [`crate::probes::seldom::Seldom`]: the ledger changes seldom.
    #[must_use]
    pub fn new(store: Arc<dyn CatalogStore>, clock: Arc<dyn Clock>) -> Self {
        let question = ask(move || {
            let store = Arc::clone(&store);
            async move {
                let read = store.ledger(LINES_READ).await;
                read.map_err(|error| PortError::plain(format!("cannot read the ledger: {}", with_causes(&error))))
            }
        });
        Self { asking: Asking::new(Part::NightlyUpdate, question), clock }
    }
}

#[async_trait]
impl Probe for NightlyUpdate {
    fn part(&self) -> Part {
        Part::NightlyUpdate
    }

    async fn look(&self) -> Finding {
        match self.asking.answer().await {
            Some((ledger, _)) => judge(&ledger, self.clock.now()),
            None => Finding::unknown("The ledger of updates cannot be read."),
        }
    }
}

/// How the nightly update does, by the ledger, newest first.
#[must_use]
pub fn judge(ledger: &[LedgerEntry], now: Timestamp) -> Finding {
    let nights =
        || ledger.iter().filter(|entry| entry.request.steps.contains(&Step::Class) && !entry.request.is_dry_run);
    let last = nights().find(|entry| entry.outcome == RunOutcome::Succeeded);
    let at = last.map(|entry| entry.report.as_ref().map_or(entry.started_at, |report| report.ended_at));
    let finding = age("The last nightly update that succeeded", at, now, Ages::NIGHTLY, MEND);
    let newest = nights().find(|entry| entry.outcome != RunOutcome::Running);
    let newest_failed = newest.is_some_and(|entry| entry.outcome != RunOutcome::Succeeded);
    if finding.health == Health::Up && newest_failed {
        let says = "The last nightly update did not succeed whole: yesterday's data is shown for what it lacks.";
        return Finding::degraded(says, MEND);
    }
    finding
}
