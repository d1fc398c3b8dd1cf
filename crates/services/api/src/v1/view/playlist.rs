//! Playlists: requirements and other named sets of courses.

use catalog::snapshot::PlaylistEntry;
use schemars::JsonSchema;
use serde::Serialize;

/// A named set of courses.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Playlist")]
pub(in crate::v1) struct PlaylistLine<'a> {
    /// Its number in this API; it never changes.
    id: u64,
    /// `university`, `ls`, `engineering`, `haas`, `units`, `level`, `department` or `semester`.
    category: &'static str,
    /// As `American Cultures`.
    name: &'a str,
    /// As `american-cultures`: the value of the filter.
    slug: &'a str,
    /// The term whose list it is, where each term has its own.
    term: Option<String>,
    /// How many courses are in it.
    course_count: usize,
    /// Its address in this API.
    href: String,
}

impl<'a> PlaylistLine<'a> {
    pub(in crate::v1) fn of(entry: &'a PlaylistEntry) -> Self {
        Self {
            id: entry.id.0,
            category: entry.key.category.slug(),
            name: &entry.key.name,
            slug: &entry.slug,
            term: entry.key.term.map(|term| term.slug()),
            course_count: entry.courses.count(),
            href: format!("/api/v1/playlists/{}", entry.id),
        }
    }
}
