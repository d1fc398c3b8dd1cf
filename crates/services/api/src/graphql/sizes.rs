//! How much there is of everything, for estimates of what an operation costs.

use std::sync::{Mutex, PoisonError};

use catalog::snapshot::Snapshot;
use catalog::stored::CatalogVersion;
use jiff::Timestamp;

/// How many schedules, selections and time blocks are reckoned with where people's own things are asked for.
const PERSONAL: f64 = 8.0;

/// Counts of one snapshot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sizes {
    pub(crate) courses: f64,
    pub(crate) sections: f64,
    pub(crate) grades: f64,
    pub(crate) playlists: f64,
    pub(crate) terms: f64,
    /// Courses in all playlists together.
    memberships: f64,
}

impl Sizes {
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let playlists = snapshot.all_playlists();
        Self {
            courses: snapshot.courses().len() as f64,
            sections: snapshot.section_count() as f64,
            grades: snapshot.grades().len() as f64,
            playlists: playlists.len() as f64,
            terms: snapshot.terms().len() as f64,
            memberships: playlists.iter().map(|entry| entry.courses.count()).sum::<usize>() as f64,
        }
    }

    pub(crate) fn sections_per_course(&self) -> f64 {
        self.sections / self.courses.max(1.0)
    }

    pub(crate) fn sections_per_class(&self) -> f64 {
        self.sections_per_course() / self.terms.max(1.0)
    }

    pub(crate) fn grades_per_course(&self) -> f64 {
        self.grades / self.courses.max(1.0)
    }

    pub(crate) fn playlists_per_course(&self) -> f64 {
        self.memberships / self.courses.max(1.0)
    }

    pub(crate) fn courses_per_playlist(&self) -> f64 {
        self.memberships / self.playlists.max(1.0)
    }

    pub(crate) fn personal(&self) -> f64 {
        PERSONAL
    }
}

/// The counts of the newest snapshot that was counted.
#[derive(Debug, Default)]
pub(crate) struct KnownSizes(Mutex<Option<(Version, Sizes)>>);

/// A publication; `None` before the first.
type Version = Option<(CatalogVersion, Timestamp)>;

impl KnownSizes {
    pub(crate) fn of(&self, snapshot: &Snapshot) -> Sizes {
        let version = snapshot.state().map(|state| (state.version, state.published_at));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *known {
            Some((counted, sizes)) if counted == version => sizes,
            _ => {
                let sizes = Sizes::of(snapshot);
                *known = Some((version, sizes));
                sizes
            }
        }
    }
}
