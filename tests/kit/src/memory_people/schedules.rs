//! Schedules.

use accounts::guest::GuestId;
use accounts::person::PersonId;
use async_trait::async_trait;
use catalog::section::SectionKey;
use catalog::term::TermId;
use jiff::Timestamp;
use planner::draft::{
    Pick, ScheduleChange, ScheduleDraft, TimeBlockDraft, TimeBlockList, copy_name, default_name, default_total_units,
};
use planner::form_key::FormKey;
use planner::history::{Content, History, Timeline, Version, VersionNumber, making_note};
use planner::link::{Link, LinkId, LinkKind, LinkUse, Linked, Original};
use planner::ports::{Adopted, SCHEDULES_MAX, ScheduleError, ScheduleStore, schedules_max};
use planner::schedule::{Owner, Schedule, ScheduleId, Selection, SelectionId, TimeBlock, TimeBlockId};
use uuid::Uuid;

use super::{MemoryPeople, Shared, Shelved};
use crate::memory_store::MemoryStore;

#[async_trait]
impl ScheduleStore for MemoryPeople {
    async fn schedules(&self, owner: Owner) -> Result<Vec<Schedule>, ScheduleError> {
        Ok(self.shared().shelf(owner).map(|shelved| shelved.schedule.clone()).collect())
    }

    async fn schedule(&self, id: ScheduleId, viewer: Option<Owner>) -> Result<Option<Schedule>, ScheduleError> {
        let found = self.shared().find(id).map(|shelved| shelved.schedule.clone());
        Ok(found.filter(|schedule| schedule.is_visible_to(viewer)))
    }

    async fn create(&self, owner: Owner, draft: &ScheduleDraft, at: Timestamp) -> Result<Schedule, ScheduleError> {
        self.shared().create(&self.catalog, owner, draft, at)
    }

