//! The plan of one service.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::desired::DesiredService;
use crate::names::{InstanceId, ServiceName};
use crate::plan::failures::{Failure, WELL_AFTER};
use crate::plan::memory::{InstanceMemory, Memory, ServiceMemory};
use crate::plan::{
    ASK_AGAIN_AFTER, DRAIN_LIMIT, HOLD_LIMIT, KILL_AGAIN_AFTER, LEAVE_MOMENT, NOT_READY_LIMIT, Observed, Plan,
    SILENCE_GRACE, SILENT_LIMIT, Step, elapsed, is_routed,
};
use crate::routes::{Pool, Upstream};
use crate::runtime::{Order, Readiness, Stop};

/// One service, what is seen of it, and the time.
pub(super) struct ServicePlanner<'a> {
    wished: &'a DesiredService,
    members: &'a [&'a Observed],
    routed: &'a BTreeSet<InstanceId>,
    is_waiting: bool,
    now: Timestamp,
}

/// The instances that run and were not asked to stop, sorted by what becomes of them.
#[derive(Default)]
struct Sorted<'a> {
    /// By the wished order, as many as wished.
    current: Vec<&'a Observed>,
    /// By another order, or of no use; they stay until enough of the wished ones serve.
    kept: Vec<&'a Observed>,
    /// These go, and why.
    leaving: Vec<(&'a Observed, &'static str)>,
    /// How many of the current ones serve.
    settled: usize,
}

