//! Guests.

use accounts::guest::{GuestId, is_forgotten};
use accounts::ports::{AccountError, GuestStore};
use accounts::session::{TokenHash, is_touch_due};
use async_trait::async_trait;
use jiff::Timestamp;
use planner::schedule::Owner;

use super::{Guest, MemoryPeople, Shared};

#[async_trait]
impl GuestStore for MemoryPeople {
    async fn find_guest(&self, hash: TokenHash, now: Timestamp) -> Result<Option<GuestId>, AccountError> {
        let mut shared = self.shared();
        let mut known = shared.guests.iter_mut().filter(|(_, guest)| guest.hash == hash);
        let Some((id, guest)) = known.find(|(_, guest)| !is_forgotten(guest.last_seen_at, now)) else {
            return Ok(None);
        };
        if is_touch_due(guest.last_seen_at, now) {
            guest.last_seen_at = now;
        }
        Ok(Some(*id))
    }

    async fn begin_guest(&self, hash: TokenHash, at: Timestamp) -> Result<GuestId, AccountError> {
        let mut shared = self.shared();
        shared.forget_guests(|guest| guest.hash == hash && is_forgotten(guest.last_seen_at, at));
        if let Some((id, _)) = shared.guests.iter().find(|(_, guest)| guest.hash == hash) {
            return Ok(*id);
        }
        let id = GuestId(shared.next_key());
        shared.guests.insert(id, Guest { hash, last_seen_at: at });
        Ok(id)
    }

    async fn sweep_guests(&self, now: Timestamp) -> Result<usize, AccountError> {
        Ok(self.shared().forget_guests(|guest| is_forgotten(guest.last_seen_at, now)))
    }
}

impl Shared {
    fn forget_guests(&mut self, is_over: impl Fn(&Guest) -> bool) -> usize {
        let over: Vec<GuestId> = self.guests.iter().filter(|(_, guest)| is_over(guest)).map(|(id, _)| *id).collect();
        self.guests.retain(|id, _| !over.contains(id));
        let is_gone = |owner: Owner| over.iter().any(|id| owner == Owner::Guest(*id));
        self.schedules.retain(|shelved| !is_gone(shelved.schedule.owner));
        over.len()
    }
}
