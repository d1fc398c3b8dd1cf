//! Running things: what is ordered of a runtime, and what it sees. One machine has processes, a cluster has pods.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::names::{InstanceId, JobName, ReleaseName, ServiceName};

/// What an instance is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A service, which runs until it is told to stop.
    Service(ServiceName),
    /// A piece of work, which ends by itself.
    Job(JobName),
}

/// Everything that one instance runs by. Two orders with the same text are the same; another text makes a replacement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// What it is for.
    pub purpose: Purpose,
    /// The build.
    pub release: ReleaseName,
    /// The program's file.
    pub program: PathBuf,
    /// What follows the program on its command line. Never a secret.
    pub arguments: Vec<String>,
    /// Added to what the supervisor hands on of its own environment.
    pub environment: BTreeMap<String, String>,
    /// What it may use.
    pub limits: ResourceLimits,
    /// Counts restarts that were asked for.
    pub nonce: u64,
    /// Whether it is handed the listeners of the house.
    pub takes_listeners: bool,
}

/// What an instance may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceLimits {
    /// Memory in MiB, beyond which it is ended; `None` for no limit.
    pub memory_mib: Option<u64>,
    /// Percent of one core; `None` for no limit.
    pub cpu_percent: Option<u32>,
}

/// An instance as a runtime sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Which.
    pub instance: InstanceId,
    /// What it was ordered as.
    pub order: Order,
    /// Its process.
    pub process: u32,
    /// When it was started.
    pub started_at: Timestamp,
    /// Where it listens; `None` until it has said so, and for jobs.
    pub address: Option<SocketAddr>,
    /// Resident memory in bytes.
    pub memory_bytes: u64,
    /// Processor time so far, in milliseconds.
    pub cpu_ms: u64,
    /// How it ended; `None` while it runs. An ended instance is seen until it is forgotten.
    pub ended: Option<Ended>,
}

/// How an instance ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When that was seen.
    pub at: Timestamp,
    /// The exit code; `None` when a signal ended it, or when nobody was there to see it.
    pub code: Option<i32>,
    /// In words: `exit code 1`, `signal 9`, `ended while the supervisor was away`.
    pub how: String,
}

/// How an instance is asked to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// Finish what is being answered, then end (SIGTERM).
    Gently,
    /// At once (SIGKILL).
    Now,
}

/// What an instance says of its own readiness.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// It takes requests.
    Ready,
    /// It answers, and asks for no requests yet; why.
    NotReady(String),
    /// It does not answer; why.
    Silent(String),
}
