//! Takes a backup: the database's files while it works, the journal that makes them whole, a count of what is in the
//! tables. The manifest is written last; before that there is no backup. A try that fails or is told to stop removes what it
//! began; what a killed one left is pruned before the next.

use std::time::Duration;

use clock::Stopwatch;
use platform::backups::manifest::{BasePart, MANIFEST_VERSION, Manifest, RestorePoint, WalRange};
use platform::backups::names::{BackupId, ObjectName};
use platform::backups::notes::{BackupNote, FailedBackup, TakenBackup};
use platform::backups::ports::{
    BaseCopy, CopyFacts, DatabaseCensus, DatabaseFiles, Marked, ServerFacts, VaultError, WalSpool,
};
use platform::backups::wal::{SEGMENT_BYTES, Segment};
use tokio_util::sync::CancellationToken;

use crate::error::BackupError;
use crate::progress::{Progress, Report, Step};
use crate::shipper::{ship, with_causes};
use crate::store::BackupStore;

/// The base is cut into parts of this size: they are packed and checked in memory, each by itself.
const PART_BYTES: usize = 16 << 20;
/// As many as a name has room for: 16 TB.
const PARTS_MAX: u32 = 999_999;
/// How long the last journal file of a backup may take to the vault.
const JOURNAL_LIMIT: Duration = Duration::from_mins(5);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The database that is backed up.
#[derive(Clone, Copy)]
pub struct Living<'a> {
    /// Its files.
    pub files: &'a dyn DatabaseFiles,
    /// Its journal.
    pub spool: &'a dyn WalSpool,
    /// Its server.
    pub census: &'a dyn DatabaseCensus,
}

