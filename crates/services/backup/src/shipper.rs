//! Brings the database's journal from this machine's disk into the vault, all the time.
//!
//! A file leaves the disk only when the vault has it. While the vault is out of reach the files wait; nothing is lost,
//! and a [note](platform::backups::notes::ShipperNote) says how much waits, before the disk is full.

use std::sync::Arc;
use std::time::Duration;

use clock::Clock;
use jiff::Timestamp;
use platform::backups::names::ObjectName;
use platform::backups::notes::{Shipped, ShipperNote};
use platform::backups::ports::{BackupNotes, Vault, Waiting, WalSpool};
use platform::ports::PortError;
use tokio_util::sync::CancellationToken;

use crate::error::BackupError;

/// How often one looks for new files. A file is finished every 45 s at least when anything changes.
pub const LOOK_INTERVAL_DEFAULT: Duration = Duration::from_secs(1);
/// The longest pause between two tries when the vault is out of reach.
pub const PAUSE_MAX_DEFAULT: Duration = Duration::from_secs(30);
/// After so many rounds the note is written when nothing happens. In trouble it is written each time, since rounds are far
/// apart then, and an old note says that nobody works.
const NOTE_EVERY: u32 = 5;

/// How often the shipper works.
#[derive(Clone, Copy, Debug)]
pub struct ShipperConfig {
    /// How often it looks for new files.
    pub look_interval: Duration,
    /// The longest pause between two tries.
    pub pause_max: Duration,
}

impl Default for ShipperConfig {
    fn default() -> Self {
        Self { look_interval: LOOK_INTERVAL_DEFAULT, pause_max: PAUSE_MAX_DEFAULT }
    }
}

/// Brings the journal into the vault.
pub struct Shipper {
    config: ShipperConfig,
    spool: Arc<dyn WalSpool>,
    vault: Arc<dyn Vault>,
    notes: Arc<dyn BackupNotes>,
    clock: Arc<dyn Clock>,
    last_shipped: Option<Shipped>,
    trouble: Option<String>,
}

impl Shipper {
    /// One that has not begun.
    #[must_use]
    pub fn build(
        config: ShipperConfig,
        spool: Arc<dyn WalSpool>,
        vault: Arc<dyn Vault>,
        notes: Arc<dyn BackupNotes>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { config, spool, vault, notes, clock, last_shipped: None, trouble: None }
    }

    /// Works until it is told to stop. What is not in the vault then waits for the next start.
    pub async fn run(mut self, shutdown: CancellationToken) {
        self.last_shipped = self.notes.shipper().await.ok().flatten().and_then(|note| note.last_shipped);
        let mut pause = self.config.look_interval;
        let mut quiet_rounds = 0;
        while !shutdown.is_cancelled() {
            let shipped = tokio::select! {
                () = shutdown.cancelled() => break,
                shipped = self.round() => shipped,
            };
            let has_news = match shipped {
                Ok(0) => self.went_well(),
                Ok(_) => {
                    self.went_well();
                    true
                }
                Err(error) => self.went_wrong(&error),
            };
            pause =
                if self.trouble.is_some() { (pause * 2).min(self.config.pause_max) } else { self.config.look_interval };
            quiet_rounds = if has_news { 0 } else { quiet_rounds + 1 };
            if self.trouble.is_some() || quiet_rounds % NOTE_EVERY == 0 {
                self.note().await;
            }
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Ships everything that waits, once. Says how many files.
    ///
    /// # Errors
    /// At the first file that the vault does not take. It and those after it stay where they are.
    pub async fn round(&mut self) -> Result<u64, BackupError> {
        let mut shipped = 0;
        for waiting in self.spool.waiting().await? {
            ship(&*self.spool, &*self.vault, &waiting).await?;
            self.last_shipped = Some(Shipped { name: waiting.name, at: self.clock.now() });
            metrics::counter!("backup_wal_files_total").increment(1);
            shipped += 1;
        }
        Ok(shipped)
    }

    fn went_well(&mut self) -> bool {
        let was_trouble = self.trouble.take().is_some();
        if was_trouble {
            tracing::info!(vault = self.vault.place(), "the journal gets into the vault again");
        }
        was_trouble
    }

    fn went_wrong(&mut self, error: &BackupError) -> bool {
        let said = with_causes(error);
        let is_news = self.trouble.as_ref() != Some(&said);
        if is_news {
            tracing::error!(error = said, "the journal does not get into the vault; it waits on this machine's disk");
        }
        metrics::counter!("backup_wal_failures_total").increment(1);
        self.trouble = Some(said);
        is_news
    }

    async fn note(&self) {
        let now = self.clock.now();
        let noted = match self.note_of(now).await {
            Ok(note) => {
                #[expect(clippy::cast_precision_loss, reason = "a gauge for people")]
                metrics::gauge!("backup_wal_waiting_bytes").set(note.waiting_bytes as f64);
                #[expect(clippy::cast_precision_loss, reason = "a gauge for people")]
                metrics::gauge!("backup_wal_waiting_files").set(note.waiting_files as f64);
                self.notes.put_shipper(&note).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = noted {
            tracing::warn!(error = with_causes(&error), "the state of the archive could not be noted");
        }
    }

    async fn note_of(&self, now: Timestamp) -> Result<ShipperNote, PortError> {
        let waiting = self.spool.waiting().await?;
        Ok(ShipperNote {
            at: now,
            last_shipped: self.last_shipped.clone(),
            waiting_files: waiting.len() as u64,
            waiting_bytes: waiting.iter().map(|waiting| waiting.disk_bytes).sum(),
            waiting_since: waiting.iter().map(|waiting| waiting.since).min(),
            free_bytes: self.spool.free_bytes().await?,
            trouble: self.trouble.clone(),
        })
    }
}

/// Ships one file. Two processes may ship the same one: both put the same, and the second finds it gone.
pub(crate) async fn ship(spool: &dyn WalSpool, vault: &dyn Vault, waiting: &Waiting) -> Result<(), BackupError> {
    let content = match spool.read(&waiting.name).await {
        Ok(content) => content,
        Err(error) => {
            let is_gone = spool.waiting().await?.iter().all(|other| other.name != waiting.name);
            return if is_gone { Ok(()) } else { Err(error.into()) };
        }
    };
    vault.put(&ObjectName::wal(&waiting.name), &content).await?;
    spool.remove(&waiting.name).await?;
    Ok(())
}

/// An error with all its causes, in one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !said.contains(&text) {
            said = format!("{said}: {text}");
        }
        cause = error.source();
    }
    said
}
