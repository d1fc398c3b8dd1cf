//! The versions of schedules.

use std::collections::BTreeMap;

use jiff::Timestamp;
use planner::draft::TimeBlockList;
use planner::history::{ChangeNote, Content, History, Timeline, Version, VersionNumber};
use planner::ports::ScheduleError;
use planner::schedule::{Owner, Schedule, ScheduleId};

use super::schedules::{selections, time_blocks};
use super::{Shared, Shelved};

impl Shelved {
    /// One that was just made.
    pub(super) fn new(schedule: Schedule, note: ChangeNote) -> Self {
        let (timeline, versions, links) = (Timeline::first(), BTreeMap::new(), Vec::new());
        let mut shelved = Self { schedule, timeline, versions, links };
        shelved.note_version(note);
        shelved
    }

    /// Takes a new state; when its content is another, it is a new version.
    pub(super) fn become_new(&mut self, schedule: Schedule, note: &ChangeNote) -> Schedule {
        let is_other = Content::of(&schedule) != Content::of(&self.schedule);
        self.schedule = schedule;
        if is_other {
            self.schedule.version = self.timeline.change().number;
            self.note_version(note.clone());
            let timeline = &self.timeline;
            self.versions.retain(|number, _| timeline.has(*number));
        }
        self.schedule.clone()
    }

    fn note_version(&mut self, note: ChangeNote) {
        let (number, at) = (self.schedule.version, self.schedule.modified_at);
        let version = Version { number, at, note, is_current: false };
        self.versions.insert(number, (version, self.schedule.clone()));
    }

    pub(super) fn history(&self) -> History {
        let current = self.timeline.current();
        let shown = |version: &Version| Version { is_current: version.number == current, ..version.clone() };
        History {
            versions: self.versions.values().rev().map(|(version, _)| shown(version)).collect(),
            can_undo: self.timeline.undo_target().is_some(),
            can_redo: self.timeline.redo_target().is_some(),
        }
    }

    /// The schedule as it was, but for who may see it and whose it is.
    pub(super) fn version(&self, number: VersionNumber) -> Result<(Version, Schedule), ScheduleError> {
        let (version, then) = self.versions.get(&number).ok_or(ScheduleError::NoSuchVersion(number))?;
        let version = Version { is_current: number == self.timeline.current(), ..version.clone() };
        let (owner, is_public) = (self.schedule.owner, self.schedule.is_public);
        let schedule = Schedule { owner, is_public, version: number, modified_at: version.at, ..then.clone() };
        Ok((version, schedule))
    }
}

impl Shared {
    /// Moves along the timeline; `None` when there is nowhere to go.
    pub(super) fn travel(
        &mut self,
        id: ScheduleId,
        owner: Owner,
        step: impl Fn(&mut Timeline) -> Option<VersionNumber>,
        at: Timestamp,
    ) -> Result<Option<Schedule>, ScheduleError> {
        let shelved = self.own(id, owner)?;
        let Some(target) = step(&mut shelved.timeline) else { return Ok(None) };
        let mut schedule = shelved.schedule.clone();
        let (_, then) = shelved.version(target)?;
        let content = Content::of(&then);
        schedule.selections = selections(self, content.picks, &schedule.selections);
        schedule.time_blocks = time_blocks(self, &TimeBlockList::of(&content.time_blocks), &schedule.time_blocks);
        (schedule.name, schedule.total_units) = (content.name, content.total_units);
        schedule.version = target;
        schedule.modified_at = schedule.modified_at.max(at);
        self.own(id, owner)?.schedule = schedule.clone();
        Ok(Some(schedule))
    }
}
