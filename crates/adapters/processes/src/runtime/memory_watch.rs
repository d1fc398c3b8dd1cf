//! Limits of memory where the kernel does not keep them: we look once a second.
//!
//! Not by `setrlimit`: it bounds address space, of which an asynchronous program with mapped files reserves many times
//! what it uses, and a program that is refused memory aborts in the middle of its answers. Asked by SIGTERM it finishes
//! them, and the supervisor starts another one.

use std::sync::Arc;
use std::time::Duration;

use platform::names::InstanceId;
use rustix::process::Signal;
use tokio::time::{MissedTickBehavior, interval};

use super::handle::Handle;
use super::{Shared, kernel};

const LOOK_EVERY: Duration = Duration::from_secs(1);
const MIB: u64 = 1024 * 1024;
/// Above this part of its limit, in percent, an instance is ended at once: it grows faster than it drains.
const AT_ONCE_PERCENT: u64 = 150;

/// Looks until the runtime is dropped.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = looks.tick() => shared.look_at_memory(),
            () = shared.stopping.cancelled() => return,
        }
    }
}

impl Shared {
    fn look_at_memory(&self) {
        for excess in self.known().instances.iter_mut().filter_map(|(id, instance)| {
            let limit_mib = instance.record.order.limits.memory_mib?;
            let process = instance.record.process.as_ref()?.number;
            let handle = instance.handle.clone()?;
            let bytes = kernel::resident_bytes(process);
            let signal = signal_for(bytes, limit_mib, instance.stopped_for.is_some())?;
            let said = format!("stopped: {} MiB resident, more than its {limit_mib} MiB", bytes / MIB);
            instance.stopped_for = Some(said.clone());
            Some(Excess { id: id.clone(), handle, signal, said })
        }) {
            excess.end();
        }
    }
}

struct Excess {
    id: InstanceId,
    handle: Handle,
    signal: Signal,
    said: String,
}

impl Excess {
    fn end(self) {
        let how = if self.signal == Signal::KILL { "at once" } else { "gently" };
        tracing::warn!(instance = %self.id, how, "{}", self.said);
        if let Err(error) = self.handle.signal(self.signal) {
            tracing::error!(instance = %self.id, %error, "an instance above its memory cannot be stopped");
        }
    }
}

/// What is sent to an instance with so much memory; `None` when nothing is.
fn signal_for(bytes: u64, limit_mib: u64, is_asked: bool) -> Option<Signal> {
    if bytes > limit_mib * MIB * AT_ONCE_PERCENT / 100 {
        return Some(Signal::KILL);
    }
    (bytes > limit_mib * MIB && !is_asked).then_some(Signal::TERM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_once_and_ended_when_it_grows_on() {
        assert_eq!(signal_for(100 * MIB, 100, false), None);
        assert_eq!(signal_for(101 * MIB, 100, false), Some(Signal::TERM));
        assert_eq!(signal_for(120 * MIB, 100, true), None);
        assert_eq!(signal_for(151 * MIB, 100, true), Some(Signal::KILL));
    }
}
