//! Certificates: which are wanted, when each is due, how often an authority may be asked, and when people must know.
//!
//! Read in this order: the nouns here, [`grouping`] (names into certificates), [`renewal`] (when), [`attempts`] (how
//! often), [`plan`] (what to do now), and [`findings`] (what people are told). All of it computes; an [`Issuer`] does.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::names::{InvalidName, as_strings, is_label};
use crate::ports::PortError;

pub mod attempts;
pub mod findings;
pub mod grouping;
pub mod plan;
pub mod renewal;

/// The longest host name (RFC 1035).
const HOST_LIMIT: usize = 253;

/// A host that a certificate names: `berkeleytime.com`, or `*.berkeleytime.com` for all that are one label below.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostName(String);

impl HostName {
    /// The name, in small letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it stands for many.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.0.starts_with("*.")
    }

    /// Without the `*.`: the name whose owner an authority asks.
    #[must_use]
    pub fn base(&self) -> &str {
        self.0.strip_prefix("*.").unwrap_or(&self.0)
    }

    /// Whether a certificate of this name serves that host.
    #[must_use]
    pub fn covers(&self, host: &Self) -> bool {
        self == host || (self.is_wildcard() && host.0.split_once('.').is_some_and(|(_, rest)| rest == self.base()))
    }
}

impl FromStr for HostName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let name = text.to_ascii_lowercase();
        let base = name.strip_prefix("*.").unwrap_or(&name);
        let is_address = base.split('.').next_back().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
        if name.len() <= HOST_LIMIT && base.split('.').all(is_label) && !is_address {
            return Ok(Self(name));
        }
        let expected = "labels of letters, digits and hyphens with dots between, and `*.` at most at the front";
        Err(InvalidName { text: text.to_owned(), what: "a host", expected })
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

as_strings!(HostName: InvalidName);

/// How an authority is shown that a name is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Challenge {
    /// It fetches a file from port 80.
    #[serde(rename = "http-01")]
    Http01,
    /// It makes a TLS connection to port 443.
    #[serde(rename = "tls-alpn-01")]
    TlsAlpn01,
    /// It looks up a DNS record. The only one for wildcards.
    #[serde(rename = "dns-01")]
    Dns01,
}

impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Http01 => "http-01",
            Self::TlsAlpn01 => "tls-alpn-01",
            Self::Dns01 => "dns-01",
        })
    }
}

/// One certificate that should be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What it is kept by: the name of its file. Made of its first name.
    pub id: String,
    /// What it names, in order, without doubles.
    pub names: Vec<HostName>,
    /// How all of its names are proven.
    pub challenge: Challenge,
}

/// One certificate that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What it is kept by.
    pub id: String,
    /// What it names.
    pub names: Vec<HostName>,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when.
    pub not_after: Timestamp,
    /// Its number.
    pub serial: String,
    /// When the authority wishes it renewed (RFC 9773); `None` when it does not say.
    pub window: Option<Window>,
}

/// From when to when an authority wishes a certificate renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first moment.
    pub start: Timestamp,
    /// The last one.
    pub end: Timestamp,
}

/// What an authority says about renewing a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenewalAdvice {
    /// When.
    pub window: Window,
    /// Where it explains itself, when it is in a hurry.
    pub explained_at: Option<String>,
    /// When to ask again.
    pub ask_again_after: Duration,
}

/// A private key as PEM. Never shown, not even by mistake.
#[derive(Clone)]
pub struct KeyPem(String);

impl KeyPem {
    /// A key.
    #[must_use]
    pub fn new(pem: String) -> Self {
        Self(pem)
    }

    /// The key itself: for the file that keeps it, and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for KeyPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyPem(…)")
    }
}

/// What an issuer gives.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The certificate, then its chain.
    pub chain_pem: String,
    /// Its key.
    pub key: KeyPem,
}

/// Why no certificate came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The authority cannot be reached, or is not well.
    Unreachable,
    /// It was asked too often.
    RateLimited,
    /// It looked, and did not see that the name is ours.
    Validation,
    /// It does not want to: a bad account, a forbidden name, an unknown profile.
    Refused,
    /// Something is wrong here: a file, the DNS hook.
    Here,
}

impl FailureKind {
    /// For everybody, in half a sentence: without what the authority said, which has addresses in it.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::Unreachable => "the authority cannot be reached",
            Self::RateLimited => "the authority was asked too often",
            Self::Validation => "the authority could not see that the name is ours",
            Self::Refused => "the authority refuses it",
            Self::Here => "something is not right on this machine",
        }
    }
}

/// No certificate came. The old one stays.
#[derive(Debug, thiserror::Error)]
#[error("{says}")]
pub struct IssueFailure {
    /// What kind it is.
    pub kind: FailureKind,
    /// In a sentence: what was tried, and what the authority said.
    pub says: String,
    /// How long the authority wishes not to be asked again.
    pub retry_after: Option<Duration>,
    /// Why.
    #[source]
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Gets certificates from an authority.
#[async_trait]
pub trait Issuer: Send + Sync {
    /// Which authority, for messages: `letsencrypt`.
    fn authority(&self) -> String;
    /// Gets one. Cut short at any moment, it leaves nothing that hinders the next call. `replaces` is the chain of the
    /// certificate whose place it takes, as PEM: a renewal does not count for the authority's limits.
    ///
    /// # Errors
    /// When none came.
    async fn issue(&self, wanted: &Wanted, replaces: Option<&str>) -> Result<Issued, IssueFailure>;
    /// When the authority wishes a certificate renewed; `None` when it does not say.
    ///
    /// # Errors
    /// When it cannot be asked.
    async fn renewal_advice(&self, chain_pem: &str) -> Result<Option<RenewalAdvice>, IssueFailure>;
}

/// Writes TXT records, which is how a name is proven by DNS.
#[async_trait]
pub trait DnsWriter: Send + Sync {
    /// Adds a record beside those that are there, and returns when the name's own servers answer with it, or when it
    /// cannot know that.
    ///
    /// # Errors
    /// When it was not added.
    async fn put_txt(&self, name: &str, value: &str) -> Result<(), PortError>;
    /// Removes exactly this record. That it is gone already is as good.
    ///
    /// # Errors
    /// When it was not removed.
    async fn remove_txt(&self, name: &str, value: &str) -> Result<(), PortError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_written_in_labels() {
        for good in ["example.edu", "*.example.edu", "A.b-c.d1", "localhost"] {
            assert_eq!(good.parse::<HostName>().unwrap().as_str(), good.to_ascii_lowercase());
        }
        let long = format!("{}.edu", "x".repeat(64));
        for bad in ["", ".", "a..b", "-a.b", "a-.b", "a_b", "*", "*.", "a.*.b", "127.0.0.1", "ä.de", "a/b", &long] {
            let refused = bad.parse::<HostName>().unwrap_err().to_string();
            assert!(refused.contains("labels of letters"), "{bad}: {refused}");
        }
    }

    #[test]
    fn a_wildcard_covers_one_label() {
        let host = |text: &str| text.parse::<HostName>().unwrap();
        assert!(host("*.a.edu").covers(&host("x.a.edu")));
        for other in ["a.edu", "x.y.a.edu", "x.b.edu"] {
            assert!(!host("*.a.edu").covers(&host(other)), "{other}");
        }
    }

    #[test]
    fn a_key_is_never_shown() {
        let issued = Issued { chain_pem: "chain".into(), key: KeyPem::new("topsecret".into()) };
        assert!(!format!("{issued:?}").contains("topsecret"));
    }
}
