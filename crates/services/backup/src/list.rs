//! What backups there are, and until when each can be restored.

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::backups::chain::{Ancestry, follow};
use platform::backups::manifest::Manifest;
use platform::backups::names::BackupId;
use platform::backups::retention::Reason;
use platform::backups::wal::Segment;

use crate::error::BackupError;
use crate::store::{BackupStore, Journal};

/// A backup, as it is listed.
#[derive(Clone, Debug)]
pub struct ListedBackup {
    /// What it consists of.
    pub manifest: Manifest,
    /// Why it is kept; empty when it will be removed next time.
    pub kept_as: Vec<Reason>,
    /// Whether the history of the database still goes through it: a restore in place may have left it behind.
    pub is_on_the_way: bool,
    /// Until when the journal after it is kept without a gap, as the vault saw it come: along the newest line of history,
    /// or, of a backup that is not on its way, along the backup's own. `None` when not even what it needs itself is there.
    pub reaches: Option<Timestamp>,
    /// Journal files that it needs and that are missing.
    pub missing: Vec<Segment>,
}

impl BackupStore {
    /// All backups, oldest first.
    ///
    /// # Errors
    /// When the vault does not answer, or a manifest is damaged or closed.
    pub async fn list(&self) -> Result<Vec<ListedBackup>, BackupError> {
        let manifests = self.manifests().await?;
        let journal = self.journal().await?;
        let newest = self.ancestry(&journal).await?;
        let kept = self.kept(&manifests);
        let mut all = Vec::new();
        for manifest in manifests {
            let is_on_the_way = newest.has(&manifest.wal);
            // One whose own line cannot be looked at is still there as it was.
            let own = if is_on_the_way { None } else { self.ancestry_of(manifest.wal.timeline).await.ok() };
            let way = if is_on_the_way { Some(&newest) } else { own.as_ref() };
            all.push(listed(manifest, is_on_the_way, &kept, &journal, way));
        }
        Ok(all)
    }
}

fn listed(
    manifest: Manifest,
    is_on_the_way: bool,
    kept: &BTreeMap<BackupId, Vec<Reason>>,
    journal: &Journal,
    way: Option<&Ancestry>,
) -> ListedBackup {
    let there = journal.segments();
    let missing: Vec<Segment> = manifest.wal.segments().filter(|segment| !there.contains(segment)).collect();
    let last = way.and_then(|way| follow(way, manifest.wal.first().number, &there).reaches);
    let own = manifest.restore_point.at;
    let reaches = match last {
        _ if !missing.is_empty() => None,
        Some(segment) => journal.since(segment).map(|since| since.max(own)),
        None => Some(own),
    };
    let kept_as = kept.get(&manifest.id).cloned().unwrap_or_default();
    ListedBackup { manifest, kept_as, is_on_the_way, reaches, missing }
}
