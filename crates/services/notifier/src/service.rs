//! The service itself: rounds of looking and sending, until the shutdown.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use accounts::alerts::{AlertMail, AlertOutbox, NOTICE_NAME_CHARS_MAX};
use accounts::line::Line;
use accounts::report_mail::{ReportMail, ReportOutbox};
use accounts::session::TOKEN_BYTES;
use catalog::ports::with_causes;
use catalog::published::PublishedCatalog;
use catalog::stored::CatalogVersion;
use clock::Clock;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::sending::{self, Way};
use crate::{announcing, looking, reporting};

/// How often old alerts are forgotten.
const SWEEP_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Draws bytes from the system's random source, for what nobody may guess.
pub type Chance = Arc<dyn Fn() -> [u8; TOKEN_BYTES] + Send + Sync>;

/// What the notifier needs of the world.
#[derive(Clone)]
pub struct Ports {
    /// The catalog that the process holds.
    pub catalog: Arc<dyn PublishedCatalog>,
    /// Watches, alerts and letters.
    pub outbox: Arc<dyn AlertOutbox>,
    /// The way to the mail server; without it news is kept and shown on the site, and waits for a way.
    pub mail: Option<Arc<dyn AlertMail>>,
    /// Reports of mistakes.
    pub reports: Arc<dyn ReportOutbox>,
    /// The way to the team's mailbox; without it reports are kept, and wait for a way.
    pub report_mail: Option<Arc<dyn ReportMail>>,
    /// Told when something may have happened, so that nobody waits for the next round.
    pub wake: Arc<Notify>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Chance,
}

/// The notifier.
pub struct Notifier {
    pub(crate) config: Config,
    pub(crate) ports: Ports,
    /// The version that everybody was told of.
    told_of: Option<CatalogVersion>,
    /// The names of the notices that are known to be told.
    pub(crate) announced: BTreeSet<Line<NOTICE_NAME_CHARS_MAX>>,
    swept_at: Option<Timestamp>,
    pub(crate) way: Way,
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Puts the notifier together. Nothing runs yet.
#[must_use]
pub fn build(config: Config, ports: Ports) -> Notifier {
    Notifier { config, ports, told_of: None, announced: BTreeSet::new(), swept_at: None, way: Way::default() }
}

impl Notifier {
    /// Looks and sends until the shutdown. Never fails: what does not work is written to the log and tried again.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let mut tick = tokio::time::interval(self.config.interval);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                _ = tick.tick() => {}
                () = self.ports.wake.notified() => {}
            }
            self.round(&shutdown).await;
        }
    }

    /// One round: looks if something was published since the last, announces what is due, sends what waits, forgets what is
    /// old. A letter that is
    /// on its way when the shutdown comes arrives before this ends.
    pub async fn round(&mut self, shutdown: &CancellationToken) {
        self.look().await;
        if let Some(mail) = self.ports.mail.clone() {
            sending::send_what_waits(self, &*mail, shutdown).await;
        }
        if let Some(mail) = self.ports.report_mail.clone() {
            reporting::mail_reports(self, &*mail, shutdown).await;
        }
        self.sweep().await;
    }

    async fn look(&mut self) {
        let current = self.ports.catalog.current();
        let version = current.version();
        let Some(snapshot) = current.snapshot.filter(|_| version.is_some()) else { return };
        announcing::announce(self, &snapshot).await;
        if version == self.told_of {
            return;
        }
        match looking::look(&self.config, &*self.ports.outbox, &snapshot, self.ports.clock.now()).await {
            Ok(looked) => {
                self.told_of = version;
                if looked.alerts > 0 {
                    tracing::info!(watches = looked.watches, alerts = looked.alerts, "there is news for people");
                }
            }
            // Nothing is noted as told that was not: the next round goes on where this one ended.
            Err(error) => tracing::warn!(error = with_causes(&error), "looking for news failed; it is tried again"),
        }
    }

    async fn sweep(&mut self) {
        let now = self.ports.clock.now();
        let is_due = |at: Timestamp| at.checked_add(SWEEP_EVERY).is_ok_and(|due| due <= now);
        if !self.swept_at.is_none_or(is_due) {
            return;
        }
        match self.ports.outbox.sweep_alerts(now).await {
            Ok(_) => self.swept_at = Some(now),
            Err(error) => tracing::warn!(error = with_causes(&error), "old alerts could not be forgotten"),
        }
    }
}
