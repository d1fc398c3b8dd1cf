//! How backups and drills do, for the status page and the alarms.

use jiff::{SignedDuration, Timestamp};

use crate::backups::notes::{BackupNote, DrillResult, ShipperNote};
use crate::status::{Finding, Health};

/// What is still all right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupLimits {
    /// How old the newest backup may be. A day and two hours: one a night, and it may take its time.
    pub backup_age: SignedDuration,
    /// How old the newest drill may be; as for the backup.
    pub drill_age: SignedDuration,
    /// How long a journal file may wait on this machine only. Five minutes: longer than a restart of everything.
    pub waiting: SignedDuration,
    /// The same when the storage refuses them: it is not that something just starts anew. At most a minute's changes may be
    /// lost, so it is told from then on.
    pub refused: SignedDuration,
    /// How much may wait. One GiB is 64 full files.
    pub waiting_bytes: u64,
    /// Room on the disk below which waiting files endanger the database itself.
    pub free_bytes: u64,
    /// How old the note of the archiving process may be. It writes one every few seconds.
    pub silence: SignedDuration,
    /// How long after the start of the house that note may still be the one of the house before.
    pub starting: SignedDuration,
}

impl Default for BackupLimits {
    fn default() -> Self {
        Self {
            backup_age: SignedDuration::from_hours(26),
            drill_age: SignedDuration::from_hours(26),
            waiting: SignedDuration::from_mins(5),
            refused: SignedDuration::from_mins(1),
            waiting_bytes: 1 << 30,
            free_bytes: 2 << 30,
            silence: SignedDuration::from_mins(1),
            starting: SignedDuration::from_mins(2),
        }
    }
}

/// How backups do, archiving included, in a house that was started at `house_since`.
#[must_use]
pub fn backup(
    note: &BackupNote,
    shipper: Option<&ShipperNote>,
    limits: &BackupLimits,
    house_since: Timestamp,
    now: Timestamp,
) -> Finding {
    let troubles = [archiving(shipper, limits, house_since, now), last_backup(note, limits, now)];
    if let Some(worst) = troubles.into_iter().flatten().max_by_key(|finding| finding.health) {
        return worst;
    }
    match &note.last {
        Some(last) => finding(Health::Up, format!("The last backup is of {}", minute(last.finished_at)), None),
        // The note above says so already.
        None => finding(Health::Unknown, "There is no backup yet".to_owned(), Some("bt backup now")),
    }
}

fn last_backup(note: &BackupNote, limits: &BackupLimits, now: Timestamp) -> Option<Finding> {
    let Some(last) = &note.last else {
        return Some(match &note.trouble {
            Some(failed) => {
                let says = format!("There is no backup: the try of {} failed", minute(failed.at));
                finding(Health::Down, says, Some("bt backup now"))
            }
            None => finding(Health::Unknown, "There is no backup yet".to_owned(), Some("bt backup now")),
        });
    };
    let taken = minute(last.finished_at);
    if now.duration_since(last.finished_at) > limits.backup_age {
        return Some(finding(Health::Down, format!("The last backup is old: of {taken}"), Some("bt backup now")));
    }
    let failed = note.trouble.as_ref()?;
    let says = format!("The try of {} failed; the last backup is of {taken}", minute(failed.at));
    Some(finding(Health::Degraded, says, Some("bt backup now")))
}

