//! The port through which schedules are kept.

use accounts::person::PersonId;
use async_trait::async_trait;
use catalog::ids::CourseId;
use catalog::ports::StoreError;
use catalog::section::SectionKey;
use jiff::Timestamp;

use crate::draft::{ScheduleChange, ScheduleDraft};
use crate::schedule::{Schedule, ScheduleId};

/// The most schedules of one person.
pub const SCHEDULES_MAX: usize = 100;

/// Why something about a schedule could not be done.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// It does not exist, or it is somebody else's and private: nobody can tell the two apart.
    #[error("there is no such schedule")]
    NoSuchSchedule,
    /// It is somebody else's and public.
    #[error("the schedule is somebody else's: only its owner can change it")]
    NotTheOwner,
    /// The account does not exist, or no longer.
    #[error("there is no account {0}: it may have been deleted; sign in again")]
    NoSuchPerson(PersonId),
    /// There is no room for another.
    #[error("{SCHEDULES_MAX} schedules are there already: remove one first")]
    TooManySchedules,
    /// The catalog has never had that course.
    #[error("there is no course {0}")]
    NoSuchCourse(CourseId),
    /// The catalog has never had that section, or it is of another term than the schedule.
    #[error("there is no section {} in the schedule's term", .0.number())]
    NoSuchSection(SectionKey),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where schedules are kept. Who may bring which person's id is for the caller, who knows the session.
///
/// Courses and sections must be ones that the catalog has or had; whether a section is of its selection's course is not
/// looked at.
#[async_trait]
pub trait ScheduleStore: Send + Sync {
    /// All schedules of a person, the oldest first; none for a person who does not exist.
    async fn schedules(&self, owner: PersonId) -> Result<Vec<Schedule>, ScheduleError>;
    /// A schedule, when it is public or the viewer's own. `None` as viewer is somebody who has not signed in.
    async fn schedule(&self, id: ScheduleId, viewer: Option<PersonId>) -> Result<Option<Schedule>, ScheduleError>;
    /// Makes a schedule. Without a name it is `Schedule N+1` for a person with N.
    async fn create(&self, owner: PersonId, draft: &ScheduleDraft, at: Timestamp) -> Result<Schedule, ScheduleError>;
    /// Changes what is given, all of it or nothing. Of two changes at once one comes after the other.
    async fn update(
        &self,
        id: ScheduleId,
        owner: PersonId,
        change: &ScheduleChange,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError>;
    /// Removes a schedule, and gives it as it was.
    async fn remove(&self, id: ScheduleId, owner: PersonId) -> Result<Schedule, ScheduleError>;
}
