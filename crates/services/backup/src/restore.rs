//! Restores a backup, up to any later moment: beside the database, or in its place.

use std::collections::{BTreeMap, BTreeSet};
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
    /// Along which line of history, by its number; the newest without it. Not for a backup, which has its own.
    pub line: Option<u32>,
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
        let Chosen { manifest, target, line } = self.choose(order, &put_aside).await?;
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
    async fn choose(
        &self,
        order: &RestoreOrder,
        put_aside: &BTreeMap<ObjectName, Timestamp>,
    ) -> Result<Chosen, BackupError> {
        let vault = self.vault.place();
        if let What::Backup(id) = order.what {
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
        if let Some(line) = order.line {
            self.expect_line(line, &journal.timelines())?;
        }
        let line = order.line.unwrap_or_else(|| journal.newest_timeline());
        let ancestry = self.ancestry_of(line).await?;
        match (self.along(&ancestry, order.what, order.line, &manifests, &journal), order.what) {
            (Err(why), What::Time(to)) if is_of_the_moment(&why) => {
                let others = self.others_that_have(to, line, &manifests, &journal).await;
                if others.is_empty() && order.line.is_none() {
                    return Err(why);
                }
                Err(BackupError::NotOnLine { to, line, others: told_of(&others), why: Box::new(why) })
            }
            (chosen, _) => chosen,
        }
    }

    fn expect_line(&self, line: u32, known: &BTreeSet<u32>) -> Result<(), BackupError> {
        if known.contains(&line) {
            return Ok(());
        }
        let known: Vec<String> = known.iter().map(ToString::to_string).collect();
        Err(BackupError::NoLine { line, vault: self.vault.place(), known: known.join(", ") })
    }

    /// The choice along one line of history.
    fn along(
        &self,
        ancestry: &Ancestry,
        what: What,
        timeline: Option<u32>,
        manifests: &[Manifest],
        journal: &Journal,
    ) -> Result<Chosen, BackupError> {
        let none = || BackupError::None(self.vault.place());
        let on_way: Vec<&Manifest> = manifests.iter().filter(|manifest| ancestry.has(&manifest.wal)).collect();
        let oldest = on_way.first().ok_or_else(none)?.usable_from();
        let What::Time(to) = what else {
            let manifest = on_way.last().copied().cloned().ok_or_else(none)?;
            return Ok(Chosen { manifest, target: RecoveryTarget::Newest { timeline }, line: None });
        };
        let early = on_way.into_iter().rev().find(|manifest| manifest.usable_from() <= to);
        let manifest = early.cloned().ok_or(BackupError::TooEarly { to, oldest })?;
        self.expect_archived(&manifest, to, ancestry, journal)?;
        let line = line_of(to, ancestry, journal);
        Ok(Chosen { manifest, target: RecoveryTarget::Time { to, timeline }, line })
    }

    /// The other lines along which a moment can be restored. One that cannot be looked at is none of them.
    async fn others_that_have(&self, to: Timestamp, line: u32, manifests: &[Manifest], journal: &Journal) -> Vec<u32> {
        let mut others = Vec::new();
        for other in journal.timelines().into_iter().filter(|other| *other != line) {
            let Ok(ancestry) = self.ancestry_of(other).await else { continue };
            if self.along(&ancestry, What::Time(to), Some(other), manifests, journal).is_ok() {
                others.push(other);
            }
        }
        others
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

/// Whether another line may have what this one has not.
fn is_of_the_moment(error: &BackupError) -> bool {
    matches!(
        error,
        BackupError::TooEarly { .. }
            | BackupError::NotArchived { .. }
            | BackupError::NotKept { .. }
            | BackupError::None(_)
    )
}

fn told_of(lines: &[u32]) -> String {
    let numbers: Vec<String> = lines.iter().map(ToString::to_string).collect();
    match numbers.as_slice() {
        [] => "no other line has it either".to_owned(),
        [one] => format!("line {one} has it: add --timeline {one}"),
        [first, ..] => format!("the lines {} have it: add --timeline {first}, or another of them", numbers.join(", ")),
    }
}

pub(crate) fn point_of(manifest: &Manifest) -> RecoveryTarget {
    RecoveryTarget::Point { name: manifest.restore_point.name.clone(), timeline: manifest.wal.timeline }
}

/// The newest line of history that may have been begun before the moment. Where its history tells what was first left out,
/// the moments before that are on the line before as well. Otherwise the fork lies in the file in which the line begins, and
/// so do those that are surely before that file: it came into the vault when it was over, or later.
fn line_of(to: Timestamp, ancestry: &Ancestry, journal: &Journal) -> Option<Line> {
    let may_be_later = |begun: &&Branch| {
        if let Some(left_out) = begun.left_out {
            return to >= left_out;
        }
        let fork = Segment::holding(begun.timeline, begun.from);
        let before = fork.number.checked_sub(1).and_then(|number| journal.since(ancestry.segment(number)));
        before.is_none_or(|until| to >= until)
    };
    let line = ancestry.branches().iter().skip(1).rev().find(may_be_later)?.timeline;
    let known_since = journal.files.get(&WalFile::History(line)).map(|listed| listed.stored_at);
    Some(Line { timeline: line, known_since })
}
