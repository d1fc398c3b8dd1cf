//! Links, and copies made by them.

use accounts::guest::GUEST_SCHEDULES_MAX;
use planner::draft::{Change, ScheduleChange, ScheduleDraft, SelectionDraft, total_units};
use planner::history::{Content, VersionNumber};
use planner::link::{LINKS_MAX, Link, LinkId, LinkKind, LinkUse, Original};
use planner::ports::ScheduleError;
use planner::schedule::{Owner, Schedule, ScheduleId};
use uuid::Uuid;

use super::{block, blocks, name, selection, selections};
use crate::catalog_store::samples::{fall, noon};
use crate::people::{World, course, guest, owner, section};

const NAMELESS: LinkKind = LinkKind::Share { shows_name: false };
const NAMED: LinkKind = LinkKind::Share { shows_name: true };

async fn made(world: &impl World, owner: Owner) -> Schedule {
    let computing = course(world, "COMPSCI 61A").await;
    let chosen = selection(computing, Some(section(10_001)), &[section(10_002)]);
    let draft = ScheduleDraft {
        name: Some(name("A name that is nearly too long!!")),
        total_units: total_units("4"),
        selections: selections(&[SelectionDraft { colour: Change::Set(Some(5)), ..chosen }]),
        time_blocks: blocks(&[block("Lunch", 12, "MoWe")]),
        ..ScheduleDraft::new(fall())
    };
    world.schedules().create(owner, &draft, noon(3)).await.unwrap()
}

async fn linked(world: &impl World, schedule: &Schedule, kind: LinkKind) -> Link {
    let link = world.schedules().make_link(schedule.id, schedule.owner, kind, None, noon(4)).await.unwrap();
    assert_eq!((link.schedule, link.kind, link.created_at), (schedule.id, kind, noon(4)));
    link
}

pub(super) async fn a_link_shows_the_schedule_and_no_name_unless_wished(world: &impl World) {
    let (oski, ghost) = (owner(world, "oski").await, guest(world, 1).await);
    let schedules = world.schedules();
    for (owner, expected) in [(oski, Some("oski Sample")), (ghost, None)] {
        let schedule = made(world, owner).await;
        for (kind, expected) in [(NAMELESS, None), (NAMED, expected)] {
            let link = linked(world, &schedule, kind).await;
            let shown = schedules.schedule_by_link(link.id, LinkUse::Share).await.unwrap().unwrap();
            assert_eq!(
                (shown.schedule, shown.owner_name.as_deref()),
                (LinkUse::Share.shown(schedule.clone()), expected)
            );
        }
        assert_eq!(schedules.schedule(schedule.id, None).await.unwrap(), None, "the schedule itself stays private");
    }
}

pub(super) async fn a_link_opens_what_it_was_made_for_alone(world: &impl World) {
    let oski = owner(world, "oski").await;
    let schedule = made(world, oski).await;
    let (share, calendar) =
        (linked(world, &schedule, NAMELESS).await, linked(world, &schedule, LinkKind::Calendar).await);
    assert_ne!(share.id, calendar.id);
    let schedules = world.schedules();
    for (link, link_use, opens) in [
        (share.id, LinkUse::Share, true),
        (share.id, LinkUse::Calendar, false),
        (calendar.id, LinkUse::Share, false),
        (calendar.id, LinkUse::Calendar, true),
        (LinkId(Uuid::from_u128(7)), LinkUse::Share, false),
        (LinkId(schedule.id.0), LinkUse::Share, false),
    ] {
        let shown = schedules.schedule_by_link(link, link_use).await.unwrap();
        assert_eq!(shown.is_some(), opens);
        assert!(shown.is_none_or(|shown| shown.owner_name.is_none()));
    }
    assert_eq!(schedules.links(schedule.id, oski).await.unwrap(), [share, calendar]);
}

