//! The port to whoever proves who somebody is: an OpenID provider, by the authorization code flow. The site begins,
//! the browser goes to the provider and comes back with a code, and the site asks the provider whose it is.

use std::fmt;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use crate::identity::{CAMPUS_DOMAIN, EmailAddress, Identity, InvalidEmail};
use crate::person::Role;

/// What the browser is sent to the provider with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beginning<'a> {
    /// The whole address that the browser comes back to; the provider knows it already.
    pub redirect_uri: &'a str,
    /// Comes back with the browser: proves that the same browser began.
    pub state: &'a str,
    /// Comes back within the proof: proves that it was made for this sign-in.
    pub nonce: &'a str,
    /// The SHA-256 of the verifier in base64url (PKCE, RFC 7636, `S256`).
    pub code_challenge: &'a str,
}

/// What the browser came back with, beside what was kept since the beginning. The state is compared by the caller.
#[derive(Clone, Copy)]
pub struct Return<'a> {
    /// The address that the browser came back to.
    pub redirect_uri: &'a str,
    /// What the provider gave the browser for us. A secret until it is used.
    pub code: &'a str,
    /// The nonce of the beginning.
    pub nonce: &'a str,
    /// The verifier whose challenge was sent at the beginning. A secret.
    pub code_verifier: &'a str,
}

/// Why nobody was signed in. Each is told apart for people; the causes are for the log.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The person, or the provider for them, said no.
    #[error("the sign-in was declined at the provider")]
    Denied,
    /// The code or the proof is too old, or was used before.
    #[error("the sign-in took too long, or was used before")]
    Expired,
    /// The account is of another domain than the one that is let in, or has no address of the campus.
    #[error("the account is not of the campus")]
    NotOfTheCampus,
    /// The provider does not vouch for the address.
    #[error("the provider has not verified the address of that account")]
    EmailNotVerified,
    /// The proof does not hold: signed by somebody else, made for somebody else, or not what was asked for.
    #[error("the provider's proof was refused: {0}")]
    Untrusted(String),
    /// The provider cannot be reached, or answers nothing that can be used.
    #[error("the sign-in provider could not be asked: {what}")]
    ProviderDown {
        /// What was tried.
        what: String,
        /// Why that failed.
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
}

/// Who proves who somebody is.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// The provider's name for people, such as `Google`.
    fn name(&self) -> &str;

    /// The address to send the browser to.
    ///
    /// # Errors
    /// [`SignInError::ProviderDown`].
    async fn begin(&self, beginning: &Beginning<'_>) -> Result<String, SignInError>;

    /// Who came back.
    ///
    /// # Errors
    /// Every [`SignInError`]; nobody is signed in then.
    async fn finish(&self, returned: &Return<'_>) -> Result<Identity, SignInError>;
}

/// The cookie of a session: its name over TLS, and without.
pub const SESSION_COOKIE: [&str; 2] = ["__Host-bt-session", "bt-session"];

/// The cookie of a guest.
pub const GUEST_COOKIE: [&str; 2] = ["__Host-bt-guest", "bt-guest"];

/// The cookie of a sign-in that has begun.
pub const ATTEMPT_COOKIE: [&str; 2] = ["__Host-bt-signing-in", "bt-signing-in"];

/// How long one may take at the provider: long enough for a second factor that must be found first.
pub const ATTEMPT_AGE_MAX: SignedDuration = SignedDuration::from_mins(10);

/// The longest way back that is remembered, in bytes. A search with many filters has 500.
const NEXT_BYTES_MAX: usize = 2000;

/// A sign-in that has begun: what its browser keeps until it comes back.
#[derive(Clone, PartialEq, Eq)]
pub struct Attempt {
    state: String,
    nonce: String,
    verifier: String,
    next: String,
}

impl Attempt {
    /// Of bytes that the caller has drawn from the system's random source; `next` is where the reader wants to go then.
    #[must_use]
    pub fn new(random: [[u8; 32]; 3], next: &str) -> Self {
        let [state, nonce, verifier] = random.map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
        let next = if next.len() > NEXT_BYTES_MAX { "/" } else { next };
        Self { state, nonce, verifier, next: next.to_owned() }
    }

    /// What the provider is asked with.
    #[must_use]
    pub fn code_challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(&self.verifier))
    }

    /// Comes back with the browser.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// Comes back within the proof.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Proves to the provider that the same browser began. A secret.
    #[must_use]
    pub fn code_verifier(&self) -> &str {
        &self.verifier
    }

    /// Where the reader wants to go then: to be checked again, since it was in the reader's hands.
    #[must_use]
    pub fn next(&self) -> &str {
        &self.next
    }

    /// The text for the cookie.
    #[must_use]
    pub fn reveal(&self) -> String {
        let next = URL_SAFE_NO_PAD.encode(&self.next);
        format!("{}.{}.{}.{next}", self.state, self.nonce, self.verifier)
    }

    /// Reads the cookie; `None` when it is anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let mut secret = || parts.next().filter(|part| part.len() == SECRET_CHARS && is_base64url(part));
        let (state, nonce, verifier) = (secret()?.to_owned(), secret()?.to_owned(), secret()?.to_owned());
        let next = String::from_utf8(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok()?;
        parts.next().is_none().then_some(Self { state, nonce, verifier, next })
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempt(hidden)")
    }
}

