//! A machine as a little model: processes that start, get ready after a while, fall silent, crash, and end when they are
//! asked to, or not. It carries plans out, and complains of any that a visitor would suffer from.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::desired::{Desired, DesiredService};
use crate::names::{InstanceId, ServiceName};
use crate::plan::memory::Memory;
use crate::plan::{Observed, Plan, Step, is_routed, plan};
use crate::runtime::{Ended, Order, Purpose, Readiness, ResourceLimits, Seen, Stop};

/// How processes of a release behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// Ready after a second, ends when asked.
    Good,
    /// Ready after a second, does not end when asked.
    Stubborn,
    /// Ends by itself before it is ready.
    CrashesEarly,
    /// Ends by itself two seconds after it was ready.
    CrashesLate,
    /// Never says a word.
    Silent,
    /// Says for ever that it is not ready.
    NotReady,
}

/// How long a good one takes to get ready.
const READY_AFTER: SignedDuration = SignedDuration::from_secs(1);
/// How long one takes to end.
const END_TAKES: SignedDuration = SignedDuration::from_millis(500);

struct Process {
    seen: Seen,
    habit: Habit,
    asked_at: Option<Timestamp>,
    is_wedged: bool,
}

pub(super) struct World {
    pub(super) now: Timestamp,
    pub(super) desired: Desired,
    pub(super) routed: BTreeSet<InstanceId>,
    pub(super) memory: Memory,
    pub(super) habits: BTreeMap<String, Habit>,
    /// Every start: when, and by what.
    pub(super) starts: Vec<(Timestamp, Order)>,
    /// Whether the route table can be put.
    pub(super) is_table_stuck: bool,
    processes: Vec<Process>,
    number: u32,
}

pub(super) fn order(service: &str, release: &str, nonce: u64) -> Order {
    Order {
        purpose: Purpose::Service(service.parse().unwrap()),
        release: release.parse().unwrap(),
        program: "bt".into(),
        arguments: Vec::new(),
        environment: BTreeMap::new(),
        limits: ResourceLimits::default(),
        nonce,
        takes_listeners: false,
    }
}

pub(super) fn wished(service: &str, release: &str, nonce: u64, replicas: u32, after: &[&str]) -> DesiredService {
    DesiredService {
        name: service.parse().unwrap(),
        order: Some(order(service, release, nonce)),
        replicas,
        ready_within: SignedDuration::from_secs(10),
        after: after.iter().map(|name| name.parse().unwrap()).collect(),
    }
}

impl World {
    pub(super) fn new(services: Vec<DesiredService>) -> Self {
        Self {
            now: "2026-11-22T10:00:00Z".parse().unwrap(),
            desired: Desired { services, ..Desired::default() },
            routed: BTreeSet::new(),
            memory: Memory::default(),
            habits: BTreeMap::new(),
            starts: Vec::new(),
            is_table_stuck: false,
            processes: Vec::new(),
            number: 0,
        }
    }

    pub(super) fn habit(&mut self, release: &str, habit: Habit) {
        self.habits.insert(release.to_owned(), habit);
    }

    /// Another order for a service.
    pub(super) fn wish(&mut self, service: &str, release: &str, nonce: u64) {
        let name: ServiceName = service.parse().unwrap();
        let found = self.desired.services.iter_mut().find(|wished| wished.name == name).unwrap();
        found.order = Some(order(service, release, nonce));
    }

    pub(super) fn observed(&self) -> Vec<Observed> {
        self.processes.iter().map(|process| process.observed(self.now)).collect()
    }

    /// The running ones of a service: release, nonce, whether ready.
    pub(super) fn running(&self, service: &str) -> Vec<(String, u64, bool)> {
        let purpose = Purpose::Service(service.parse().unwrap());
        let observed = self.observed();
        let running = observed.iter().filter(|one| one.seen.ended.is_none() && one.seen.order.purpose == purpose);
        running.map(|one| (one.seen.order.release.to_string(), one.seen.order.nonce, one.is_ready())).collect()
    }

    pub(super) fn ids(&self, service: &str) -> Vec<InstanceId> {
        let purpose = Purpose::Service(service.parse().unwrap());
        let running = self.processes.iter().filter(|one| one.seen.ended.is_none() && one.seen.order.purpose == purpose);
        running.map(|one| one.seen.instance.clone()).collect()
    }

