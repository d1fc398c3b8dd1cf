//! Makes the view of what is desired, seen and planned.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::desired::{Desired, DesiredJob, DesiredService};
use crate::names::{InstanceId, ServiceName};
use crate::plan::memory::{Attempts, InstanceMemory, ServiceMemory};
use crate::plan::{GIVEN_UP_PAUSE, Observed, PAUSE_LIMIT, Plan};
use crate::runtime::{Purpose, Readiness};
use crate::schedule::{JobPlan, JobRuns};
use crate::view::{GivenUp, InstanceState, InstanceView, JobView, ServiceView, SupervisorState, SupervisorView};
use crate::wishes::Wishes;

/// Everything that a view is made of.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'a> {
    /// Who looks.
    pub supervisor: &'a SupervisorState,
    /// What is wished.
    pub wishes: &'a Wishes,
    /// What should run.
    pub desired: &'a Desired,
    /// What was seen.
    pub observed: &'a [Observed],
    /// What was planned.
    pub plan: &'a Plan,
    /// What was planned about jobs.
    pub jobs: &'a JobPlan,
    /// Thousandths of one core that each instance used over the last seconds.
    pub cpu_permille: &'a BTreeMap<InstanceId, u32>,
    /// When it was looked.
    pub now: Timestamp,
}

/// The view, without what only the supervisor itself knows: unkept limits, its own problems, where the house listens.
#[must_use]
pub fn make(sight: &Sight<'_>) -> SupervisorView {
    SupervisorView {
        at: sight.now,
        supervisor: sight.supervisor.clone(),
        wishes: sight.wishes.clone(),
        services: sight.desired.services.iter().map(|wished| service(wished, sight)).collect(),
        instances: sight.observed.iter().map(|one| instance(one, sight)).collect(),
        jobs: jobs(sight),
        unkept_limits: Vec::new(),
        problems: sight.desired.problems.clone(),
        listens: BTreeMap::new(),
    }
}

fn service(wished: &DesiredService, sight: &Sight<'_>) -> ServiceView {
    let memory = sight.plan.memory.services.get(&wished.name).cloned().unwrap_or_default();
    let living = living(&wished.name, sight);
    let ready = living.iter().filter(|one| one.is_ready()).count();
    let ready = u32::try_from(ready).unwrap_or(u32::MAX);
    let is_wished = |one: &&Observed| {
        one.is_ready()
            && Some(&one.seen.order) == wished.order.as_ref()
            && !sight.plan.leaving.contains_key(&one.seen.instance)
    };
    let is_settled = living.len() == wished.replicas as usize && living.iter().all(is_wished);
    let given_up = given_up(wished, &memory, ready > 0);
    let says = match &given_up {
        Some(given_up) => says_given_up(given_up, sight.now),
        None => says(wished, &memory, &living, ready, sight),
    };
    ServiceView {
        service: wished.name.clone(),
        release: wished.order.as_ref().map(|order| order.release.clone()),
        nonce: wished.order.as_ref().map_or(0, |order| order.nonce),
        replicas: wished.replicas,
        ready,
        is_settled,
        given_up,
        restarts: memory.restarts,
        says,
    }
}

fn living<'a>(service: &ServiceName, sight: &Sight<'a>) -> Vec<&'a Observed> {
    let purpose = Purpose::Service(service.clone());
    let observed = sight.observed.iter();
    observed.filter(|one| one.seen.ended.is_none() && one.seen.order.purpose == purpose).collect()
}

fn given_up(wished: &DesiredService, memory: &ServiceMemory, is_served: bool) -> Option<GivenUp> {
    let order = wished.order.as_ref().filter(|order| memory.is_given_up(order))?;
    let Attempts { failures, failed_at, why, instance, .. } = memory.attempts_of(order)?.clone();
    let pause = if is_served { GIVEN_UP_PAUSE } else { PAUSE_LIMIT };
    let again_at = failed_at.checked_add(pause).unwrap_or(failed_at);
    Some(GivenUp { release: order.release.clone(), failures, failed_at, why, instance, is_served, again_at })
}

fn says_given_up(given_up: &GivenUp, now: Timestamp) -> String {
    let GivenUp { release, failures, why, is_served, again_at, .. } = given_up;
    let meanwhile = if *is_served { "the older one serves" } else { "nothing serves" };
    let wait = seconds_until(*again_at, now);
    format!("release {release} failed {failures} times in a row ({why}); {meanwhile}; next attempt in {wait} s")
}

