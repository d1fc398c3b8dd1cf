//! A machine as a little model, with all ports of the supervisor: processes that start, get ready, crash, ignore SIGTERM;
//! files that can be full; and a fuse that ends the supervisor at any call.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use clock::{Clock, ManualClock};
use jiff::{SignedDuration, Timestamp};
use platform::names::{InstanceId, JobName, ReleaseName, ServiceName};
use platform::plan::memory::Remembered;
use platform::ports::{PortError, ReleasePrograms, RouteStore, RunStore, Runtime, ViewStore, WishStore};
use platform::routes::{RouteTable, Upstream};
use platform::runtime::{Ended, Order, Purpose, Readiness, Seen, Stop};
use platform::schedule::Run;
use platform::view::{GivenUp, SupervisorView};
use platform::wishes::Wishes;
use tokio::sync::Notify;

use crate::ports::{Observer, Ports};

/// How long a good process takes to get ready, and to end when it is asked.
const READY_AFTER: SignedDuration = SignedDuration::from_secs(1);
const END_TAKES: SignedDuration = SignedDuration::from_millis(300);
const FIRST_PORT: u16 = 4000;
/// How long a job works.
const JOB_TAKES: SignedDuration = SignedDuration::from_secs(90);

/// The machine. Clones are the same one.
#[derive(Clone)]
pub(super) struct Machine {
    pub(super) clock: ManualClock,
    state: Arc<Mutex<State>>,
    blown: Arc<Notify>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) processes: Vec<Process>,
    pub(super) wishes: Wishes,
    pub(super) table: RouteTable,
    pub(super) view: Option<SupervisorView>,
    pub(super) remembered: Option<Remembered>,
    /// Releases whose processes crash before they are ready.
    pub(super) bad: BTreeSet<ReleaseName>,
    /// Services that do not end when they are asked.
    pub(super) stubborn: BTreeSet<ServiceName>,
    /// Calls that fail: `put_routes`, `put_view` …
    pub(super) broken: BTreeSet<&'static str>,
    /// How often each call was made.
    pub(super) calls: BTreeMap<&'static str, usize>,
    /// What the observer heard.
    pub(super) heard: Vec<String>,
    /// Every start and stop, in order.
    pub(super) log: Vec<String>,
    /// How many effects the supervisor may still cause; `None` for any number.
    fuse: Option<usize>,
    /// Time that passes with each look, for a supervisor that runs by itself.
    pub(super) each_look: Option<Duration>,
    number: u32,
}

pub(super) struct Process {
    pub(super) seen: Seen,
    pub(super) asked_at: Option<Timestamp>,
}

impl Machine {
    pub(super) fn new(now: &str) -> Self {
        let clock = ManualClock::new(now.parse().unwrap());
        Self { clock, state: Arc::default(), blown: Arc::default() }
    }

