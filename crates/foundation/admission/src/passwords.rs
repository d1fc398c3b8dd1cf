//! Basic auth against files of passwords.
//!
//! A file has lines `name:hash`, with hashes of argon2 (as [`password_line`] makes them) or bcrypt (as `htpasswd -B`
//! does). A file that changes is read again within a second; a line that cannot be read lets nobody in and is told with
//! its number, and so does a whole file.
//!
//! To check a password takes some 20 ms of one core and 19 MiB, which is what keeps a stolen file of little use. So it
//! is done beside the async threads, a few at a time with a short queue; who was right a moment ago is known by a keyed
//! hash; and who is wrong too often waits. An unknown name costs what a known one does.

mod basic;
mod hash;
mod lines;
mod list;
mod verified;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clock::Clock;
use http::HeaderValue;
use httpkit::client::ClientGroup;
use secrecy::ExposeSecret;
use tokio::sync::Semaphore;

use crate::passwords::basic::Credentials;
use crate::passwords::hash::Hash;
use crate::passwords::list::List;
use crate::passwords::verified::{Digest, Verified};
use crate::strikes::{StrikeRule, Strikes};

pub use crate::passwords::hash::{PASSWORD_LIMIT_BYTES, PasswordLineError, SHORTEST_PASSWORD, password_line};
pub use crate::passwords::lines::{BadLine, FILE_LIMIT_BYTES};
pub use crate::passwords::list::PasswordFileError;

/// Limits of the checking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordConfig {
    /// Passwords that are checked at the same time.
    pub checks_at_once: usize,
    /// Checks that wait for their turn; further requests are told to come back.
    pub queue: usize,
    /// How long a right password is remembered, by its keyed hash.
    pub remembered: Duration,
    /// How many wrong passwords for one name from one client, within which time, lock that name for that client.
    pub lock_out: StrikeRule,
    /// How long it is locked.
    pub locked: Duration,
}

impl Default for PasswordConfig {
    fn default() -> Self {
        Self {
            // Half the cores of a small machine: the site goes on beside a flood of passwords.
            checks_at_once: 2,
            queue: 32,
            remembered: Duration::from_secs(300),
            lock_out: StrikeRule { count: 10, within: Duration::from_secs(900) },
            locked: Duration::from_secs(900),
        }
    }
}

/// Names and clients that are counted for the lock-out at the same time.
const LOCK_OUT_KEYS: usize = 20_000;

/// All lists of people with passwords.
pub struct Passwords {
    config: PasswordConfig,
    clock: Arc<dyn Clock>,
    lists: BTreeMap<String, List>,
    verified: Verified,
    wrong: Strikes<(Digest, ClientGroup)>,
    locked: Strikes<(Digest, ClientGroup)>,
    running: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// Why somebody is not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdmitted {
    /// No password was sent: ask for one (401). No offence.
    #[error("a name and a password are asked for")]
    NoCredentials,
    /// What was sent is no Basic auth (400 would be right, 401 is what browsers understand).
    #[error("the credentials cannot be read")]
    Unreadable,
    /// Name or password are wrong (401). An offence.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many wrong ones (429 with `Retry-After`).
    #[error("too many wrong passwords: try again in {} seconds", .wait.as_secs())]
    LockedOut {
        /// How long it lasts at most.
        wait: Duration,
    },
    /// Too many passwords are checked at the moment (503 with `Retry-After`).
    #[error("too many passwords are checked at the moment: try again in a few seconds")]
    Busy,
    /// The route names a list that is not configured (500): nobody is let in.
    #[error("there is no list of passwords with the name `{0}`")]
    NoSuchList(String),
}

impl Passwords {
    /// Lists by name, each in a file. The files are read at the first request; see [`Passwords::troubles`].
    #[must_use]
    pub fn new(files: BTreeMap<String, PathBuf>, config: PasswordConfig, clock: Arc<dyn Clock>) -> Self {
        // The lock lasts as long as its one strike is counted.
        let locked = StrikeRule { count: u32::MAX, within: config.locked };
        Self {
            lists: files.into_iter().map(|(name, path)| (name, List::new(path))).collect(),
            verified: Verified::new(config.remembered),
            wrong: Strikes::new(config.lock_out, LOCK_OUT_KEYS),
            locked: Strikes::new(locked, LOCK_OUT_KEYS),
            running: Arc::new(Semaphore::new(config.checks_at_once.max(1))),
            places: Arc::new(Semaphore::new(config.checks_at_once.max(1) + config.queue)),
            config,
            clock,
        }
    }

    /// What is wrong with the files now, for a start that refuses and for the doctor. Reads files: not for async threads.
    #[must_use]
    pub fn troubles(&self) -> Vec<PasswordFileError> {
        self.lists.values().flat_map(List::troubles).collect()
    }

    /// Lets a person of the list in, and says who it is.
    ///
    /// # Errors
    /// Why not.
    pub async fn admit(
        &self,
        list: &str,
        authorization: Option<&HeaderValue>,
        client: ClientGroup,
    ) -> Result<String, NotAdmitted> {
        let file = self.lists.get(list).ok_or_else(|| NotAdmitted::NoSuchList(list.to_owned()))?;
        let given = basic::read(authorization.ok_or(NotAdmitted::NoCredentials)?).ok_or(NotAdmitted::Unreadable)?;
        let now = self.clock.now();
        let key = (self.verified.digest(&[list, &given.name]), client);
        if self.locked.count(key, now) > 0 {
            return Err(NotAdmitted::LockedOut { wait: self.config.locked });
        }
        let (hash, is_known) =
            file.current(now).await.hash_for(&given.name, |name| self.verified.digest(&[list, name]));
        let Some(hash) = hash else { return Err(self.strike(key)) };
        let proof = self.verified.digest(&[list, &given.name, hash.as_str(), given.password.expose_secret()]);
        if is_known && self.verified.holds(&proof, now) {
            return Ok(given.name);
        }
        let (is_right, given) = self.check(hash, given).await?;
        if !(is_right && is_known) {
            return Err(self.strike(key));
        }
        self.wrong.forget(key);
        self.verified.remember(proof, self.clock.now());
        Ok(given.name)
    }

    /// Checks beside the async threads, once there is a place.
    async fn check(&self, hash: Hash, given: Credentials) -> Result<(bool, Credentials), NotAdmitted> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| NotAdmitted::Busy)?;
        let turn = self.running.clone().acquire_owned().await.map_err(|_| NotAdmitted::Busy)?;
        // Both go along: who leaves meanwhile does not make room for a check more than there may be.
        let checked = tokio::task::spawn_blocking(move || {
            let is_right = hash.is_of(given.password.expose_secret());
            drop((turn, place));
            (is_right, given)
        });
        checked.await.map_err(|_| NotAdmitted::Busy)
    }

    fn strike(&self, key: (Digest, ClientGroup)) -> NotAdmitted {
        let now = self.clock.now();
        if self.wrong.note(key, now) {
            self.locked.note(key, now);
        }
        NotAdmitted::Wrong
    }
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lists: Vec<&String> = self.lists.keys().collect();
        f.debug_struct("Passwords").field("lists", &lists).field("config", &self.config).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "passwords_tests.rs"]
mod tests;
