//! The ports through which people, their sessions, guests, collections and reports are kept.

use async_trait::async_trait;
use catalog::ids::CourseId;
use catalog::ports::StoreError;
use jiff::Timestamp;

use crate::collection::{COLLECTION_COURSES_MAX, COLLECTIONS_MAX, Collection, CollectionId, CollectionName};
use crate::feedback::{KeptReport, REPORTS_PER_HOUR_MAX, Report, ReportId};
use crate::guest::GuestId;
use crate::identity::Identity;
use crate::person::{Person, PersonId, Role, Seen};
use crate::session::{Session, SessionId, TokenHash, UserAgent};
use crate::settings::SettingsChange;

/// The most courses that one person can save.
pub const SAVED_COURSES_MAX: usize = 500;

/// Why something about a person could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The account does not exist, or no longer.
    #[error("there is no account {0}: it may have been deleted; sign in again")]
    NoSuchPerson(PersonId),
    /// Nobody of that name has signed in yet.
    #[error("nobody of that username has an account: let them sign in once, then try again")]
    NoSuchUsername,
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
    /// People, or those of a role, who was seen last first; at most `limit`. For the operator alone.
    async fn people(&self, role: Option<Role>, limit: usize, now: Timestamp) -> Result<Vec<Seen>, AccountError>;
    /// Says what somebody may do, by username in any case. For the operator alone.
    async fn set_role(&self, username: &str, role: Role) -> Result<Person, AccountError>;
    /// Deletes the account and everything that is the person's: sessions, saved courses, collections, schedules with
    /// their links and versions. Their reports stay, without them and without how to reach them. Signing in again makes a new one with a new key.
    async fn delete_account(&self, id: PersonId) -> Result<DeletedAccount, AccountError>;
}

/// Where sessions are kept. Only hashes of tokens come here.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Begins a session of somebody who has just signed in. When they have too many, the one not seen for longest ends.
    async fn open(
        &self,
        person: PersonId,
        hash: TokenHash,
        user_agent: Option<&UserAgent>,
        at: Timestamp,
    ) -> Result<Session, AccountError>;
    /// Whose session it is, and notes that they were seen. `None` when there is none, or it is over.
    async fn find(&self, hash: TokenHash, now: Timestamp) -> Result<Option<(Session, Person)>, AccountError>;
    /// Gives a session that is alive a new token; the old one opens nothing from then on. `None` when there is none. Of
    /// two at once with the same old token one succeeds.
    async fn rotate(&self, old: TokenHash, new: TokenHash, now: Timestamp) -> Result<Option<Session>, AccountError>;
    /// Ends the session of a token; well if there is none. Gives whether there was.
    async fn close(&self, hash: TokenHash) -> Result<bool, AccountError>;
    /// Ends one session of a person, by the key that [`sessions`](Self::sessions) shows. Gives whether there was.
    async fn close_one(&self, person: PersonId, session: SessionId) -> Result<bool, AccountError>;
    /// Ends all sessions of a person, everywhere. Gives how many there were.
    async fn close_all(&self, person: PersonId) -> Result<usize, AccountError>;
    /// The sessions of a person that are alive, the last seen first.
    async fn sessions(&self, person: PersonId, now: Timestamp) -> Result<Vec<Session>, AccountError>;
    /// Forgets sessions that are over. Gives how many there were.
    async fn sweep_sessions(&self, now: Timestamp) -> Result<usize, AccountError>;
}

/// Where guests are kept. What they made is with the schedules, under their key.
#[async_trait]
pub trait GuestStore: Send + Sync {
    /// Whose cookie it is, and notes that they were seen. `None` when nobody's, or they are forgotten.
    async fn find_guest(&self, hash: TokenHash, now: Timestamp) -> Result<Option<GuestId>, AccountError>;
    /// Makes a guest, at their first edit. A hash that is known already gives the guest that has it.
    async fn begin_guest(&self, hash: TokenHash, at: Timestamp) -> Result<GuestId, AccountError>;
    /// Forgets guests who were not seen for [`crate::guest::GUEST_IDLE_MAX`], and everything they made. Gives how many
    /// there were.
    async fn sweep_guests(&self, now: Timestamp) -> Result<usize, AccountError>;
}

/// Why something about a collection could not be done.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// The account does not exist, or no longer.
    #[error("there is no account {0}: it may have been deleted; sign in again")]
    NoSuchPerson(PersonId),
    /// It does not exist, or it is somebody else's: nobody can tell the two apart.
    #[error("there is no such collection: it may have been removed")]
    NoSuchCollection,
    /// The person has one of that name, in any case of its letters.
    #[error("a collection called `{0}` is there already: choose another name")]
    NameTaken(CollectionName),
    /// The catalog has never had that course.
    #[error("there is no course {0}")]
    NoSuchCourse(CourseId),
    /// The person has no room for another.
    #[error("{COLLECTIONS_MAX} collections are there already: remove one first")]
    TooManyCollections,
    /// The collection is full.
    #[error("{COLLECTION_COURSES_MAX} courses are in the collection already: remove one first")]
    TooManyCourses,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where collections are kept. Each is reached by its owner's id alone.
#[async_trait]
pub trait CollectionStore: Send + Sync {
    /// The collections of a person, the oldest first; none for a person who does not exist.
    async fn collections(&self, person: PersonId) -> Result<Vec<Collection>, CollectionError>;
    /// Makes an empty one.
    async fn create_collection(
        &self,
        person: PersonId,
        name: &CollectionName,
        at: Timestamp,
    ) -> Result<Collection, CollectionError>;
    /// Calls it otherwise.
    async fn rename_collection(
        &self,
        person: PersonId,
        id: CollectionId,
        name: &CollectionName,
    ) -> Result<(), CollectionError>;
    /// Removes it, and gives it as it was. Its courses stay where else they are.
    async fn remove_collection(&self, person: PersonId, id: CollectionId) -> Result<Collection, CollectionError>;
    /// Adds a course. One that is in it already stays where it is.
    async fn add_to_collection(
        &self,
        person: PersonId,
        id: CollectionId,
        course: CourseId,
        at: Timestamp,
    ) -> Result<(), CollectionError>;
    /// Takes a course out; well if it was not in it.
    async fn take_from_collection(
        &self,
        person: PersonId,
        id: CollectionId,
        course: CourseId,
    ) -> Result<(), CollectionError>;
}

/// Why a report could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum FeedbackError {
    /// Too many came lately, from everybody together.
    #[error(
        "{REPORTS_PER_HOUR_MAX} reports came within an hour, which is more than we can read: keep your text and send it \
         later"
    )]
    TooManyReports,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where reports are kept.
#[async_trait]
pub trait FeedbackStore: Send + Sync {
    /// Keeps a report. When the person it names has no account any more, it is kept without them.
    async fn keep(&self, report: &Report) -> Result<ReportId, FeedbackError>;
    /// The newest reports first. For staff alone.
    async fn reports(&self, limit: usize) -> Result<Vec<KeptReport>, FeedbackError>;
}
