//! People and schedules in memory, beside a catalog in memory: the same promises as over Postgres (`tests/contracts`
//! holds both to them), without a server. For tests of services.

mod accounts;
mod schedules;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::accounts::person::{Person, PersonId};
use catalog::ids::CourseId;
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
    /// The last key given to anything. All things share one row of keys, so that no test relies on two being equal.
    last_key: u64,
}

/// Somebody and what is theirs.
#[derive(Debug)]
struct Account {
    person: Person,
    /// The first saved first.
    saved: Vec<CourseId>,
    /// The oldest first.
    schedules: Vec<Schedule>,
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
