//! People, guests and what is theirs in memory, beside a catalog in memory: the same promises as over Postgres
//! (`tests/contracts` holds both to them), without a server. For tests of services.

mod accounts;
mod alerts;
mod collections;
mod feedback;
mod guests;
mod histories;
mod links;
mod schedules;
mod sessions;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::accounts::collection::Collection;
use ::accounts::guest::GuestId;
use ::accounts::person::{Person, PersonId};
use ::accounts::session::{Session, TokenHash};
use catalog::ids::CourseId;
use jiff::Timestamp;
use planner::history::{Timeline, Version, VersionNumber};
use planner::link::Link;
use planner::schedule::Schedule;

use crate::memory_store::MemoryStore;

/// People as long as its clones live. Courses and sections are those of the store beside it.
#[derive(Clone, Debug)]
pub struct MemoryPeople {
    catalog: MemoryStore,
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug, Default)]
struct Shared {
    accounts: BTreeMap<PersonId, Account>,
    guests: BTreeMap<GuestId, Guest>,
    sessions: BTreeMap<TokenHash, Session>,
    /// Of everybody, the oldest first.
    schedules: Vec<Shelved>,
    /// The oldest first.
    reports: Vec<feedback::Filed>,
    alerting: alerts::Alerting,
    /// The last key given to anything. All things share one row of keys, so that no test relies on two being equal.
    last_key: u64,
}

/// Somebody and what is theirs.
#[derive(Debug)]
struct Account {
    person: Person,
    /// The first saved first.
    saved: Vec<(CourseId, Timestamp)>,
    /// The oldest first.
    collections: Vec<Collection>,
}

#[derive(Debug)]
struct Guest {
    hash: TokenHash,
    last_seen_at: Timestamp,
}

/// A schedule and what hangs on it.
#[derive(Debug)]
struct Shelved {
    schedule: Schedule,
    timeline: Timeline,
    /// Each version with the schedule as it was.
    versions: BTreeMap<VersionNumber, (Version, Schedule)>,
    links: Vec<Link>,
}

impl MemoryPeople {
    /// Nobody yet.
    #[must_use]
    pub fn beside(catalog: &MemoryStore) -> Self {
        Self { catalog: catalog.clone(), shared: Arc::default() }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn next_key(&mut self) -> u64 {
        self.last_key += 1;
        self.last_key
    }
}
