//! The plan of the jobs: starts what is due, ends what takes too long, and writes down how runs ended.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::desired::DesiredJob;
use crate::names::{InstanceId, JobName};
use crate::plan::{DRAIN_LIMIT, KILL_AGAIN_AFTER, Step, elapsed};
use crate::runtime::{Ended, Purpose, Seen, Stop};
use crate::schedule::{CatchUp, JobRuns, Outcome, Run, RunBook, RunningJob, Schedule};

/// A job that may not be made up for is still started when it is late by less than this: one looks every second, and
/// another job may have been in the way for a moment.
const LATE_LIMIT: SignedDuration = SignedDuration::from_secs(90);

/// What to do about jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobPlan {
    /// What to do.
    pub steps: Vec<Step>,
    /// What the next plan needs.
    pub book: RunBook,
    /// Runs that are over since the last plan.
    pub ended: Vec<(JobName, Run)>,
    /// Why a job waits although it is due.
    pub waits: BTreeMap<JobName, String>,
}

/// What to do now. While `hold` says why, no job is started: a house that just starts has better things to do.
#[must_use]
pub fn plan_jobs(jobs: &[DesiredJob], seen: &[Seen], book: &RunBook, hold: Option<&str>, now: Timestamp) -> JobPlan {
    let mut plan = JobPlan { book: book.clone(), ..JobPlan::default() };
    for job in jobs {
        plan.book.jobs.entry(job.name.clone()).or_insert_with(|| JobRuns::new(done_at_first(job, now)));
    }
    for one in seen {
        if let Purpose::Job(name) = &one.order.purpose {
            meet(name, one, now, &mut plan);
        }
    }
    settle_the_vanished(seen, now, &mut plan);
    for job in jobs {
        end_what_takes_too_long(job, now, &mut plan);
    }
    let is_known = |name: &JobName| jobs.iter().any(|job| job.name == *name);
    plan.book.jobs.retain(|name, runs| is_known(name) || runs.running.is_some());
    for (job, scheduled_for) in due(jobs, &mut plan.book, now) {
        let in_the_way = jobs.iter().find(|other| plan.book.is_running(&other.name) && excludes(job, other));
        match (in_the_way, hold) {
            (Some(other), _) => drop(plan.waits.insert(job.name.clone(), format!("{} is running", other.name))),
            (None, Some(why)) => drop(plan.waits.insert(job.name.clone(), why.to_owned())),
            (None, None) => begin(job, scheduled_for, now, &mut plan),
        }
    }
    plan
}

/// Up to when the moments of a job that was not known before are done with.
fn done_at_first(job: &DesiredJob, now: Timestamp) -> Timestamp {
    match job.catch_up {
        CatchUp::Once | CatchUp::Skip => now,
        CatchUp::FromTheFirst => job.schedule.last(now).map_or(now, just_before),
    }
}

/// Jobs that are due and do not run, with the latest of the moments that they are due for. What was missed and is not
/// made up for is noted in the book as done.
#[must_use]
pub fn due<'a>(jobs: &'a [DesiredJob], book: &mut RunBook, now: Timestamp) -> Vec<(&'a DesiredJob, Timestamp)> {
    let mut due = Vec::new();
    for job in jobs {
        let Some(runs) = book.jobs.get_mut(&job.name).filter(|runs| runs.running.is_none()) else { continue };
        // A clock that was wrong may have written a moment that is still to come.
        runs.do_until(runs.done_until.min(now));
        if runs.due_at(&job.schedule).is_none_or(|due_at| due_at > now) {
            continue;
        }
        let scheduled_for = job.schedule.last(now).unwrap_or(now);
        if job.catch_up == CatchUp::Skip && elapsed(scheduled_for, now) > LATE_LIMIT {
            runs.do_until(scheduled_for);
            runs.due_at(&job.schedule);
            continue;
        }
        due.push((job, scheduled_for));
    }
    due
}

impl RunBook {
    /// Whether a run of the job goes on.
    #[must_use]
    pub fn is_running(&self, job: &JobName) -> bool {
        self.jobs.get(job).is_some_and(|runs| runs.running.is_some())
    }

    /// The process of the run that was just begun.
    pub fn started(&mut self, job: &JobName, instance: InstanceId) {
        if let Some(running) = self.jobs.get_mut(job).and_then(|runs| runs.running.as_mut()) {
            running.instance = Some(instance);
        }
    }

    /// The run that was just begun could not be started: that was it, until the next moment.
    pub fn start_failed(&mut self, job: &JobName, why: String, now: Timestamp) -> Option<Run> {
        let runs = self.jobs.get_mut(job)?;
        runs.end(Outcome::Failed(why), now)
    }
}

impl RunBook {
    /// Runs that ended badly because the house was stopped are no failures: they are due again at the next start.
    pub fn interrupted(&mut self, job: &JobName) {
        let Some(runs) = self.jobs.get_mut(job) else { return };
        if let Some(run) = runs.last.as_mut().filter(|run| run.outcome != Outcome::Fine) {
            run.outcome = Outcome::Unknown("stopped together with the house".to_owned());
            let before = just_before(run.scheduled_for);
            runs.do_until(before);
        }
    }
}

impl JobRuns {
    /// A job whose moments up to then are done with.
    #[must_use]
    pub fn new(known_since: Timestamp) -> Self {
        let schedule = String::new();
        Self { done_until: known_since, due_at: None, schedule, running: None, last: None, succeeded_at: None }
    }

    fn do_until(&mut self, moment: Timestamp) {
        if self.done_until != moment {
            self.done_until = moment;
            self.schedule.clear();
        }
    }