/// 32 bytes in base64url.
const SECRET_CHARS: usize = 43;

fn is_base64url(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Behind the name of everybody who does not exist. No provider gives out such an address: it is what mail calls a
/// sub-address of another.
const SAMPLE_MARK: &str = "+sample";

/// Somebody made up, for sites that show a made-up campus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SamplePerson {
    /// A student.
    Ana,
    /// Another one.
    Ben,
    /// Of the people who run the site.
    Staff,
}

impl SamplePerson {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ana, Self::Ben, Self::Staff];

    /// `ana`, `ben`, `staff`.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Ana => "ana",
            Self::Ben => "ben",
            Self::Staff => "staff",
        }
    }

    /// By [`slug`](Self::slug).
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|person| person.slug() == slug)
    }

    /// `Ana`; the last name is `Sample`.
    #[must_use]
    pub const fn first_name(self) -> &'static str {
        match self {
            Self::Ana => "Ana",
            Self::Ben => "Ben",
            Self::Staff => "Staff",
        }
    }

    /// What they may do.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Ana | Self::Ben => Role::Student,
            Self::Staff => Role::Staff,
        }
    }

    /// As if they had proved it.
    ///
    /// # Errors
    /// Never: the address is of the campus.
    pub fn identity(self) -> Result<Identity, InvalidEmail> {
        Identity::new(&format!("{}{SAMPLE_MARK}@{CAMPUS_DOMAIN}", self.slug()), self.first_name(), "Sample")
    }
}

/// Whether an address is of a [`SamplePerson`]. Where a real provider signs people in, nobody comes in by one.
#[must_use]
pub fn is_sample(email: &EmailAddress) -> bool {
    email.username().ends_with(SAMPLE_MARK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_comes_back_from_its_cookie_as_it_was() {
        let attempt = Attempt::new([[1; 32], [2; 32], [3; 32]], "/catalog?q=a.b&é=1");
        let text = attempt.reveal();
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)), "{text}");
        assert_eq!(Attempt::parse(&text), Some(attempt.clone()));
        assert!(attempt.state() != attempt.nonce() && attempt.nonce() != attempt.code_verifier());
        assert!(!format!("{attempt:?}").contains(attempt.code_verifier()));
        assert_eq!(Attempt::new([[1; 32]; 3], &"/".repeat(2001)).next(), "/");
    }

    #[test]
    fn a_cookie_that_was_meddled_with_is_none() {
        let text = Attempt::new([[1; 32], [2; 32], [3; 32]], "/").reveal();
        let shorter = &text[1..];
        for bad in
            ["", "...", "a.b.c.d", shorter, &format!("{text}.x"), &text.replace('.', ","), &format!("{text}\u{e9}")]
        {
            assert_eq!(Attempt::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        let attempt = Attempt { state: String::new(), nonce: String::new(), verifier, next: String::new() };
        assert_eq!(attempt.code_challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn sample_people_are_told_by_their_address() {
        for person in SamplePerson::ALL {
            assert!(is_sample(&person.identity().unwrap().email), "{person:?}");
            assert_eq!(SamplePerson::from_slug(person.slug()), Some(person));
        }
        assert!(!is_sample(&EmailAddress::parse("ana.sample@berkeley.edu").unwrap()));
    }
}
