//! What one must know of a provider.

use std::time::Duration;

use secrecy::SecretString;

/// A provider, and what it knows us by.
#[derive(Clone, Debug)]
pub struct OidcConfig {
    /// Where the provider lies, exactly as it names itself: `https://accounts.google.com`. Anything but `https` is
    /// refused, except on this machine.
    pub issuer: String,
    /// What the provider calls us.
    pub client_id: String,
    /// What we prove ourselves to the provider with.
    pub client_secret: SecretString,
    /// The only Google Workspace domain whose accounts are let in: `berkeley.edu`. Without it the address alone decides.
    pub hosted_domain: Option<String>,
    /// How long one request to the provider may take. People wait for it.
    pub request_limit: Duration,
    /// How far the provider's clock may be from ours.
    pub leeway: Duration,
}

impl OidcConfig {
    /// With the usual limits.
    #[must_use]
    pub fn new(issuer: impl Into<String>, client_id: impl Into<String>, client_secret: SecretString) -> Self {
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
            client_secret,
            hosted_domain: None,
            request_limit: Duration::from_secs(8),
            leeway: Duration::from_secs(60),
        }
    }
}
