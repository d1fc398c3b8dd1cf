//! What is written down about an order while it is open, so that one that was cut short goes on, and its proofs are
//! taken away in any case.

use std::path::{Path, PathBuf};

use platform::certificates::{Challenge, HostName, IssueFailure, KeyPem, Wanted};
use serde::{Deserialize, Serialize};
use tls::private_file;

use crate::failure::here;

/// An order.
#[derive(Deserialize, Serialize)]
pub(crate) struct OrderNote {
    /// What the certificate is to name.
    pub(crate) names: Vec<HostName>,
    /// How.
    pub(crate) challenge: Challenge,
    /// Where the authority keeps it.
    pub(crate) url: String,
    /// The key of the certificate. It is here before the authority sees it: a certificate whose key was lost in a crash
    /// would count against the limits, and be of no use.
    key_pem: String,
    /// What was put up for the authority to see, and must be taken away.
    pub(crate) proofs: Vec<Proof>,
}

/// Something that was put up.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Proof {
    /// A file for HTTP.
    Http {
        /// Its token.
        token: String,
    },
    /// A certificate for TLS.
    Tls {
        /// Its host.
        name: String,
    },
    /// A record in DNS.
    Txt {
        /// Its name.
        name: String,
        /// Its text.
        value: String,
    },
}

/// The file of one.
#[derive(Clone, Debug)]
pub(crate) struct OrderFile(PathBuf);

impl OrderNote {
    pub(crate) fn new(wanted: &Wanted, url: &str, key: &KeyPem) -> Self {
        let (names, challenge) = (wanted.names.clone(), wanted.challenge);
        Self { names, challenge, url: url.to_owned(), key_pem: key.expose().to_owned(), proofs: Vec::new() }
    }

    pub(crate) fn key(&self) -> KeyPem {
        KeyPem::new(self.key_pem.clone())
    }

    pub(crate) fn is_for(&self, wanted: &Wanted) -> bool {
        self.names == wanted.names && self.challenge == wanted.challenge
    }
}

impl OrderFile {
    pub(crate) fn new(folder: &Path, id: &str) -> Self {
        Self(folder.join(format!("{id}.order.json")))
    }

    /// What is written there; `None` when there is nothing that can be read.
    pub(crate) fn read(&self) -> Result<Option<OrderNote>, IssueFailure> {
        let text = private_file::read(&self.0).map_err(|error| here("cannot read a note of an order", error))?;
        Ok(text.and_then(|text| match serde_json::from_str(&text) {
            Ok(note) => Some(note),
            Err(error) => {
                tracing::warn!(file = %self.0.display(), %error, "a note of an order cannot be read; a new order is made");
                None
            }
        }))
    }

    pub(crate) fn write(&self, note: &OrderNote) -> Result<(), IssueFailure> {
        let text = serde_json::to_string(note).map_err(|error| here("cannot write a note of an order", error))?;
        private_file::write(&self.0, &text).map_err(|error| here("cannot write a note of an order", error))
    }

    pub(crate) fn remove(&self) -> Result<(), IssueFailure> {
        private_file::remove(&self.0).map_err(|error| here("cannot remove a note of an order", error))
    }
}
