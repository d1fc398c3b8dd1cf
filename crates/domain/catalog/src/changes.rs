//! What a run is about to change. Everything in a [`Publication`] becomes visible at once, or nothing does.

use std::collections::HashMap;
use std::hash::Hash;

use jiff::Timestamp;

use crate::class::{Class, ClassKey};
use crate::course::{Course, CourseCode};
use crate::fetched::Origin;
use crate::playlist::{Playlist, PlaylistKey};
use crate::run::Step;
use crate::seats::{Counts, SeatReservation};
use crate::section::{Section, SectionId};
use crate::stored::Held;
use crate::term::{Term, TermId};

/// Changes of one kind of record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta<T, K> {
    /// Not held before.
    pub added: Vec<T>,
    /// Held with other contents, or retired and back again.
    pub changed: Vec<T>,
    /// Held, and no longer there: to be retired.
    pub gone: Vec<K>,
    /// How many are held and equal.
    pub unchanged: usize,
}

impl<T, K> Default for Delta<T, K> {
    fn default() -> Self {
        Self { added: Vec::new(), changed: Vec::new(), gone: Vec::new(), unchanged: 0 }
    }
}

impl<T, K> Delta<T, K> {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.gone.is_empty()
    }
}

impl<T, K: Eq + Hash> Delta<T, K> {
    /// The records that are not retired once the changes are made, in no particular order.
    pub fn after<'a>(&'a self, held: &'a [Held<T>], key: impl Fn(&T) -> K) -> Vec<&'a T> {
        let active = held.iter().filter(|record| !record.is_retired).map(|record| &record.value);
        let mut after: HashMap<K, &T> = active.map(|record| (key(record), record)).collect();
        for gone in &self.gone {
            after.remove(gone);
        }
        after.extend(self.added.iter().chain(&self.changed).map(|record| (key(record), record)));
        after.into_values().collect()
    }
}

/// What an observation of a term's counts changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrollmentChanges {
    /// The moment of the observation.
    pub at: Timestamp,
    /// Sections with other counts than before, or not in the last observation: their open run is closed as it stands,
    /// and a new one begins (`first_seen = last_seen = at`).
    pub opened: Vec<(SectionId, Counts)>,
    /// Sections with the same counts: their open run goes on (`last_seen = at`).
    pub extended: Vec<SectionId>,
    /// Sections that are no longer there: their open run is closed as it stands.
    pub closed: Vec<SectionId>,
    /// Sections whose reservations changed, with the new ones (empty: none any more).
    pub reservations: Vec<(SectionId, Vec<SeatReservation>)>,
}

/// What a run changes in one term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermChanges {
    /// Which term.
    pub term: TermId,
    /// Classes; empty when the step did not run or was refused.
    pub classes: Delta<Class, ClassKey>,
    /// Sections; empty when the step did not run or was refused.
    pub sections: Delta<Section, SectionId>,
    /// Counts; `None` when the step did not run or was refused.
    pub enrollment: Option<EnrollmentChanges>,
}

/// What changes in the playlists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaylistChanges {
    /// New playlists.
    pub added: Vec<Playlist>,
    /// Playlists with another set of courses.
    pub changed: Vec<PlaylistEdit>,
    /// Playlists that no longer exist.
    pub gone: Vec<PlaylistKey>,
    /// How many stay as they are.
    pub unchanged: usize,
}

/// How a playlist's set changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaylistEdit {
    /// Which one.
    pub key: PlaylistKey,
    /// Courses that come in.
    pub joining: Vec<CourseCode>,
    /// Courses that go out.
    pub leaving: Vec<CourseCode>,
}

/// Everything that one run publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// When it is published.
    pub at: Timestamp,
    /// Where the data comes from.
    pub origin: Origin,
    /// Terms that are new or changed.
    pub terms: Vec<Term>,
    /// Courses; empty when the step did not run or was refused.
    pub courses: Delta<Course, CourseCode>,
    /// Term by term.
    pub by_term: Vec<TermChanges>,
    /// Playlists.
    pub playlists: PlaylistChanges,
    /// As of when each accepted step's source holds: what pages call "as of". Also for steps that changed nothing.
    pub as_of: Vec<(Step, Option<TermId>, Timestamp)>,
}
