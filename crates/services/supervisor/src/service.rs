//! The supervisor: built from its ports, and its loop.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use platform::compose::compose;
use platform::desired::{Desired, desired};
use platform::names::{InstanceId, ReleaseName, ServiceName};
use platform::plan::memory::Remembered;
use platform::plan::{Observed, Plan, plan};
use platform::routes::RouteTable;
use platform::runtime::Purpose;
use platform::schedule::plan_jobs;
use platform::view::{Phase, SupervisorState, SupervisorView};
use tokio_util::sync::CancellationToken;

use crate::complaints::{Complaints, within};
use crate::config::Config;
use crate::ports::Ports;
use crate::show::CpuSample;

/// Keeps one machine's house running.
#[derive(Debug)]
pub struct Supervisor {
    pub(crate) config: Config,
    pub(crate) ports: Ports,
    pub(crate) state: SupervisorState,
    /// What the next plan needs, and what was last kept of it.
    pub(crate) remembered: Remembered,
    pub(crate) kept: Option<Remembered>,
    /// The table as it was last put; `None` until it is known.
    pub(crate) table: Option<RouteTable>,
    pub(crate) programs: BTreeMap<ReleaseName, PathBuf>,
    pub(crate) complaints: Complaints,
    pub(crate) view: Option<SupervisorView>,
    pub(crate) cpu: BTreeMap<InstanceId, CpuSample>,
    pub(crate) told_given_up: BTreeSet<ServiceName>,
    /// Who said when that it is ready.
    pub(crate) said_ready: BTreeMap<InstanceId, Timestamp>,
    /// Whether nothing moved at the last look.
    pub(crate) is_calm: bool,
    /// Whether jobs may start: from when the site was ready for the first time.
    may_start_jobs: bool,
    is_begun: bool,
}

/// When to look again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Soon,
    Later,
}

/// Puts the supervisor together.
#[must_use]
pub fn build(config: Config, ports: Ports) -> Supervisor {
    let state = SupervisorState {
        process: config.process,
        release: config.house.own.release.clone(),
        started_at: ports.clock.now(),
        phase: Phase::Running,
    };
    Supervisor {
        config,
        ports,
        state,
        remembered: Remembered::default(),
        kept: None,
        table: None,
        programs: BTreeMap::new(),
        complaints: Complaints::default(),
        view: None,
        cpu: BTreeMap::new(),
        told_given_up: BTreeSet::new(),
        said_ready: BTreeMap::new(),
        is_calm: false,
        may_start_jobs: false,
        is_begun: false,
    }
}

impl Supervisor {
    /// Keeps the house running until it is told to stop, then puts everything away, within the limits of the
    /// configuration. Dropped or killed instead, it leaves the house running, and the next one takes it over.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let wake = Arc::clone(&self.ports.wake);
        while !shutdown.is_cancelled() {
            let next = self.tick().await;
            let pause = self.pause(next);
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        self.put_away().await;
    }

    fn pause(&self, next: Next) -> Duration {
        match next {
            Next::Soon => self.config.pace.moving,
            Next::Later => self.config.pace.calm,
        }
    }

    /// Looks, plans and acts once.
    pub(crate) async fn tick(&mut self) -> Next {
        if !self.is_begun {
            self.begin().await;
        }
        if self.table.is_none() {
            self.read_routes().await;
        }
        self.read_wishes().await;
        let desired = self.desired().await;
        let Some(observed) = self.observe().await else { return Next::Later };
        let now = self.ports.clock.now();
        let routed = self.routed(&observed);
        let plan = plan(&desired, &observed, &routed, &self.remembered.plan, now);
        let seen: Vec<_> = observed.iter().map(|one| one.seen.clone()).collect();
        let hold = self.hold(&desired, &observed, now);
        let jobs = plan_jobs(&desired.jobs, &seen, &self.remembered.runs, hold, now);
        self.remembered.plan = plan.memory.clone();
        self.remembered.runs = jobs.book.clone();
        // Before anything is done: whoever comes after us must know what was decided.
        self.keep().await;
        self.put_routes(&plan).await;
        let steps: Vec<_> = plan.steps.iter().chain(&jobs.steps).cloned().collect();
        self.act(&steps).await;
        self.tell_ended(&jobs);
        self.show(&desired, &observed, &plan, &jobs).await;
        let is_moving = plan.is_moving || !steps.is_empty() || self.routed(&observed) != routed;
        self.is_calm = !is_moving;
        if is_moving { Next::Soon } else { Next::Later }
    }

