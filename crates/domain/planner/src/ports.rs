//! The ports through which schedules are kept, and everything of a person is read.

use accounts::guest::{GUEST_SCHEDULES_MAX, GuestId};
use accounts::person::PersonId;
use async_trait::async_trait;
use catalog::ids::CourseId;
use catalog::ports::StoreError;
use catalog::section::SectionKey;
use jiff::Timestamp;

use crate::draft::{ScheduleChange, ScheduleDraft};
use crate::export::PersonExport;
use crate::form_key::FormKey;
use crate::history::{History, Version, VersionNumber};
use crate::link::{LINKS_MAX, Link, LinkId, LinkKind, LinkUse, Linked, Original};
use crate::schedule::{Owner, Schedule, ScheduleId};

/// The most schedules of one person. A guest has fewer: see [`GUEST_SCHEDULES_MAX`].
pub const SCHEDULES_MAX: usize = 100;

/// The most schedules of somebody.
#[must_use]
pub const fn schedules_max(owner: Owner) -> usize {
    match owner {
        Owner::Person(_) => SCHEDULES_MAX,
        Owner::Guest(_) => GUEST_SCHEDULES_MAX,
    }
}

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
    /// The guest is forgotten, or never was.
    #[error("what was planned here without signing in is no longer kept: begin anew, or sign in")]
    NoSuchGuest,
    /// There is no room for another.
    #[error("{SCHEDULES_MAX} schedules are there already: remove one first")]
    TooManySchedules,
    /// There is no room for another of somebody who is not signed in.
    #[error("{GUEST_SCHEDULES_MAX} schedules are there already: remove one first, or sign in to keep more")]
    TooManyForGuest,
    /// It is another version by now than the change was made from. Nothing was changed.
    #[error("the schedule was changed meanwhile, perhaps in another tab: look at it as it is now, then try again")]
    ChangedMeanwhile {
        /// What version it is.
        now: VersionNumber,
    },
    /// No change is kept that could be undone.
    #[error("there is nothing to undo")]
    NothingToUndo,
    /// Nothing was undone since the last change.
    #[error("there is nothing to do again")]
    NothingToRedo,
    /// It never had that version, or it is no longer kept.
    #[error("version {0} of the schedule is not kept: only the last ones are")]
    NoSuchVersion(VersionNumber),
    /// There is no room for another link.
    #[error("{LINKS_MAX} links lead to the schedule already: revoke one first")]
    TooManyLinks,
    /// It was revoked, or its schedule removed, or it never was.
    #[error("the link leads to no schedule: whoever gave it may have revoked it")]
    NoSuchLink,
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

impl ScheduleError {
    /// What it is when somebody has no room for another schedule.
    #[must_use]
    pub const fn too_many(owner: Owner) -> Self {
        match owner {
            Owner::Person(_) => Self::TooManySchedules,
            Owner::Guest(_) => Self::TooManyForGuest,
        }
    }

    /// What it is when somebody is not there.
    #[must_use]
    pub const fn nobody(owner: Owner) -> Self {
        match owner {
            Owner::Person(person) => Self::NoSuchPerson(person),
            Owner::Guest(_) => Self::NoSuchGuest,
        }
    }
}

/// What became of a guest's schedules when they signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Adopted {
    /// How many are the person's now.
    pub moved: usize,
    /// How many found no room, and are still the guest's.
    pub left: usize,
}