    /// A process of somebody else's making, as an earlier supervisor leaves them.
    pub(super) fn spawn(&mut self, order: Order) -> InstanceId {
        self.number += 1;
        let Purpose::Service(name) = &order.purpose else { panic!("{order:?}") };
        let instance = InstanceId(format!("{name}.{}", self.number));
        let habit = self.habits.get(order.release.as_str()).copied().unwrap_or(Habit::Good);
        let seen = Seen {
            instance: instance.clone(),
            order,
            process: self.number,
            started_at: self.now,
            address: None,
            memory_bytes: 0,
            cpu_ms: 0,
            ended: None,
        };
        self.processes.push(Process { seen, habit, asked_at: None, is_wedged: false });
        instance
    }

    /// SIGKILL from outside to the n-th process that runs.
    pub(super) fn kill(&mut self, n: usize) {
        let mut running: Vec<&mut Process> = self.processes.iter_mut().filter(|one| one.seen.ended.is_none()).collect();
        let count = running.len().max(1);
        if let Some(one) = running.get_mut(n % count) {
            one.end(self.now, "signal 9");
        }
    }

    /// The n-th process that runs answers no more, or again.
    pub(super) fn wedge(&mut self, n: usize) {
        let mut running: Vec<&mut Process> = self.processes.iter_mut().filter(|one| one.seen.ended.is_none()).collect();
        let count = running.len().max(1);
        if let Some(one) = running.get_mut(n % count) {
            one.is_wedged = !one.is_wedged;
        }
    }

    /// Time passes for the processes.
    pub(super) fn pass(&mut self, by: SignedDuration) {
        self.now += by;
        for process in &mut self.processes {
            process.live(self.now);
        }
    }

    pub(super) fn plan(&self) -> Plan {
        plan(&self.desired, &self.observed(), &self.routed, &self.memory, self.now)
    }

    /// Looks, plans and acts, up to `most` steps: a supervisor that is killed does not come to the rest.
    pub(super) fn look(&mut self, most: usize) -> Plan {
        let plan = self.plan();
        self.complain(&plan);
        self.memory = plan.memory.clone();
        if !self.is_table_stuck {
            let upstreams = plan.pools.values().flat_map(|pool| &pool.upstreams);
            self.routed = upstreams.map(|upstream| upstream.instance.clone()).collect();
        }
        for step in plan.steps.iter().take(most) {
            match step {
                Step::Start { order, .. } => {
                    self.starts.push((self.now, Order::clone(order)));
                    self.spawn(Order::clone(order));
                }
                Step::Stop { instance, how, .. } => self.stop(instance, *how),
                Step::Forget { instance } => self.processes.retain(|one| one.seen.instance != *instance),
            }
        }
        plan
    }

    /// Looks five times a second for so many seconds.
    pub(super) fn run(&mut self, seconds: i64) {
        for _ in 0..seconds * 5 {
            self.pass(SignedDuration::from_millis(200));
            self.look(usize::MAX);
        }
    }

    fn stop(&mut self, instance: &InstanceId, how: Stop) {
        let now = self.now;
        let Some(one) = self.processes.iter_mut().find(|one| one.seen.instance == *instance) else { return };
        match how {
            Stop::Gently => drop(one.asked_at.get_or_insert(now)),
            Stop::Now => one.end(now, "signal 9"),
        }
    }

    /// What a visitor would suffer from, and what a machine would.
    fn complain(&self, plan: &Plan) {
        let observed = self.observed();
        for wished in &self.desired.services {
            let members: Vec<&Observed> = observed.iter().filter(|one| is_of(one, &wished.name)).collect();
            self.complain_of_routes(wished, &members, plan);
            self.complain_of_stops(&members, plan);
            let living = members.iter().filter(|one| one.seen.ended.is_none()).count();
            let starts: Vec<&Order> = plan.steps.iter().filter_map(start_of).filter(|o| of_order(o, wished)).collect();
            let most = wished.replicas as usize + 1;
            assert!(starts.is_empty() || living + starts.len() <= most, "{} have {living}, {plan:?}", wished.name);
            for order in starts {
                self.complain_of_haste(wished, order, &members, plan);
            }
        }
    }

    /// While a ready one was in the table and was not asked to stop, one stays in it.
    fn complain_of_routes(&self, wished: &DesiredService, members: &[&Observed], plan: &Plan) {
        if !is_routed(wished.name.kind) {
            return;
        }
        let upstreams = &plan.pools[&wished.name].upstreams;
        let is_ready = |id: &InstanceId| members.iter().any(|one| one.seen.instance == *id && one.is_ready());
        let is_asked = |id: &InstanceId| {
            self.memory.instances.get(id).is_some_and(|known| known.asked_at.is_some() || known.killed_at.is_some())
        };
        let was_served = self.routed.iter().any(|id| is_ready(id) && !is_asked(id));
        let is_served = upstreams.iter().any(|upstream| is_ready(&upstream.instance));
        assert!(is_served || !was_served, "the last ready one left the table: {plan:#?}");
    }