    pub(super) fn ports(&self) -> Ports {
        let machine = || Arc::new(self.clone());
        Ports {
            runtime: machine(),
            wishes: machine(),
            releases: machine(),
            routes: machine(),
            views: machine(),
            runs: machine(),
            clock: Arc::new(self.clock.clone()),
            observer: machine(),
            wake: Arc::default(),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After so many calls the supervisor is no more: the next call never returns.
    pub(super) fn light_fuse(&self, calls: usize) {
        self.state().fuse = Some(calls);
    }

    pub(super) fn put_out_fuse(&self) {
        self.state().fuse = None;
    }

    /// Returns when the fuse has blown.
    pub(super) async fn blown(&self) {
        self.blown.notified().await;
    }

    pub(super) fn pass(&self, by: Duration) {
        self.clock.advance(by);
        let now = self.clock.now();
        let mut state = self.state();
        let (bad, stubborn) = (state.bad.clone(), state.stubborn.clone());
        for process in &mut state.processes {
            process.live(&bad, &stubborn, now);
        }
    }

    pub(super) fn kill(&self, service: &str) {
        let now = self.clock.now();
        let mut state = self.state();
        for process in &mut state.processes {
            if process.seen.instance.0.starts_with(service) {
                process.end(now, None, "signal 9");
            }
        }
    }

    /// The processes that run, as `web@production aaaaaaaa 0`.
    pub(super) fn running(&self) -> Vec<String> {
        let state = self.state();
        let running = state.processes.iter().filter(|process| process.seen.ended.is_none());
        let mut running: Vec<String> = running.map(Process::told).collect();
        running.sort();
        running
    }

    /// What a visitor of a service finds: whether one that takes requests is in the table, and none that is gone or on
    /// its way out.
    pub(super) fn is_served(&self, service: &str) -> bool {
        let state = self.state();
        let pool = state.table.pools.get(&service.parse().unwrap()).cloned().unwrap_or_default();
        let takes_requests = |upstream: &Upstream| {
            let found = state.processes.iter().find(|process| process.seen.instance == upstream.instance);
            found.is_some_and(|process| process.readiness(self.clock.now()) == Readiness::Ready)
        };
        !pool.upstreams.is_empty() && pool.upstreams.iter().all(takes_requests)
    }

    /// One call: counted, refused when it is broken, and never answered when the fuse has blown.
    async fn call(&self, name: &'static str) -> Result<(), PortError> {
        let (is_blown, is_broken) = {
            let mut state = self.state();
            *state.calls.entry(name).or_default() += 1;
            let is_blown = state.fuse == Some(0);
            state.fuse = state.fuse.map(|left| left.saturating_sub(1));
            (is_blown, state.broken.contains(name))
        };
        if is_blown {
            self.blown.notify_one();
            std::future::pending::<()>().await;
        }
        if is_broken {
            return Err(PortError::new(format!("cannot {name}"), "no space left on device"));
        }
        Ok(())
    }
}

impl Process {
    pub(super) fn told(&self) -> String {
        let order = &self.seen.order;
        match &order.purpose {
            Purpose::Service(name) => format!("{name} {} {}", order.release, order.nonce),
            Purpose::Job(name) => format!("job {name}"),
        }
    }

    fn live(&mut self, bad: &BTreeSet<ReleaseName>, stubborn: &BTreeSet<ServiceName>, now: Timestamp) {
        let age = now.duration_since(self.seen.started_at);
        let is_job = matches!(self.seen.order.purpose, Purpose::Job(_));
        if !is_job && age >= SignedDuration::from_millis(300) {
            // Each its own port, by which it is asked.
            self.seen.address = Some(SocketAddr::from(([127, 0, 0, 1], FIRST_PORT + self.seen.process as u16)));
        }
        let is_stubborn = matches!(&self.seen.order.purpose, Purpose::Service(name) if stubborn.contains(name));
        if is_job && age >= JOB_TAKES {
            self.end(now, Some(0), "exit code 0");
        } else if !is_job && bad.contains(&self.seen.order.release) && age >= SignedDuration::from_millis(500) {
            self.end(now, Some(1), "exit code 1");
        } else if self.asked_at.is_some_and(|asked_at| now.duration_since(asked_at) >= END_TAKES) && !is_stubborn {
            self.end(now, None, "signal 15");
        }
    }

    fn end(&mut self, at: Timestamp, code: Option<i32>, how: &str) {
        self.seen.ended.get_or_insert_with(|| Ended { at, code, how: how.to_owned() });
    }

    fn readiness(&self, now: Timestamp) -> Readiness {
        if self.seen.ended.is_some() {
            Readiness::Silent("connection refused".to_owned())
        } else if self.asked_at.is_some() {
            Readiness::NotReady("it is being stopped".to_owned())
        } else if now.duration_since(self.seen.started_at) >= READY_AFTER {
            Readiness::Ready
        } else {
            Readiness::NotReady("loading the catalog".to_owned())
        }
    }
}

#[async_trait]
impl Runtime for Machine {
    async fn start(&self, order: &Order) -> Result<InstanceId, PortError> {
        self.call("start").await?;
        let mut state = self.state();
        state.number += 1;
        let name = match &order.purpose {
            Purpose::Service(name) => name.to_string(),
            Purpose::Job(name) => name.to_string(),
        };
        let instance = InstanceId(format!("{name}.{}", state.number));
        let seen = Seen {
            instance: instance.clone(),
            order: order.clone(),
            process: state.number,
            started_at: self.clock.now(),
            address: None,
            memory_bytes: 40 << 20,
            cpu_ms: 100,
            ended: None,
        };
        state.log.push(format!("start {name}"));
        state.processes.push(Process { seen, asked_at: None });
        Ok(instance)
    }

    async fn look(&self) -> Result<Vec<Seen>, PortError> {
        self.call("look").await?;
        let each_look = self.state().each_look;
        if let Some(by) = each_look {
            self.pass(by);
        }
        Ok(self.state().processes.iter().map(|process| process.seen.clone()).collect())
    }

    async fn stop(&self, instance: &InstanceId, how: Stop) -> Result<(), PortError> {
        self.call("stop").await?;
        let now = self.clock.now();
        let mut state = self.state();
        let name = instance.0.split('.').next().unwrap_or_default().to_owned();
        state.log.push(match how {
            Stop::Gently => format!("stop {name}"),
            Stop::Now => format!("kill {name}"),
        });
        if let Some(process) = state.processes.iter_mut().find(|process| process.seen.instance == *instance) {
            match how {
                Stop::Gently => drop(process.asked_at.get_or_insert(now)),
                Stop::Now => process.end(now, None, "signal 9"),
            }
        }
        Ok(())
    }

    async fn forget(&self, instance: &InstanceId) -> Result<(), PortError> {
        self.call("forget").await?;
        self.state().processes.retain(|process| process.seen.instance != *instance);
        Ok(())
    }

    async fn readiness(&self, address: SocketAddr) -> Readiness {
        let mut state = self.state();
        *state.calls.entry("readiness").or_default() += 1;
        let found = state.processes.iter().find(|process| process.seen.address == Some(address));
        let refused = || Readiness::Silent("connection refused".to_owned());
        found.map_or_else(refused, |process| process.readiness(self.clock.now()))
    }

    fn unkept_limits(&self) -> Vec<String> {
        vec!["memory limits: this machine has no cgroups".to_owned()]
    }
}

#[async_trait]
impl WishStore for Machine {
    async fn wishes(&self) -> Result<Wishes, PortError> {
        self.call("wishes").await?;
        Ok(self.state().wishes.clone())
    }

    async fn change(&self, change: &(dyn for<'a> Fn(&'a mut Wishes) + Sync)) -> Result<Wishes, PortError> {
        let mut state = self.state();
        change(&mut state.wishes);
        Ok(state.wishes.clone())
    }
}

#[async_trait]
impl ReleasePrograms for Machine {
    async fn program(&self, release: &ReleaseName) -> Result<Option<PathBuf>, PortError> {
        self.call("program").await?;
        Ok(Some(PathBuf::from(format!("/releases/{release}/bt"))))
    }
}

#[async_trait]
impl RouteStore for Machine {
    async fn put_routes(&self, table: &RouteTable) -> Result<(), PortError> {
        self.call("put_routes").await?;
        self.state().table = table.clone();
        Ok(())
    }

