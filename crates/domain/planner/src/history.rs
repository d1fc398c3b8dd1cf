//! What a schedule was before: its versions, and the rule by which changes are undone, done again, and left behind.
//!
//! A version is what a schedule held at some time; it never changes, and its number is never given again. So a number
//! also says exactly what somebody saw: a change that expects version 7 and finds 7 overwrites nothing unseen.

use std::fmt;

use accounts::line::Line;
use jiff::Timestamp;

use crate::draft::{Pick, TimeBlockDraft};
use crate::schedule::{Schedule, ScheduleName, TotalUnits};

/// The most versions kept of a schedule, the present one among them. Fifty: an evening of trying things out.
pub const VERSIONS_MAX: usize = 50;

/// The most characters of what a change says of itself.
pub const CHANGE_NOTE_CHARS_MAX: usize = 100;

/// What a change did, in words for its owner: `Added COMPSCI 61A`. Blank when nobody said.
pub type ChangeNote = Line<CHANGE_NOTE_CHARS_MAX>;

/// The number of a version, counted from 1 for each schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionNumber(pub u32);

impl VersionNumber {
    /// Of a schedule that was just made.
    pub const FIRST: Self = Self(1);
}

impl fmt::Display for VersionNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A version, without what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number.
    pub number: VersionNumber,
    /// Since when the schedule was like that for the first time.
    pub at: Timestamp,
    /// What the change did that made it.
    pub note: ChangeNote,
    /// Whether the schedule is like that now.
    pub is_current: bool,
}

impl Version {
    /// What a change says that goes back to this one.
    #[must_use]
    pub fn going_back_note(&self) -> ChangeNote {
        let Self { number, note, .. } = self;
        let separator = if note.is_blank() { "" } else { ": " };
        ChangeNote::fitted(&format!("Back to version {number}{separator}{note}"))
    }
}

/// What the first version says of itself.
#[must_use]
pub fn making_note() -> ChangeNote {
    ChangeNote::fitted("Made")
}

/// What a version says of itself that an earlier release of the program made, which kept none.
#[must_use]
pub fn unnoted_note() -> ChangeNote {
    ChangeNote::fitted("Changed")
}

/// The versions of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The newest first.
    pub versions: Vec<Version>,
    /// Whether the last change can be undone.
    pub can_undo: bool,
    /// Whether what was undone last can be done again.
    pub can_redo: bool,
}

/// What of a schedule is kept in versions: all but who may see it. Undoing a change must never show to others what its
/// owner has hidden since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// What it is called.
    pub name: ScheduleName,
    /// How many units it makes.
    pub total_units: TotalUnits,
    /// The courses in it.
    pub picks: Vec<Pick>,
    /// Times to keep free.
    pub time_blocks: Vec<TimeBlockDraft>,
}

impl Content {
    /// What is in a schedule now.
    #[must_use]
    pub fn of(schedule: &Schedule) -> Self {
        Self {
            name: schedule.name.clone(),
            total_units: schedule.total_units.clone(),
            picks: schedule.selections.iter().map(Pick::of).collect(),
            time_blocks: schedule.time_blocks.iter().map(TimeBlockDraft::of).collect(),
        }
    }
}

/// A version among its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub number: VersionNumber,
    /// Where undoing leads from it. It may be forgotten by now.
    pub undo_to: Option<VersionNumber>,
    /// Where doing again leads from it: where undoing came from last.
    pub redo_to: Option<VersionNumber>,
}

/// The versions of a schedule, how they lead to each other, and where it is now.
///
/// Undoing and doing again only move. A change makes a version, also after undoing: what was undone stays to go back to,
/// until [`VERSIONS_MAX`] newer ones have been made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    places: Vec<Place>,
    current: VersionNumber,
}

impl Timeline {
    /// Of a schedule that was just made.
    #[must_use]
    pub fn first() -> Self {
        Self::new(Vec::new(), VersionNumber::FIRST)
    }

    /// As it was stored. The present version takes its place if it has none yet.
    #[must_use]
    pub fn new(mut places: Vec<Place>, current: VersionNumber) -> Self {
        if places.iter().all(|place| place.number != current) {
            places.push(Place { number: current, undo_to: None, redo_to: None });
        }
        places.sort_by_key(|place| place.number);
        Self { places, current }
    }

    /// What the schedule is now.
    #[must_use]
    pub const fn current(&self) -> VersionNumber {
        self.current
    }

    /// All, the oldest first.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Whether a version is still kept.
    #[must_use]
    pub fn has(&self, number: VersionNumber) -> bool {
        self.places.iter().any(|place| place.number == number)
    }

