//! What is set: which authority, for whom, how.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;

const LETS_ENCRYPT: &str = "https://acme-v02.api.letsencrypt.org/directory";
const LETS_ENCRYPT_STAGING: &str = "https://acme-staging-v02.api.letsencrypt.org/directory";

/// Where an authority is asked: an address, or a word for a known one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    url: String,
}

/// A text names no directory.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{text}` names no ACME directory: expected letsencrypt, letsencrypt-staging, or an address that begins with https://"
)]
pub struct InvalidDirectory {
    /// What was written.
    pub text: String,
}

impl Directory {
    /// Let's Encrypt, whose certificates browsers trust.
    #[must_use]
    pub fn lets_encrypt() -> Self {
        Self { url: LETS_ENCRYPT.to_owned() }
    }

    /// Let's Encrypt for trials: wide limits, certificates that nobody trusts.
    #[must_use]
    pub fn lets_encrypt_staging() -> Self {
        Self { url: LETS_ENCRYPT_STAGING.to_owned() }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where a trial can be made before the first real order; `None` when none is known.
    #[must_use]
    pub fn staging(&self) -> Option<Self> {
        (self.url == LETS_ENCRYPT).then(Self::lets_encrypt_staging)
    }

    /// The name of a folder for what belongs to it.
    pub(crate) fn folder_name(&self) -> String {
        let is_kept = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '.' || *letter == '-';
        let host = self.url.trim_start_matches("https://");
        host.chars().map(|letter| if is_kept(&letter) { letter } else { '_' }).take(100).collect()
    }
}

impl FromStr for Directory {
    type Err = InvalidDirectory;

    fn from_str(text: &str) -> Result<Self, InvalidDirectory> {
        let has_host =
            |url: &str| url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
        match text {
            "letsencrypt" => Ok(Self::lets_encrypt()),
            "letsencrypt-staging" => Ok(Self::lets_encrypt_staging()),
            url if has_host(url) && url.parse::<http::Uri>().is_ok() => Ok(Self { url: url.to_owned() }),
            other => Err(InvalidDirectory { text: other.to_owned() }),
        }
    }
}

impl fmt::Display for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.url.as_str() {
            LETS_ENCRYPT => f.pad("letsencrypt"),
            LETS_ENCRYPT_STAGING => f.pad("letsencrypt-staging"),
            url => f.pad(url),
        }
    }
}

/// The account at another place to which an ACME account is bound (RFC 8555, 7.3.4). Authorities of a campus or a
/// company ask for it.
#[derive(Clone, Debug)]
pub struct ExternalAccount {
    /// Its id, as the authority names it.
    pub key_id: String,
    /// Its key, in base64url as the authority gives it.
    pub hmac_key: SecretString,
}

/// Everything that is set.
#[derive(Clone, Debug)]
pub struct AcmeConfig {
    /// The authority.
    pub directory: Directory,
    /// Before the first order with the same names, one is made here; `None` for no trial.
    pub trial_directory: Option<Directory>,
    /// Whether the terms of the authority are agreed to. Without it nothing is asked for.
    pub agrees_to_terms: bool,
    /// Where the authority can reach people, as in `ops@example.edu`; may be empty.
    pub contacts: Vec<String>,
    /// Which kind of certificate, where an authority has several: `tlsserver`, `shortlived`; `None` for its usual one.
    pub profile: Option<String>,
    /// Where the account is bound to another one.
    pub external_account: Option<ExternalAccount>,
    /// A file (PEM) with the root that vouches for the directory itself, beside those of the machine.
    pub root_certificate: Option<PathBuf>,
    /// How long one request may take. Thirty seconds: twice the slowest answer of a busy authority.
    pub request_limit: Duration,
    /// How long the proof and the issuing may take together. Ten minutes: records in DNS may take several.
    pub order_limit: Duration,
}

impl AcmeConfig {
    /// The usual settings for an authority; its terms are not agreed to yet.
    #[must_use]
    pub fn new(directory: Directory) -> Self {
        Self {
            directory,
            trial_directory: None,
            agrees_to_terms: false,
            contacts: Vec::new(),
            profile: None,
            external_account: None,
            root_certificate: None,
            request_limit: Duration::from_secs(30),
            order_limit: Duration::from_mins(10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_a_word_or_an_address() {
        let staging: Directory = "letsencrypt-staging".parse().unwrap();
        assert!(staging.url().contains("staging"));
        assert_eq!("letsencrypt".parse::<Directory>().unwrap().staging(), Some(staging));
        let own: Directory = "https://ca.campus.edu:14000/dir".parse().unwrap();
        assert_eq!((own.folder_name().as_str(), own.staging()), ("ca.campus.edu_14000_dir", None));
        for bad in ["", "lets-encrypt", "http://ca.campus.edu/dir", "https://", "https:///dir", "https://a b/"] {
            assert!(bad.parse::<Directory>().unwrap_err().to_string().contains("expected letsencrypt"), "{bad}");
        }
    }
}
