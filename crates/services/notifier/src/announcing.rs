//! What concerns everybody is told to those who wished for it: enrollment opens, the site has something new.

use accounts::alerts::notices;
use catalog::ports::with_causes;
use catalog::snapshot::Snapshot;

use crate::service::Notifier;

/// Announces what is due, each once in the life of this process, and by the store once at all.
pub(crate) async fn announce(notifier: &mut Notifier, snapshot: &Snapshot) {
    let Notifier { config, ports, announced, .. } = notifier;
    let now = ports.clock.now();
    let here = config.zone.to_datetime(now);
    for notice in notices(snapshot, config.site_news.as_ref(), &config.site_name, here) {
        if announced.contains(&notice.name) {
            continue;
        }
        match ports.outbox.announce(&notice, now).await {
            Ok(people) => {
                if people > 0 {
                    tracing::info!(notice = notice.name.as_str(), people, "everybody who wished for it is told");
                }
                announced.insert(notice.name);
            }
            Err(error) => {
                let (notice, error) = (notice.name.as_str(), with_causes(&error));
                tracing::warn!(notice, error, "a notice could not be told; it is tried again");
            }
        }
    }
}
