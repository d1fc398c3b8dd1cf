//! The port to whoever proves who somebody is: an OpenID provider, by the authorization code flow. The site begins,
//! the browser goes to the provider and comes back with a code, and the site asks the provider whose it is.

use async_trait::async_trait;

use crate::identity::Identity;

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