    async fn update(
        &self,
        id: ScheduleId,
        owner: Owner,
        change: &ScheduleChange,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError> {
        self.shared().update(&self.catalog, id, owner, change, at)
    }

    async fn remove(&self, id: ScheduleId, owner: Owner) -> Result<Schedule, ScheduleError> {
        let mut shared = self.shared();
        let removed = shared.own(id, owner)?.schedule.clone();
        shared.schedules.retain(|shelved| shelved.schedule.id != id);
        Ok(removed)
    }

    async fn duplicate(
        &self,
        original: Original,
        viewer: Owner,
        key: Option<FormKey>,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError> {
        let mut shared = self.shared();
        let found = match original {
            Original::Schedule(id) => shared
                .find(id)
                .map(|shelved| shelved.schedule.clone())
                .filter(|schedule| schedule.is_visible_to(Some(viewer)))
                .ok_or(ScheduleError::NoSuchSchedule)?,
            Original::Link(link) => {
                let (shelved, _) = shared.linked(link, LinkUse::Share).ok_or(ScheduleError::NoSuchLink)?;
                LinkUse::Share.shown(shelved.schedule.clone())
            }
        };
        let mut draft = ScheduleDraft::like(&Content::of(&found), found.term);
        draft.name = Some(copy_name(&found.name));
        draft.key = key;
        shared.create(&self.catalog, viewer, &draft, at)
    }

    async fn adopt(&self, guest: GuestId, person: PersonId, _at: Timestamp) -> Result<Adopted, ScheduleError> {
        let mut shared = self.shared();
        shared.expect_somebody(guest.into())?;
        shared.expect_somebody(person.into())?;
        let room = SCHEDULES_MAX.saturating_sub(shared.shelf(person.into()).count());
        let mut adopted = Adopted::default();
        for shelved in shared.schedules.iter_mut().filter(|shelved| shelved.schedule.owner == Owner::Guest(guest)) {
            if adopted.moved < room {
                shelved.schedule.owner = person.into();
                adopted.moved += 1;
            } else {
                adopted.left += 1;
            }
        }
        Ok(adopted)
    }

    async fn history(&self, id: ScheduleId, owner: Owner) -> Result<History, ScheduleError> {
        Ok(self.shared().own(id, owner)?.history())
    }

    async fn version(
        &self,
        id: ScheduleId,
        owner: Owner,
        number: VersionNumber,
    ) -> Result<(Version, Schedule), ScheduleError> {
        self.shared().own(id, owner)?.version(number)
    }

    async fn undo(&self, id: ScheduleId, owner: Owner, at: Timestamp) -> Result<Schedule, ScheduleError> {
        self.shared().travel(id, owner, Timeline::undo, at)?.ok_or(ScheduleError::NothingToUndo)
    }

    async fn redo(&self, id: ScheduleId, owner: Owner, at: Timestamp) -> Result<Schedule, ScheduleError> {
        self.shared().travel(id, owner, Timeline::redo, at)?.ok_or(ScheduleError::NothingToRedo)
    }

    async fn go_back_to(
        &self,
        id: ScheduleId,
        owner: Owner,
        number: VersionNumber,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError> {
        let mut shared = self.shared();
        let (version, then) = shared.own(id, owner)?.version(number)?;
        let change =
            ScheduleChange { note: version.going_back_note(), ..ScheduleChange::restoring(&Content::of(&then)) };
        shared.update(&self.catalog, id, owner, &change, at)
    }

    async fn make_link(
        &self,
        id: ScheduleId,
        owner: Owner,
        kind: LinkKind,
        key: Option<FormKey>,
        at: Timestamp,
    ) -> Result<Link, ScheduleError> {
        self.shared().make_link(id, owner, kind, key, at)
    }

    async fn links(&self, id: ScheduleId, owner: Owner) -> Result<Vec<Link>, ScheduleError> {
        Ok(self.shared().own(id, owner)?.links.clone())
    }

    async fn revoke_link(&self, link: LinkId, owner: Owner) -> Result<(), ScheduleError> {
        self.shared().revoke_link(link, owner)
    }

    async fn schedule_by_link(&self, link: LinkId, link_use: LinkUse) -> Result<Option<Linked>, ScheduleError> {
        let shared = self.shared();
        let linked = shared.linked(link, link_use);
        Ok(linked.map(|(shelved, link)| Linked {
            schedule: link_use.shown(shelved.schedule.clone()),
            owner_name: shared.name_of(shelved.schedule.owner).filter(|_| link.kind.shows_name()),
        }))
    }
}

impl Shared {
    pub(super) fn find(&self, id: ScheduleId) -> Option<&Shelved> {
        self.schedules.iter().find(|shelved| shelved.schedule.id == id)
    }

    fn shelf(&self, owner: Owner) -> impl Iterator<Item = &Shelved> {
        self.schedules.iter().filter(move |shelved| shelved.schedule.owner == owner)
    }

    fn expect_somebody(&self, owner: Owner) -> Result<(), ScheduleError> {
        let is_there = match owner {
            Owner::Person(person) => self.accounts.contains_key(&person),
            Owner::Guest(guest) => self.guests.contains_key(&guest),
        };
        if is_there { Ok(()) } else { Err(ScheduleError::nobody(owner)) }
    }

    /// A schedule for its owner alone.
    pub(super) fn own(&mut self, id: ScheduleId, owner: Owner) -> Result<&mut Shelved, ScheduleError> {
        let shelved = self.schedules.iter_mut().find(|shelved| shelved.schedule.id == id);
        let shelved = shelved.ok_or(ScheduleError::NoSuchSchedule)?;
        match (shelved.schedule.owner == owner, shelved.schedule.is_public) {
            (true, _) => Ok(shelved),
            (false, true) => Err(ScheduleError::NotTheOwner),
            (false, false) => Err(ScheduleError::NoSuchSchedule),
        }
    }

    fn create(
        &mut self,
        catalog: &MemoryStore,
        owner: Owner,
        draft: &ScheduleDraft,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError> {
        self.expect_somebody(owner)?;
        let held = draft.key.and_then(|key| self.find(ScheduleId(key.0)));
        if let Some(made) = held.filter(|held| draft.has_made(&held.schedule, owner, at)) {
            return Ok(made.schedule.clone());
        }
        let free_key = draft.key.filter(|_| held.is_none());
        let count = self.shelf(owner).count();
        if count >= schedules_max(owner) {
            return Err(ScheduleError::too_many(owner));
        }
        let picks = draft.selections.over(&[]);
        expect_known(catalog, draft.term, &picks)?;
        let schedule = Schedule {
            id: ScheduleId(free_key.map_or_else(|| Uuid::from_u64_pair(self.next_key(), 0), |key| key.0)),
            owner,
            name: draft.name.clone().unwrap_or_else(|| default_name(count)),
            term: draft.term,
            created_at: at,
            modified_at: at,
            total_units: draft.total_units.clone().unwrap_or_else(default_total_units),
            is_public: draft.is_public,
            version: VersionNumber::FIRST,
            selections: selections(self, picks, &[]),
            time_blocks: time_blocks(self, &draft.time_blocks, &[]),
        };
        self.schedules.push(Shelved::new(schedule.clone(), making_note()));
        Ok(schedule)
    }

    pub(super) fn update(
        &mut self,
        catalog: &MemoryStore,
        id: ScheduleId,
        owner: Owner,
        change: &ScheduleChange,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError> {
        let mut schedule = self.own(id, owner)?.schedule.clone();
        if change.expects.is_some_and(|expected| expected != schedule.version) {
            return Err(ScheduleError::ChangedMeanwhile { now: schedule.version });
        }
        if let Some(list) = &change.selections {
            let picks = list.over(&schedule.selections);
            expect_known(catalog, schedule.term, &picks)?;
            schedule.selections = selections(self, picks, &schedule.selections);
        }
        if let Some(list) = &change.time_blocks {
            schedule.time_blocks = time_blocks(self, list, &schedule.time_blocks);
        }
        schedule.name = change.name.clone().unwrap_or(schedule.name);
        schedule.total_units = change.total_units.clone().unwrap_or(schedule.total_units);
        schedule.is_public = change.is_public.unwrap_or(schedule.is_public);
        schedule.modified_at = schedule.modified_at.max(at);
        Ok(self.own(id, owner)?.become_new(schedule, &change.note))
    }
}

fn expect_known(catalog: &MemoryStore, term: TermId, picks: &[Pick]) -> Result<(), ScheduleError> {
    if let Some(pick) = picks.iter().find(|pick| !catalog.has_course(pick.course)) {
        return Err(ScheduleError::NoSuchCourse(pick.course));
    }
    let is_known = |section: &SectionKey| section.term == term && catalog.has_section(*section);
    match picks.iter().flat_map(Pick::sections).find(|section| !is_known(section)) {
        Some(section) => Err(ScheduleError::NoSuchSection(section)),
        None => Ok(()),
    }
}

pub(super) fn selections(shared: &mut Shared, picks: Vec<Pick>, stored: &[Selection]) -> Vec<Selection> {
    let mut selections = Vec::with_capacity(picks.len());
    for Pick { course, primary, secondary, colour } in picks {
        let held = stored.iter().find(|held| held.course == course);
        let id = held.map_or_else(|| SelectionId(shared.next_key()), |held| held.id);
        selections.push(Selection { id, course, primary, secondary, colour });
    }
    selections
}

pub(super) fn time_blocks(shared: &mut Shared, list: &TimeBlockList, stored: &[TimeBlock]) -> Vec<TimeBlock> {
    let mut time_block = |draft: &TimeBlockDraft| {
        let held = stored.iter().find(|held| held.name == *draft.name());
        let id = held.map_or_else(|| TimeBlockId(shared.next_key()), |held| held.id);
        TimeBlock { id, name: draft.name().clone(), time: draft.time(), days: draft.days() }
    };
    list.drafts().iter().map(&mut time_block).collect()
}