fn says(
    wished: &DesiredService,
    memory: &ServiceMemory,
    living: &[&Observed],
    ready: u32,
    sight: &Sight<'_>,
) -> String {
    let of_all = format!("{ready} of {} ready", wished.replicas);
    let is_new = |one: &&&Observed| Some(&one.seen.order) == wished.order.as_ref();
    let attempts = wished.order.as_ref().and_then(|order| memory.attempts_of(order));
    let is_there = living.iter().filter(is_new).count() >= wished.replicas as usize;
    if let Some(attempts) = attempts.filter(|_| !is_there) {
        return format!("{of_all}; {}", says_failed(attempts, memory, ready > 0, sight.now));
    }
    if memory.held_since.is_some() {
        let names: Vec<String> = wished.after.iter().map(ToString::to_string).collect();
        return format!("{of_all}; waits until {} are ready", names.join(" and "));
    }
    let waiting = living.iter().find(|one| !one.is_ready() && is_new(one));
    match (waiting, living.len() > wished.replicas as usize) {
        (Some(_), true) => format!("{of_all}; a new one starts beside the old one"),
        (Some(one), false) => match says_unready(one) {
            "" => format!("{of_all}; starting"),
            why => format!("{of_all}; {why}"),
        },
        (None, true) => format!("{of_all}; the old one leaves"),
        (None, false) => of_all,
    }
}

fn says_failed(attempts: &Attempts, memory: &ServiceMemory, is_served: bool, now: Timestamp) -> String {
    let times =
        if attempts.failures == 1 { "once".to_owned() } else { format!("{} times in a row", attempts.failures) };
    let next = match memory.not_before(&attempts.order, is_served, now) {
        Some(moment) => format!("next attempt in {} s", seconds_until(moment, now)),
        None => "next attempt now".to_owned(),
    };
    format!("failed {times} ({}); {next}", attempts.why)
}

fn says_unready(one: &Observed) -> &str {
    match &one.readiness {
        Some(Readiness::NotReady(why) | Readiness::Silent(why)) => why,
        _ => "",
    }
}

fn seconds_until(moment: Timestamp, now: Timestamp) -> i64 {
    // The part of a second that is left counts as one.
    (moment.duration_since(now).as_millis().max(0) as i64).saturating_add(999) / 1000
}

fn instance(one: &Observed, sight: &Sight<'_>) -> InstanceView {
    let seen = &one.seen;
    let known = sight.plan.memory.instances.get(&seen.instance).cloned().unwrap_or_default();
    let leaving = sight.plan.leaving.get(&seen.instance);
    let wished = sight.desired.services.iter().filter_map(|wished| wished.order.as_ref());
    let says = match (leaving, &seen.ended) {
        (_, Some(ended)) => ended.how.clone(),
        (Some(why), None) => why.clone(),
        (None, None) => says_unready(one).to_owned(),
    };
    InstanceView {
        instance: seen.instance.clone(),
        purpose: seen.order.purpose.clone(),
        release: seen.order.release.clone(),
        nonce: seen.order.nonce,
        is_current: wished.chain(sight.desired.jobs.iter().map(|job| &job.order)).any(|order| *order == seen.order),
        state: state(one, &known, leaving.is_some()),
        says,
        process: seen.process,
        started_at: seen.started_at,
        address: seen.address,
        memory_bytes: seen.memory_bytes,
        cpu_ms: seen.cpu_ms,
        cpu_permille: sight.cpu_permille.get(&seen.instance).copied().unwrap_or(0),
    }
}

fn state(one: &Observed, known: &InstanceMemory, is_leaving: bool) -> InstanceState {
    match &one.seen.order.purpose {
        _ if one.seen.ended.is_some() => InstanceState::Ended,
        Purpose::Job(_) => InstanceState::Working,
        Purpose::Service(_) if known.asked_at.is_some() || known.killed_at.is_some() => InstanceState::Stopping,
        Purpose::Service(_) if is_leaving => InstanceState::Leaving,
        Purpose::Service(_) if one.is_ready() => InstanceState::Ready,
        Purpose::Service(_) if known.was_ready => InstanceState::Unready,
        Purpose::Service(_) => InstanceState::Starting,
    }
}

fn jobs(sight: &Sight<'_>) -> Vec<JobView> {
    let jobs = sight.desired.jobs.iter();
    jobs.map(|job| {
        let runs = sight.jobs.book.jobs.get(&job.name);
        let running_since = runs.and_then(|runs| Some(runs.running.as_ref()?.started_at));
        JobView {
            job: job.name.clone(),
            schedule: job.schedule.to_string(),
            running_since,
            last: runs.and_then(|runs| runs.last.clone()),
            succeeded_at: runs.and_then(|runs| runs.succeeded_at),
            next_at: next_at(job, runs, sight.now),
            waits: sight.jobs.waits.get(&job.name).cloned().unwrap_or_default(),
        }
    })
    .collect()
}

fn next_at(job: &DesiredJob, runs: Option<&JobRuns>, now: Timestamp) -> Option<Timestamp> {
    let known = runs.filter(|runs| runs.schedule == job.schedule.to_string()).and_then(|runs| runs.due_at);
    // Nothing lies between what is done with and what is due.
    known.filter(|due_at| *due_at > now).or_else(|| job.schedule.next(now))
}
