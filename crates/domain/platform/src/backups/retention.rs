//! How long backups are kept, and what of the journal with them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use crate::backups::manifest::WalRange;
use crate::backups::names::BackupId;
use crate::backups::wal::{Segment, WalFile};

/// How many are kept, of each kind. Hours, days and months are those of UTC, and count only when they have a backup:
/// a machine that was off for a year comes back with all its backups.
///
/// Of each of them the oldest is kept: the journal goes on after it, and so it reaches every moment that the later ones
/// reach. A restore begins a new timeline, which the oldest may not lead to; the oldest of each timeline is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The oldest of each of so many hours.
    pub hourly: u32,
    /// The oldest of each of so many days.
    pub daily: u32,
    /// The oldest of each of so many months.
    pub monthly: u32,
}

impl Default for Retention {
    /// A day of hours, a month of days, a year of months.
    fn default() -> Self {
        Self { hourly: 24, daily: 30, monthly: 12 }
    }
}

/// Why a backup is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is the newest of all.
    Newest,
    /// It is the oldest of its hour.
    Hourly,
    /// It is the oldest of its day.
    Daily,
    /// It is the oldest of its month.
    Monthly,
}

impl Reason {
    /// For people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Monthly => "monthly",
        }
    }
}

impl Retention {
    /// Which backups are kept, and why, by the timelines on which they were taken. The newest always is; those that are
    /// not named may be removed.
    #[must_use]
    pub fn kept(&self, backups: &BTreeMap<BackupId, u32>) -> BTreeMap<BackupId, Vec<Reason>> {
        let mut kept: BTreeMap<BackupId, Vec<Reason>> = BTreeMap::new();
        if let Some((&newest, _)) = backups.last_key_value() {
            kept.entry(newest).or_default().push(Reason::Newest);
        }
        let kinds = [
            (Reason::Hourly, self.hourly, "%Y%m%d%H"),
            (Reason::Daily, self.daily, "%Y%m%d"),
            (Reason::Monthly, self.monthly, "%Y%m"),
        ];
        for (reason, limit, format) in kinds {
            let periods = oldest_of_each(backups, format);
            for id in periods.into_values().rev().take(limit as usize).flat_map(BTreeMap::into_values) {
                kept.entry(id).or_default().push(reason);
            }
        }
        kept
    }
}

/// The oldest backup of each timeline, by the periods that the format writes, which sort as they follow each other.
fn oldest_of_each(backups: &BTreeMap<BackupId, u32>, format: &str) -> BTreeMap<String, BTreeMap<u32, BackupId>> {
    let mut periods: BTreeMap<String, BTreeMap<u32, BackupId>> = BTreeMap::new();
    for (&id, &timeline) in backups {
        let period = id.begun_at().to_zoned(TimeZone::UTC).strftime(format).to_string();
        periods.entry(period).or_default().entry(timeline).or_insert(id);
    }
    periods
}

/// What of the journal a kept backup needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalNeed {
    /// To be whole.
    pub range: WalRange,
    /// Whether everything after it is kept too, so that any later moment can be restored. Backups that are kept for
    /// their month only are not: a year of journal would outgrow the backups many times.
    pub goes_on: bool,
}

impl WalNeed {
    /// Of a backup that is kept for these reasons.
    #[must_use]
    pub fn of(range: WalRange, reasons: &[Reason]) -> Self {
        Self { range, goes_on: reasons.iter().any(|reason| *reason != Reason::Monthly) }
    }

    fn needs(&self, segment: Segment) -> bool {
        let is_own = segment.timeline == self.range.timeline
            && (self.range.first().number..=self.range.last().number).contains(&segment.number);
        is_own || (self.goes_on && segment.number >= self.range.first().number)
    }
}

