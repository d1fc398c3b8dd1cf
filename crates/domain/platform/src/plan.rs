//! What to do next: from what is desired and what is seen to steps, as a pure function.
//!
//! A service is replaced by a new instance beside the old one: the new one is started, gets ready, enters the route
//! table, and only then the old one leaves it, and stops when nobody can send it requests any more. What fails is tried
//! again later and later; an order that never did well is given up after a few times while the old one serves.

mod failures;
pub mod memory;
mod service;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::desired::{Desired, DesiredService};
use crate::names::{InstanceId, ServiceKind, ServiceName};
use crate::plan::memory::{InstanceMemory, Memory};
use crate::plan::service::ServicePlanner;
use crate::routes::Pool;
use crate::runtime::{Order, Purpose, Readiness, Seen, Stop};

pub use crate::plan::failures::{ATTEMPTS_LIMIT, GIVEN_UP_PAUSE, PAUSE_LIMIT, WELL_AFTER};

/// How long an instance still runs after it has left the route table: the edge reads the table five times a second, and
/// a second is what a change may take.
pub const LEAVE_MOMENT: SignedDuration = SignedDuration::from_secs(2);
/// How long an instance may finish what it has. Longer than the longest answer (a large export, 20 s).
pub const DRAIN_LIMIT: SignedDuration = SignedDuration::from_secs(30);
/// One that was asked to stop and is still ready after this time was never asked: the supervisor was killed just before.
pub const ASK_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// How long after a SIGKILL it is sent again: a process in the kernel's hands may take a while.
pub const KILL_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// How long an instance that was ready and does not answer stays in the table, if nothing else is ready: a busy machine
/// answers late, and the edge notices by itself when a connection is refused.
pub const SILENCE_GRACE: SignedDuration = SignedDuration::from_secs(3);
/// How long an instance that was ready may be silent until it is replaced.
pub const SILENT_LIMIT: SignedDuration = SignedDuration::from_secs(20);
/// How long one may answer that it is not ready until it is replaced. Long: it is mostly the database that is missing,
/// and a new instance would miss it too.
pub const NOT_READY_LIMIT: SignedDuration = SignedDuration::from_mins(5);
/// How many instances may be getting ready at the same time: a machine that starts twenty previews at once gets none of
/// them ready in time. The most important services come first.
pub const STARTS_AT_ONCE: usize = 4;
/// How long a service waits for those that should be ready before it.
pub const HOLD_LIMIT: SignedDuration = SignedDuration::from_secs(30);

/// An instance and what it says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// As the runtime sees it.
    pub seen: Seen,
    /// What it answered; `None` when it has no address to be asked at.
    pub readiness: Option<Readiness>,
}

impl Observed {
    /// Whether it runs and takes requests.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.seen.ended.is_none() && self.readiness == Some(Readiness::Ready)
    }
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Start an instance.
    Start {
        /// By what.
        order: Box<Order>,
        /// Why, in words.
        why: String,
    },
    /// Ask an instance to stop.
    Stop {
        /// Which.
        instance: InstanceId,
        /// How.
        how: Stop,
        /// Why, in words.
        why: String,
    },
    /// Remove the traces of an ended instance.
    Forget {
        /// Which.
        instance: InstanceId,
    },
}

/// What to do, and what to keep in mind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What to do, in this order. The route table comes before all of them.
    pub steps: Vec<Step>,
    /// Where requests should go: for each wished service that answers requests.
    pub pools: BTreeMap<ServiceName, Pool>,
    /// What the next plan needs.
    pub memory: Memory,
    /// Instances on their way out, and why.
    pub leaving: BTreeMap<InstanceId, String>,
    /// Whether something is under way, so that one should look again soon.
    pub is_moving: bool,
    /// How many more may be started now.
    starts_left: usize,
}

