//! Whether the journal is without gaps, from a backup on and across restores (each begins a new timeline).

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::backups::manifest::WalRange;
use crate::backups::wal::{Lsn, Segment};

/// A stretch of the database's life on one timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Which timeline.
    pub timeline: u32,
    /// Where it was begun.
    pub from: Lsn,
    /// Where it was left for the next; `None` for the last.
    pub until: Option<Lsn>,
    /// When the first change was committed that the one before has and this one has not; `None` where the history does not
    /// tell it: only a restore to a moment does.
    pub left_out: Option<Timestamp>,
}

/// The way to a timeline, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ancestry(Vec<Branch>);

impl Ancestry {
    /// Of a timeline, by the text of its history file, which the first timeline has not.
    ///
    /// # Errors
    /// What is wrong with the text, as half a sentence.
    pub fn of(timeline: u32, history: Option<&str>) -> Result<Self, String> {
        let mut branches = Vec::new();
        let mut from = Lsn(0);
        let mut left_out = None;
        let lines = history.unwrap_or_default().lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        for line in lines.filter(|line| !line.is_empty()) {
            let mut words = line.split_whitespace();
            let parent = words.next().and_then(|word| word.parse::<u32>().ok());
            let until = words.next().and_then(|word| word.parse::<Lsn>().ok());
            let (Some(parent), Some(until)) = (parent, until) else {
                return Err(format!("`{line}` is no line of a history"));
            };
            let is_later = branches.last().is_none_or(|last: &Branch| last.timeline < parent);
            if !is_later || parent >= timeline || until < from {
                return Err(format!("`{line}` is out of order"));
            }
            branches.push(Branch { timeline: parent, from, until: Some(until), left_out });
            from = until;
            left_out = moment_of(words);
        }
        branches.push(Branch { timeline, from, until: None, left_out });
        Ok(Self(branches))
    }

    /// The stretches, oldest first.
    #[must_use]
    pub fn branches(&self) -> &[Branch] {
        &self.0
    }

    /// Whether recovery along this way can begin with a backup: it was whole before its timeline was left.
    #[must_use]
    pub fn has(&self, range: &WalRange) -> bool {
        let branch = self.0.iter().find(|branch| branch.timeline == range.timeline);
        branch.is_some_and(|branch| branch.from <= range.start && branch.until.is_none_or(|until| range.stop <= until))
    }

    /// The file that recovery reads for a stretch: of the newest timeline that had begun there.
    #[must_use]
    pub fn segment(&self, number: u64) -> Segment {
        let begun = self.0.iter().rev().find(|branch| Segment::holding(branch.timeline, branch.from).number <= number);
        Segment { timeline: begun.or(self.0.first()).map_or(1, |branch| branch.timeline), number }
    }
}

/// The moment in the reason for which a line of history was left: `before 2026-11-22 21:30:00.25+00`.
fn moment_of<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<Timestamp> {
    let (Some("before"), Some(day), Some(time), None) = (words.next(), words.next(), words.next(), words.next()) else {
        return None;
    };
    format!("{day}T{time}").parse().ok()
}

/// What of the journal is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalChain {
    /// The last file that recovery gets to; `None` when not even the first is there.
    pub reaches: Option<Segment>,
    /// Files that are missing while later ones are there.
    pub missing: Vec<Segment>,
}

