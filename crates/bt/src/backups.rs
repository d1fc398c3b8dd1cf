//! Backups of the embedded database, out of the settings: where they lie, how long, and under which key.

use std::sync::Arc;

use anyhow::Context;
use backup::store::BackupStore;
use database::census::ServerCensus;
use platform::backups::findings::{self, BackupLimits};
use platform::backups::ports::{BackupNotes as _, DatabaseFiles as _};
use platform::backups::retention::Retention;
use platform::ports::Probe;
use platform::status::Part;
use processes::postgres::{Postgres, PostgresFiles};
use processes::releases::ReleaseFolder;
use vault::config::{BucketAccess, VaultConfig, VaultPlace};
use vault::sealed::SealedVault;
use watch::probes::ask;
use watch::probes::found::Found;

use crate::world::World;

/// What brings a lost database back.
pub(crate) const RESTORE: &str = "bt backup restore --in-place berkeleytime";
/// Below the data directory, when no other place is set.
const FOLDER: &str = "backups";

impl World {
    /// Everything that is kept. Says what to do where there is nothing to keep.
    pub(crate) fn backups(&self) -> anyhow::Result<BackupStore> {
        anyhow::ensure!(
            self.settings.database_url.is_none(),
            "database.url is set: whoever keeps that database backs it up (pgBackRest, Barman, or your provider); bt backs \
             up the database that it keeps itself"
        );
        anyhow::ensure!(self.settings.backup_enabled, "backup.enabled is false: nothing is backed up");
        let retention = Retention {
            hourly: self.settings.backup_keep_hourly.small(),
            daily: self.settings.backup_keep_daily.small(),
            monthly: self.settings.backup_keep_monthly.small(),
        };
        Ok(BackupStore {
            vault: Arc::new(self.vault()?),
            notes: Arc::new(self.files()),
            clock: Arc::clone(&self.clock),
            retention,
            release: ReleaseFolder::name_of(&crate::release::program()?)?.to_string(),
        })
    }

    fn vault(&self) -> anyhow::Result<SealedVault> {
        let place = match &self.settings.backup_to {
            Some(place) => place.value.clone(),
            None => VaultPlace::Folder(self.data_dir().join(FOLDER)),
        };
        // A relative path begins where bt is started, as everywhere.
        let place = match place {
            VaultPlace::Folder(folder) => VaultPlace::Folder(self.folder.join(folder)),
            bucket @ VaultPlace::Bucket(_) => bucket,
        };
        let access = match (&self.settings.backup_s3_key_id, &self.settings.backup_s3_key) {
            (Some(id), Some(key)) => Some(BucketAccess { access_key_id: id.clone(), secret_access_key: key.0.clone() }),
            (None, None) => None,
            _ => anyhow::bail!("of backup.s3_key_id and backup.s3_key, set both or none"),
        };
        let key = self.settings.backup_passphrase.as_ref().map(|key| key.0.clone());
        Ok(SealedVault::open(&VaultConfig { place, key }, access.as_ref(), Arc::clone(&self.clock))?)
    }

    /// The files of the embedded database.
    pub(crate) fn database_files(&self) -> PostgresFiles {
        PostgresFiles::new(self.postgres_config())
    }

    /// Says so when the database is gone and there are backups of it: an empty one in its place would hide the loss.
    pub(crate) async fn lost_database(&self) -> Option<String> {
        if !self.has_backups() || self.database_files().is_there() {
            return None;
        }
        let last = self.files().backup().await.ok()?.last?;
        let (id, folder) = (last.id, self.data_dir().join("postgres/cluster"));
        Some(format!("it is gone: there is nothing in {}, and there is the backup {id} of it", folder.display()))
    }

    /// Counts what is in the running embedded database.
    pub(crate) fn census(&self) -> anyhow::Result<ServerCensus> {
        let url = Postgres::url_of_running(&self.data_dir())?;
        let url = url.context("the database does not run: `bt up` starts it")?;
        Ok(ServerCensus::new(self.database_config(url.into())))
    }

    /// How backups and drills are. The house begins now.
    pub(crate) fn backup_probes(&self) -> Vec<Arc<dyn Probe>> {
        if !self.has_backups() {
            return Vec::new();
        }
        let (files, clock) = (Arc::new(self.files()), Arc::clone(&self.clock));
        let house_since = clock.now();
        let backup = ask(move || {
            let (files, clock) = (Arc::clone(&files), Arc::clone(&clock));
            async move {
                let (backup, shipper) = (files.backup().await?, files.shipper().await?);
                Ok(findings::backup(&backup, shipper.as_ref(), &BackupLimits::default(), house_since, clock.now()))
            }
        });
        let (files, clock) = (Arc::new(self.files()), Arc::clone(&self.clock));
        let drill = ask(move || {
            let (files, clock) = (Arc::clone(&files), Arc::clone(&clock));
            async move { Ok(findings::drill(files.drill().await?.as_ref(), &BackupLimits::default(), clock.now())) }
        });
        vec![Arc::new(Found::new(Part::Backup, backup)), Arc::new(Found::new(Part::Drill, drill))]
    }
}
