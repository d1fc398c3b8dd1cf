//! Guests, and what becomes of their schedules when they sign in.

use accounts::guest::{GUEST_SCHEDULES_MAX, GuestId};
use accounts::person::PersonId;
use planner::draft::{ScheduleChange, ScheduleDraft};
use planner::history::VersionNumber;
use planner::link::{Link, LinkKind, LinkUse};
use planner::ports::{Adopted, SCHEDULES_MAX, ScheduleError};
use planner::schedule::{Owner, Schedule, ScheduleId};

use super::name;
use crate::catalog_store::samples::{fall, noon};
use crate::people::{World, guest, owner, signed_in};

fn guest_id(owner: Owner) -> GuestId {
    match owner {
        Owner::Guest(guest) => guest,
        Owner::Person(person) => panic!("{person} is no guest"),
    }
}

async fn called(world: &impl World, owner: Owner, text: &str) -> Schedule {
    let draft = ScheduleDraft { name: Some(name(text)), ..ScheduleDraft::new(fall()) };
    world.schedules().create(owner, &draft, noon(3)).await.unwrap()
}

async fn names(world: &impl World, owner: Owner) -> Vec<String> {
    let schedules = world.schedules().schedules(owner).await.unwrap();
    schedules.into_iter().map(|schedule| schedule.name.to_string()).collect()
}

pub(super) async fn a_guest_plans_like_anybody_and_alone(world: &impl World) {
    let (one, other) = (guest(world, 1).await, guest(world, 2).await);
    let schedules = world.schedules();
    let made = called(world, one, "Mine").await;
    assert_eq!(made.owner, one);
    // A person whose key is the guest's number is somebody else.
    let namesake = Owner::Person(PersonId(guest_id(one).0));
    for stranger in [other, namesake, owner(world, "oski").await] {
        assert_eq!(schedules.schedule(made.id, Some(stranger)).await.unwrap(), None);
        assert!(!schedules.schedules(stranger).await.unwrap().contains(&made));
        let error = schedules.remove(made.id, stranger).await.unwrap_err();
        assert!(matches!(error, ScheduleError::NoSuchSchedule), "{error:?}");
    }
    let renaming = ScheduleChange { name: Some(name("Renamed")), ..ScheduleChange::default() };
    assert_eq!(schedules.update(made.id, one, &renaming, noon(4)).await.unwrap().owner, one);
    assert_eq!(schedules.undo(made.id, one, noon(4)).await.unwrap().name.as_str(), "Mine");
    assert_eq!(schedules.remove(made.id, one).await.unwrap().id, made.id);
    let nobody = Owner::Guest(GuestId(u64::MAX));
    let error = schedules.create(nobody, &ScheduleDraft::new(fall()), noon(3)).await.unwrap_err();
    assert!(matches!(error, ScheduleError::NoSuchGuest), "{error:?}");
    assert_eq!(schedules.schedules(nobody).await.unwrap(), []);
}

pub(super) async fn a_guest_has_a_smaller_shelf(world: &impl World) {
    let ghost = guest(world, 1).await;
    let (schedules, draft) = (world.schedules(), ScheduleDraft::new(fall()));
    for _ in 0..GUEST_SCHEDULES_MAX - 2 {
        schedules.create(ghost, &draft, noon(3)).await.unwrap();
    }
    let make = || schedules.create(ghost, &draft, noon(3));
    let (a, b, c, d) = tokio::join!(make(), make(), make(), make());
    let results = [a, b, c, d];
    let refused = results.iter().filter(|made| matches!(made, Err(ScheduleError::TooManyForGuest)));
    assert_eq!(refused.count(), 2, "{results:?}");
    assert_eq!(schedules.schedules(ghost).await.unwrap().len(), GUEST_SCHEDULES_MAX);
}

pub(super) async fn what_a_guest_made_moves_to_the_person_whole(world: &impl World) {
    let (ghost, other) = (guest(world, 1).await, guest(world, 2).await);
    let oski = signed_in(world, "oski").await.id;
    let schedules = world.schedules();
    let first = called(world, ghost, "First").await;
    called(world, oski.into(), "Own").await;
    called(world, ghost, "Second").await;
    called(world, other, "Other's").await;
    let renaming = ScheduleChange { name: Some(name("Renamed")), ..ScheduleChange::default() };
    let renamed = schedules.update(first.id, ghost, &renaming, noon(4)).await.unwrap();
    let link = schedules.make_link(first.id, ghost, LinkKind::Share { shows_name: true }, None, noon(4)).await.unwrap();

    let adopted = schedules.adopt(guest_id(ghost), oski, noon(5)).await.unwrap();
    assert_eq!(adopted, Adopted { moved: 2, left: 0 });
    assert_eq!(names(world, oski.into()).await, ["Renamed", "Own", "Second"]);
    assert_eq!(names(world, ghost).await, [""; 0]);
    assert_eq!(names(world, other).await, ["Other's"]);
    let moved = schedules.schedule(first.id, Some(oski.into())).await.unwrap().unwrap();
    assert_eq!(moved, Schedule { owner: oski.into(), ..renamed });
    everything_of_it_came_along(world, first.id, &link, ghost, oski).await;
    assert_eq!(schedules.adopt(guest_id(ghost), oski, noon(5)).await.unwrap(), Adopted::default());
}