/// Which files of the journal no kept backup needs. Histories are always kept; without any backup, everything is.
#[must_use]
pub fn superfluous(files: &BTreeSet<WalFile>, needs: &[WalNeed]) -> BTreeSet<WalFile> {
    if needs.is_empty() {
        return BTreeSet::new();
    }
    let is_needed = |segment: Segment| needs.iter().any(|need| need.needs(segment));
    files.iter().copied().filter(|file| file.segment().is_some_and(|segment| !is_needed(segment))).collect()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use proptest::collection::{btree_map, btree_set};
    use proptest::prelude::*;

    use super::*;
    use crate::backups::wal::{Lsn, SEGMENT_BYTES};

    const START: i64 = 1_790_000_000;
    const THREE_YEARS: i64 = 3 * 365 * 86_400;

    fn id(second: i64) -> BackupId {
        BackupId::at(Timestamp::from_second(second).unwrap())
    }

    fn backups() -> impl Strategy<Value = BTreeMap<BackupId, u32>> {
        btree_map((START..START + THREE_YEARS).prop_map(id), 1..4_u32, 0..200)
    }

    fn only(backups: &BTreeMap<BackupId, u32>, kept: &BTreeMap<BackupId, Vec<Reason>>) -> BTreeMap<BackupId, u32> {
        backups.iter().filter(|(id, _)| kept.contains_key(id)).map(|(&id, &timeline)| (id, timeline)).collect()
    }

    fn policies() -> impl Strategy<Value = Retention> {
        (0..30u32, 0..40u32, 0..15u32).prop_map(|(hourly, daily, monthly)| Retention { hourly, daily, monthly })
    }

    proptest! {
        #[test]
        fn the_newest_is_never_removed(backups in backups(), policy in policies()) {
            let kept = policy.kept(&backups);
            prop_assert_eq!(backups.keys().next_back(), kept.keys().next_back());
        }

        #[test]
        fn nothing_is_made_up_and_no_more_is_kept_than_asked_for(backups in backups(), policy in policies()) {
            let kept = policy.kept(&backups);
            prop_assert!(kept.keys().all(|id| backups.contains_key(id)));
            let timelines = backups.values().collect::<BTreeSet<_>>().len() as u64;
            let periods = u64::from(policy.hourly) + u64::from(policy.daily) + u64::from(policy.monthly);
            prop_assert!(kept.len() as u64 <= 1 + timelines * periods);
        }

        #[test]
        fn removing_twice_removes_no_more(backups in backups(), policy in policies()) {
            let kept = policy.kept(&backups);
            prop_assert_eq!(policy.kept(&only(&backups, &kept)), kept);
        }

        #[test]
        fn an_older_backup_of_the_same_day_and_timeline_reaches_what_a_removed_one_did(
            minutes in btree_map(0..3 * 24 * 60_i64, 1..4_u32, 1..60),
        ) {
            let backups: BTreeMap<BackupId, u32> =
                minutes.into_iter().map(|(minute, timeline)| (id(START + minute * 60), timeline)).collect();
            let kept = Retention::default().kept(&backups);
            for (removed, timeline) in backups.iter().filter(|(id, _)| !kept.contains_key(id)) {
                let day = |id: &BackupId| id.to_string()[..8].to_owned();
                let covers = |id: &BackupId| id < removed && backups[id] == *timeline && day(id) == day(removed);
                let goes_on = |reasons: &[Reason]| reasons.iter().any(|reason| *reason != Reason::Monthly);
                prop_assert!(kept.iter().any(|(id, reasons)| covers(id) && goes_on(reasons)), "{removed}");
            }
        }

        #[test]
        fn a_greedier_policy_keeps_at_least_as_much(backups in backups(), policy in policies()) {
            let more = Retention { hourly: policy.hourly + 1, daily: policy.daily + 1, monthly: policy.monthly + 1 };
            let kept_by_more = more.kept(&backups);
            prop_assert!(policy.kept(&backups).keys().all(|id| kept_by_more.contains_key(id)));
        }

        #[test]
        fn what_a_kept_backup_needs_is_kept(
            starts in btree_set(0..300u64, 1..8),
            reasons in proptest::collection::vec(any::<bool>(), 8),
        ) {
            let range = |start: u64| {
                let (start, stop) = (Lsn(start * SEGMENT_BYTES + 40), Lsn((start + 1) * SEGMENT_BYTES + 1));
                WalRange { timeline: 1, start, stop, end: stop }
            };
            let needs: Vec<WalNeed> = starts
                .iter()
                .zip(reasons)
                .map(|(&start, goes_on)| WalNeed { range: range(start), goes_on })
                .collect();
            let files: BTreeSet<WalFile> =
                (0..320).map(|number| WalFile::Segment(Segment { timeline: 1, number })).collect();
            let removed = superfluous(&files, &needs);
            for need in &needs {
                prop_assert!(need.range.segments().all(|segment| !removed.contains(&WalFile::Segment(segment))));
            }
            if let Some(first) = needs.iter().filter(|need| need.goes_on).map(|need| need.range.first().number).min() {
                prop_assert!(removed.iter().all(|file| file.segment().unwrap().number < first));
            }
        }
    }

    #[test]
    fn a_year_of_hourly_backups_that_are_thinned_each_hour() {
        let policy = Retention::default();
        let mut there = BTreeMap::new();
        let mut moment: Timestamp = "2026-01-01T00:20:00Z".parse().unwrap();
        for _ in 0..366 * 24 {
            there.insert(BackupId::at(moment), 1);
            there = only(&there, &policy.kept(&there));
            moment += SignedDuration::from_hours(1);
        }
        let newest = moment - SignedDuration::from_hours(1);
        let has = |moment: Timestamp| there.contains_key(&BackupId::at(moment));
        assert!((0..24).all(|hours| has(newest - SignedDuration::from_hours(hours))), "each of the last 24 hours");
        let first_of_day: Timestamp = "2027-01-01T00:20:00Z".parse().unwrap();
        assert!((0..30).all(|days| has(first_of_day - SignedDuration::from_hours(24 * days))), "each of the last days");
        for month in ["2026-02", "2026-06", "2026-11"] {
            assert!(has(format!("{month}-01T00:20:00Z").parse().unwrap()), "the first of {month}");
        }
        assert!(there.len() <= 1 + 24 + 30 + 12, "{} are kept", there.len());
    }

    #[test]
    fn a_policy_of_nothing_keeps_the_newest() {
        let policy = Retention { hourly: 0, daily: 0, monthly: 0 };
        let kept = policy.kept(&[(id(START), 1), (id(START + 5), 1)].into());
        assert_eq!(kept, [(id(START + 5), vec![Reason::Newest])].into());
    }

    #[test]
    fn of_three_backups_within_an_hour_the_one_in_the_middle_goes() {
        let at = |minute: i64| id(START + minute * 60);
        let kept = Retention::default().kept(&[(at(1), 1), (at(20), 1), (at(40), 1)].into());
        assert_eq!(kept.keys().copied().collect::<Vec<_>>(), [at(1), at(40)]);
        assert_eq!(kept[&at(40)], [Reason::Newest]);
    }

    #[test]
    fn the_first_backup_after_a_restore_is_kept_beside_that_of_the_same_hour() {
        let at = |minute: i64| id(START + minute * 60);
        let kept = Retention::default().kept(&[(at(1), 1), (at(20), 2), (at(40), 2), (at(45), 2)].into());
        assert_eq!(kept.keys().copied().collect::<Vec<_>>(), [at(1), at(20), at(45)]);
    }

    #[test]
    fn the_journal_of_a_month_ends_with_its_backup_and_histories_stay() {
        let range = |start: u64| WalRange {
            timeline: 1,
            start: Lsn(start * SEGMENT_BYTES),
            stop: Lsn(start * SEGMENT_BYTES + 9),
            end: Lsn(start * SEGMENT_BYTES + 9),
        };
        let needs = [WalNeed::of(range(3), &[Reason::Monthly]), WalNeed::of(range(7), &[Reason::Daily])];
        let names = (1..10).map(|number| Segment { timeline: 1, number }.to_string());
        let mut files: BTreeSet<WalFile> = names.map(|name| name.parse().unwrap()).collect();
        files.insert(WalFile::History(2));
        files.insert(WalFile::Label(Segment { timeline: 1, number: 2 }));
        let removed = superfluous(&files, &needs);
        let numbers: BTreeSet<u64> = removed.iter().map(|file| file.segment().unwrap().number).collect();
        assert_eq!(numbers, [1, 2, 4, 5, 6].into());
        assert!(removed.contains(&WalFile::Label(Segment { timeline: 1, number: 2 })));
        assert!(superfluous(&files, &[]).is_empty(), "without a backup nothing is removed");
    }
}