impl<'a> ServicePlanner<'a> {
    pub(super) fn new(
        wished: &'a DesiredService,
        members: &'a [&'a Observed],
        routed: &'a BTreeSet<InstanceId>,
        is_waiting: bool,
        now: Timestamp,
    ) -> Self {
        Self { wished, members, routed, is_waiting, now }
    }

    /// Adds the service's part to the plan.
    pub(super) fn write(&self, plan: &mut Plan) {
        let mut memory = plan.memory.services.remove(&self.wished.name).unwrap_or_default();
        let target = self.target(&memory);
        bury(self.members, Some(&mut memory), self.now, plan);
        self.end_what_never_gets_ready(&mut memory, plan);
        self.note_what_is_well(target.as_ref(), &mut memory, &plan.memory);
        let sorted = self.sort(target.as_ref(), &memory, &plan.memory);
        for (member, why) in &sorted.leaving {
            leave(member, why, self.routed, self.now, plan);
        }
        for member in sorted.current.iter().chain(&sorted.kept) {
            known(&mut plan.memory, member).out_since = None;
        }
        finish_off(self.members, self.now, plan);
        if let Some(target) = &target {
            self.start(target, &sorted, &mut memory, plan);
        }
        self.route(&sorted, plan);
        let is_starting = |member: &&Observed| !member.is_ready() && !self.is_overdue(member);
        plan.is_moving |= sorted.current.iter().chain(&sorted.kept).any(is_starting);
        plan.memory.services.insert(self.wished.name.clone(), memory);
    }

    /// By what it should run. When the wished release is not here: by what it last did well by, or else by what runs.
    fn target(&self, memory: &ServiceMemory) -> Option<Order> {
        let newest =
            || self.members.iter().filter(|member| member.seen.ended.is_none()).max_by_key(|m| m.seen.started_at);
        let order = self.wished.order.as_ref().or(memory.good.as_ref());
        order.or_else(|| newest().map(|member| &member.seen.order)).cloned()
    }

    fn living(&self) -> impl Iterator<Item = &'a Observed> {
        self.members.iter().copied().filter(|member| member.seen.ended.is_none())
    }

    /// Whether a new one had its time to get ready.
    fn is_overdue(&self, member: &Observed) -> bool {
        elapsed(member.seen.started_at, self.now) > self.wished.ready_within
    }

    /// One that says why it is not ready may stay as long as nothing else serves: it is mostly the database that is
    /// missing, and it will be the first to notice its return.
    fn end_what_never_gets_ready(&self, memory: &mut ServiceMemory, plan: &mut Plan) {
        let is_served = self.is_served(&plan.memory);
        for member in self.living().filter(|member| self.is_overdue(member)) {
            let known = known(&mut plan.memory, member);
            if known.was_ready || is_asked(known) {
                continue;
            }
            let why = match &member.readiness {
                Some(Readiness::NotReady(_)) if !is_served && !self.is_beyond(member, NOT_READY_LIMIT) => continue,
                Some(Readiness::NotReady(why) | Readiness::Silent(why)) => why.as_str(),
                Some(Readiness::Ready) => continue,
                None => "it did not say where it listens",
            };
            let why = format!("not ready after {} s: {why}", elapsed(member.seen.started_at, self.now).as_secs());
            let failure = Failure { instance: Some(member.seen.instance.clone()), was_ready: false, why: why.clone() };
            memory.fail(&member.seen.order, failure, self.now);
            known.is_counted = true;
            known.killed_at = Some(self.now);
            plan.steps.push(Step::Stop { instance: member.seen.instance.clone(), how: Stop::Now, why });
        }
    }

    fn is_beyond(&self, member: &Observed, limit: jiff::SignedDuration) -> bool {
        elapsed(member.seen.started_at, self.now) > limit
    }

    /// Whether somebody takes requests.
    fn is_served(&self, memory: &Memory) -> bool {
        self.living().any(|member| member.is_ready() && !is_asked(&remembered(memory, member)))
    }

    fn note_what_is_well(&self, target: Option<&Order>, memory: &mut ServiceMemory, all: &Memory) {
        for member in self.living() {
            let Some(since) = remembered(all, member).ready_since else { continue };
            if elapsed(since, self.now) < WELL_AFTER {
                continue;
            }
            let order = &member.seen.order;
            memory.was_well(order, member.seen.started_at);
            let is_new = memory.good.as_ref() != Some(order);
            if is_new && (target == Some(order) || memory.good.is_none()) {
                memory.good = Some(order.clone());
            }
        }
        let good = memory.good.as_ref();
        memory.attempts.retain(|attempts| Some(&attempts.order) == target || Some(&attempts.order) == good);
    }

    fn sort(&self, target: Option<&Order>, memory: &ServiceMemory, all: &Memory) -> Sorted<'a> {
        let replicas = self.wished.replicas as usize;
        let staying = self.living().filter(|member| !is_asked(&remembered(all, member)));
        let (mut current, mut others): (Vec<_>, Vec<_>) =
            staying.partition(|member| Some(&member.seen.order) == target && !self.is_stale(member, all));
        current.sort_by_key(|member| {
            (Reverse(member.is_ready()), Reverse(self.is_routed(member)), member.seen.started_at)
        });
        let surplus = current.split_off(current.len().min(replicas));
        let settled = current.iter().filter(|member| self.is_settled(member, target, memory, all)).count();
        let good = memory.good.as_ref();
        others.sort_by_key(|member| {
            let is_good = Some(&member.seen.order) == good;
            (Reverse(member.is_ready()), Reverse(is_good), Reverse(member.seen.started_at))
        });
        let replaced = others.split_off(others.len().min(replicas.saturating_sub(settled)));
        let leaving = surplus.into_iter().map(|member| (member, "one more than wished"));
        let leaving = leaving.chain(replaced.into_iter().map(|member| (member, "replaced by a newer one"))).collect();
        Sorted { current, kept: others, leaving, settled }
    }

    /// Whether one that was ready has been of no use for so long that it should be replaced.
    fn is_stale(&self, member: &Observed, all: &Memory) -> bool {
        let known = remembered(all, member);
        let Some(since) = known.unready_since.filter(|_| known.was_ready) else { return false };
        let limit = match member.readiness {
            Some(Readiness::NotReady(_)) => NOT_READY_LIMIT,
            _ => SILENT_LIMIT,
        };
        elapsed(since, self.now) > limit
    }

    /// Whether an older one may go because of it: it is ready, requests can reach it, and after a failure of its order
    /// it must have been well for a while.
    fn is_settled(&self, member: &Observed, target: Option<&Order>, memory: &ServiceMemory, all: &Memory) -> bool {
        let has_failed = target.is_some_and(|order| memory.failures_of(order) > 0);
        let ready_since = remembered(all, member).ready_since;
        let is_well = ready_since.is_some_and(|since| elapsed(since, self.now) >= WELL_AFTER);
        member.is_ready() && self.is_routed(member) && (!has_failed || is_well)
    }

    fn is_routed(&self, member: &Observed) -> bool {
        !is_routed(self.wished.name.kind) || self.routed.contains(&member.seen.instance)
    }

    fn start(&self, target: &Order, sorted: &Sorted<'_>, memory: &mut ServiceMemory, plan: &mut Plan) {
        let replicas = self.wished.replicas as usize;
        let missing = replicas.saturating_sub(sorted.current.len());
        if missing == 0 || !self.is_waiting {
            memory.held_since = None;
        } else if elapsed(*memory.held_since.get_or_insert(self.now), self.now) < HOLD_LIMIT {
            plan.is_moving = true;
            return;
        }
        let mut room = (replicas + 1).saturating_sub(self.living().count());
        let is_served = self.is_served(&plan.memory);
        let may_start = |order: &Order| memory.not_before(order, is_served, self.now).is_none();
        let has_failed = memory.failures_of(target) > 0;
        // After a failure the older order serves until the new one has proven itself.
        if let Some(good) = memory.good.as_ref().filter(|good| has_failed && *good != target) {
            let lacking = replicas.saturating_sub(sorted.settled + sorted.kept.len()).min(room);
            if lacking > 0 && may_start(good) {
                room -= lacking;
                start(good, lacking, "the new one failed: back to the last one that did well", plan);
            }
        }
        if missing > 0 && may_start(target) {
            let at_once = if has_failed { 1 } else { missing };
            let at_once = at_once.min(room).min(plan.starts_left);
            start(target, at_once, self.reason(sorted, has_failed), plan);
        }
        plan.is_moving |= missing > 0 && !memory.is_given_up(target);
    }

    fn reason(&self, sorted: &Sorted<'_>, has_failed: bool) -> &'static str {
        match (has_failed, sorted.kept.is_empty()) {
            (true, _) => "another attempt",
            (false, true) => "wished and not there",
            (false, false) => "in place of an older one",
        }
    }

    /// Requests go to what is ready and stays. One that fell silent a moment ago is kept while there is nothing better.
    fn route(&self, sorted: &Sorted<'_>, plan: &mut Plan) {
        if !is_routed(self.wished.name.kind) {
            return;
        }
        let staying = || sorted.current.iter().chain(&sorted.kept).copied();
        let mut serving: Vec<&Observed> = staying().filter(|member| member.is_ready()).collect();
        if serving.is_empty() {
            serving = staying().filter(|member| self.is_only_late(member, &plan.memory)).collect();
        }
        let mut upstreams: Vec<Upstream> = serving
            .iter()
            .filter_map(|member| {
                Some(Upstream { instance: member.seen.instance.clone(), address: member.seen.address? })
            })
            .collect();
        upstreams.sort_by(|one, other| one.instance.cmp(&other.instance));
        plan.pools.insert(self.wished.name.clone(), Pool { upstreams });
    }

    fn is_only_late(&self, member: &Observed, all: &Memory) -> bool {
        let known = remembered(all, member);
        let since = known.unready_since.filter(|_| known.was_ready);
        let is_silent = matches!(member.readiness, Some(Readiness::Silent(_)));
        is_silent && since.is_some_and(|since| elapsed(since, self.now) < SILENCE_GRACE)
    }
}