    /// What is ready is stopped only when it is in no table and another one of a wished service is.
    fn complain_of_stops(&self, members: &[&Observed], plan: &Plan) {
        for step in &plan.steps {
            let Step::Stop { instance, how, .. } = step else { continue };
            let Some(member) = members.iter().find(|one| one.seen.instance == *instance) else { continue };
            assert!(*how == Stop::Now || !self.routed.contains(instance), "stopped in the table: {step:?}");
            let routed_elsewhere = |one: &&&Observed| one.seen.instance != *instance && one.is_ready();
            // One that was killed and is still there is killed again: it is lost, however ready it looks.
            let known = self.memory.instances.get(instance);
            let is_first = known.is_none_or(|known| known.asked_at.is_none() && known.killed_at.is_none());
            let is_needed = member.is_ready() && is_first;
            assert!(
                !is_needed || members.iter().any(|one| routed_elsewhere(&one)),
                "the only one is stopped: {step:?}"
            );
        }
    }

    /// What failed is not tried at once again.
    fn complain_of_haste(&self, wished: &DesiredService, order: &Order, members: &[&Observed], plan: &Plan) {
        let memory = &plan.memory.services[&wished.name];
        let Some(attempts) = memory.attempts_of(order) else { return };
        let is_good = memory.good.as_ref() == Some(order);
        let is_served = members.iter().any(|one| one.is_ready());
        let doubled = |first_ms: i64, times: u32| (first_ms << times.min(20)).min(60_000);
        let pause_ms = match attempts.failures {
            5.. if !is_good && is_served => 600_000,
            5.. if !is_good => 60_000,
            1 if attempts.was_ready => 0,
            failures if attempts.was_ready => doubled(200, failures - 2),
            failures => doubled(1000, failures - 1),
        };
        let waited = self.now.duration_since(attempts.failed_at);
        assert!(waited >= SignedDuration::from_millis(pause_ms), "again after {waited}: {attempts:?}");
    }
}

fn is_of(one: &Observed, name: &ServiceName) -> bool {
    one.seen.order.purpose == Purpose::Service(name.clone())
}

fn of_order(order: &Order, wished: &DesiredService) -> bool {
    order.purpose == Purpose::Service(wished.name.clone())
}

fn start_of(step: &Step) -> Option<&Order> {
    match step {
        Step::Start { order, .. } => Some(order),
        _ => None,
    }
}

impl Process {
    fn age(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.seen.started_at)
    }

    fn live(&mut self, now: Timestamp) {
        if self.seen.ended.is_some() {
            return;
        }
        let age = self.age(now);
        if age >= SignedDuration::from_millis(300) {
            self.seen.address = Some(([127, 0, 0, 1], 4000).into());
        }
        let is_over = match self.habit {
            Habit::CrashesEarly => age >= SignedDuration::from_millis(500),
            Habit::CrashesLate => age >= READY_AFTER + SignedDuration::from_secs(2),
            _ => false,
        };
        let is_done = self.asked_at.is_some_and(|asked_at| now.duration_since(asked_at) >= END_TAKES);
        if is_over {
            self.end(now, "exit code 1");
        } else if is_done && self.habit != Habit::Stubborn && !self.is_wedged {
            self.end(now, "exit code 0");
        }
    }

    fn end(&mut self, now: Timestamp, how: &str) {
        self.seen.ended.get_or_insert_with(|| Ended { at: now, code: None, how: how.to_owned() });
    }

    fn observed(&self, now: Timestamp) -> Observed {
        let silent = || Readiness::Silent("no answer within a second".to_owned());
        let readiness = match self.habit {
            _ if self.is_wedged => silent(),
            Habit::Silent => silent(),
            Habit::NotReady => Readiness::NotReady("the database does not answer".to_owned()),
            _ if self.asked_at.is_some() => Readiness::NotReady("it is being stopped".to_owned()),
            _ if self.age(now) >= READY_AFTER => Readiness::Ready,
            _ => Readiness::NotReady("loading".to_owned()),
        };
        let is_asked_for = self.seen.ended.is_none() && self.seen.address.is_some();
        Observed { seen: self.seen.clone(), readiness: is_asked_for.then_some(readiness) }
    }
}