fn archiving(
    shipper: Option<&ShipperNote>,
    limits: &BackupLimits,
    house_since: Timestamp,
    now: Timestamp,
) -> Option<Finding> {
    let mend_service = Some("bt logs backup, then bt restart backup");
    let Some(note) = shipper else {
        return Some(finding(Health::Unknown, "Changes are not archived yet".to_owned(), mend_service));
    };
    if now.duration_since(note.at) > limits.silence {
        let says = format!("Nobody has archived changes since {}", minute(note.at));
        if now.duration_since(house_since) < limits.starting {
            let says = format!("{says}; the house was just started, and archiving begins");
            return Some(finding(Health::Unknown, says, Some("wait two minutes, then bt doctor")));
        }
        return Some(finding(Health::Down, says, mend_service));
    }
    let waits = note.waiting_since.map_or(SignedDuration::ZERO, |since| now.duration_since(since));
    let mebibytes = note.waiting_bytes >> 20;
    if note.free_bytes < limits.free_bytes && note.waiting_files > 0 && waits > limits.waiting {
        let says =
            format!("The disk is nearly full, with {mebibytes} MB of changes that wait for the backup's storage");
        let mend =
            Some("make the backup's storage reachable (bt backup verify says what is wrong), or free some space");
        return Some(finding(Health::Down, says, mend));
    }
    if note.trouble.is_some() && waits > limits.refused {
        let since = minute(note.waiting_since.unwrap_or(now));
        let says = format!("Changes do not get into the backup's storage since {since}; {mebibytes} MB wait");
        return Some(finding(Health::Degraded, says, Some("bt logs backup, which says why")));
    }
    if waits > limits.waiting || note.waiting_bytes > limits.waiting_bytes {
        let minutes = waits.as_mins();
        let says = format!("{mebibytes} MB of changes wait for the backup's storage, the oldest for {minutes} minutes");
        return Some(finding(Health::Degraded, says, Some("bt logs backup, then bt backup verify")));
    }
    None
}

/// How drills do.
#[must_use]
pub fn drill(result: Option<&DrillResult>, limits: &BackupLimits, now: Timestamp) -> Finding {
    let mend = Some("bt backup drill");
    let Some(result) = result else {
        return finding(Health::Unknown, "No backup was restored on trial yet".to_owned(), mend);
    };
    let at = minute(result.at);
    if result.trouble.is_some() {
        return finding(Health::Down, format!("The drill of {at} could not restore the newest backup"), mend);
    }
    if !result.differences.is_empty() {
        let count = result.differences.len();
        let says = format!("The drill of {at} found {count} tables that differ from what was backed up");
        return finding(Health::Down, says, mend);
    }
    if now.duration_since(result.at) > limits.drill_age {
        return finding(Health::Degraded, format!("The last drill is old: of {at}"), mend);
    }
    let seconds = result.took_ms.div_ceil(1000);
    let says = if result.tables == 0 {
        format!("The drill of {at} restored the newest backup in {seconds} s; there was nothing to compare")
    } else {
        format!("The drill of {at} restored {} tables in {seconds} s, and all were right", result.tables)
    };
    finding(Health::Up, says, None)
}

fn finding(health: Health, says: String, mend: Option<&str>) -> Finding {
    Finding { health, says, latency_ms: None, mend: mend.map(str::to_owned) }
}