/// Follows the journal from a stretch on.
#[must_use]
pub fn follow(ancestry: &Ancestry, from: u64, there: &BTreeSet<Segment>) -> WalChain {
    let is_on_way = |segment: &&Segment| segment.number >= from && ancestry.segment(segment.number) == **segment;
    let on_way: BTreeSet<u64> = there.iter().filter(is_on_way).map(|segment| segment.number).collect();
    let Some(&last) = on_way.last() else { return WalChain { reaches: None, missing: Vec::new() } };
    let gaps: Vec<u64> = (from..=last).filter(|number| !on_way.contains(number)).collect();
    let reaches = match gaps.first() {
        Some(&gap) if gap == from => None,
        Some(&gap) => Some(gap - 1),
        None => Some(last),
    };
    WalChain {
        reaches: reaches.map(|number| ancestry.segment(number)),
        missing: gaps.into_iter().map(|number| ancestry.segment(number)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(names: &[(u32, u64)]) -> BTreeSet<Segment> {
        names.iter().map(|&(timeline, number)| Segment { timeline, number }).collect()
    }

    const HISTORY: &str = "1\t0/5000100\tbefore 2026-11-22 21:30:00+00\n\n2\t0/7000000\tno recovery target\n";

    #[test]
    fn a_history_is_read() {
        let ancestry = Ancestry::of(3, Some(HISTORY)).unwrap();
        let timelines: Vec<(u32, u64)> = ancestry.branches().iter().map(|b| (b.timeline, b.from.0)).collect();
        assert_eq!(timelines, [(1, 0), (2, 0x0500_0100), (3, 0x0700_0000)]);
        assert_eq!(ancestry.segment(4).timeline, 1);
        assert_eq!(ancestry.segment(5).timeline, 2, "the new timeline's file has the old one's beginning");
        assert_eq!(ancestry.segment(9).timeline, 3);
        for bad in ["x", "1", "1 x", "4 0/1", "1 0/5\n1 0/6", "1 0/5\n2 0/4"] {
            assert!(Ancestry::of(3, Some(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_history_tells_what_was_first_left_out_when_a_moment_was_restored() {
        let left_out = |reason: &str| {
            let ancestry = Ancestry::of(2, Some(&format!("1\t0/5000100\t{reason}\n"))).unwrap();
            assert_eq!(ancestry.branches()[0].left_out, None, "nothing was before the first");
            ancestry.branches()[1].left_out.map(|at| at.to_string())
        };
        let at = |text: &str| Some(text.to_owned());
        assert_eq!(left_out("before 2026-11-22 21:30:00.250131+00"), at("2026-11-22T21:30:00.250131Z"));
        assert_eq!(left_out("before 2026-11-22 13:30:00-08"), at("2026-11-22T21:30:00Z"));
        assert_eq!(left_out("before 2026-11-23 03:00:00+05:30"), at("2026-11-22T21:30:00Z"));
        for other in ["no recovery target specified", "at restore point \"bt 2026\"", "before LSN 0/5000100", ""] {
            assert_eq!(left_out(other), None, "{other}");
        }
    }

    #[test]
    fn a_backup_of_an_abandoned_branch_is_not_on_the_way() {
        let ancestry = Ancestry::of(3, Some(HISTORY)).unwrap();
        let range = |timeline, start, stop| WalRange { timeline, start: Lsn(start), stop: Lsn(stop), end: Lsn(stop) };
        assert!(ancestry.has(&range(1, 0x0400_0000, 0x0500_0000)));
        assert!(!ancestry.has(&range(1, 0x0400_0000, 0x0600_0000)), "it ended after timeline 1 was left");
        assert!(ancestry.has(&range(3, 0x0800_0000, 0x0900_0000)));
        assert!(!ancestry.has(&range(4, 0x0800_0000, 0x0900_0000)));
    }

    #[test]
    fn a_gap_is_found_and_ends_the_way() {
        let ancestry = Ancestry::of(1, None).unwrap();
        let chain = follow(&ancestry, 2, &there(&[(1, 1), (1, 2), (1, 3), (1, 5), (1, 7)]));
        assert_eq!(chain.reaches, Some(Segment { timeline: 1, number: 3 }));
        assert_eq!(chain.missing, [4, 6].map(|number| Segment { timeline: 1, number }));
        assert_eq!(follow(&ancestry, 8, &there(&[(1, 7)])), WalChain { reaches: None, missing: vec![] });
    }

    #[test]
    fn the_way_goes_over_to_the_next_timeline() {
        let ancestry = Ancestry::of(3, Some(HISTORY)).unwrap();
        let all = there(&[(1, 4), (1, 5), (1, 6), (2, 5), (2, 6), (3, 7)]);
        assert_eq!(follow(&ancestry, 4, &all).reaches, Some(Segment { timeline: 3, number: 7 }));
        let without = there(&[(1, 4), (1, 5), (1, 6), (2, 6), (3, 7)]);
        let chain = follow(&ancestry, 4, &without);
        assert_eq!(chain.reaches, Some(Segment { timeline: 1, number: 4 }));
        assert_eq!(chain.missing, [Segment { timeline: 2, number: 5 }]);
    }
}