    /// A change: the present becomes a new version, and the oldest beyond the limit are forgotten. Gives the new one.
    pub fn change(&mut self) -> Place {
        let newest = self.places.last().map_or(0, |place| place.number.0);
        let place = Place { number: VersionNumber(newest + 1), undo_to: Some(self.current), redo_to: None };
        self.places.push(place);
        self.current = place.number;
        let excess = self.places.len().saturating_sub(VERSIONS_MAX);
        self.places.drain(..excess);
        place
    }

    /// Where undoing leads.
    #[must_use]
    pub fn undo_target(&self) -> Option<VersionNumber> {
        self.here().and_then(|place| place.undo_to).filter(|number| self.has(*number))
    }

    /// Where doing again leads.
    #[must_use]
    pub fn redo_target(&self) -> Option<VersionNumber> {
        self.here().and_then(|place| place.redo_to).filter(|number| self.has(*number))
    }

    /// Goes back one change; `None`, and nothing moves, when there is none.
    pub fn undo(&mut self) -> Option<VersionNumber> {
        let (from, target) = (self.current, self.undo_target()?);
        self.current = target;
        for place in self.places.iter_mut().filter(|place| place.number == target) {
            place.redo_to = Some(from);
        }
        Some(target)
    }

    /// Does again what was undone last; `None`, and nothing moves, when there is nothing.
    pub fn redo(&mut self) -> Option<VersionNumber> {
        let target = self.redo_target()?;
        self.current = target;
        Some(target)
    }

    fn here(&self) -> Option<&Place> {
        self.places.iter().find(|place| place.number == self.current)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(timeline: &Timeline) -> Vec<u32> {
        timeline.places().iter().map(|place| place.number.0).collect()
    }

    #[test]
    fn undoing_and_doing_again_walk_the_same_path() {
        let mut timeline = Timeline::first();
        assert_eq!((timeline.undo(), timeline.redo()), (None, None));
        timeline.change();
        timeline.change();
        let back: Vec<_> = std::iter::from_fn(|| timeline.undo()).collect();
        assert_eq!(back, [VersionNumber(2), VersionNumber(1)]);
        let forth: Vec<_> = std::iter::from_fn(|| timeline.redo()).collect();
        assert_eq!(forth, [VersionNumber(2), VersionNumber(3)]);
        assert_eq!(numbers(&timeline), [1, 2, 3]);
    }

    #[test]
    fn a_change_after_undoing_leaves_what_was_undone_to_go_back_to() {
        let mut timeline = Timeline::first();
        timeline.change();
        timeline.undo();
        assert_eq!(timeline.change().number, VersionNumber(3));
        assert_eq!(timeline.redo(), None);
        assert_eq!(timeline.undo(), Some(VersionNumber(1)), "not through what was undone");
        assert_eq!(timeline.redo(), Some(VersionNumber(3)));
        assert_eq!(numbers(&timeline), [1, 2, 3]);
    }

    #[test]
    fn the_oldest_are_forgotten_and_numbers_are_never_given_again() {
        let mut timeline = Timeline::first();
        for _ in 0..VERSIONS_MAX {
            timeline.change();
        }
        assert_eq!((timeline.places().len(), numbers(&timeline)[0]), (VERSIONS_MAX, 2));
        while timeline.undo().is_some() {}
        assert_eq!(timeline.current(), VersionNumber(2), "the first is forgotten");
        assert_eq!(timeline.change().number, VersionNumber(52));
        assert_eq!(timeline.undo(), None, "what it came from made room for it");
    }

    /// The rule in its simplest form: two stacks, as in any editor.
    #[derive(Debug, Default)]
    struct Editor {
        undo: Vec<VersionNumber>,
        redo: Vec<VersionNumber>,
    }

    proptest! {
        #[test]
        fn a_timeline_is_the_two_stacks_of_an_editor(steps in prop::collection::vec(0..5_u8, 0..VERSIONS_MAX - 1)) {
            let (mut timeline, mut editor) = (Timeline::first(), Editor::default());
            for step in steps {
                let before = timeline.current();
                match step {
                    0 | 1 => {
                        timeline.change();
                        editor.undo.push(before);
                        editor.redo.clear();
                    }
                    2 | 3 => {
                        let expected = editor.undo.pop();
                        prop_assert_eq!(timeline.undo(), expected);
                        if expected.is_some() {
                            editor.redo.push(before);
                        }
                    }
                    _ => {
                        let expected = editor.redo.pop();
                        prop_assert_eq!(timeline.redo(), expected);
                        if expected.is_some() {
                            editor.undo.push(before);
                        }
                    }
                }
                let stored = Timeline::new(timeline.places().to_vec(), timeline.current());
                prop_assert_eq!(&stored, &timeline, "storing it changes nothing");
            }
        }
    }
}