impl BackupStore {
    /// Takes a backup, and notes how it went. Whoever calls it has made sure that no other is taken meanwhile.
    ///
    /// # Errors
    /// [`BackupError`]; then there is no backup of this name, and nothing of it in the vault unless that refuses this too.
    pub async fn take(
        &self,
        living: Living<'_>,
        stop: &CancellationToken,
        report: Report<'_>,
    ) -> Result<Manifest, BackupError> {
        let watch = Stopwatch::start();
        let id = BackupId::at(self.clock.now());
        let taken = self.try_take(id, living, stop, report).await;
        if matches!(taken, Err(BackupError::Stopped)) {
            // Somebody wanted it so: that is no trouble to be told.
            return taken;
        }
        let before = self.notes.backup().await.unwrap_or_default();
        let note = match &taken {
            Ok(manifest) => {
                let last = TakenBackup {
                    id: manifest.id,
                    finished_at: manifest.finished_at,
                    took_ms: u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX),
                    stored_bytes: manifest.stored_bytes(),
                    is_encrypted: manifest.is_encrypted,
                };
                BackupNote { last: Some(last), trouble: None }
            }
            Err(error) => {
                let trouble = FailedBackup { at: self.clock.now(), trouble: with_causes(error) };
                BackupNote { trouble: Some(trouble), ..before }
            }
        };
        self.notes.put_backup(&note).await?;
        taken
    }

    async fn try_take(
        &self,
        id: BackupId,
        living: Living<'_>,
        stop: &CancellationToken,
        report: Report<'_>,
    ) -> Result<Manifest, BackupError> {
        let server = fitting(unless(stop, living.census.facts()).await?)?;
        unless(stop, self.is_of_this_database(&server)).await?;
        let made = self.make(id, living, &server, stop, report).await;
        if made.is_err() {
            self.remove_begun(id).await;
        }
        made
    }

    async fn make(
        &self,
        id: BackupId,
        living: Living<'_>,
        server: &ServerFacts,
        stop: &CancellationToken,
        report: Report<'_>,
    ) -> Result<Manifest, BackupError> {
        let (parts, copied) = self.copy(living.files, id, server, stop, report).await?;
        report(Progress::begin(Step::Counting));
        let marked = unless(stop, living.census.mark(&format!("bt {id}"))).await?;
        unless(stop, living.census.switch_segment()).await?;
        let wal = WalRange { timeline: copied.timeline, start: copied.start, stop: copied.stop, end: marked.end };
        unless(stop, self.wait_for_journal(living, &wal, report)).await?;
        let manifest = self.manifest_of(id, parts, wal, marked, server);
        let text = serde_json::to_vec_pretty(&manifest)
            .map_err(|source| BackupError::Manifest { id, source: Some(source) })?;
        self.vault.put(&ObjectName::manifest(id), &text).await?;
        Ok(manifest)
    }

    /// Journal files of two databases have the same names: what is in the vault must be of this one.
    async fn is_of_this_database(&self, server: &ServerFacts) -> Result<(), BackupError> {
        let Some(newest) = self.ids().await?.last().copied() else { return Ok(()) };
        match self.manifest(newest).await {
            Ok(Some(manifest)) if manifest.system_identifier != server.system_identifier => {
                Err(BackupError::OtherDatabase(self.vault.place()))
            }
            // A machine with only the public half of the key cannot look.
            Ok(_) | Err(BackupError::Vault(VaultError::NoKey { .. })) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn manifest_of(
        &self,
        id: BackupId,
        parts: Vec<BasePart>,
        wal: WalRange,
        marked: Marked,
        server: &ServerFacts,
    ) -> Manifest {
        let (census, no_census) = match marked.census {
            Ok(census) => (Some(census), None),
            Err(why) => (None, Some(why)),
        };
        Manifest {
            version: MANIFEST_VERSION,
            id,
            finished_at: self.clock.now(),
            parts,
            wal,
            restore_point: RestorePoint { name: marked.point, at: marked.at },
            postgres_major: server.major,
            system_identifier: server.system_identifier,
            census,
            no_census,
            is_encrypted: self.vault.is_encrypted(),
            release: self.release.clone(),
        }
    }

    async fn copy(
        &self,
        files: &dyn DatabaseFiles,
        id: BackupId,
        server: &ServerFacts,
        stop: &CancellationToken,
        report: Report<'_>,
    ) -> Result<(Vec<BasePart>, CopyFacts), BackupError> {
        let mut copy = unless(stop, files.copy(&format!("bt {id}"))).await?;
        let mut parts: Vec<BasePart> = Vec::new();
        let mut done = 0;
        while let Some(part) = unless(stop, next_part(&mut *copy)).await? {
            let number = u32::try_from(parts.len() + 1).unwrap_or(u32::MAX);
            if number > PARTS_MAX {
                return Err(BackupError::TooManyParts(PARTS_MAX));
            }
            let name = ObjectName::base_part(id, number);
            // To its end, or it could get there after what was begun is removed.
            let stored = self.vault.put(&name, &part).await?;
            let content_bytes = part.len() as u64;
            done += content_bytes;
            report(Progress { step: Step::Copying, done, total: Some(server.content_bytes.max(done)) });
            parts.push(BasePart { name, content_bytes, stored_bytes: stored.stored_bytes, sha256: stored.sha256 });
        }
        Ok((parts, unless(stop, copy.facts()).await?))
    }

    /// Until all of the range is in the vault. Ships what waits: `bt serve backup` may not run.
    async fn wait_for_journal(
        &self,
        living: Living<'_>,
        wal: &WalRange,
        report: Report<'_>,
    ) -> Result<(), BackupError> {
        let watch = Stopwatch::start();
        let total = wal.last().number - wal.first().number + 1;
        for (segment, done) in wal.segments().zip(0..) {
            report(Progress { step: Step::Journal, done, total: Some(total) });
            loop {
                // Before the look: a file of the same name that is not this database's is found here.
                for waiting in living.spool.waiting().await? {
                    ship(living.spool, &*self.vault, &waiting).await?;
                }
                if self.has(segment).await? {
                    break;
                }
                if watch.elapsed() > JOURNAL_LIMIT {
                    return Err(self.late(living, segment).await);
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
        Ok(())
    }

    /// Fetches it: that it is there is not enough.
    async fn has(&self, segment: Segment) -> Result<bool, BackupError> {
        match self.vault.get(&ObjectName::wal(&segment.to_string())).await {
            Ok(_) => Ok(true),
            Err(VaultError::NotThere { .. }) => Ok(false),
            // A machine with only the public half of the key cannot look into its own backups.
            Err(VaultError::NoKey { .. }) if self.vault.is_encrypted() => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    async fn late(&self, living: Living<'_>, segment: Segment) -> BackupError {
        let trouble = living.census.facts().await.ok().and_then(|facts| facts.archive_trouble);
        let hint =
            trouble.map(|trouble| format!(": the database says that {trouble}; see <data dir>/logs/postgres.log"));
        let (file, seconds) = (segment.to_string(), JOURNAL_LIMIT.as_secs());
        BackupError::JournalLate { file, seconds, hint: hint.unwrap_or_default() }
    }
}

/// Does some work, which leaves nothing when it is dropped, unless it is told to stop.
async fn unless<T, E: Into<BackupError>>(
    stop: &CancellationToken,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, BackupError> {
    tokio::select! {
        biased;
        () = stop.cancelled() => Err(BackupError::Stopped),
        done = work => done.map_err(Into::into),
    }
}

fn fitting(server: ServerFacts) -> Result<ServerFacts, BackupError> {
    if !server.archives {
        return Err(BackupError::NoArchive);
    }
    if server.segment_bytes != SEGMENT_BYTES {
        return Err(BackupError::SegmentSize(server.segment_bytes));
    }
    Ok(server)
}

/// Pieces until there are enough for a part.
async fn next_part(copy: &mut dyn BaseCopy) -> Result<Option<Vec<u8>>, BackupError> {
    let mut part = Vec::with_capacity(PART_BYTES);
    while part.len() < PART_BYTES {
        match copy.next().await? {
            Some(piece) => part.extend_from_slice(&piece),
            None => break,
        }
    }
    Ok((!part.is_empty()).then_some(part))
}
