//! What the parts of the backup tell each other and the status page, in small files.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::backups::names::BackupId;

/// How the archiving of the journal goes. Written every few seconds by the process that does it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipperNote {
    /// When it was written.
    pub at: Timestamp,
    /// The newest file that is safely in the vault.
    pub last_shipped: Option<Shipped>,
    /// Files that wait on this machine's disk.
    pub waiting_files: u64,
    /// What they take.
    pub waiting_bytes: u64,
    /// Since when the oldest of them waits.
    pub waiting_since: Option<Timestamp>,
    /// Room that is left on the disk on which they wait.
    pub free_bytes: u64,
    /// What went wrong the last time, with its causes; `None` when all went well.
    pub trouble: Option<String>,
}

/// A file that is safely in the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipped {
    /// Its name.
    pub name: String,
    /// Since when.
    pub at: Timestamp,
}

/// The last try to take a backup, and the last backup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackupNote {
    /// The newest that succeeded.
    pub last: Option<TakenBackup>,
    /// What went wrong after that; `None` when nothing did.
    pub trouble: Option<FailedBackup>,
}

/// A backup that succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBackup {
    /// Which.
    pub id: BackupId,
    /// When all of it was in the vault.
    pub finished_at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What it takes in the vault, in bytes.
    pub stored_bytes: u64,
    /// Whether it is encrypted.
    pub is_encrypted: bool,
}

/// A backup that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedBackup {
    /// When.
    pub at: Timestamp,
    /// Why, with its causes.
    pub trouble: String,
}

/// What a drill found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillResult {
    /// When it was begun.
    pub at: Timestamp,
    /// Which backup was restored; `None` when there was none, or none could be chosen.
    pub backup: Option<BackupId>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// How many tables were compared.
    pub tables: u64,
    /// How many rows they have.
    pub rows: u64,
    /// What differs, a sentence each; the first ones only.
    pub differences: Vec<String>,
    /// Why it could not be done; `None` when it was.
    pub trouble: Option<String>,
}

impl DrillResult {
    /// Whether the backup was restored and is what it should be.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.trouble.is_none() && self.differences.is_empty()
    }
}
