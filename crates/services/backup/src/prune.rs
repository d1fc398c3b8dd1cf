//! Removes backups that are no longer kept, the journal that none of the others needs, and what was begun and never finished.
//! A backup's manifest goes first: whatever happens in the middle, what has a manifest is whole.

use std::collections::BTreeSet;

use platform::backups::names::{BackupId, ObjectName};
use platform::backups::retention::{WalNeed, superfluous};

use crate::error::BackupError;
use crate::progress::{Progress, Report, Step};
use crate::shipper::with_causes;
use crate::store::BackupStore;

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
    /// Removes what is no longer kept. Whoever calls it has made sure that no backup is taken meanwhile: one without a
    /// manifest is then one whose taking was cut off.
    ///
    /// # Errors
    /// When the vault does not answer, or a manifest cannot be read: then nothing of the journal is removed.
    pub async fn prune(&self, report: Report<'_>) -> Result<Pruned, BackupError> {
        let listed = self.vault.list("backups").await?;
        let manifests = self.manifests().await?;
        let ids: BTreeSet<BackupId> = manifests.iter().map(|manifest| manifest.id).collect();
        let kept = self.kept(&manifests);
        let is_removed = |id: &BackupId| ids.contains(id) && !kept.contains_key(id);
        let mut pruned = Pruned { backups: ids.iter().copied().filter(is_removed).collect(), ..Pruned::default() };
        for id in &pruned.backups {
            self.vault.delete(&ObjectName::manifest(*id)).await?;
        }
        for object in &listed {
            if object.name.backup().is_some_and(|id| is_removed(&id)) {
                self.remove(&object.name, object.stored_bytes, &mut pruned, report).await?;
            }
        }
        let seen: BTreeSet<BackupId> = listed.iter().filter_map(|object| object.name.backup()).collect();
        for id in seen.difference(&ids) {
            self.remove_unfinished(*id, &mut pruned, report).await?;
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

    /// What lies in the vault of a backup that was not finished. Nothing of one that has a manifest: that is looked at again,
    /// since another machine may use the vault.
    async fn remove_unfinished(
        &self,
        id: BackupId,
        pruned: &mut Pruned,
        report: Report<'_>,
    ) -> Result<(), BackupError> {
        let begun = self.vault.list(&format!("backups/{id}")).await?;
        if begun.iter().any(|object| object.name == ObjectName::manifest(id)) {
            return Ok(());
        }
        for object in &begun {
            self.remove(&object.name, object.stored_bytes, pruned, report).await?;
        }
        Ok(())
    }

    /// What was begun of our own that came to nothing. When the vault does not let go of it, the next backup tries again.
    pub(crate) async fn remove_begun(&self, id: BackupId) {
        let mut removed = Pruned::default();
        if let Err(error) = self.remove_unfinished(id, &mut removed, &|_| {}).await {
            tracing::warn!(%id, error = with_causes(&error), "what was begun of the backup stays in the vault for now");
        }
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
