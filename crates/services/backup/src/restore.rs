//! Restores a backup, up to any later moment: beside the database, or in its place.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;

use jiff::{SignedDuration, Timestamp};
use platform::backups::chain::{Ancestry, Branch, follow};
use platform::backups::manifest::Manifest;
use platform::backups::names::{BackupId, ObjectName};
use platform::backups::ports::{
    DatabaseFiles, HandedOver, Recovered, RecoveryTarget, Restoration, RestorePlace, WalSpool,
};
use platform::backups::wal::{Segment, WalFile};
use platform::ports::PortError;

use crate::error::BackupError;
use crate::journal::VaultJournal;
use crate::progress::{Progress, Report, Step};
use crate::shipper::{ship, with_causes};
use crate::store::{BackupStore, Journal};
use crate::verify::is_meant;

/// What is written is archived within this time while all is well: a journal file is ended after 45 s, and then copied.
const ARCHIVED_WITHIN: SignedDuration = SignedDuration::from_mins(1);

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
    /// The line of history that was followed when the moment may lie after a fork; `None` when there was no choice.
    pub line: Option<Line>,
    /// Why what still waited on this machine could not be taken along; `None` when it could.
    pub not_shipped: Option<String>,
}

/// A line of history (a timeline) that an earlier restore began. What the line before it had after the fork is not on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, as Postgres counts them.
    pub timeline: u32,
    /// Since when the vault knows of it: about when the house was started on it.
    pub known_since: Option<Timestamp>,
}

/// With what a restore begins, where it ends, and along which line.
struct Chosen {
    manifest: Manifest,
    target: RecoveryTarget,
    line: Option<Line>,
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
        let mut put_aside = BTreeMap::new();
        let not_shipped = self.ship_rest(spool, &mut put_aside).await.err().map(|error| with_causes(&error));
        let Chosen { manifest, target, line } = self.choose(order.what, &put_aside).await?;
        let (restoration, recovered) = self.restored(files, &order.place, &manifest, &target, report).await?;
        let place = restoration.hand_over().await?;
        Ok(Restored { backup: manifest.id, recovered, place, line, not_shipped })
    }

    /// Notes since when each file waited: that, and not when it comes into the vault, says what it may have.
    async fn ship_rest(
        &self,
        spool: &dyn WalSpool,
        put_aside: &mut BTreeMap<ObjectName, Timestamp>,
    ) -> Result<(), BackupError> {
        for waiting in spool.waiting().await? {
            ship(spool, &*self.vault, &waiting).await?;
            put_aside.insert(ObjectName::wal(&waiting.name), waiting.since);
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
    async fn choose(&self, what: What, put_aside: &BTreeMap<ObjectName, Timestamp>) -> Result<Chosen, BackupError> {
        let vault = self.vault.place();
        if let What::Backup(id) = what {
            let manifest = self.manifest(id).await?.ok_or(BackupError::Unknown { id, vault })?;
            let target = point_of(&manifest);
            return Ok(Chosen { manifest, target, line: None });
        }
        let manifests = self.manifests().await?;
        if manifests.is_empty() {
            return Err(BackupError::None(vault));
        }
        let mut journal = self.journal().await?;
        for listed in journal.files.values_mut() {
            listed.stored_at =
                put_aside.get(&listed.name).map_or(listed.stored_at, |since| listed.stored_at.min(*since));
        }
        let ancestry = self.ancestry(&journal).await?;
        let on_way: Vec<Manifest> = manifests.into_iter().filter(|manifest| ancestry.has(&manifest.wal)).collect();
        let Some(oldest) = on_way.first().map(Manifest::usable_from) else {
            return Err(BackupError::None(vault));
        };
        match what {
            What::Time(to) => {
                let early = on_way.into_iter().rev().find(|manifest| manifest.usable_from() <= to);
                let manifest = early.ok_or(BackupError::TooEarly { to, oldest })?;
                self.expect_archived(&manifest, to, &ancestry, &journal)?;
                let line = line_of(to, &ancestry, &journal);
                Ok(Chosen { manifest, target: RecoveryTarget::Time(to), line })
            }
            _ => {
                let newest = on_way.into_iter().next_back();
                let manifest = newest.ok_or(BackupError::None(vault))?;
                Ok(Chosen { manifest, target: RecoveryTarget::Newest, line: None })
            }
        }
    }

    /// Where the journal ends before the moment, the restore would silently end with it.
    fn expect_archived(
        &self,
        manifest: &Manifest,
        to: Timestamp,
        ancestry: &Ancestry,
        journal: &Journal,
    ) -> Result<(), BackupError> {
        let own = manifest.usable_from();
        let chain = follow(ancestry, manifest.wal.first().number, &journal.segments());
        let until = chain.reaches.and_then(|last| journal.since(last)).map_or(own, |since| since.max(own));
        if to <= until {
            return Ok(());
        }
        if !chain.missing.is_empty() {
            return Err(BackupError::NotKept { to, id: manifest.id, at: own });
        }
        let hint = if to > self.clock.now() {
            ", and that moment is still to come"
        } else if to.duration_since(until) <= ARCHIVED_WITHIN {
            ", and that moment is not archived yet: the running database archives within a minute what changes"
        } else {
            ""
        };
        let timeline = ancestry.branches().last().map_or(1, |last| last.timeline);
        let line = if timeline == 1 { String::new() } else { format!(" on line {timeline} of history") };
        Err(BackupError::NotArchived { to, until, line, hint })
    }
}

pub(crate) fn point_of(manifest: &Manifest) -> RecoveryTarget {
    RecoveryTarget::Point { name: manifest.restore_point.name.clone(), timeline: manifest.wal.timeline }
}

/// The newest line of history that may have been begun before the moment. A fork lies in the file in which its line begins;
/// a moment that is surely before that file is on the line before as well.
fn line_of(to: Timestamp, ancestry: &Ancestry, journal: &Journal) -> Option<Line> {
    let may_be_later = |begun: &&Branch| {
        let fork = Segment::holding(begun.timeline, begun.from);
        let before = fork.number.checked_sub(1).and_then(|number| journal.since(ancestry.segment(number)));
        before.is_none_or(|until| to >= until)
    };
    let line = ancestry.branches().iter().skip(1).rev().find(may_be_later)?.timeline;
    let known_since = journal.files.get(&WalFile::History(line)).map(|listed| listed.stored_at);
    Some(Line { timeline: line, known_since })
}
