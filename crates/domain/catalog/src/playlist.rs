//! Playlists: named sets of courses that the catalog is filtered by, such as a breadth or a department.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::course::CourseCode;
use crate::term::TermId;

/// What kind of set a playlist is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// University requirements: American Cultures, Reading and Composition, …
    University,
    /// L&S breadths of a term.
    Ls,
    /// College of Engineering requirements.
    Engineering,
    /// Haas breadths.
    Haas,
    /// What a course is worth.
    Units,
    /// Lower division, upper division, graduate, …
    Level,
    /// Subject areas by name.
    Department,
    /// Terms in which a course is or was offered.
    Semester,
}

impl Category {
    /// All, in the order in which the site shows them.
    pub const ALL: [Self; 8] = [
        Self::University,
        Self::Ls,
        Self::Engineering,
        Self::Haas,
        Self::Units,
        Self::Level,
        Self::Department,
        Self::Semester,
    ];

    /// The name in addresses and in the public API.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::University => "university",
            Self::Ls => "ls",
            Self::Engineering => "engineering",
            Self::Haas => "haas",
            Self::Units => "units",
            Self::Level => "level",
            Self::Department => "department",
            Self::Semester => "semester",
        }
    }

    /// Whether a course must be in **all** chosen playlists of the category (requirements), or in **any** (the others).
    #[must_use]
    pub const fn needs_all(self) -> bool {
        matches!(self, Self::University | Self::Ls | Self::Engineering | Self::Haas)
    }
}

impl FromStr for Category {
    type Err = UnknownCategory;

    fn from_str(text: &str) -> Result<Self, UnknownCategory> {
        Self::ALL.into_iter().find(|category| category.slug() == text).ok_or_else(|| UnknownCategory(text.to_owned()))
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

/// A word that names no category.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no playlist category")]
pub struct UnknownCategory(pub String);

/// A playlist's identity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaylistKey {
    /// What kind.
    pub category: Category,
    /// `American Cultures`, `Fall 2021`, `4 Units`.
    pub name: String,
    /// For `ls` and `semester`: which term's list it is.
    pub term: Option<TermId>,
}

/// A named set of courses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Playlist {
    /// Its identity.
    pub key: PlaylistKey,
    /// Who is in it.
    pub courses: BTreeSet<CourseCode>,
}
