//! Playlists in the shape and the order of 2021.

use catalog::playlist::Category;
use catalog::snapshot::{PlaylistEntry, Snapshot};
use catalog::term::TermId;
use schemars::JsonSchema;
use serde::Serialize;

/// A playlist.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "LegacyPlaylist")]
pub(super) struct Playlist<'a> {
    /// Its id; −1 is the empty choice of the departments.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    name: &'a str,
    category: &'static str,
    /// As `fall`.
    #[serde(skip_serializing_if = "Option::is_none")]
    semester: Option<&'static str>,
    /// As `2021`.
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<String>,
}

/// The empty choice that the list of departments began with.
pub(super) const NO_DEPARTMENT: Playlist<'static> =
    Playlist { id: Some(-1), name: "-", category: Category::Department.slug(), semester: None, year: None };

/// The playlists of a category. Breadths are the current term's; the newest term comes first.
pub(super) fn of_category(
    snapshot: &Snapshot,
    category: Category,
    current: Option<TermId>,
) -> impl Iterator<Item = &PlaylistEntry> {
    let mut entries: Vec<&PlaylistEntry> = snapshot.playlists(category, current).collect();
    if category == Category::Semester {
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.key.term));
    }
    entries.into_iter()
}

impl<'a> Playlist<'a> {
    /// Playlists without a term belonged to the one in which they were made: to the current one.
    pub(super) fn of(entry: &'a PlaylistEntry, current: Option<TermId>) -> Self {
        let term = entry.key.term.or(current);
        Self {
            id: i64::try_from(entry.id.0).ok(),
            name: &entry.key.name,
            category: entry.key.category.slug(),
            semester: term.map(|term| term.semester().slug()),
            year: term.map(|term| term.year().to_string()),
        }
    }
}

/// The playlist that stands for a term.
pub(super) fn of_term(snapshot: &Snapshot, term: TermId) -> impl Iterator<Item = &PlaylistEntry> {
    snapshot.playlists(Category::Semester, Some(term)).filter(move |entry| entry.key.name == term.title())
}
