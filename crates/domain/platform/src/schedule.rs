//! Schedules of jobs: when each is due, what was missed, and what may not run at the same time.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::names::{InstanceId, JobName};

/// What is known of all jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunBook {
    /// By job.
    pub jobs: BTreeMap<JobName, JobRuns>,
}

/// What is known of one job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRuns {
    /// Moments up to here are done with: it is due at the next one. At first, when the job became known.
    pub done_until: Timestamp,
    /// The run that goes on.
    #[serde(default)]
    pub running: Option<RunningJob>,
    /// The last run that ended.
    #[serde(default)]
    pub last: Option<Run>,
    /// When a run last ended well.
    #[serde(default)]
    pub succeeded_at: Option<Timestamp>,
}

/// A run that goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunningJob {
    /// The moment of the schedule that it is for.
    pub scheduled_for: Timestamp,
    /// When it was started.
    pub started_at: Timestamp,
    /// Its process; `None` for the moment between the decision and the start.
    pub instance: Option<InstanceId>,
    /// When it was asked to stop, because it took too long.
    #[serde(default)]
    pub asked_at: Option<Timestamp>,
}

/// A run that ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The moment of the schedule that it was for.
    pub scheduled_for: Timestamp,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How.
    pub outcome: Outcome,
    /// Its process, whose log tells more; `None` when it could not be started.
    pub instance: Option<InstanceId>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It did what it should.
    Fine,
    /// It did not; in words: `exit code 1`, `stopped after 2 h, which is its limit`.
    Failed(String),
}
