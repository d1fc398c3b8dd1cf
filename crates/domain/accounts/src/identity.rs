//! Who somebody is, as told by whoever signed them in.

use std::fmt;

use crate::line::Line;

/// Whose addresses sign in.
pub const CAMPUS_DOMAIN: &str = "berkeley.edu";

/// The most characters of the part before the `@`; mail knows no longer ones.
pub const USERNAME_LENGTH_MAX: usize = 64;

/// The most characters of a first or a last name.
pub const NAME_CHARS_MAX: usize = 150;

/// A first or a last name.
pub type Name = Line<NAME_CHARS_MAX>;

/// A campus address in lower case. It does not show itself in logs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

/// A text that is no address of the campus. It is not repeated: it may be somebody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("that is no address of {CAMPUS_DOMAIN}: sign in with your campus account")]
pub struct InvalidEmail;

impl EmailAddress {
    /// Reads an address in any case.
    ///
    /// # Errors
    /// When it is not of the campus itself, or is none at all.
    pub fn parse(text: &str) -> Result<Self, InvalidEmail> {
        let address = text.trim().to_ascii_lowercase();
        let (name, domain) = address.rsplit_once('@').ok_or(InvalidEmail)?;
        let fits = (1..=USERNAME_LENGTH_MAX).contains(&name.len());
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-+'".contains(&b));
        if fits && plain && domain == CAMPUS_DOMAIN { Ok(Self(address)) } else { Err(InvalidEmail) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`, by which people are known here.
    #[must_use]
    pub fn username(&self) -> &str {
        self.0.rsplit_once('@').map_or(&*self.0, |(name, _)| name)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(somebody)@{CAMPUS_DOMAIN}")
    }
}

/// Somebody who has just proved to be the owner of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The address.
    pub email: EmailAddress,
    /// May be empty.
    pub first_name: Name,
    /// May be empty.
    pub last_name: Name,
}

impl Identity {
    /// From what a token says: the address must be of the campus, the names may be anything.
    ///
    /// # Errors
    /// When the address is not of the campus.
    pub fn new(email: &str, first_name: &str, last_name: &str) -> Result<Self, InvalidEmail> {
        let (first_name, last_name) = (Name::fitted(first_name), Name::fitted(last_name));
        Ok(Self { email: EmailAddress::parse(email)?, first_name, last_name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_the_campus_gives_the_username() {
        let email = EmailAddress::parse(" Oski.Sample@Berkeley.edu").unwrap();
        assert_eq!((email.as_str(), email.username()), ("oski.sample@berkeley.edu", "oski.sample"));
    }

    #[test]
    fn other_addresses_are_refused() {
        let long = format!("{}@berkeley.edu", "a".repeat(65));
        for text in [
            "",
            "oski",
            "@berkeley.edu",
            "oski@stanford.edu",
            "oski@cs.berkeley.edu",
            "oski@berkeley.edu.example",
            "oski@berkeley.edu@example.com",
            "os ki@berkeley.edu",
            "oski\n@berkeley.edu",
            "öski@berkeley.edu",
            &long,
        ] {
            assert_eq!(EmailAddress::parse(text), Err(InvalidEmail), "{text:?}");
        }
    }

    #[test]
    fn an_address_does_not_show_itself_in_logs() {
        let identity = Identity::new("oski.sample@berkeley.edu", "Oski", "Sample").unwrap();
        assert!(!format!("{identity:?}").contains("oski.sample"));
    }
}