    async fn routes_since(&self, _seen: Option<u64>) -> Result<Option<(u64, RouteTable)>, PortError> {
        self.call("routes_since").await?;
        Ok(Some((1, self.state().table.clone())))
    }
}

#[async_trait]
impl ViewStore for Machine {
    async fn put_view(&self, view: &SupervisorView) -> Result<(), PortError> {
        self.call("put_view").await?;
        self.state().view = Some(view.clone());
        Ok(())
    }

    async fn view(&self) -> Result<Option<SupervisorView>, PortError> {
        Ok(self.state().view.clone())
    }
}

#[async_trait]
impl RunStore for Machine {
    async fn put_remembered(&self, remembered: &Remembered) -> Result<(), PortError> {
        self.call("put_remembered").await?;
        self.state().remembered = Some(remembered.clone());
        Ok(())
    }

    async fn remembered(&self) -> Result<Option<Remembered>, PortError> {
        self.call("remembered").await?;
        Ok(self.state().remembered.clone())
    }
}

impl Observer for Machine {
    fn job_ended(&self, job: &JobName, run: &Run) {
        self.state().heard.push(format!("{job}: {:?}", run.outcome));
    }

    fn gave_up(&self, service: &ServiceName, given_up: &GivenUp) {
        self.state().heard.push(format!("{service} gave up: {}", given_up.why));
    }

    fn recovered(&self, service: &ServiceName) {
        self.state().heard.push(format!("{service} recovered"));
    }
}
