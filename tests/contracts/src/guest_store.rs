//! The contract of the store of guests.

use accounts::guest::GUEST_IDLE_MAX;
use accounts::session::TOUCH_AFTER;
use jiff::SignedDuration;
use planner::draft::ScheduleDraft;

use crate::catalog_store::samples::{fall, noon};
use crate::people::{World, hash, signed_in};

/// The cases.
macro_rules! contract {
    ($start:path) => {
        contract_over! { $start;
            cases::a_guest_is_found_by_their_hash_alone,
            cases::the_first_edits_of_two_tabs_are_of_one_guest,
            cases::who_comes_back_in_time_is_kept,
            cases::who_is_forgotten_is_gone_with_everything_and_nothing_of_others,
            cases::who_comes_back_too_late_begins_anew,
        }
    };
}

mod in_memory {
    contract!(crate::people::in_memory);
}

mod over_postgres {
    contract!(crate::people::over_postgres);
}

mod cases {
    use super::*;

    pub(super) async fn a_guest_is_found_by_their_hash_alone(world: &impl World) {
        let guests = world.guests();
        assert_eq!(guests.find_guest(hash(1), noon(3)).await.unwrap(), None);
        let one = guests.begin_guest(hash(1), noon(3)).await.unwrap();
        let other = guests.begin_guest(hash(2), noon(3)).await.unwrap();
        assert_ne!(one, other);
        assert_eq!(guests.find_guest(hash(1), noon(3)).await.unwrap(), Some(one));
        assert_eq!(guests.find_guest(hash(2), noon(3)).await.unwrap(), Some(other));
        let oski = signed_in(world, "oski").await.id;
        world.sessions().open(oski, hash(3), None, noon(3)).await.unwrap();
        assert_eq!(guests.find_guest(hash(3), noon(3)).await.unwrap(), None, "a session's token makes no guest");
        assert_eq!(world.sessions().find(hash(1), noon(3)).await.unwrap(), None, "nor the other way round");
    }

    pub(super) async fn the_first_edits_of_two_tabs_are_of_one_guest(world: &impl World) {
        let guests = world.guests();
        let (one, other) = tokio::join!(guests.begin_guest(hash(1), noon(3)), guests.begin_guest(hash(1), noon(3)));
        assert_eq!(one.unwrap(), other.unwrap());
    }

    pub(super) async fn who_comes_back_in_time_is_kept(world: &impl World) {
        let guests = world.guests();
        let guest = guests.begin_guest(hash(1), noon(3)).await.unwrap();
        let last_day = noon(3) + GUEST_IDLE_MAX - TOUCH_AFTER;
        assert_eq!(guests.find_guest(hash(1), last_day).await.unwrap(), Some(guest));
        let next = last_day + GUEST_IDLE_MAX - SignedDuration::from_secs(1);
        assert_eq!(guests.sweep_guests(next).await.unwrap(), 0);
        assert_eq!(guests.find_guest(hash(1), next).await.unwrap(), Some(guest));
    }

    pub(super) async fn who_is_forgotten_is_gone_with_everything_and_nothing_of_others(world: &impl World) {
        let (guests, schedules) = (world.guests(), world.schedules());
        let old = guests.begin_guest(hash(1), noon(3)).await.unwrap();
        let new = guests.begin_guest(hash(2), noon(4)).await.unwrap();
        let oski = signed_in(world, "oski").await.id;
        let mut made = Vec::new();
        for owner in [old.into(), new.into(), oski.into()] {
            made.push(schedules.create(owner, &ScheduleDraft::new(fall()), noon(4)).await.unwrap());
        }
        let now = noon(3) + GUEST_IDLE_MAX;
        assert_eq!(guests.find_guest(hash(1), now).await.unwrap(), None, "forgotten before it is swept");
        assert_eq!(guests.sweep_guests(now).await.unwrap(), 1);
        assert_eq!(schedules.schedules(old.into()).await.unwrap(), []);
        assert_eq!(schedules.schedule(made[0].id, Some(old.into())).await.unwrap(), None);
        assert_eq!(schedules.schedules(new.into()).await.unwrap(), made[1..2]);
        assert_eq!(schedules.schedules(oski.into()).await.unwrap(), made[2..]);
    }

    pub(super) async fn who_comes_back_too_late_begins_anew(world: &impl World) {
        let (guests, schedules) = (world.guests(), world.schedules());
        let before = guests.begin_guest(hash(1), noon(3)).await.unwrap();
        schedules.create(before.into(), &ScheduleDraft::new(fall()), noon(3)).await.unwrap();
        let after = guests.begin_guest(hash(1), noon(3) + GUEST_IDLE_MAX).await.unwrap();
        assert_ne!(before, after);
        assert_eq!(schedules.schedules(after.into()).await.unwrap(), []);
    }
}
