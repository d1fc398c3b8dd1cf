//! Restores a backup, up to any later moment: beside the database, or in its place.

use std::sync::atomic::AtomicU64;

use jiff::Timestamp;
use platform::backups::chain::{Ancestry, follow};
use platform::backups::manifest::Manifest;
use platform::backups::names::BackupId;
use platform::backups::ports::{
    DatabaseFiles, HandedOver, Recovered, RecoveryTarget, Restoration, RestorePlace, WalSpool,
};
use platform::ports::PortError;

use crate::error::BackupError;
use crate::journal::VaultJournal;
use crate::progress::{Progress, Report, Step};
use crate::shipper::{ship, with_causes};
use crate::store::{BackupStore, Journal};
use crate::verify::is_meant;

/// What is restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Everything that is known.
    Newest,
    /// What was there at a moment.
    Time(Timestamp),
    /// A backup as it was when it was taken.
    Backup(BackupId),
}

/// An order to restore.
#[derive(Clone, Debug)]
pub struct RestoreOrder {
    /// What.
    pub what: What,
    /// Where to. Not for drills.
    pub place: RestorePlace,
    /// What was typed as the database's name; asked for when there is one in the place.
    pub typed_name: Option<String>,
    /// The name that must be typed.
    pub database_name: String,
}

/// A restore that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// From which backup.
    pub backup: BackupId,
    /// How far it came.
    pub recovered: Recovered,
    /// Where it lies.
    pub place: HandedOver,
    /// Why what still waited on this machine could not be taken along; `None` when it could.
    pub not_shipped: Option<String>,
}

impl BackupStore {
    /// Restores. The database that is there is moved aside and never removed.
    ///
    /// # Errors
    /// [`BackupError`]; then everything is as before.
    pub async fn restore(
        &self,
        order: &RestoreOrder,
        files: &dyn DatabaseFiles,
        spool: &dyn WalSpool,
        report: Report<'_>,
    ) -> Result<Restored, BackupError> {
        let is_living = order.place == RestorePlace::InPlace && files.is_there();
        if is_living && order.typed_name.as_ref() != Some(&order.database_name) {
            return Err(BackupError::NotConfirmed { name: order.database_name.clone() });
        }
        // What the lost database has put aside is the newest that there is.
        let not_shipped = self.ship_rest(spool).await.err().map(|error| with_causes(&error));
        let (manifest, target) = self.choose(order.what).await?;
        let (restoration, recovered) = self.restored(files, &order.place, &manifest, &target, report).await?;
        let place = restoration.hand_over().await?;
        Ok(Restored { backup: manifest.id, recovered, place, not_shipped })
    }

    async fn ship_rest(&self, spool: &dyn WalSpool) -> Result<(), BackupError> {
        for waiting in spool.waiting().await? {
            ship(spool, &*self.vault, &waiting).await?;
        }
        Ok(())
    }

    /// A running server with the restored database.
    pub(crate) async fn restored(
        &self,
        files: &dyn DatabaseFiles,
        place: &RestorePlace,
        manifest: &Manifest,
        target: &RecoveryTarget,
        report: Report<'_>,
    ) -> Result<(Box<dyn Restoration>, Recovered), BackupError> {
        let total = manifest.content_bytes();
        let mut restoration = files.restore(place, manifest.postgres_major, total).await?;
        let mut done = 0;
        for part in &manifest.parts {
            let content = self.vault.get(&part.name).await?;
            if !is_meant(part, &content) {
                let said = format!("{} is not what the manifest of {} means", part.name, manifest.id);
                return Err(PortError::plain(said).into());
            }
            done += part.content_bytes;
            restoration.unpack(content).await?;
            report(Progress { step: Step::Unpacking, done, total: Some(total) });
        }
        report(Progress::begin(Step::Recovering));
        let journal = VaultJournal { vault: &*self.vault, report, given: AtomicU64::new(0), total: None };
        let recovered = restoration.recover(target, &journal).await?;
        Ok((restoration, recovered))
    }

    /// The backup to begin with, and where to end.
    async fn choose(&self, what: What) -> Result<(Manifest, RecoveryTarget), BackupError> {
        let vault = self.vault.place();
        if let What::Backup(id) = what {
            let manifest = self.manifest(id).await?.ok_or(BackupError::Unknown { id, vault })?;
            let target = point_of(&manifest);
            return Ok((manifest, target));
        }
        let manifests = self.manifests().await?;
        if manifests.is_empty() {
            return Err(BackupError::None(vault));
        }
        let journal = self.journal().await?;
        let ancestry = self.ancestry(&journal).await?;
        let on_way: Vec<Manifest> = manifests.into_iter().filter(|manifest| ancestry.has(&manifest.wal)).collect();
        let Some(oldest) = on_way.first().map(Manifest::usable_from) else {
            return Err(BackupError::None(vault));
        };
        match what {
            What::Time(to) => {
                let early = on_way.into_iter().rev().find(|manifest| manifest.usable_from() <= to);
                let manifest = early.ok_or(BackupError::TooEarly { to, oldest })?;
                kept_until(&manifest, to, &ancestry, &journal)?;
                Ok((manifest, RecoveryTarget::Time(to)))
            }
            _ => {
                let newest = on_way.into_iter().next_back();
                newest.map(|manifest| (manifest, RecoveryTarget::Newest)).ok_or(BackupError::None(vault))
            }
        }
    }
}

pub(crate) fn point_of(manifest: &Manifest) -> RecoveryTarget {
    RecoveryTarget::Point { name: manifest.restore_point.name.clone(), timeline: manifest.wal.timeline }
}

/// A gap before the moment would end the restore silently.
fn kept_until(manifest: &Manifest, to: Timestamp, ancestry: &Ancestry, journal: &Journal) -> Result<(), BackupError> {
    let chain = follow(ancestry, manifest.wal.first().number, &journal.segments());
    let Some(gap) = chain.missing.first() else { return Ok(()) };
    // What comes after the gap came into the vault after the moment: then the gap does not matter.
    let after =
        journal.files.iter().filter(|(file, _)| file.segment().is_some_and(|segment| segment.number > gap.number));
    if after.map(|(_, listed)| listed.stored_at).min().is_some_and(|arrived| arrived <= to) {
        return Err(BackupError::NotKept { to, id: manifest.id, at: manifest.usable_from() });
    }
    Ok(())
}
