//! One look: every watch against the catalog.

use accounts::alerts::{AlertOutbox, alerts, due, seen};
use catalog::ports::StoreError;
use catalog::snapshot::Snapshot;
use jiff::Timestamp;

use crate::config::Config;

/// What a look came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Looked {
    pub(crate) watches: usize,
    pub(crate) alerts: usize,
}

/// Looks for everybody. What was kept before a failure stays kept, and is not told again.
pub(crate) async fn look(
    config: &Config,
    outbox: &dyn AlertOutbox,
    snapshot: &Snapshot,
    now: Timestamp,
) -> Result<Looked, StoreError> {
    let today = now.to_zoned(config.zone.clone()).date();
    if let Some(term) = snapshot.default_term(today) {
        outbox.follow_saved(term, now).await?;
    }
    let (mut looked, mut after) = (Looked::default(), None);
    loop {
        let page = outbox.watches_after(after, config.watches_per_page.max(1)).await?;
        let Some(last) = page.last() else { return Ok(looked) };
        after = Some(last.id);
        for watch in &page {
            looked.watches += 1;
            let Some((place, seen)) = seen(snapshot, watch.watched, today) else { continue };
            let due = due(watch, &seen);
            if watch.told.as_ref() == Some(&due.told) && due.news.is_empty() {
                continue;
            }
            let alerts = alerts(&place, &due.news);
            if outbox.tell(watch, &due.told, &alerts, now).await? {
                looked.alerts += alerts.len();
                metrics::counter!("alerts_told_total").increment(u64::try_from(alerts.len()).unwrap_or(u64::MAX));
            }
        }
    }
}
