//! Everything that is stored about a person, for themselves to read and take along.

use accounts::alerts::{LoggedAlert, Watch};
use accounts::collection::Collection;
use accounts::feedback::Report;
use accounts::person::Person;
use accounts::session::Session;
use catalog::ids::CourseId;
use jiff::Timestamp;

use crate::link::Link;
use crate::schedule::Schedule;

/// Everything about a person, as of one moment. Hashes of tokens are not in it: they open nothing and say nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonExport {
    /// Who they are and what they set.
    pub person: Person,
    /// Where they are or were signed in, the last seen first; sessions that are over stay until they are swept.
    pub sessions: Vec<Session>,
    /// The saved courses with when each was saved, the first saved first.
    pub saved_courses: Vec<(CourseId, Timestamp)>,
    /// Their collections, the oldest first.
    pub collections: Vec<Collection>,
    /// Their schedules, the oldest first.
    pub schedules: Vec<ExportedSchedule>,
    /// Their reports, the newest first.
    pub reports: Vec<Report>,
    /// What they follow, the newest first.
    pub watches: Vec<Watch>,
    /// What they were told of it, the newest first.
    pub alerts: Vec<LoggedAlert>,
    /// Since when they want no mail of alerts.
    pub alerts_mail_off_since: Option<Timestamp>,
}

/// A schedule with what hangs on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedSchedule {
    /// As it is.
    pub schedule: Schedule,
    /// How many versions of it are kept.
    pub versions: usize,
    /// Its links, the oldest first.
    pub links: Vec<Link>,
}
