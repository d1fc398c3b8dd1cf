//! Links to schedules.

use jiff::Timestamp;
use planner::form_key::{FormKey, is_repeat};
use planner::link::{LINKS_MAX, Link, LinkId, LinkKind, LinkUse};
use planner::ports::ScheduleError;
use planner::schedule::{Owner, ScheduleId};
use uuid::Uuid;

use super::{Shared, Shelved};

impl Shared {
    pub(super) fn make_link(
        &mut self,
        schedule: ScheduleId,
        owner: Owner,
        kind: LinkKind,
        key: Option<FormKey>,
        created_at: Timestamp,
    ) -> Result<Link, ScheduleError> {
        let is_taken =
            |key: &FormKey| self.schedules.iter().any(|held| held.links.iter().any(|link| link.id.0 == key.0));
        let free_key = key.filter(|key| !is_taken(key));
        let id = LinkId(free_key.map_or_else(|| Uuid::from_u64_pair(self.next_key(), 1), |key| key.0));
        let links = &mut self.own(schedule, owner)?.links;
        let mut of_form = links.iter().filter(|link| key.is_some_and(|key| link.id.0 == key.0));
        if let Some(made) = of_form.find(|link| link.kind == kind && is_repeat(link.created_at, created_at)) {
            return Ok(made.clone());
        }
        if links.len() >= LINKS_MAX {
            return Err(ScheduleError::TooManyLinks);
        }
        let link = Link { id, schedule, kind, created_at };
        links.push(link.clone());
        Ok(link)
    }

    pub(super) fn revoke_link(&mut self, id: LinkId, owner: Owner) -> Result<(), ScheduleError> {
        let own = self.schedules.iter_mut().filter(|shelved| shelved.schedule.owner == owner);
        for shelved in own {
            let before = shelved.links.len();
            shelved.links.retain(|link| link.id != id);
            if shelved.links.len() < before {
                return Ok(());
            }
        }
        Err(ScheduleError::NoSuchLink)
    }

    pub(super) fn linked(&self, id: LinkId, link_use: LinkUse) -> Option<(&Shelved, &Link)> {
        let all = self.schedules.iter().flat_map(|shelved| shelved.links.iter().map(move |link| (shelved, link)));
        let mut fitting = all.filter(|(_, link)| link.kind.link_use() == link_use);
        fitting.find(|(_, link)| link.id == id)
    }

    pub(super) fn name_of(&self, owner: Owner) -> Option<String> {
        let person = &self.accounts.get(&owner.person()?)?.person;
        person.display_name()
    }
}
