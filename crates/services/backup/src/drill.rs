//! The drill: the newest backup is restored aside, up to the very point at which its tables were counted, and counted
//! again. A backup that was never restored is a hope.

use clock::Stopwatch;
use jiff::Timestamp;
use platform::backups::manifest::{Census, Manifest};
use platform::backups::names::{BackupId, ObjectName};
use platform::backups::notes::DrillResult;
use platform::backups::ports::{DatabaseCensus, DatabaseFiles, RestorePlace};

use crate::error::BackupError;
use crate::progress::{Progress, Report, Step};
use crate::restore::point_of;
use crate::shipper::with_causes;
use crate::store::BackupStore;

/// More differences than this say no more.
const DIFFERENCES_MAX: usize = 20;

impl BackupStore {
    /// Restores the newest backup aside, compares it, removes it, and notes the result here and in the vault. What goes
    /// wrong is a result too.
    ///
    /// # Errors
    /// When the result could not be noted on this machine.
    pub async fn drill(
        &self,
        files: &dyn DatabaseFiles,
        census: &dyn DatabaseCensus,
        report: Report<'_>,
    ) -> Result<DrillResult, BackupError> {
        let watch = Stopwatch::start();
        let at = self.clock.now();
        let mut result = empty(at);
        if let Err(error) = self.try_drill(files, census, report, &mut result).await {
            result.trouble = Some(with_causes(&error));
        }
        result.took_ms = u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.notes.put_drill(&result).await?;
        self.keep(&result).await;
        Ok(result)
    }

    async fn try_drill(
        &self,
        files: &dyn DatabaseFiles,
        census: &dyn DatabaseCensus,
        report: Report<'_>,
        result: &mut DrillResult,
    ) -> Result<(), BackupError> {
        let newest = self.ids().await?.last().copied().ok_or_else(|| BackupError::None(self.vault.place()))?;
        result.backup = Some(newest);
        let manifest = self.manifest(newest).await?;
        let manifest = manifest.ok_or_else(|| BackupError::Unknown { id: newest, vault: self.vault.place() })?;
        let target = point_of(&manifest);
        let (restoration, _) = self.restored(files, &RestorePlace::Drill, &manifest, &target, report).await?;
        report(Progress::begin(Step::Comparing));
        let counted = census.count(&|database| restoration.url(database)).await;
        restoration.discard().await?;
        compare(&manifest, &counted?, result);
        Ok(())
    }

    /// In the vault, where it survives this machine.
    async fn keep(&self, result: &DrillResult) {
        let Ok(text) = serde_json::to_vec_pretty(result) else { return };
        let name = ObjectName::drill(BackupId::at(result.at));
        if let Err(error) = self.vault.put(&name, &text).await {
            tracing::warn!(error = with_causes(&error), "the result of the drill is only on this machine");
        }
    }
}

fn compare(manifest: &Manifest, counted: &Census, result: &mut DrillResult) {
    result.tables = counted.tables.len() as u64;
    result.rows = counted.tables.values().map(|table| table.rows).sum();
    match &manifest.census {
        Some(census) => {
            result.differences = census.differences(counted);
            result.differences.truncate(DIFFERENCES_MAX);
        }
        None => {
            // It could be restored, and that is all that can be said.
            result.tables = 0;
        }
    }
}

fn empty(at: Timestamp) -> DrillResult {
    DrillResult { at, backup: None, took_ms: 0, tables: 0, rows: 0, differences: Vec::new(), trouble: None }
}
