//! Removes backups that are no longer kept, the journal that none of the others needs, and what killed tries left.
//! A backup's manifest goes first: whatever happens in the middle, what has a manifest is whole.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use platform::backups::names::{BackupId, ObjectName};
use platform::backups::retention::{WalNeed, superfluous};

use crate::error::BackupError;
use crate::progress::{Progress, Report, Step};
use crate::store::BackupStore;

/// A backup without a manifest is one that is being taken, or one whose taking was cut off. No taking lasts a day.
const UNFINISHED_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// What was removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Backups.
    pub backups: Vec<BackupId>,
    /// Objects in all, those of the journal included.
    pub objects: u64,
    /// What they took in the vault.
    pub bytes: u64,
}

impl BackupStore {
    /// Removes what is no longer kept.
    ///
    /// # Errors
    /// When the vault does not answer, or a manifest cannot be read: then nothing of the journal is removed.
    pub async fn prune(&self, report: Report<'_>) -> Result<Pruned, BackupError> {
        let listed = self.vault.list("backups").await?;
        let manifests = self.manifests().await?;
        let ids: BTreeSet<BackupId> = manifests.iter().map(|manifest| manifest.id).collect();
        let kept = self.kept(&manifests);
        let is_unfinished =
            |id: &BackupId| !ids.contains(id) && self.clock.now().duration_since(id.begun_at()) > UNFINISHED_LIFE;
        let is_removed = |id: &BackupId| ids.contains(id) && !kept.contains_key(id);
        let mut pruned = Pruned { backups: ids.iter().copied().filter(is_removed).collect(), ..Pruned::default() };
        for id in &pruned.backups {
            self.vault.delete(&ObjectName::manifest(*id)).await?;
        }
        for object in &listed {
            let id = object.name.backup();
            if id.is_some_and(|id| is_removed(&id) || is_unfinished(&id)) {
                self.remove(&object.name, object.stored_bytes, &mut pruned, report).await?;
            }
        }
        let kept_manifests = manifests.iter().filter_map(|manifest| Some((manifest.wal, kept.get(&manifest.id)?)));
        let needs: Vec<WalNeed> = kept_manifests.map(|(wal, reasons)| WalNeed::of(wal, reasons)).collect();
        let journal = self.journal().await?;
        let files = journal.files.keys().copied().collect();
        for file in superfluous(&files, &needs) {
            if let Some(listed) = journal.files.get(&file) {
                self.remove(&listed.name, listed.stored_bytes, &mut pruned, report).await?;
            }
        }
        Ok(pruned)
    }

    async fn remove(
        &self,
        name: &ObjectName,
        bytes: u64,
        pruned: &mut Pruned,
        report: Report<'_>,
    ) -> Result<(), BackupError> {
        self.vault.delete(name).await?;
        pruned.objects += 1;
        pruned.bytes += bytes;
        report(Progress { step: Step::Pruning, done: pruned.objects, total: None });
        Ok(())
    }
}
