//! Looking: which instances there are, and what each says of itself.

use std::collections::BTreeMap;

use futures_util::StreamExt;
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
        let asked = seen.into_iter().map(|seen| async {
            let readiness = self.ask(&seen).await;
            Observed { seen, readiness }
        });
        let asked = futures_util::stream::iter(asked).buffered(self.config.pace.asks_at_once.max(1));
        Some(asked.collect().await)
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
