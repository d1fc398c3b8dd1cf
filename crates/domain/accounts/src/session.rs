//! Sessions: somebody who is signed in on some device, known by a token of which only the hash is stored.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::line::Line;
use crate::person::PersonId;

/// Bytes of a token: 256 random bits, which nobody guesses.
pub const TOKEN_BYTES: usize = 32;

/// How long a session lives without being used. Thirty days: who plans once a month stays signed in.
pub const SESSION_IDLE_MAX: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How long a session lives at all. 180 days: a semester, with the weeks before it in which it is planned.
pub const SESSION_AGE_MAX: SignedDuration = SignedDuration::from_hours(180 * 24);

/// How often at most it is written down that a session, or a guest, was seen: a write per visit, not per request.
pub const TOUCH_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// The most sessions of one person. Twenty: every device and browser of a student, with private windows that were never
/// signed out. The one that was not seen for longest makes room.
pub const SESSIONS_MAX: usize = 20;

/// The most characters kept of what a browser says it is.
pub const USER_AGENT_CHARS_MAX: usize = 200;

/// What a browser says it is, for the person to tell their devices apart.
pub type UserAgent = Line<USER_AGENT_CHARS_MAX>;

/// What a cookie holds: of a session, or of a guest. It is shown once, to the browser, and never stored or logged.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken([u8; TOKEN_BYTES]);

/// A text that is no token. It is not repeated: it may be nearly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("that is no session's token")]
pub struct InvalidToken;

impl SessionToken {
    /// Of bytes that the caller has drawn from the system's random source.
    #[must_use]
    pub const fn new(random: [u8; TOKEN_BYTES]) -> Self {
        Self(random)
    }

    /// Reads what a browser brings: 43 characters of base64url.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidToken> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidToken)?;
        bytes.try_into().map(Self).map_err(|_| InvalidToken)
    }

    /// The text for the cookie, and for nothing else.
    #[must_use]
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What is stored of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(hidden)")
    }
}

/// The SHA-256 of a token. Who reads the database with it signs in as nobody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(hidden)")
    }
}

/// A session's key, by which its owner names it; it opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Somebody signed in on some device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The key.
    pub id: SessionId,
    /// Who.
    pub person: PersonId,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When they were last seen, give or take [`TOUCH_AFTER`].
    pub last_seen_at: Timestamp,
    /// From when on it is over unless they are seen before.
    pub expires_at: Timestamp,
    /// What their browser says it is.
    pub user_agent: Option<UserAgent>,
}

impl Session {
    /// Whether it still opens anything.
    #[must_use]
    pub fn is_alive(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }

    /// The session as it is after being seen; `None` when that need not be written down.
    #[must_use]
    pub fn touched(&self, now: Timestamp) -> Option<Self> {
        if !is_touch_due(self.last_seen_at, now) {
            return None;
        }
        Some(Self { last_seen_at: now, expires_at: expiry(self.created_at, now), ..self.clone() })
    }
}

/// When a session is over that began and was last seen then.
#[must_use]
pub fn expiry(created_at: Timestamp, last_seen_at: Timestamp) -> Timestamp {
    later(last_seen_at, SESSION_IDLE_MAX).min(later(created_at, SESSION_AGE_MAX))
}

/// Whether enough time has passed to write down that somebody was seen again.
#[must_use]
pub fn is_touch_due(last_seen_at: Timestamp, now: Timestamp) -> bool {
    later(last_seen_at, TOUCH_AFTER) <= now
}

fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_token_is_shown_once_and_hides_everywhere_else() {
        let token = SessionToken::new([0xfb; TOKEN_BYTES]);
        let text = token.reveal();
        assert_eq!(text.len(), 43);
        assert_eq!(SessionToken::parse(&text), Ok(token.clone()));
        assert!(!format!("{token:?} {:?}", token.hash()).contains(&text[..4]));
        assert_ne!(token.hash(), SessionToken::new([0xfa; TOKEN_BYTES]).hash());
    }

    #[test]
    fn the_hash_is_sha_256() {
        let zeros: String = SessionToken::new([0; 32]).hash().0.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(zeros, "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925");
    }

    #[test]
    fn what_is_no_token_is_refused() {
        let right = SessionToken::new([1; 32]).reveal();
        for text in ["", "x", &right[1..], &format!("{right}="), &format!("{right}AA"), &right.replace('A', "+")] {
            assert_eq!(SessionToken::parse(text), Err(InvalidToken), "{text:?}");
        }
    }

    #[test]
    fn a_session_slides_for_thirty_days_and_ends_after_180() {
        let begin = at("2026-01-01T00:00:00Z");
        assert_eq!(expiry(begin, begin), at("2026-01-31T00:00:00Z"));
        assert_eq!(expiry(begin, at("2026-03-01T00:00:00Z")), at("2026-03-31T00:00:00Z"));
        assert_eq!(expiry(begin, at("2026-06-29T00:00:00Z")), at("2026-06-30T00:00:00Z"));
        assert_eq!(expiry(Timestamp::MAX, Timestamp::MAX), Timestamp::MAX);
    }

    #[test]
    fn a_visit_is_written_down_once_an_hour() {
        let begin = at("2026-01-01T00:00:00Z");
        assert!(!is_touch_due(begin, at("2026-01-01T00:59:59Z")));
        assert!(is_touch_due(begin, at("2026-01-01T01:00:00Z")));
        assert!(!is_touch_due(begin, at("2025-12-31T00:00:00Z")), "a clock that went back touches nothing");
    }
}
