//! Who sees a schedule, and who changes it.

use accounts::person::PersonId;
use planner::draft::{ScheduleChange, ScheduleDraft};
use planner::ports::{ScheduleError, ScheduleStore};
use planner::schedule::{Owner, ScheduleId};
use uuid::Uuid;

use super::name;
use crate::catalog_store::samples::{fall, noon};
use crate::people::{World, guest, owner};

fn renaming() -> ScheduleChange {
    ScheduleChange { name: Some(name("Taken over")), is_public: Some(true), ..ScheduleChange::default() }
}

/// What somebody gets who tries to change and to remove it.
async fn tried(schedules: &dyn ScheduleStore, id: ScheduleId, stranger: Owner) -> [ScheduleError; 2] {
    let change = schedules.update(id, stranger, &renaming(), noon(9)).await.unwrap_err();
    [change, schedules.remove(id, stranger).await.unwrap_err()]
}

pub(super) async fn a_private_schedule_of_somebody_else_is_as_if_it_were_not_there(world: &impl World) {
    let (oski, other) = (owner(world, "oski").await, owner(world, "other").await);
    let schedules = world.schedules();
    let private = schedules.create(oski, &ScheduleDraft::new(fall()), noon(3)).await.unwrap();
    let missing = ScheduleId(Uuid::from_u128(7));
    for id in [private.id, missing] {
        for viewer in [None, Some(other), Some(guest(world, 1).await), Some(PersonId(u64::MAX).into())] {
            assert_eq!(schedules.schedule(id, viewer).await.unwrap(), None);
        }
        for error in tried(schedules, id, other).await {
            assert!(matches!(error, ScheduleError::NoSuchSchedule), "{error:?}");
        }
    }
    assert_eq!(schedules.schedules(other).await.unwrap(), []);
    assert_eq!(schedules.schedule(private.id, Some(oski)).await.unwrap(), Some(private));
}

pub(super) async fn a_public_schedule_is_seen_by_all_and_changed_by_its_owner_alone(world: &impl World) {
    let (oski, other) = (owner(world, "oski").await, owner(world, "other").await);
    let schedules = world.schedules();
    let public = ScheduleDraft { is_public: true, ..ScheduleDraft::new(fall()) };
    let public = schedules.create(oski, &public, noon(3)).await.unwrap();
    for error in tried(schedules, public.id, other).await {
        assert!(matches!(error, ScheduleError::NotTheOwner), "{error:?}");
    }
    for viewer in [None, Some(other), Some(oski)] {
        assert_eq!(schedules.schedule(public.id, viewer).await.unwrap().as_ref(), Some(&public));
    }
    assert_eq!(schedules.schedules(other).await.unwrap(), [], "it is not theirs for that");
}

pub(super) async fn a_schedule_that_is_private_again_is_hidden_again(world: &impl World) {
    let oski = owner(world, "oski").await;
    let schedules = world.schedules();
    let made = schedules.create(oski, &ScheduleDraft::new(fall()), noon(3)).await.unwrap();
    for is_public in [true, false] {
        let change = ScheduleChange { is_public: Some(is_public), ..ScheduleChange::default() };
        let changed = schedules.update(made.id, oski, &change, noon(4)).await.unwrap();
        assert_eq!(changed.is_public, is_public);
        assert_eq!(schedules.schedule(made.id, None).await.unwrap().is_some(), is_public);
    }
}