/// What to do now. `routed` are the instances in the route table as it was last put: as long as an instance is among
/// them, it is not asked to stop.
#[must_use]
pub fn plan(
    desired: &Desired,
    observed: &[Observed],
    routed: &BTreeSet<InstanceId>,
    memory: &Memory,
    now: Timestamp,
) -> Plan {
    let mut plan = Plan { memory: watched(memory, observed, now), ..Plan::default() };
    let services = by_service(observed);
    let is_ready =
        |name: &ServiceName| services.get(name).is_some_and(|members| members.iter().any(|member| member.is_ready()));
    plan.starts_left = STARTS_AT_ONCE.saturating_sub(getting_ready(desired, &services, &plan.memory, now));
    for wished in &desired.services {
        let members = services.get(&wished.name).map_or(&[][..], Vec::as_slice);
        let is_waiting = wished.after.iter().any(|before| !is_ready(before));
        ServicePlanner::new(wished, members, routed, is_waiting, now).write(&mut plan);
    }
    let is_wished = |name: &ServiceName| desired.services.iter().any(|wished| wished.name == *name);
    for (name, members) in services.iter().filter(|(name, _)| !is_wished(name)) {
        service::put_away(name, members, routed, now, &mut plan);
    }
    plan.memory.services.retain(|name, _| is_wished(name));
    plan
}

/// How many instances are on their way to be ready, within their time.
fn getting_ready(
    desired: &Desired,
    services: &BTreeMap<ServiceName, Vec<&Observed>>,
    memory: &Memory,
    now: Timestamp,
) -> usize {
    let count = |wished: &DesiredService| {
        let members = services.get(&wished.name).map_or(&[][..], Vec::as_slice);
        let is_new = |member: &&&Observed| {
            let known = memory.instances.get(&member.seen.instance);
            let is_going = known.is_some_and(|known| known.was_ready || known.asked_at.is_some());
            let is_in_time = elapsed(member.seen.started_at, now) <= wished.ready_within;
            member.seen.ended.is_none() && !member.is_ready() && !is_going && is_in_time
        };
        members.iter().filter(is_new).count()
    };
    desired.services.iter().map(count).sum()
}

/// Whether requests reach a service by the route table.
#[must_use]
pub fn is_routed(kind: ServiceKind) -> bool {
    matches!(kind, ServiceKind::Web | ServiceKind::Api)
}

/// How long ago something was. A moment that is still to come was noted by a clock that went wrong: long ago.
#[must_use]
pub fn elapsed(since: Timestamp, now: Timestamp) -> SignedDuration {
    if since > now { SignedDuration::MAX } else { now.duration_since(since) }
}

fn by_service(observed: &[Observed]) -> BTreeMap<ServiceName, Vec<&Observed>> {
    let mut services: BTreeMap<ServiceName, Vec<&Observed>> = BTreeMap::new();
    for one in observed {
        if let Purpose::Service(name) = &one.seen.order.purpose {
            services.entry(name.clone()).or_default().push(one);
        }
    }
    services
}

/// The memory with what each instance says now, and without those that are seen no more.
fn watched(memory: &Memory, observed: &[Observed], now: Timestamp) -> Memory {
    let mut instances = BTreeMap::new();
    for one in observed {
        if matches!(one.seen.order.purpose, Purpose::Job(_)) {
            continue;
        }
        let mut known = memory.instances.get(&one.seen.instance).cloned().unwrap_or_default();
        if one.seen.ended.is_none() {
            watch(&mut known, one, now);
        }
        instances.insert(one.seen.instance.clone(), known);
    }
    Memory { services: memory.services.clone(), instances }
}

fn watch(known: &mut InstanceMemory, one: &Observed, now: Timestamp) {
    if one.is_ready() {
        known.ready_since.get_or_insert(now);
        known.unready_since = None;
        known.was_ready = true;
    } else {
        known.ready_since = None;
        let since = if known.was_ready { now } else { one.seen.started_at };
        known.unready_since.get_or_insert(since);
    }
}
