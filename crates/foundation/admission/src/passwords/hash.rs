//! Hashes of passwords: checked for argon2 and bcrypt, made with argon2id.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};

use crate::passwords::basic::NAME_LIMIT_BYTES;

/// The longest password in bytes: long enough for any sentence, and hashing it costs nothing beside the rest.
pub const PASSWORD_LIMIT_BYTES: usize = 512;

/// The shortest password that [`password_line`] takes, in characters (NIST SP 800-63B asks for 15 without a second
/// factor, and so do we: these doors open with nothing else).
pub const SHORTEST_PASSWORD: usize = 15;

/// One check must not take the machine: 256 MiB, 10 rounds, and bcrypt's 2^14.
const ARGON2_MEMORY_LIMIT_KIB: u32 = 256 * 1024;
const ARGON2_ROUNDS_LIMIT: u32 = 10;
const BCRYPT_COST_LIMIT: u32 = 14;

/// The hash of a password. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Hash {
    /// A PHC string.
    Argon2(Box<str>),
    /// Modular crypt format.
    Bcrypt(Box<str>),
}

impl Hash {
    /// Reads it, and sees that it can be checked within limits.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        if text.starts_with("$argon2") {
            return argon2_is_bounded(text).map(|()| Self::Argon2(text.into()));
        }
        if ["$2y$", "$2b$", "$2a$"].iter().any(|start| text.starts_with(start)) {
            return bcrypt_is_bounded(text).map(|()| Self::Bcrypt(text.into()));
        }
        if text.starts_with("$apr1$") || text.starts_with("{SHA}") || text.starts_with("$1$") {
            return Err(
                "the hash is MD5 or SHA-1, which is guessed in no time: make a new line with `bt password NAME`",
            );
        }
        Err("expected a hash of argon2 or bcrypt after the colon: make the line with `bt password NAME`")
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Argon2(text) | Self::Bcrypt(text) => text,
        }
    }

    /// Whether it is of this password. Takes some 20 ms; the libraries compare in constant time.
    pub(super) fn is_of(&self, password: &str) -> bool {
        match self {
            Self::Argon2(text) => PasswordHash::new(text)
                .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()),
            Self::Bcrypt(text) => bcrypt::verify(password, text).unwrap_or(false),
        }
    }
}

fn argon2_is_bounded(text: &str) -> Result<(), &'static str> {
    let hash = PasswordHash::new(text).map_err(|_| "the hash of argon2 cannot be read: was the line cut off?")?;
    if hash.hash.is_none() || hash.salt.is_none() {
        return Err("the hash of argon2 has no salt or no result: was the line cut off?");
    }
    let within = |name: &str, limit: u32| hash.params.get_decimal(name).is_some_and(|value| value <= limit);
    let is_bounded = within("m", ARGON2_MEMORY_LIMIT_KIB) && within("t", ARGON2_ROUNDS_LIMIT);
    is_bounded.then_some(()).ok_or("the hash of argon2 asks for more than 256 MiB or 10 rounds")
}

fn bcrypt_is_bounded(text: &str) -> Result<(), &'static str> {
    let parts: bcrypt::HashParts =
        text.parse().map_err(|_| "the hash of bcrypt cannot be read: was the line cut off?")?;
    let is_bounded = parts.get_cost() <= BCRYPT_COST_LIMIT;
    is_bounded.then_some(()).ok_or("the hash of bcrypt asks for a cost of more than 14")
}

/// Why no line can be made.
#[derive(Debug, thiserror::Error)]
pub enum PasswordLineError {
    /// The name.
    #[error(
        "`{0}` is no name: expected 1 to {NAME_LIMIT_BYTES} bytes without a colon, spaces at the ends or control characters"
    )]
    Name(String),
    /// The password is too short.
    #[error("the password is too short: expected at least {SHORTEST_PASSWORD} characters, such as four words")]
    TooShort,
    /// The password cannot be typed, or is too long.
    #[error("the password cannot be used: expected at most {PASSWORD_LIMIT_BYTES} bytes without control characters")]
    Password,
    /// No chance, or no memory.
    #[error("the password could not be hashed: {0}")]
    Hash(String),
}

/// A line for a file of passwords: `name:$argon2id$…`.
///
/// # Errors
/// When the name or the password cannot be used.
pub fn password_line(name: &str, password: &SecretString) -> Result<String, PasswordLineError> {
    if !is_name(name) {
        return Err(PasswordLineError::Name(name.to_owned()));
    }
    let password = password.expose_secret();
    if password.chars().count() < SHORTEST_PASSWORD {
        return Err(PasswordLineError::TooShort);
    }
    if password.len() > PASSWORD_LIMIT_BYTES || password.chars().any(char::is_control) {
        return Err(PasswordLineError::Password);
    }
    let hash = Argon2::default().hash_password(password.as_bytes());
    let hash = hash.map_err(|error| PasswordLineError::Hash(error.to_string()))?;
    Ok(format!("{name}:{hash}"))
}

/// Whether a name can stand in a file and in a header.
pub(super) fn is_name(name: &str) -> bool {
    let is_clean = !name.contains(':') && !name.chars().any(char::is_control) && name.trim() == name;
    is_clean && !name.is_empty() && name.len() <= NAME_LIMIT_BYTES && !name.starts_with('#')
}
