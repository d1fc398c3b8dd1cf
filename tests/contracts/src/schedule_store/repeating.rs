//! Forms that are sent twice: a click too many makes one thing.

use jiff::SignedDuration;
use planner::draft::ScheduleDraft;
use planner::form_key::{FormKey, REPEAT_SECONDS_MAX};
use planner::link::{LinkKind, Original};
use uuid::Uuid;

use super::name;
use crate::catalog_store::samples::{fall, noon, spring};
use crate::people::{World, guest, owner};

const SHARE: LinkKind = LinkKind::Share { shows_name: false };

fn key(number: u128) -> FormKey {
    FormKey(Uuid::from_u128(number))
}

fn draft(number: u128) -> ScheduleDraft {
    ScheduleDraft { key: Some(key(number)), ..ScheduleDraft::new(fall()) }
}

pub(super) async fn a_form_sent_twice_at_once_makes_one_schedule(world: &impl World) {
    let oski = owner(world, "oski").await;
    let schedules = world.schedules();
    let draft = draft(41);
    let make = || schedules.create(oski, &draft, noon(3));
    let (one, other, third) = tokio::join!(make(), make(), make());
    let made = one.unwrap();
    assert_eq!((&other.unwrap(), &third.unwrap()), (&made, &made));
    let copied = || schedules.duplicate(Original::Schedule(made.id), oski, Some(key(42)), noon(3));
    let (one, other) = tokio::join!(copied(), copied());
    let copy = one.unwrap();
    assert_eq!(other.unwrap(), copy);
    assert_eq!(schedules.schedules(oski).await.unwrap(), [made, copy]);
}

pub(super) async fn a_form_that_asks_for_something_else_or_later_makes_another(world: &impl World) {
    let oski = owner(world, "oski").await;
    let schedules = world.schedules();
    let late = noon(3) + SignedDuration::from_secs(REPEAT_SECONDS_MAX + 1);
    for (again, at) in [
        (ScheduleDraft { name: Some(name("Plan B")), ..draft(41) }, noon(3)),
        (ScheduleDraft { term: spring(), ..draft(41) }, noon(3)),
        (draft(41), late),
    ] {
        let before = schedules.schedules(oski).await.unwrap().len();
        schedules.create(oski, &draft(41), noon(3)).await.unwrap();
        schedules.create(oski, &again, at).await.unwrap();
        assert_eq!(schedules.schedules(oski).await.unwrap().len(), before + if before == 0 { 2 } else { 1 });
    }
}

pub(super) async fn a_key_that_somebody_else_used_makes_one_under_another(world: &impl World) {
    let people = [owner(world, "oski").await, owner(world, "other").await, guest(world, 1).await];
    let schedules = world.schedules();
    let draft = draft(41);
    let (one, other, third) = tokio::join!(
        schedules.create(people[0], &draft, noon(3)),
        schedules.create(people[1], &draft, noon(3)),
        schedules.create(people[2], &draft, noon(3)),
    );
    for (made, owner) in [one, other, third].into_iter().zip(people) {
        let made = made.unwrap();
        assert_eq!((made.owner, schedules.schedules(owner).await.unwrap()), (owner, vec![made.clone()]));
    }
}

pub(super) async fn a_form_sent_twice_at_once_makes_one_link(world: &impl World) {
    let (oski, other) = (owner(world, "oski").await, owner(world, "other").await);
    let schedules = world.schedules();
    let schedule = schedules.create(oski, &ScheduleDraft::new(fall()), noon(3)).await.unwrap();
    let make = |kind| schedules.make_link(schedule.id, oski, kind, Some(key(43)), noon(4));
    let (one, two) = tokio::join!(make(SHARE), make(SHARE));
    let link = one.unwrap();
    assert_eq!(two.unwrap(), link);
    let calendar = make(LinkKind::Calendar).await.unwrap();
    assert_ne!(calendar.id, link.id, "what asks for something else makes another");
    assert_eq!(schedules.links(schedule.id, oski).await.unwrap(), [link.clone(), calendar]);

    let theirs = schedules.create(other, &ScheduleDraft::new(fall()), noon(3)).await.unwrap();
    let their_link = schedules.make_link(theirs.id, other, SHARE, Some(key(43)), noon(4)).await.unwrap();
    assert_ne!(their_link.id, link.id);
    assert_eq!(schedules.links(theirs.id, other).await.unwrap(), [their_link]);
}