    /// Working a moment out costs as much as all else of a look: it is done once.
    fn due_at(&mut self, schedule: &Schedule) -> Option<Timestamp> {
        let text = schedule.to_string();
        if self.schedule != text {
            self.schedule = text;
            self.due_at = schedule.next(self.done_until);
        }
        self.due_at
    }

    fn end(&mut self, outcome: Outcome, at: Timestamp) -> Option<Run> {
        let RunningJob { scheduled_for, started_at, instance, .. } = self.running.take()?;
        let is_known = |run: &Run| run.scheduled_for == scheduled_for && matches!(run.outcome, Outcome::Unknown(_));
        match &outcome {
            Outcome::Fine => self.succeeded_at = Some(at),
            Outcome::Failed(_) => {}
            // Jobs are safe to repeat. Once: what is never seen to end must not be started again and again.
            Outcome::Unknown(_) if self.last.as_ref().is_some_and(is_known) => {}
            Outcome::Unknown(_) => self.do_until(just_before(scheduled_for)),
        }
        let run = Run { scheduled_for, started_at, ended_at: at, outcome, instance };
        self.last = Some(run.clone());
        Some(run)
    }
}

/// An instance of a job: one that this book knows, or one that an earlier supervisor started.
fn meet(name: &JobName, one: &Seen, now: Timestamp, plan: &mut JobPlan) {
    let started_at = one.started_at;
    let runs = plan.book.jobs.entry(name.clone()).or_insert_with(|| JobRuns::new(started_at.min(now)));
    let Some(ended) = &one.ended else {
        let adopted =
            || RunningJob { scheduled_for: started_at, started_at, instance: None, asked_at: None, killed_at: None };
        let running = runs.running.get_or_insert_with(adopted);
        running.instance.get_or_insert_with(|| one.instance.clone());
        runs.do_until(runs.done_until.max(started_at.min(now)));
        return;
    };
    plan.steps.push(Step::Forget { instance: one.instance.clone() });
    let is_this = |running: &RunningJob| running.instance.as_ref().is_none_or(|instance| *instance == one.instance);
    let is_noted = runs.last.as_ref().is_some_and(|run| run.instance.as_ref() == Some(&one.instance));
    if is_noted || !runs.running.as_ref().is_some_and(is_this) {
        return;
    }
    if let Some(running) = &mut runs.running {
        running.instance = Some(one.instance.clone());
    }
    let outcome = outcome(runs.running.as_ref(), ended);
    plan.ended.extend(runs.end(outcome, ended.at).map(|run| (name.clone(), run)));
}

fn outcome(running: Option<&RunningJob>, ended: &Ended) -> Outcome {
    let asked_at = running.and_then(|running| Some((running.started_at, running.asked_at?)));
    match (asked_at, ended.code) {
        (_, Some(0)) => Outcome::Fine,
        (Some((started_at, asked_at)), _) => {
            let seconds = asked_at.duration_since(started_at).as_secs();
            Outcome::Failed(format!("stopped after {seconds} s, which is its limit"))
        }
        (None, Some(_)) => Outcome::Failed(ended.how.clone()),
        (None, None) if ended.how.contains("signal") => Outcome::Failed(ended.how.clone()),
        (None, None) => Outcome::Unknown(ended.how.clone()),
    }
}

/// Runs whose process nobody sees. Without a process the supervisor ended between the decision and the start: it is due
/// as before.
fn settle_the_vanished(seen: &[Seen], now: Timestamp, plan: &mut JobPlan) {
    for (name, runs) in &mut plan.book.jobs {
        let is_seen = seen.iter().any(|one| one.order.purpose == Purpose::Job(name.clone()));
        let Some(running) = runs.running.as_ref().filter(|_| !is_seen) else { continue };
        if running.instance.is_none() {
            runs.do_until(just_before(running.scheduled_for));
            runs.running = None;
            continue;
        }
        let outcome = Outcome::Unknown("its process was gone".to_owned());
        plan.ended.extend(runs.end(outcome, now).map(|run| (name.clone(), run)));
    }
}

fn just_before(moment: Timestamp) -> Timestamp {
    moment.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(moment)
}

fn end_what_takes_too_long(job: &DesiredJob, now: Timestamp, plan: &mut JobPlan) {
    let Some(running) = plan.book.jobs.get_mut(&job.name).and_then(|runs| runs.running.as_mut()) else { return };
    let Some(instance) = running.instance.clone() else { return };
    if elapsed(running.started_at, now) <= job.limit {
        return;
    }
    let Some(asked_at) = running.asked_at else {
        running.asked_at = Some(now);
        let why = format!("takes longer than {} s, which is its limit", job.limit.as_secs());
        plan.steps.push(Step::Stop { instance, how: Stop::Gently, why });
        return;
    };
    let is_due = match running.killed_at {
        Some(killed_at) => elapsed(killed_at, now) >= KILL_AGAIN_AFTER,
        None => elapsed(asked_at, now) >= DRAIN_LIMIT,
    };
    if is_due {
        running.killed_at = Some(now);
        let why = format!("did not end within {} s", DRAIN_LIMIT.as_secs());
        plan.steps.push(Step::Stop { instance, how: Stop::Now, why });
    }
}

fn excludes(one: &DesiredJob, other: &DesiredJob) -> bool {
    one.name != other.name && (one.never_beside.contains(&other.name) || other.never_beside.contains(&one.name))
}

fn begin(job: &DesiredJob, scheduled_for: Timestamp, now: Timestamp, plan: &mut JobPlan) {
    let Some(runs) = plan.book.jobs.get_mut(&job.name) else { return };
    runs.do_until(scheduled_for);
    runs.running = Some(RunningJob { scheduled_for, started_at: now, instance: None, asked_at: None, killed_at: None });
    let why = format!("due at {scheduled_for}");
    plan.steps.push(Step::Start { order: Box::new(job.order.clone()), why });
}
