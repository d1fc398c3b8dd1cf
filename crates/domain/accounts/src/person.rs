//! People with an account.

use std::fmt;

use jiff::Timestamp;

use crate::identity::{EmailAddress, Name};
use crate::settings::{Major, Notifications};

/// A person's key. Everything that is somebody's hangs on it; only its owner may bring it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub u64);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What somebody may do. Everybody is a student until the operator says otherwise: see
/// [`crate::ports::AccountStore::set_role`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// What is their own, and what is everybody's.
    #[default]
    Student,
    /// Beside that, what concerns the site as a whole, such as reading reports.
    Staff,
}

impl Role {
    /// `student` or `staff`.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Staff => "staff",
        }
    }

    /// By [`slug`](Self::slug).
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        [Self::Student, Self::Staff].into_iter().find(|role| role.slug() == slug)
    }
}

/// Somebody with an account. The username is the address's: see [`EmailAddress::username`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The key.
    pub id: PersonId,
    /// The address that signed in.
    pub email: EmailAddress,
    /// As it was told at the first sign-in; may be empty.
    pub first_name: Name,
    /// As it was told at the first sign-in; may be empty.
    pub last_name: Name,
    /// What they study, in their own words.
    pub major: Major,
    /// What they want to hear of.
    pub notifications: Notifications,
    /// What they may do here.
    pub role: Role,
    /// When they first signed in.
    pub created_at: Timestamp,
}

impl Person {
    /// `oski` of `oski@berkeley.edu`.
    #[must_use]
    pub fn username(&self) -> &str {
        self.email.username()
    }

    /// First and last name; `None` when neither was told.
    #[must_use]
    pub fn display_name(&self) -> Option<String> {
        let name = format!("{} {}", self.first_name, self.last_name);
        let name = name.trim();
        if name.is_empty() { None } else { Some(name.to_owned()) }
    }
}

/// Somebody as the operator sees them: who they are and when they came, nothing of what they keep here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Who.
    pub person: Person,
    /// When they were last seen; `None` when they are signed in nowhere.
    pub last_seen_at: Option<Timestamp>,
    /// In how many places they are signed in.
    pub sessions: usize,
}
