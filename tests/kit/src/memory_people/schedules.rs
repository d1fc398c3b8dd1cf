//! Schedules.

use accounts::person::PersonId;
use async_trait::async_trait;
use catalog::section::SectionKey;
use catalog::term::TermId;
use jiff::Timestamp;
use planner::draft::{
    Pick, ScheduleChange, ScheduleDraft, TimeBlockDraft, TimeBlockList, default_name, default_total_units,
};
use planner::ports::{SCHEDULES_MAX, ScheduleError, ScheduleStore};
use planner::schedule::{Schedule, ScheduleId, Selection, SelectionId, TimeBlock, TimeBlockId};
use uuid::Uuid;

use super::{MemoryPeople, Shared};
use crate::memory_store::MemoryStore;

#[async_trait]
impl ScheduleStore for MemoryPeople {
    async fn schedules(&self, owner: PersonId) -> Result<Vec<Schedule>, ScheduleError> {
        Ok(self.shared().account(owner).map(|account| account.schedules.clone()).unwrap_or_default())
    }

    async fn schedule(&self, id: ScheduleId, viewer: Option<PersonId>) -> Result<Option<Schedule>, ScheduleError> {
        Ok(self.shared().find(id).filter(|schedule| schedule.is_visible_to(viewer)).cloned())
    }

    async fn create(&self, owner: PersonId, draft: &ScheduleDraft, at: Timestamp) -> Result<Schedule, ScheduleError> {
        let mut shared = self.shared();
        let account = shared.account(owner).ok_or(ScheduleError::NoSuchPerson(owner))?;
        let count = account.schedules.len();
        if count >= SCHEDULES_MAX {
            return Err(ScheduleError::TooManySchedules);
        }
        let picks = draft.selections.over(&[]);
        expect_known(&self.catalog, draft.term, &picks)?;
        let schedule = Schedule {
            id: ScheduleId(Uuid::from_u64_pair(shared.next_key(), 0)),
            owner,
            name: draft.name.clone().unwrap_or_else(|| default_name(count)),
            term: draft.term,
            created_at: at,
            modified_at: at,
            total_units: draft.total_units.clone().unwrap_or_else(default_total_units),
            is_public: draft.is_public,
            selections: selections(&mut shared, picks, &[]),
            time_blocks: time_blocks(&mut shared, &draft.time_blocks, &[]),
        };
        shared.account(owner).ok_or(ScheduleError::NoSuchPerson(owner))?.schedules.push(schedule.clone());
        Ok(schedule)
    }

    async fn update(
        &self,
        id: ScheduleId,
        owner: PersonId,
        change: &ScheduleChange,
        at: Timestamp,
    ) -> Result<Schedule, ScheduleError> {
        let mut shared = self.shared();
        let mut schedule = shared.own(id, owner)?;
        if let Some(list) = &change.selections {
            let picks = list.over(&schedule.selections);
            expect_known(&self.catalog, schedule.term, &picks)?;
            schedule.selections = selections(&mut shared, picks, &schedule.selections);
        }
        if let Some(list) = &change.time_blocks {
            schedule.time_blocks = time_blocks(&mut shared, list, &schedule.time_blocks);
        }
        schedule.name = change.name.clone().unwrap_or(schedule.name);
        schedule.total_units = change.total_units.clone().unwrap_or(schedule.total_units);
        schedule.is_public = change.is_public.unwrap_or(schedule.is_public);
        schedule.modified_at = schedule.modified_at.max(at);
        for held in shared.account(owner).into_iter().flat_map(|account| &mut account.schedules) {
            if held.id == id {
                *held = schedule.clone();
            }
        }
        Ok(schedule)
    }

    async fn remove(&self, id: ScheduleId, owner: PersonId) -> Result<Schedule, ScheduleError> {
        let mut shared = self.shared();
        let removed = shared.own(id, owner)?;
        if let Some(account) = shared.account(owner) {
            account.schedules.retain(|schedule| schedule.id != id);
        }
        Ok(removed)
    }
}

impl Shared {
    fn find(&self, id: ScheduleId) -> Option<&Schedule> {
        self.accounts.values().flat_map(|account| &account.schedules).find(|schedule| schedule.id == id)
    }

    /// A schedule for its owner to change.
    fn own(&self, id: ScheduleId, owner: PersonId) -> Result<Schedule, ScheduleError> {
        let schedule = self.find(id).ok_or(ScheduleError::NoSuchSchedule)?;
        match (schedule.owner == owner, schedule.is_public) {
            (true, _) => Ok(schedule.clone()),
            (false, true) => Err(ScheduleError::NotTheOwner),
            (false, false) => Err(ScheduleError::NoSuchSchedule),
        }
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

fn selections(shared: &mut Shared, picks: Vec<Pick>, stored: &[Selection]) -> Vec<Selection> {
    let mut selections = Vec::with_capacity(picks.len());
    for Pick { course, primary, secondary } in picks {
        let held = stored.iter().find(|held| held.course == course);
        let id = held.map_or_else(|| SelectionId(shared.next_key()), |held| held.id);
        selections.push(Selection { id, course, primary, secondary });
    }
    selections
}

fn time_blocks(shared: &mut Shared, list: &TimeBlockList, stored: &[TimeBlock]) -> Vec<TimeBlock> {
    let mut time_block = |draft: &TimeBlockDraft| {
        let held = stored.iter().find(|held| held.name == *draft.name());
        let id = held.map_or_else(|| TimeBlockId(shared.next_key()), |held| held.id);
        TimeBlock { id, name: draft.name().clone(), time: draft.time(), days: draft.days() }
    };
    list.drafts().iter().map(&mut time_block).collect()
}
