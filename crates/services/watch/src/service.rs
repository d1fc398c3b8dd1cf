//! The service itself: looks, folds, writes, tells.

use std::sync::Arc;

use clock::Clock;
use jiff::tz::TimeZone;
use platform::alarm::Alarm;
use platform::alarm::book::Book;
use platform::alarm::event::Event;
use platform::ports::{AlarmSink, Probe, StatusStore, WishStore};
use platform::status::history::{self, Findings};
use platform::status::{Health, Incident, StatusReport};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::events::Events;
use crate::post::Post;
use crate::rounds::Rounds;

/// What the watch needs of the world.
#[derive(Clone)]
pub struct Ports {
    /// What is looked at. Several of one part are folded into one: the worst counts.
    pub probes: Vec<Arc<dyn Probe>>,
    /// Where the report, the incidents and the open alarms lie.
    pub store: Arc<dyn StatusStore>,
    /// Where it is written whether somebody works on the house: alarms are silent then.
    pub wishes: Arc<dyn WishStore>,
    /// Who carries alarms; none is allowed: then they are in the log only.
    pub sinks: Vec<Arc<dyn AlarmSink>>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The campus's time zone: days are its days.
    pub zone: TimeZone,
}

/// The watch, not yet running.
pub struct Watch {
    config: Config,
    ports: Ports,
    teller: mpsc::Sender<Event>,
    heard: mpsc::Receiver<Event>,
}

/// Puts the watch together. Nothing runs yet.
#[must_use]
pub fn build(config: Config, ports: Ports) -> Watch {
    let (teller, heard) = mpsc::channel(config.events_held.max(1));
    Watch { config, ports, teller, heard }
}

impl Watch {
    /// Where others tell of jobs that failed and services that were given up.
    #[must_use]
    pub fn events(&self) -> Events {
        Events(self.teller.clone())
    }

    /// Looks, writes and tells until the shutdown. Never fails: what does not work is written to the log and tried again.
    pub async fn run(self, shutdown: CancellationToken) {
        // Held, so that the channel stays open while nobody else tells.
        let Self { config, ports, teller: _teller, mut heard } = self;
        let mut running = Running::start(&config, ports).await;
        let mut tick = tokio::time::interval(config.interval);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                () = running.post.delivery() => running.keep_alarms().await,
                Some(event) = heard.recv() => running.hear(&event).await,
                _ = tick.tick() => {
                    let look = running.look();
                    tokio::select! {
                        () = shutdown.cancelled() => break,
                        () = look => {}
                    }
                }
            }
        }
        running.post.drain(config.drain_limit).await;
        running.keep_alarms().await;
    }
}

struct Running {
    ports: Ports,
    rounds: Rounds,
    book: Book,
    post: Post,
    report: Option<StatusReport>,
    incidents: Vec<Incident>,
    /// What the store holds of alarms; `None` when it is not known.
    kept: Option<Vec<Alarm>>,
    /// What the store refused last, so that the log says it once.
    refused: Option<String>,
}

impl Running {
    async fn start(config: &Config, ports: Ports) -> Self {
        let report = ports.store.status().await.unwrap_or_else(|error| {
            tracing::error!(error = catalog::ports::with_causes(&error), "the history cannot be read and begins anew");
            None
        });
        let kept = ports.store.open_alarms().await.unwrap_or_else(|error| {
            let error = catalog::ports::with_causes(&error);
            tracing::error!(error, "the open alarms cannot be read: what still lasts is told again");
            Vec::new()
        });
        let (letters, troubles): (Vec<Alarm>, Vec<Alarm>) =
            kept.iter().cloned().partition(|alarm| !alarm.memory.awaits.is_empty());
        let mut post = Post::start(config, &ports.sinks, &ports.clock);
        post.resume(letters);
        let incidents = report.as_ref().map(|report| report.incidents.clone()).unwrap_or_default();
        let rounds = Rounds::new(ports.probes.clone(), config.look_limit);
        let book = Book::new(config.patience.clone(), troubles);
        Self { ports, rounds, book, post, report, incidents, kept: Some(kept), refused: None }
    }

    async fn look(&mut self) {
        let findings = self.rounds.look().await;
        let now = self.ports.clock.now();
        self.note_changes(&findings);
        match self.ports.store.incidents().await {
            Ok(incidents) => self.incidents = incidents,
            Err(error) => self.note_refusal(catalog::ports::with_causes(&error)),
        }
        let incidents = self.incidents.clone();
        let report = history::fold(self.report.as_ref(), &findings, incidents, now, &self.ports.zone);
        match self.ports.store.put_status(&report).await {
            Ok(()) => self.refused = None,
            Err(error) => self.note_refusal(catalog::ports::with_causes(&error)),
        }
        self.report = Some(report);
        self.mind_maintenance().await;
        let letters = self.book.look(&findings, now);
        self.tell(letters).await;
    }

    async fn hear(&mut self, event: &Event) {
        self.mind_maintenance().await;
        let letters = self.book.hear(event, self.ports.clock.now());
        self.tell(letters).await;
    }

    /// Who works on the house knows what is down.
    async fn mind_maintenance(&mut self) {
        // Unreadable wishes leave it as it was; the supervisor tells of them.
        if let Ok(wishes) = self.ports.wishes.wishes().await {
            self.book.silence(wishes.maintenance.is_some());
        }
    }

    /// Written down before it is sent: a watch that dies in between sends it after its next start.
    async fn tell(&mut self, letters: Vec<Alarm>) {
        let letters = self.post.take(letters);
        self.keep_alarms().await;
        self.post.send(letters);
    }

    async fn keep_alarms(&mut self) {
        let mut kept = self.book.kept();
        kept.extend(self.post.waiting());
        if self.kept.as_ref() == Some(&kept) {
            return;
        }
        match self.ports.store.put_open_alarms(&kept).await {
            Ok(()) => self.kept = Some(kept),
            Err(error) => {
                self.kept = None;
                self.note_refusal(catalog::ports::with_causes(&error));
            }
        }
    }

    fn note_changes(&self, findings: &Findings) {
        for (part, finding) in findings {
            metrics::gauge!("part_health", "part" => part.slug()).set(grade(finding.health));
            let state = self.report.iter().flat_map(|report| &report.parts).find(|state| state.part == *part);
            let before = state.map(|state| state.finding.health);
            if before == Some(finding.health) || (before.is_none() && finding.health == Health::Up) {
                continue;
            }
            let (part, health, says) = (part.slug(), finding.health.to_string(), &finding.says);
            if finding.health >= Health::Degraded {
                tracing::warn!(part, health, says, "a part of the house changed");
            } else {
                tracing::info!(part, health, says, "a part of the house changed");
            }
        }
    }

    fn note_refusal(&mut self, error: String) {
        if self.refused.as_ref() != Some(&error) {
            tracing::error!(error, "the watch cannot keep what it sees; it goes on");
            self.refused = Some(error);
        }
    }
}

/// For the metric: 1 is up, 0 is down, a half lies between; what is not there or not known is -1.
fn grade(health: Health) -> f64 {
    match health {
        Health::Up => 1.0,
        Health::Degraded => 0.5,
        Health::Down => 0.0,
        Health::Absent | Health::Unknown => -1.0,
    }
}