fn minute(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backups::names::BackupId;
    use crate::backups::notes::{FailedBackup, TakenBackup};

    fn now() -> Timestamp {
        "2026-11-22T21:30:00Z".parse().unwrap()
    }

    fn ago(minutes: i64) -> Timestamp {
        now() - SignedDuration::from_mins(minutes)
    }

    fn taken(minutes_ago: i64) -> BackupNote {
        let finished_at = ago(minutes_ago);
        let id = BackupId::at(finished_at);
        let last = TakenBackup { id, finished_at, took_ms: 5, stored_bytes: 5, is_encrypted: true };
        BackupNote { last: Some(last), trouble: None }
    }

    fn shipping() -> ShipperNote {
        ShipperNote {
            at: now(),
            last_shipped: None,
            waiting_files: 0,
            waiting_bytes: 0,
            waiting_since: None,
            free_bytes: 1 << 40,
            trouble: None,
        }
    }

    fn health(note: &BackupNote, shipper: Option<&ShipperNote>) -> Health {
        backup(note, shipper, &BackupLimits::default(), ago(600), now()).health
    }

    #[test]
    fn a_house_that_was_just_started_is_waited_for() {
        let before = ShipperNote { at: ago(300), ..shipping() };
        let of = |since| backup(&taken(60), Some(&before), &BackupLimits::default(), since, now());
        let starting = of(ago(1));
        assert_eq!(
            (starting.health, starting.mend.as_deref()),
            (Health::Unknown, Some("wait two minutes, then bt doctor"))
        );
        assert_eq!(of(ago(2)).health, Health::Down, "it has had its time");
    }

    #[test]
    fn a_backup_of_tonight_is_fine_and_one_of_two_days_ago_is_not() {
        assert_eq!(health(&taken(60), Some(&shipping())), Health::Up);
        assert_eq!(health(&taken(60 * 48), Some(&shipping())), Health::Down);
        assert_eq!(health(&BackupNote::default(), Some(&shipping())), Health::Unknown);
    }

    #[test]
    fn a_failed_try_is_told() {
        let failed = Some(FailedBackup { at: ago(5), trouble: "no room".to_owned() });
        let note = BackupNote { trouble: failed.clone(), ..taken(60) };
        assert_eq!(health(&note, Some(&shipping())), Health::Degraded);
        let never = BackupNote { last: None, trouble: failed };
        assert_eq!(health(&never, Some(&shipping())), Health::Down);
    }

    #[test]
    fn what_waits_for_the_vault_is_told_before_the_disk_is_full() {
        let waiting = ShipperNote { waiting_files: 9, waiting_since: Some(ago(10)), ..shipping() };
        assert_eq!(health(&taken(60), Some(&waiting)), Health::Degraded);
        let moment = ShipperNote { waiting_files: 2, waiting_since: Some(ago(2)), ..shipping() };
        assert_eq!(health(&taken(60), Some(&moment)), Health::Up, "something starts anew");
        let refused = ShipperNote { trouble: Some("the disk of /vault is full".to_owned()), ..moment };
        let found = backup(&taken(60), Some(&refused), &BackupLimits::default(), ago(600), now());
        assert_eq!((found.health, found.mend.as_deref()), (Health::Degraded, Some("bt logs backup, which says why")));
        assert!(!found.says.contains("/vault"), "everybody may read it: {}", found.says);
        let full = ShipperNote { free_bytes: 1 << 20, ..waiting };
        let found = backup(&taken(60), Some(&full), &BackupLimits::default(), ago(600), now());
        assert_eq!(found.health, Health::Down);
        assert!(found.says.contains("disk is nearly full"), "{}", found.says);
        let much = ShipperNote { waiting_files: 99, waiting_bytes: 2 << 30, ..shipping() };
        assert_eq!(health(&taken(60), Some(&much)), Health::Degraded);
        let silent = ShipperNote { at: ago(2), ..shipping() };
        assert_eq!(health(&taken(60), Some(&silent)), Health::Down);
        assert_eq!(health(&taken(60), None), Health::Unknown);
    }

    #[test]
    fn a_drill_says_what_it_found() {
        let good = DrillResult {
            at: ago(60),
            backup: None,
            took_ms: 8_100,
            tables: 31,
            rows: 5,
            differences: Vec::new(),
            trouble: None,
        };
        let limits = BackupLimits::default();
        let found = drill(Some(&good), &limits, now());
        assert_eq!(found.health, Health::Up);
        assert!(found.says.contains("31 tables in 9 s"), "{}", found.says);
        let differs = DrillResult { differences: vec!["x".to_owned()], ..good.clone() };
        assert_eq!(drill(Some(&differs), &limits, now()).health, Health::Down);
        let failed = DrillResult { trouble: Some("x".to_owned()), ..good.clone() };
        assert_eq!(drill(Some(&failed), &limits, now()).health, Health::Down);
        let old = DrillResult { at: ago(60 * 48), ..good };
        assert_eq!(drill(Some(&old), &limits, now()).health, Health::Degraded);
        assert_eq!(drill(None, &limits, now()).health, Health::Unknown);
    }
}
