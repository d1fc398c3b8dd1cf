//! The files of the embedded Postgres, for backups: copied while it runs, restored beside it or in its place.

use async_trait::async_trait;
use platform::backups::ports::{BaseCopy, DatabaseFiles, Restoration, RestorePlace};
use platform::ports::PortError;

use super::archive::{Spool, free_bytes};
use super::binaries;
use super::copy::Copying;
use super::place::Place;
use super::restoring::Restoring;
use super::site::Site;
use super::{Postgres, PostgresConfig, PostgresError};

/// Room that a restore needs beside the files themselves: the server's own journal (512 MB) and what waits to be read.
const ROOM_BESIDE_BYTES: u64 = 1 << 30;

/// The files of the server of a data directory.
#[derive(Clone, Debug)]
pub struct PostgresFiles {
    config: PostgresConfig,
}

impl PostgresFiles {
    /// Of the embedded Postgres with these settings. Nothing is started.
    #[must_use]
    pub fn new(config: PostgresConfig) -> Self {
        Self { config }
    }

    /// Where its journal waits for the vault.
    ///
    /// # Errors
    /// When the place of the database cannot be looked at.
    pub fn spool(&self) -> Result<Spool, PostgresError> {
        Ok(Spool::in_home(&self.place()?.home))
    }

    fn place(&self) -> Result<Place, PostgresError> {
        Place::of(&self.config.data_dir)
    }
}

#[async_trait]
impl DatabaseFiles for PostgresFiles {
    async fn copy(&self, label: &str) -> Result<Box<dyn BaseCopy>, PortError> {
        let failed = |error: PostgresError| PortError::new("cannot copy the files of the database", error);
        let is_running = Postgres::url_of_running(&self.config.data_dir).map_err(failed)?.is_some();
        if !is_running {
            return Err(PortError::plain("the database does not run, and is copied while it runs: start `bt up`"));
        }
        let place = self.place().map_err(failed)?;
        let binaries = binaries::for_cluster(&self.config, &place).await.map_err(failed)?;
        Ok(Box::new(Copying::start(&binaries, &place, label)?))
    }

    async fn restore(
        &self,
        place: &RestorePlace,
        postgres_major: u32,
        bytes: u64,
    ) -> Result<Box<dyn Restoration>, PortError> {
        let failed = |error: PostgresError| PortError::new("cannot restore a backup", error);
        let own = self.place().map_err(failed)?;
        let binaries = binaries::of_major(&self.config, &own, postgres_major).await.map_err(failed)?;
        let site = Site::prepare(&own, place).await?;
        let needed = bytes + ROOM_BESIDE_BYTES;
        let free = free_bytes(&site.work).map_err(|error| PortError::new("cannot see how much room is left", error))?;
        if free < needed {
            let folder = site.work.display().to_string();
            site.discard().await?;
            let tried = format!(
                "a restore needs {} MB, and the disk of {folder} has {} MB left: free some space, or restore elsewhere \
                 with --into",
                needed >> 20,
                free >> 20
            );
            return Err(PortError::plain(tried));
        }
        Ok(Box::new(Restoring::new(self.config.clone(), binaries, site)?))
    }

    fn is_there(&self) -> bool {
        Place::exists(&self.config.data_dir) && self.place().is_ok_and(|place| place.cluster.exists())
    }
}