/// Its links and its history are the person's, and nothing of it is the guest's.
async fn everything_of_it_came_along(world: &impl World, id: ScheduleId, link: &Link, ghost: Owner, oski: PersonId) {
    let schedules = world.schedules();
    assert_eq!(schedules.schedule(id, Some(ghost)).await.unwrap(), None, "the cookie opens it no more");
    let error = schedules.undo(id, ghost, noon(5)).await.unwrap_err();
    assert!(matches!(error, ScheduleError::NoSuchSchedule), "{error:?}");
    assert_eq!(schedules.links(id, oski.into()).await.unwrap(), std::slice::from_ref(link));
    assert!(schedules.schedule_by_link(link.id, LinkUse::Share).await.unwrap().is_some());
    let undone = schedules.undo(id, oski.into(), noon(5)).await.unwrap();
    assert_eq!((undone.name.as_str(), undone.version), ("First", VersionNumber::FIRST));
}

pub(super) async fn what_finds_no_room_stays_with_the_guest_and_is_told(world: &impl World) {
    let ghost = guest(world, 1).await;
    let oski = signed_in(world, "oski").await.id;
    let schedules = world.schedules();
    for _ in 0..SCHEDULES_MAX - 2 {
        schedules.create(oski.into(), &ScheduleDraft::new(fall()), noon(3)).await.unwrap();
    }
    for text in ["First", "Second", "Third"] {
        called(world, ghost, text).await;
    }
    let adopted = schedules.adopt(guest_id(ghost), oski, noon(5)).await.unwrap();
    assert_eq!(adopted, Adopted { moved: 2, left: 1 });
    assert_eq!(names(world, oski.into()).await[SCHEDULES_MAX - 2..], ["First", "Second"]);
    assert_eq!(names(world, ghost).await, ["Third"]);
    let first = schedules.schedules(oski.into()).await.unwrap().remove(0);
    schedules.remove(first.id, oski.into()).await.unwrap();
    assert_eq!(schedules.adopt(guest_id(ghost), oski, noon(6)).await.unwrap(), Adopted { moved: 1, left: 0 });
}

pub(super) async fn adopting_twice_at_once_moves_everything_once(world: &impl World) {
    let (oski, other) = (signed_in(world, "oski").await.id, signed_in(world, "other").await.id);
    for round in 1..=10 {
        let ghost = guest(world, round).await;
        for _ in 0..3 {
            called(world, ghost, "Guest's").await;
        }
        let schedules = world.schedules();
        let (one, second) = tokio::join!(
            schedules.adopt(guest_id(ghost), oski, noon(5)),
            schedules.adopt(guest_id(ghost), other, noon(5)),
        );
        let (one, second) = (one.unwrap(), second.unwrap());
        assert_eq!((one.moved + second.moved, one.left, second.left), (3, 0, 0));
        assert!(one.moved == 0 || second.moved == 0, "they came to one of them, whole: {one:?} {second:?}");
    }
    let count = names(world, oski.into()).await.len() + names(world, other.into()).await.len();
    assert_eq!(count, 30);
}

pub(super) async fn a_guest_who_makes_one_while_it_is_adopted_loses_nothing(world: &impl World) {
    let oski = signed_in(world, "oski").await.id;
    let schedules = world.schedules();
    for round in 1..=10 {
        let ghost = guest(world, round).await;
        let early = called(world, ghost, "Early").await;
        let draft = ScheduleDraft::new(fall());
        let renaming = ScheduleChange { name: Some(name("Renamed")), ..ScheduleChange::default() };
        let (adopted, made, changed) = tokio::join!(
            schedules.adopt(guest_id(ghost), oski, noon(5)),
            schedules.create(ghost, &draft, noon(5)),
            schedules.update(early.id, ghost, &renaming, noon(5)),
        );
        let (adopted, made) = (adopted.unwrap(), made.unwrap());
        let theirs = schedules.schedules(ghost).await.unwrap();
        let own = schedules.schedules(oski.into()).await.unwrap();
        assert_eq!(theirs.len() + adopted.moved, 2);
        assert!(theirs.iter().chain(&own).any(|schedule| schedule.id == made.id));
        let early = own.iter().find(|schedule| schedule.id == early.id).expect("it was there when they signed in");
        match changed {
            Ok(_) => assert_eq!(early.name.as_str(), "Renamed"),
            Err(error) => assert!(matches!(error, ScheduleError::NoSuchSchedule), "{error:?}"),
        }
    }
}

pub(super) async fn nobody_adopts_and_nobody_is_adopted(world: &impl World) {
    let ghost = guest(world, 1).await;
    let oski = signed_in(world, "oski").await.id;
    called(world, ghost, "Mine").await;
    for nobody in [PersonId(999), PersonId(u64::MAX)] {
        let error = world.schedules().adopt(guest_id(ghost), nobody, noon(5)).await.unwrap_err();
        assert!(matches!(error, ScheduleError::NoSuchPerson(id) if id == nobody), "{error:?}");
    }
    for nobody in [GuestId(999), GuestId(u64::MAX)] {
        let error = world.schedules().adopt(nobody, oski, noon(5)).await.unwrap_err();
        assert!(matches!(error, ScheduleError::NoSuchGuest), "{error:?}");
    }
    assert_eq!(names(world, ghost).await, ["Mine"]);
}
