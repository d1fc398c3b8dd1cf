//! The port through which people are kept.

use async_trait::async_trait;
use catalog::ids::CourseId;
use catalog::ports::StoreError;
use jiff::Timestamp;

use crate::identity::Identity;
use crate::person::{Person, PersonId};
use crate::settings::SettingsChange;

/// The most courses that one person can save.
pub const SAVED_COURSES_MAX: usize = 500;

/// Why something about a person could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The account does not exist, or no longer.
    #[error("there is no account {0}: it may have been deleted; sign in again")]
    NoSuchPerson(PersonId),
    /// The catalog has never had that course.
    #[error("there is no course {0}")]
    NoSuchCourse(CourseId),
    /// The list is full.
    #[error("{SAVED_COURSES_MAX} courses are saved already: remove one first")]
    TooManySaved,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub person: Person,
    /// Whether the account was made just now.
    pub is_new: bool,
}

/// What went away with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletedAccount {
    /// Whose it was.
    pub person: Person,
    /// How many courses were saved.
    pub saved_courses: usize,
    /// How many schedules were theirs.
    pub schedules: usize,
}

/// Where people are kept. What is asked about a person is asked with that person's own id: who may bring which id is
/// for the caller, who knows the session.
#[async_trait]
pub trait AccountStore: Send + Sync {
    /// Somebody by key.
    async fn person(&self, id: PersonId) -> Result<Option<Person>, AccountError>;
    /// Somebody by the part of the address before the `@`, in any case.
    async fn person_by_username(&self, username: &str) -> Result<Option<Person>, AccountError>;
    /// The account of an address; made when there is none. What is there already stays as it is.
    async fn sign_in(&self, identity: &Identity, at: Timestamp) -> Result<SignedIn, AccountError>;
    /// Changes what is given, and nothing else.
    async fn change_settings(&self, id: PersonId, change: &SettingsChange) -> Result<Person, AccountError>;
    /// The saved courses, the first saved first; none for a person who does not exist.
    async fn saved_courses(&self, id: PersonId) -> Result<Vec<CourseId>, AccountError>;
    /// Saves a course. One that is saved already stays where it is in the list.
    async fn save_course(&self, id: PersonId, course: CourseId, at: Timestamp) -> Result<(), AccountError>;
    /// Takes a course off the list; well if it was not on it.
    async fn remove_course(&self, id: PersonId, course: CourseId) -> Result<(), AccountError>;
    /// Deletes the account and everything that is the person's. Signing in again makes a new one with a new key.
    async fn delete_account(&self, id: PersonId) -> Result<DeletedAccount, AccountError>;
}