pub(super) async fn a_revoked_link_leads_nowhere(world: &impl World) {
    let oski = owner(world, "oski").await;
    let schedule = made(world, oski).await;
    let (one, other) = (linked(world, &schedule, NAMELESS).await, linked(world, &schedule, NAMELESS).await);
    let schedules = world.schedules();
    schedules.revoke_link(one.id, oski).await.unwrap();
    assert_eq!(schedules.schedule_by_link(one.id, LinkUse::Share).await.unwrap(), None);
    assert!(schedules.schedule_by_link(other.id, LinkUse::Share).await.unwrap().is_some());
    assert_eq!(schedules.links(schedule.id, oski).await.unwrap(), [other]);
    let error = schedules.revoke_link(one.id, oski).await.unwrap_err();
    assert!(matches!(error, ScheduleError::NoSuchLink), "{error:?}");
    let error = schedules.duplicate(Original::Link(one.id), oski, None, noon(5)).await.unwrap_err();
    assert!(matches!(error, ScheduleError::NoSuchLink), "{error:?}");
}

pub(super) async fn links_go_with_their_schedule(world: &impl World) {
    let oski = owner(world, "oski").await;
    let schedule = made(world, oski).await;
    let link = linked(world, &schedule, NAMED).await;
    world.schedules().remove(schedule.id, oski).await.unwrap();
    assert_eq!(world.schedules().schedule_by_link(link.id, LinkUse::Share).await.unwrap(), None);
    let error = world.schedules().revoke_link(link.id, oski).await.unwrap_err();
    assert!(matches!(error, ScheduleError::NoSuchLink), "{error:?}");

    let schedule = made(world, oski).await;
    let link = linked(world, &schedule, NAMED).await;
    world.accounts().delete_account(oski.person().unwrap()).await.unwrap();
    assert_eq!(world.schedules().schedule_by_link(link.id, LinkUse::Share).await.unwrap(), None);
}

pub(super) async fn links_are_limited_however_many_are_made_at_once(world: &impl World) {
    let oski = owner(world, "oski").await;
    let schedule = made(world, oski).await;
    for _ in 0..LINKS_MAX - 2 {
        linked(world, &schedule, NAMELESS).await;
    }
    let schedules = world.schedules();
    let make = || schedules.make_link(schedule.id, oski, LinkKind::Calendar, None, noon(4));
    let (a, b, c, d) = tokio::join!(make(), make(), make(), make());
    let results = [a, b, c, d];
    let refused = results.iter().filter(|made| matches!(made, Err(ScheduleError::TooManyLinks)));
    assert_eq!(refused.count(), 2, "{results:?}");
    assert_eq!(schedules.links(schedule.id, oski).await.unwrap().len(), LINKS_MAX);
}

pub(super) async fn strangers_make_see_and_revoke_no_links(world: &impl World) {
    let oski = owner(world, "oski").await;
    let schedule = made(world, oski).await;
    let link = linked(world, &schedule, NAMELESS).await;
    let schedules = world.schedules();
    for is_public in [false, true] {
        let change = ScheduleChange { is_public: Some(is_public), ..ScheduleChange::default() };
        schedules.update(schedule.id, oski, &change, noon(4)).await.unwrap();
        for stranger in [owner(world, "other").await, guest(world, 1).await] {
            let tried = [
                schedules.make_link(schedule.id, stranger, NAMED, None, noon(5)).await.unwrap_err(),
                schedules.links(schedule.id, stranger).await.unwrap_err(),
            ];
            for error in tried {
                let expected = if is_public { "only its owner" } else { "no such schedule" };
                assert!(error.to_string().contains(expected), "{error:?}");
            }
            let error = schedules.revoke_link(link.id, stranger).await.unwrap_err();
            assert!(matches!(error, ScheduleError::NoSuchLink), "{error:?}");
        }
    }
    assert_eq!(schedules.links(schedule.id, oski).await.unwrap(), [link]);
}

pub(super) async fn a_copy_is_a_schedule_of_ones_own(world: &impl World) {
    let oski = owner(world, "oski").await;
    let original = made(world, oski).await;
    let link = linked(world, &original, NAMED).await;
    let schedules = world.schedules();
    let strangers = [owner(world, "other").await, guest(world, 1).await];
    for (from, viewer) in [
        (Original::Schedule(original.id), oski),
        (Original::Link(link.id), strangers[0]),
        (Original::Link(link.id), strangers[1]),
    ] {
        let copy = schedules.duplicate(from, viewer, None, noon(5)).await.unwrap();
        assert_ne!(copy.id, original.id);
        assert_eq!((copy.owner, copy.term, copy.is_public), (viewer, fall(), false));
        assert_eq!((copy.version, copy.created_at), (VersionNumber::FIRST, noon(5)));
        assert_eq!(copy.name.as_str(), "Copy of A name that is nearly to");
        let seen = match from {
            Original::Schedule(_) => original.clone(),
            Original::Link(_) => LinkUse::Share.shown(original.clone()),
        };
        let content = Content::of(&seen);
        assert_eq!(Content { name: content.name.clone(), ..Content::of(&copy) }, content);
        assert_eq!(schedules.links(copy.id, viewer).await.unwrap(), []);
        assert!(schedules.schedules(viewer).await.unwrap().contains(&copy));
    }
    assert_eq!(schedules.schedule(original.id, Some(oski)).await.unwrap(), Some(original));
}