/// The part of a service that nobody wishes any more.
pub(super) fn put_away(
    name: &ServiceName,
    members: &[&Observed],
    routed: &BTreeSet<InstanceId>,
    now: Timestamp,
    plan: &mut Plan,
) {
    bury(members, None, now, plan);
    for member in members.iter().filter(|member| member.seen.ended.is_none()) {
        if !is_asked(&remembered(&plan.memory, member)) {
            leave(member, &format!("{name} is not wished any more"), routed, now, plan);
        }
    }
    finish_off(members, now, plan);
}

fn start(order: &Order, count: usize, why: &str, plan: &mut Plan) {
    plan.starts_left = plan.starts_left.saturating_sub(count);
    for _ in 0..count {
        plan.steps.push(Step::Start { order: Box::new(order.clone()), why: why.to_owned() });
    }
}

/// Counts those that ended unasked, and forgets all that ended.
fn bury(members: &[&Observed], mut memory: Option<&mut ServiceMemory>, now: Timestamp, plan: &mut Plan) {
    for member in members {
        let Some(ended) = &member.seen.ended else { continue };
        let known = known(&mut plan.memory, member);
        if !known.is_counted && !is_asked(known) {
            known.is_counted = true;
            let (instance, was_ready) = (Some(member.seen.instance.clone()), known.was_ready);
            if let Some(memory) = memory.as_deref_mut() {
                memory.restarts = memory.restarts.saturating_add(1);
                memory.fail(&member.seen.order, Failure { instance, was_ready, why: ended.how.clone() }, now);
            }
        }
        plan.steps.push(Step::Forget { instance: member.seen.instance.clone() });
        plan.is_moving = true;
    }
}

