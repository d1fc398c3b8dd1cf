//! What a proof says, and whether it was made for us, now, for this sign-in (OpenID Connect Core 1.0, 3.1.3.7). The
//! signature was checked before.

use accounts::identity::Identity;
use accounts::sign_in::SignInError;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use crate::config::OidcConfig;

/// The claims that we read; all others are let be.
#[derive(Deserialize)]
pub(crate) struct Claims {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    nonce: Option<String>,
    email: Option<String>,
    #[serde(default, deserialize_with = "yes")]
    email_verified: bool,
    hd: Option<String>,
    #[serde(default)]
    given_name: String,
    #[serde(default)]
    family_name: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// Some providers write the word instead of the value; whatever else is a no.
fn yes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(value.as_bool() == Some(true) || value.as_str() == Some("true"))
}

impl Claims {
    /// Who it is, if the proof holds.
    pub(crate) fn identity(self, config: &OidcConfig, nonce: &str, now: Timestamp) -> Result<Identity, SignInError> {
        self.expect_for_us(config, nonce)?;
        self.expect_now(config, now)?;
        if let Some(domain) = &config.hosted_domain {
            let is_hosted = self.hd.as_ref().is_some_and(|hosted| hosted.eq_ignore_ascii_case(domain));
            if !is_hosted {
                return Err(SignInError::NotOfTheCampus);
            }
        }
        let Some(email) = &self.email else { return Err(untrusted("it names no address")) };
        if !self.email_verified {
            return Err(SignInError::EmailNotVerified);
        }
        Identity::new(email, &self.given_name, &self.family_name).map_err(|_| SignInError::NotOfTheCampus)
    }

    fn expect_for_us(&self, config: &OidcConfig, nonce: &str) -> Result<(), SignInError> {
        let audience = self.aud.all();
        if self.iss != config.issuer {
            return Err(untrusted("it is of another issuer"));
        }
        if !audience.contains(&config.client_id) {
            return Err(untrusted("it is for another audience"));
        }
        match &self.azp {
            Some(azp) if *azp != config.client_id => return Err(untrusted("it was given to somebody else")),
            None if audience.len() > 1 => return Err(untrusted("it is for several, and does not say for whom")),
            _ => {}
        }
        if nonce.is_empty() || self.nonce.as_deref() != Some(nonce) {
            return Err(untrusted("it was made for another sign-in"));
        }
        Ok(())
    }

    fn expect_now(&self, config: &OidcConfig, now: Timestamp) -> Result<(), SignInError> {
        let (now, leeway) = (now.as_second(), i64::try_from(config.leeway.as_secs()).unwrap_or(0));
        let until = self.exp.saturating_add(leeway);
        if now >= until {
            return Err(SignInError::Expired);
        }
        let begins = self.nbf.unwrap_or(self.iat).max(self.iat);
        if begins > now.saturating_add(leeway) {
            return Err(untrusted("it is of the future"));
        }
        Ok(())
    }
}

fn untrusted(why: &str) -> SignInError {
    SignInError::Untrusted(why.to_owned())
}
