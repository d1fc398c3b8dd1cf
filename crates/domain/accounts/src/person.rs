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
    /// When they first signed in.
    pub created_at: Timestamp,
}

impl Person {
    /// `oski` of `oski@berkeley.edu`.
    #[must_use]
    pub fn username(&self) -> &str {
        self.email.username()
    }
}