/// Out of the table first; then, when nobody can know it any more, it is asked to stop.
fn leave(member: &Observed, why: &str, routed: &BTreeSet<InstanceId>, now: Timestamp, plan: &mut Plan) {
    let instance = &member.seen.instance;
    plan.leaving.insert(instance.clone(), why.to_owned());
    plan.is_moving = true;
    let known = known(&mut plan.memory, member);
    if routed.contains(instance) {
        known.out_since = None;
        return;
    }
    let since = *known.out_since.get_or_insert(now);
    if known.was_ready && elapsed(since, now) < LEAVE_MOMENT {
        return;
    }
    known.asked_at = Some(now);
    plan.steps.push(Step::Stop { instance: instance.clone(), how: Stop::Gently, why: why.to_owned() });
}

/// Those that were asked and do not end.
fn finish_off(members: &[&Observed], now: Timestamp, plan: &mut Plan) {
    for member in members.iter().filter(|member| member.seen.ended.is_none()) {
        let known = known(&mut plan.memory, member);
        if !is_asked(known) {
            continue;
        }
        plan.is_moving = true;
        let instance = member.seen.instance.clone();
        plan.leaving.entry(instance.clone()).or_insert_with(|| "asked to stop".to_owned());
        let waited = known.asked_at.map(|asked_at| elapsed(asked_at, now));
        let is_late = match (known.killed_at, waited) {
            (Some(killed_at), _) => elapsed(killed_at, now) >= KILL_AGAIN_AFTER,
            (None, waited) => waited.is_some_and(|waited| waited >= DRAIN_LIMIT),
        };
        let is_deaf = member.is_ready() && waited.is_some_and(|waited| waited >= ASK_AGAIN_AFTER);
        if is_late {
            known.killed_at = Some(now);
            let why = format!("did not end within {} s", DRAIN_LIMIT.as_secs());
            plan.steps.push(Step::Stop { instance, how: Stop::Now, why });
        } else if is_deaf && known.asked_again_at.is_none() {
            known.asked_again_at = Some(now);
            let why = "goes on as if nobody had asked".to_owned();
            plan.steps.push(Step::Stop { instance, how: Stop::Gently, why });
        }
    }
}

fn is_asked(known: &InstanceMemory) -> bool {
    known.asked_at.is_some() || known.killed_at.is_some()
}

fn known<'m>(memory: &'m mut Memory, member: &Observed) -> &'m mut InstanceMemory {
    memory.instances.entry(member.seen.instance.clone()).or_default()
}

fn remembered(memory: &Memory, member: &Observed) -> InstanceMemory {
    memory.instances.get(&member.seen.instance).cloned().unwrap_or_default()
}
