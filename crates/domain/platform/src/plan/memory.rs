//! What the supervisor keeps in mind between two looks. All of it can be written down and read again: a supervisor that
//! was killed goes on where it was. Nothing here changes while the house is calm.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::names::{InstanceId, ServiceName};
use crate::runtime::Order;
use crate::schedule::RunBook;
use crate::wishes::Wishes;

/// Everything that a supervisor leaves to the next one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remembered {
    /// Of services and their instances.
    pub plan: Memory,
    /// Of jobs.
    pub runs: RunBook,
    /// The wishes that were acted on last: they hold while the file of wishes cannot be read.
    pub wishes: Wishes,
}

/// What [`crate::plan::plan`] keeps in mind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// By service; none for one that nobody wishes.
    pub services: BTreeMap<ServiceName, ServiceMemory>,
    /// By instance; none for one that is seen no more.
    pub instances: BTreeMap<InstanceId, InstanceMemory>,
}

/// Of one service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceMemory {
    /// The last order that was well for a while: what one goes back to.
    pub good: Option<Order>,
    /// Failures in a row, by order.
    pub attempts: Vec<Attempts>,
    /// How often an instance ended unasked since the service is wished.
    pub restarts: u32,
    /// Since when it has been waiting for other services to be ready.
    pub held_since: Option<Timestamp>,
}

/// Failures of one order, in a row: forgotten as soon as an instance of it was well for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// What was tried.
    pub order: Order,
    /// How often it failed.
    pub failures: u32,
    /// When it failed last.
    pub failed_at: Timestamp,
    /// Whether that instance had been ready before it failed.
    pub was_ready: bool,
    /// The last failure in words.
    pub why: String,
    /// Which instance failed last, whose log tells more; `None` when it could not even be started.
    pub instance: Option<InstanceId>,
}

/// Of one instance of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InstanceMemory {
    /// Since when it is ready without a break.
    pub ready_since: Option<Timestamp>,
    /// Since when it runs and is not ready.
    pub unready_since: Option<Timestamp>,
    /// Whether it ever was ready.
    pub was_ready: bool,
    /// Since when it is to leave and is in the route table no more.
    pub out_since: Option<Timestamp>,
    /// When it was asked to stop gently.
    pub asked_at: Option<Timestamp>,
    /// When it was asked once more, because it went on as if nobody had asked.
    pub asked_again_at: Option<Timestamp>,
    /// When it was last made to stop at once.
    pub killed_at: Option<Timestamp>,
    /// Whether its failure is among the [`Attempts`] already.
    pub is_counted: bool,
}
