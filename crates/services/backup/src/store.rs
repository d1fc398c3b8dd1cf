//! The backups of a vault: their manifests, and the files of the journal beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use clock::Clock;
use jiff::Timestamp;
use platform::backups::chain::Ancestry;
use platform::backups::manifest::{MANIFEST_VERSION, Manifest};
use platform::backups::names::{BackupId, ObjectName};
use platform::backups::ports::{BackupNotes, Listed, Vault, VaultError};
use platform::backups::retention::{Reason, Retention};
use platform::backups::wal::{Segment, WalFile};
use platform::ports::PortError;

use crate::error::BackupError;

/// What all work on backups needs.
#[derive(Clone)]
pub struct BackupStore {
    /// Where they lie.
    pub vault: Arc<dyn Vault>,
    /// Where notes for the status page go.
    pub notes: Arc<dyn BackupNotes>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How long they are kept.
    pub retention: Retention,
    /// The build that does it.
    pub release: String,
}

/// The journal in a vault.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    pub(crate) files: BTreeMap<WalFile, Listed>,
}

impl Journal {
    pub(crate) fn segments(&self) -> BTreeSet<Segment> {
        self.files.keys().filter_map(|file| file.whole_segment()).collect()
    }

    /// Since when a file is in the vault; `None` when it is not.
    pub(crate) fn since(&self, segment: Segment) -> Option<Timestamp> {
        self.files.get(&WalFile::Segment(segment)).map(|listed| listed.stored_at)
    }

    /// The timelines that can be followed: the first, and each of which the vault knows how it came to be.
    pub(crate) fn timelines(&self) -> BTreeSet<u32> {
        let later = self.files.keys().filter_map(|file| match file {
            WalFile::History(timeline) => Some(*timeline),
            _ => None,
        });
        later.chain([1]).collect()
    }

    /// The newest timeline that anything is known of.
    pub(crate) fn newest_timeline(&self) -> u32 {
        let timelines = self.files.keys().map(|file| match file {
            WalFile::History(timeline) => *timeline,
            WalFile::Segment(segment) | WalFile::Label(segment) | WalFile::Partial(segment) => segment.timeline,
        });
        timelines.max().unwrap_or(1)
    }
}

impl BackupStore {
    /// All backups, oldest first.
    ///
    /// # Errors
    /// When the vault does not answer, or a manifest is damaged or closed.
    pub async fn manifests(&self) -> Result<Vec<Manifest>, BackupError> {
        let mut manifests = Vec::new();
        for id in self.ids().await? {
            // It may have been pruned since the listing.
            if let Some(manifest) = self.manifest(id).await? {
                manifests.push(manifest);
            }
        }
        Ok(manifests)
    }

    /// The names of all backups: of those that are complete.
    ///
    /// # Errors
    /// When the vault does not answer.
    pub async fn ids(&self) -> Result<BTreeSet<BackupId>, BackupError> {
        let listed = self.vault.list("backups").await?;
        let manifests = listed.iter().filter(|listed| listed.name.file() == "manifest.json");
        Ok(manifests.filter_map(|listed| listed.name.backup()).collect())
    }

    /// One backup; `None` when there is none of this name.
    ///
    /// # Errors
    /// As for [`BackupStore::manifests`].
    pub async fn manifest(&self, id: BackupId) -> Result<Option<Manifest>, BackupError> {
        let text = match self.vault.get(&ObjectName::manifest(id)).await {
            Ok(text) => text,
            Err(VaultError::NotThere { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let version = serde_json::from_slice::<serde_json::Value>(&text).ok();
        let version = version.and_then(|manifest| manifest.get("version")?.as_u64());
        if version != Some(u64::from(MANIFEST_VERSION)) {
            return Err(BackupError::Manifest { id, source: None });
        }
        let read = serde_json::from_slice(&text).map(Some);
        read.map_err(|source| BackupError::Manifest { id, source: Some(source) })
    }

    /// Which of them are kept, and why.
    pub(crate) fn kept(&self, manifests: &[Manifest]) -> BTreeMap<BackupId, Vec<Reason>> {
        self.retention.kept(&manifests.iter().map(|manifest| (manifest.id, manifest.wal.timeline)).collect())
    }

    pub(crate) async fn journal(&self) -> Result<Journal, BackupError> {
        let listed = self.vault.list("wal").await?;
        let files = listed.into_iter().filter_map(|listed| Some((listed.name.file().parse().ok()?, listed)));
        Ok(Journal { files: files.collect() })
    }

    /// The way to the newest timeline.
    pub(crate) async fn ancestry(&self, journal: &Journal) -> Result<Ancestry, BackupError> {
        self.ancestry_of(journal.newest_timeline()).await
    }

    /// The way to a timeline.
    pub(crate) async fn ancestry_of(&self, timeline: u32) -> Result<Ancestry, BackupError> {
        if timeline == 1 {
            return ancestry(1, None);
        }
        let name = ObjectName::wal(&format!("{timeline:08X}.history"));
        let text = self.vault.get(&name).await?;
        ancestry(timeline, Some(&String::from_utf8_lossy(&text)))
    }
}

fn ancestry(timeline: u32, text: Option<&str>) -> Result<Ancestry, BackupError> {
    let read = Ancestry::of(timeline, text);
    read.map_err(|why| PortError::new(format!("cannot understand the history of timeline {timeline}"), why).into())
}