/// Where schedules are kept. Who may bring which owner's key is for the caller, who knows the session or the cookie.
///
/// Courses and sections must be ones that the catalog has or had; whether a section is of its selection's course is not
/// looked at. Whatever needs an owner answers a stranger as [`ScheduleError::NoSuchSchedule`], or
/// [`ScheduleError::NotTheOwner`] when the schedule is public.
#[async_trait]
pub trait ScheduleStore: Send + Sync {
    /// All schedules of somebody, the oldest first; none for whoever does not exist.
    async fn schedules(&self, owner: Owner) -> Result<Vec<Schedule>, ScheduleError>;
    /// A schedule, when it is public or the viewer's own. `None` as viewer is somebody who is not known at all.
    async fn schedule(&self, id: ScheduleId, viewer: Option<Owner>) -> Result<Option<Schedule>, ScheduleError>;
    /// Makes a schedule. Without a name it is `Schedule N+1` for somebody with N. When the draft's key has made it a moment
    /// ago, that one is given: see [`ScheduleDraft::has_made`]. A key that something else has makes one under another.
    async fn create(&self, owner: Owner, draft: &ScheduleDraft, at: Timestamp) -> Result<Schedule, ScheduleError>;
    /// Changes what is given, all of it or nothing. Of two changes at once one comes after the other; one that says what
    /// version it expects is refused when the other made another.
    async fn update(
        &self,
        id: ScheduleId,
        owner: Owner,
        change: &ScheduleChange,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError>;
    /// Removes a schedule with its versions and links, and gives it as it was.
    async fn remove(&self, id: ScheduleId, owner: Owner) -> Result<Schedule, ScheduleError>;
    /// Makes a private schedule of the viewer's own like another: `Copy of …`, with its colours and blocks of time, without
    /// its links and versions; of what is behind a link, as it is seen there. [`ScheduleError::NoSuchSchedule`] or
    /// [`ScheduleError::NoSuchLink`] when they cannot see it. A form's key makes one copy, as it makes one schedule.
    async fn duplicate(
        &self,
        original: Original,
        viewer: Owner,
        key: Option<FormKey>,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError>;
    /// Gives a guest's schedules to a person, the oldest first, with their versions and links. Nothing is lost: what finds
    /// no room stays the guest's. Done twice, the second time moves what is left.
    async fn adopt(&self, guest: GuestId, person: PersonId, at: Timestamp) -> Result<Adopted, ScheduleError>;

    /// The versions of a schedule that are kept.
    async fn history(&self, id: ScheduleId, owner: Owner) -> Result<History, ScheduleError>;
    /// A schedule as it was in a version. Keys of what it holds are those of that time.
    async fn version(
        &self,
        id: ScheduleId,
        owner: Owner,
        number: VersionNumber,
    ) -> Result<(Version, Schedule), ScheduleError>;
    /// Goes back one change.
    async fn undo(&self, id: ScheduleId, owner: Owner, at: Timestamp) -> Result<Schedule, ScheduleError>;
    /// Does again what was undone last, unless something else was changed since.
    async fn redo(&self, id: ScheduleId, owner: Owner, at: Timestamp) -> Result<Schedule, ScheduleError>;
    /// Makes the schedule what it was in a version. That is a change like others: it makes a version and can be undone.
    async fn go_back_to(
        &self,
        id: ScheduleId,
        owner: Owner,
        number: VersionNumber,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError>;

    /// Makes a link. When the same form has made one of that kind a moment ago, that one is given.
    async fn make_link(
        &self,
        id: ScheduleId,
        owner: Owner,
        kind: LinkKind,
        key: Option<FormKey>,
        at: Timestamp,
    ) -> Result<Link, ScheduleError>;
    /// The links of a schedule that are not revoked, the oldest first.
    async fn links(&self, id: ScheduleId, owner: Owner) -> Result<Vec<Link>, ScheduleError>;
    /// Revokes a link of somebody's schedule: nobody follows it any more. [`ScheduleError::NoSuchLink`] when it is none of
    /// theirs.
    async fn revoke_link(&self, link: LinkId, owner: Owner) -> Result<(), ScheduleError>;
    /// What whoever has a link sees; `None` when it is none, or was made for something else.
    async fn schedule_by_link(&self, link: LinkId, link_use: LinkUse) -> Result<Option<Linked>, ScheduleError>;
}

/// Where everything about a person can be read at once.
#[async_trait]
pub trait PersonalData: Send + Sync {
    /// Everything that is stored about a person, as of one moment; `None` when there is no such person.
    async fn export(&self, person: PersonId) -> Result<Option<PersonExport>, StoreError>;
}
