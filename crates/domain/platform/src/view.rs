//! What the supervisor shows of itself: `bt ps`, `bt schedule` and `bt restart` read it.

mod make;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::names::{InstanceId, JobName, ReleaseName, ServiceName};
use crate::runtime::Purpose;
use crate::schedule::Run;
use crate::wishes::Wishes;

pub use crate::view::make::{Sight, make};

/// The house as its supervisor sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisorView {
    /// When it was written. Older than [`FRESH_FOR_SECONDS`]: the supervisor is not running, or is stuck.
    pub at: Timestamp,
    /// Who wrote it.
    pub supervisor: SupervisorState,
    /// The wishes that are being acted on.
    pub wishes: Wishes,
    /// Each wished service, in the order of starting.
    pub services: Vec<ServiceView>,
    /// Each process, also those on their way out.
    pub instances: Vec<InstanceView>,
    /// Each scheduled job.
    pub jobs: Vec<JobView>,
    /// Limits that cannot be kept on this machine, and why.
    pub unkept_limits: Vec<String>,
    /// What else is wrong, in sentences.
    pub problems: Vec<String>,
    /// Where the edge really listens, by the names of its listeners; empty in a view of an older release.
    #[serde(default)]
    pub listens: BTreeMap<String, SocketAddr>,
}

/// A view is written anew at least this often.
pub const FRESH_FOR_SECONDS: i64 = 15;

impl SupervisorView {
    /// Whether whoever wrote it is still there.
    #[must_use]
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.supervisor.phase != Phase::Stopped && now.duration_since(self.at).as_secs() <= FRESH_FOR_SECONDS
    }
}

/// Who supervises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisorState {
    /// Its process.
    pub process: u32,
    /// Its build.
    pub release: ReleaseName,
    /// When it was started.
    pub started_at: Timestamp,
    /// What it is doing.
    pub phase: Phase,
}

/// What a supervisor is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It keeps the house running.
    Running,
    /// It is putting everything away.
    Stopping,
    /// Everything is put away; this is its last word.
    Stopped,
}

/// A wished service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceView {
    /// Which.
    pub service: ServiceName,
    /// The release it should run; `None` when that release is not on this machine.
    pub release: Option<ReleaseName>,
    /// The restart that it should have had.
    pub nonce: u64,
    /// How many instances it should have.
    pub replicas: u32,
    /// How many are ready, whatever their order.
    pub ready: u32,
    /// Whether exactly the wished instances run, and all are ready. After a wish, this is what one waits for.
    pub is_settled: bool,
    /// Set when the order failed so often that it is not tried for a while; the old one stays in service if there is one.
    pub given_up: Option<GivenUp>,
    /// How often an instance ended unasked.
    pub restarts: u32,
    /// In one sentence: `1 of 1 ready`, `a new one is starting`, `failed 3 times: exit code 1; next try in 4 s`.
    pub says: String,
}

/// An order that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenUp {
    /// The release that failed.
    pub release: ReleaseName,
    /// How often in a row.
    pub failures: u32,
    /// The last time.
    pub failed_at: Timestamp,
    /// The last failure, in words.
    pub why: String,
    /// Whose log lines tell more: `bt logs <service>` shows them.
    pub instance: Option<InstanceId>,
    /// Whether an older order is in service meanwhile.
    pub is_served: bool,
    /// When it is tried again without a new wish.
    pub again_at: Timestamp,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceView {
    /// Which.
    pub instance: InstanceId,
    /// What it is for.
    pub purpose: Purpose,
    /// Its build.
    pub release: ReleaseName,
    /// The restart that it had.
    pub nonce: u64,
    /// Whether its order is the wished one.
    pub is_current: bool,
    /// How it is.
    pub state: InstanceState,
    /// Why it is not ready, or why it leaves; empty when there is nothing to say.
    pub says: String,
    /// Its process id.
    pub process: u32,
    /// When it was started.
    pub started_at: Timestamp,
    /// Where it listens.
    pub address: Option<SocketAddr>,
    /// Resident memory in bytes.
    pub memory_bytes: u64,
    /// Processor time so far, in milliseconds.
    pub cpu_ms: u64,
    /// Thousandths of one core over the last seconds.
    pub cpu_permille: u32,
}

/// How a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstanceState {
    /// It was not ready yet.
    Starting,
    /// It takes requests.
    Ready,
    /// It was ready and is not.
    Unready,
    /// It is on its way out: it gets no new requests.
    Leaving,
    /// It was asked to stop and finishes what it has.
    Stopping,
    /// A job at work.
    Working,
    /// It ended.
    Ended,
}

impl InstanceState {
    /// For people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Unready => "not ready",
            Self::Leaving => "leaving",
            Self::Stopping => "stopping",
            Self::Working => "working",
            Self::Ended => "ended",
        }
    }
}

impl fmt::Display for InstanceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A scheduled job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobView {
    /// Which.
    pub job: JobName,
    /// Its schedule as it was written, and the zone: `0 2 * * * America/Los_Angeles`.
    pub schedule: String,
    /// Since when a run goes on.
    pub running_since: Option<Timestamp>,
    /// The last run that ended.
    pub last: Option<Run>,
    /// When a run last ended well.
    pub succeeded_at: Option<Timestamp>,
    /// When it runs next; `None` when the schedule has no further moment.
    pub next_at: Option<Timestamp>,
    /// Why it waits although it is due; empty otherwise.
    pub waits: String,
}
