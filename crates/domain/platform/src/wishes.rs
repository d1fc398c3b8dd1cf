//! What people wish: which release each environment runs, and what is to be started anew. The supervisor makes it so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::names::{Environment, ReleaseName, ServiceName};

/// Everything that is wished. The commands write it, the supervisor reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wishes {
    /// Environments that run a release of their own; the others, production and staging among them, run the program
    /// that `bt up` itself is.
    pub releases: BTreeMap<Environment, ReleaseName>,
    /// How often a service was asked to be started anew: another number makes a rolling replacement.
    pub restarts: BTreeMap<ServiceName, u64>,
    /// What all visitors are told instead of the site, while it is closed for work; `None` while it is open.
    pub maintenance: Option<Maintenance>,
}

/// The site is closed for work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maintenance {
    /// Why, and until when, in one line for visitors.
    pub reason: String,
}