    /// What an earlier supervisor left.
    async fn begin(&mut self) {
        let limit = self.config.pace.answer_limit;
        let what = "reading what the last supervisor remembered";
        let remembered = within(limit, what, self.ports.runs.remembered()).await;
        let Some(remembered) = self.complaints.hear(what, remembered) else {
            // Failures are forgotten then, and jobs are due at their next moment: nothing that the house cannot bear.
            self.is_begun = true;
            return;
        };
        self.is_begun = true;
        self.kept.clone_from(&remembered);
        self.remembered = remembered.unwrap_or_default();
    }

    /// What the edge goes by, until the first table of this supervisor.
    async fn read_routes(&mut self) {
        let what = "reading the route table";
        let read = within(self.config.pace.answer_limit, what, self.ports.routes.routes_since(None)).await;
        if let Some(read) = self.complaints.hear(what, read) {
            self.table = Some(read.map(|(_, table)| table).unwrap_or_default());
        }
    }

    async fn read_wishes(&mut self) {
        let what = "reading the wishes";
        let wishes = within(self.config.pace.answer_limit, what, self.ports.wishes.wishes()).await;
        // Unreadable, the last ones hold, also those that an earlier supervisor acted on.
        if let Some(wishes) = self.complaints.hear(what, wishes) {
            self.remembered.wishes = wishes;
        }
    }

    pub(crate) async fn desired(&mut self) -> Desired {
        let wished: BTreeSet<ReleaseName> = self.remembered.wishes.releases.values().cloned().collect();
        let mut programs = BTreeMap::new();
        for release in wished {
            let what = format!("looking for release {release}");
            let program = within(self.config.pace.answer_limit, &what, self.ports.releases.program(&release)).await;
            let program = match self.complaints.hear(&what, program) {
                Some(program) => program,
                None => self.programs.get(&release).cloned(),
            };
            programs.extend(program.map(|program| (release, program)));
        }
        self.programs = programs;
        desired(&self.config.house, &self.remembered.wishes, &self.programs)
    }

    /// The instances in the route table, as the edge knows it. While that is unknown, all of them may be in it.
    fn routed(&self, observed: &[Observed]) -> BTreeSet<InstanceId> {
        match &self.table {
            Some(table) => {
                let upstreams = table.pools.values().flat_map(|pool| &pool.upstreams);
                upstreams.map(|upstream| upstream.instance.clone()).collect()
            }
            None => observed.iter().map(|one| one.seen.instance.clone()).collect(),
        }
    }

    /// Why jobs wait: at the start the site comes first, for a while.
    fn hold(&mut self, desired: &Desired, observed: &[Observed], now: Timestamp) -> Option<&'static str> {
        let is_ready = |name: &ServiceName| {
            let purpose = Purpose::Service(name.clone());
            observed.iter().any(|one| one.is_ready() && one.seen.order.purpose == purpose)
        };
        let of_production = |name: &&ServiceName| name.environment.as_ref().is_some_and(|name| name.is_production());
        let mut site = desired.services.iter().map(|wished| &wished.name).filter(of_production);
        let waited = now.duration_since(self.state.started_at);
        if site.all(is_ready) || waited >= self.config.pace.jobs_wait {
            self.may_start_jobs = true;
        }
        if self.may_start_jobs { None } else { Some("the site is starting") }
    }

    pub(crate) async fn keep(&mut self) {
        if self.kept.as_ref() == Some(&self.remembered) {
            return;
        }
        let what = "keeping what the next supervisor must know";
        let kept = within(self.config.pace.answer_limit, what, self.ports.runs.put_remembered(&self.remembered)).await;
        if self.complaints.hear(what, kept).is_some() {
            self.kept = Some(self.remembered.clone());
        }
    }

    async fn put_routes(&mut self, plan: &Plan) {
        let maintenance = self.remembered.wishes.maintenance.as_ref();
        let table = compose(&self.config.hosts, &plan.pools, maintenance);
        if self.table.as_ref() == Some(&table) {
            return;
        }
        let what = "putting the route table";
        let put = within(self.config.pace.answer_limit, what, self.ports.routes.put_routes(&table)).await;
        // Not put, the edge goes by the old one, and nothing that is in it is stopped.
        if self.complaints.hear(what, put).is_some() {
            self.table = Some(table);
        }
    }
}
