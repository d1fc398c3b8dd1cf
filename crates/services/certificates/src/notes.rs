//! What the keeper writes down: what is wanted, what was tried, and what the authority advised. Everybody who shows how
//! the certificates are reads it, also when no keeper runs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::certificates::attempts::Attempts;
use platform::certificates::{Challenge, Held, HostName, Wanted, Window};
use serde::{Deserialize, Serialize};
use tls::certificate::Certificate;
use tls::folder::{CertificateFolder, FolderError};

/// The notes.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Notes {
    /// Which authority is asked; `None` where certificates are only made by ourselves.
    pub authority: Option<String>,
    /// The mark of the settings that were tried last; `None` in notes of an older release.
    pub settings: Option<String>,
    /// What is wanted.
    pub wanted: Vec<WantedNote>,
    /// Names that need DNS, which is not set up.
    pub impossible: Vec<HostName>,
    /// What was tried.
    pub attempts: Attempts,
    /// What the authority advised, by the numbers of certificates.
    pub advice: BTreeMap<String, Advice>,
}

/// A certificate that is wanted.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct WantedNote {
    /// What it is kept by.
    pub id: String,
    /// What it names.
    pub names: Vec<HostName>,
    /// How its names are proven.
    pub challenge: Challenge,
}

/// What an authority advised about a certificate.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Advice {
    /// When to renew it; `None` when it has no opinion.
    pub window: Option<Window>,
    /// When to ask again.
    pub ask_again_at: Timestamp,
}

impl Notes {
    /// What was written down last. Notes that cannot be read are as good as none: at worst an authority is asked too
    /// early, and says so.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(folder: &CertificateFolder) -> Result<Self, FolderError> {
        let Some(text) = folder.notes()? else { return Ok(Self::default()) };
        Ok(serde_json::from_str(&text).unwrap_or_else(|error| {
            tracing::warn!(%error, "the notes of the certificates' keeper cannot be read and are begun anew");
            Self::default()
        }))
    }

    /// Writes them down.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, folder: &CertificateFolder) -> Result<(), FolderError> {
        folder.put_notes(&serde_json::to_string_pretty(self).unwrap_or_default())
    }

    /// What is wanted, as the rules take it.
    #[must_use]
    pub fn wanted(&self) -> Vec<Wanted> {
        let wanted = self.wanted.iter().cloned();
        wanted.map(|WantedNote { id, names, challenge }| Wanted { id, names, challenge }).collect()
    }

    /// A certificate that is there, as the rules take it.
    #[must_use]
    pub fn held(&self, id: &str, certificate: &Certificate) -> Held {
        Held {
            id: id.to_owned(),
            names: certificate.names().iter().filter_map(|name| name.parse().ok()).collect(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            serial: certificate.serial().to_owned(),
            window: self.advice.get(certificate.serial()).and_then(|advice| advice.window),
        }
    }
}

impl From<&Wanted> for WantedNote {
    fn from(wanted: &Wanted) -> Self {
        Self { id: wanted.id.clone(), names: wanted.names.clone(), challenge: wanted.challenge }
    }
}
