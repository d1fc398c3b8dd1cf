//! Looking: which instances there are, and what each says of itself.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use jiff::Timestamp;
use platform::plan::Observed;
use platform::runtime::{Purpose, Readiness, Seen};

use crate::complaints::within;
use crate::service::Supervisor;
use crate::show::CpuSample;

impl Supervisor {
    /// All instances; `None` when one cannot look, and then nothing is done.
    pub(crate) async fn observe(&mut self) -> Option<Vec<Observed>> {
        let what = "looking at the processes";
        let seen = within(self.config.pace.answer_limit, what, self.ports.runtime.look()).await;
        let seen = self.complaints.hear(what, seen)?;
        self.sample_cpu(&seen);
        let now = self.ports.clock.now();
        let asked = seen.into_iter().map(|seen| async {
            let readiness = if self.still_ready(&seen, now) { Some(Readiness::Ready) } else { self.ask(&seen).await };
            Observed { seen, readiness }
        });
        let asked = futures_util::stream::iter(asked).buffered(self.config.pace.asks_at_once.max(1));
        let observed: Vec<Observed> = asked.collect().await;
        self.note_ready(&observed, now);
        Some(observed)
    }

    /// Whether its last answer holds. While something moves each look asks anew.
    fn still_ready(&self, seen: &Seen, now: Timestamp) -> bool {
        let said_at = self.said_ready.get(&seen.instance);
        let holds = said_at.is_some_and(|at| now.duration_since(*at).abs() < self.config.pace.ready_holds);
        self.is_calm && holds && seen.ended.is_none()
    }

    /// Remembers who said just now that it is ready; an answer that still held keeps its moment.
    fn note_ready(&mut self, observed: &[Observed], now: Timestamp) {
        let mut said_ready = BTreeMap::new();
        for one in observed.iter().filter(|one| one.readiness == Some(Readiness::Ready)) {
            let held = self.still_ready(&one.seen, now).then(|| self.said_ready.get(&one.seen.instance)).flatten();
            said_ready.insert(one.seen.instance.clone(), held.copied().unwrap_or(now));
        }
        self.said_ready = said_ready;
    }

    async fn ask(&self, seen: &Seen) -> Option<Readiness> {
        let is_service = matches!(seen.order.purpose, Purpose::Service(_));
        let address = seen.address.filter(|_| is_service && seen.ended.is_none())?;
        Some(self.ports.runtime.readiness(address).await)
    }

    fn sample_cpu(&mut self, seen: &[Seen]) {
        let now = self.ports.clock.now();
        let mut samples = BTreeMap::new();
        for one in seen.iter().filter(|one| one.ended.is_none()) {
            let old = self.cpu.get(&one.instance).copied();
            samples.insert(one.instance.clone(), CpuSample::after(old, one.cpu_ms, now));
        }
        self.cpu = samples;
    }
}