pub(super) async fn what_others_see_does_not_say_for_what_a_time_is_kept_free(world: &impl World) {
    let (oski, other) = (owner(world, "oski").await, owner(world, "other").await);
    let list = blocks(&[block("Therapy", 9, "Tu"), block("Lunch", 12, "MoWe")]);
    let draft = ScheduleDraft { time_blocks: list, ..ScheduleDraft::new(fall()) };
    let schedules = world.schedules();
    let schedule = schedules.create(oski, &draft, noon(3)).await.unwrap();
    let named = |schedule: &Schedule| -> Vec<String> {
        schedule.time_blocks.iter().map(|block| format!("{} {}", block.name, block.days.short())).collect()
    };
    for (kind, link_use, expected) in [
        (NAMED, LinkUse::Share, ["Busy Tu", "Busy 2 MW"]),
        (LinkKind::Calendar, LinkUse::Calendar, ["Therapy Tu", "Lunch MW"]),
    ] {
        let link = linked(world, &schedule, kind).await;
        let seen = schedules.schedule_by_link(link.id, link_use).await.unwrap().unwrap();
        assert_eq!(named(&seen.schedule), expected, "a calendar is its owner's own");
    }
    let link = linked(world, &schedule, NAMELESS).await;
    let copy = schedules.duplicate(Original::Link(link.id), other, None, noon(5)).await.unwrap();
    assert_eq!(named(&copy), ["Busy Tu", "Busy 2 MW"]);
    let own = schedules.schedule(schedule.id, Some(oski)).await.unwrap().unwrap();
    assert_eq!(named(&own), ["Therapy Tu", "Lunch MW"], "its owner sees what it was");
}

pub(super) async fn nobody_copies_what_they_cannot_see(world: &impl World) {
    let (oski, other) = (owner(world, "oski").await, owner(world, "other").await);
    let original = made(world, oski).await;
    let calendar = linked(world, &original, LinkKind::Calendar).await;
    let schedules = world.schedules();
    for stranger in [other, guest(world, 1).await] {
        for id in [original.id, ScheduleId(Uuid::from_u128(7))] {
            let error = schedules.duplicate(Original::Schedule(id), stranger, None, noon(5)).await.unwrap_err();
            assert!(matches!(error, ScheduleError::NoSuchSchedule), "{error:?}");
        }
        for link in [calendar.id, LinkId(Uuid::from_u128(7)), LinkId(original.id.0)] {
            let error = schedules.duplicate(Original::Link(link), stranger, None, noon(5)).await.unwrap_err();
            assert!(matches!(error, ScheduleError::NoSuchLink), "{error:?}");
        }
        assert_eq!(schedules.schedules(stranger).await.unwrap(), []);
    }
    let publishing = ScheduleChange { is_public: Some(true), ..ScheduleChange::default() };
    schedules.update(original.id, oski, &publishing, noon(5)).await.unwrap();
    let copy = schedules.duplicate(Original::Schedule(original.id), other, None, noon(5)).await.unwrap();
    assert!(!copy.is_public);
}

pub(super) async fn a_full_shelf_takes_no_copy(world: &impl World) {
    let ghost = guest(world, 1).await;
    let original = made(world, ghost).await;
    let schedules = world.schedules();
    for _ in 1..GUEST_SCHEDULES_MAX {
        schedules.duplicate(Original::Schedule(original.id), ghost, None, noon(5)).await.unwrap();
    }
    let error = schedules.duplicate(Original::Schedule(original.id), ghost, None, noon(5)).await.unwrap_err();
    assert!(matches!(error, ScheduleError::TooManyForGuest), "{error:?}");
}
