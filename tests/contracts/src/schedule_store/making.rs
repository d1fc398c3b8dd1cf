//! Making schedules.

use accounts::person::PersonId;
use catalog::ids::CourseId;
use catalog::section::{SectionId, SectionKey};
use planner::draft::{Pick, ScheduleDraft, total_units};
use planner::ports::{SCHEDULES_MAX, ScheduleError};
use planner::schedule::Schedule;

use super::{block, blocks, name, selection, selections};
use crate::catalog_store::samples::{fall, noon, spring};
use crate::people::{World, course, owner, section};

pub(super) async fn everything_given_comes_back(world: &impl World) {
    let oski = owner(world, "oski").await;
    let (computing, math) = (course(world, "COMPSCI 61A").await, course(world, "MATH 1A").await);
    let draft = ScheduleDraft {
        name: Some(name("\"Fall\" \\ 'Ünits' {1,2} %s ☂")),
        term: fall(),
        is_public: true,
        total_units: total_units("8 - 12"),
        selections: selections(&[
            selection(math, None, &[]),
            selection(computing, Some(section(10_001)), &[section(10_003), section(10_002)]),
        ]),
        time_blocks: blocks(&[block("Work", 23, "SaSu"), block("", 0, ""), block("Lunch", 12, "MoTuWeThFr")]),
        key: None,
    };
    let made = world.schedules().create(oski, &draft, noon(3)).await.unwrap();

    assert_eq!((made.owner, made.term, made.is_public), (oski, fall(), true));
    assert_eq!(Some(&made.name), draft.name.as_ref());
    assert_eq!(made.total_units.as_str(), "8 - 12");
    assert_eq!((made.created_at, made.modified_at), (noon(3), noon(3)));
    assert_eq!(picks(&made), draft.selections.over(&[]));
    let blocks = made.time_blocks.iter().map(|block| (&block.name, block.time, block.days));
    let given = draft.time_blocks.drafts().iter().map(|block| (block.name(), block.time(), block.days()));
    assert_eq!(blocks.collect::<Vec<_>>(), given.collect::<Vec<_>>());
    assert_eq!(world.schedules().schedule(made.id, Some(oski)).await.unwrap().as_ref(), Some(&made));
    assert_eq!(world.schedules().schedules(oski).await.unwrap(), [made]);
}

fn picks(schedule: &Schedule) -> Vec<Pick> {
    let held = schedule.selections.iter().cloned();
    held.map(|held| Pick::of(&held)).collect()
}

pub(super) async fn what_is_not_given_is_empty_private_and_numbered(world: &impl World) {
    let oski = owner(world, "oski").await;
    let schedules = world.schedules();
    let first = schedules.create(oski, &ScheduleDraft::new(fall()), noon(3)).await.unwrap();
    assert_eq!((first.name.as_str(), first.total_units.as_str(), first.is_public), ("Schedule 1", "0", false));
    assert!(first.selections.is_empty() && first.time_blocks.is_empty());
    let second = schedules.create(oski, &ScheduleDraft::new(fall()), noon(3)).await.unwrap();
    assert_eq!(second.name.as_str(), "Schedule 2");
    schedules.remove(first.id, oski).await.unwrap();
    let third = schedules.create(oski, &ScheduleDraft::new(fall()), noon(3)).await.unwrap();
    assert_eq!(third.name.as_str(), "Schedule 2", "one more than there are, as clients of 2021 know it");
    let other = owner(world, "other").await;
    let others = schedules.create(other, &ScheduleDraft::new(fall()), noon(3)).await.unwrap();
    assert_eq!(others.name.as_str(), "Schedule 1");
}

pub(super) async fn schedules_come_in_the_order_in_which_they_were_made(world: &impl World) {
    let oski = owner(world, "oski").await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(world.schedules().create(oski, &ScheduleDraft::new(fall()), noon(3)).await.unwrap());
    }
    assert_eq!(world.schedules().schedules(oski).await.unwrap(), made);
    assert_eq!(world.schedules().schedules(PersonId(u64::MAX).into()).await.unwrap(), []);
}

pub(super) async fn a_schedule_may_be_of_a_term_that_the_catalog_does_not_hold(world: &impl World) {
    let oski = owner(world, "oski").await;
    let made = world.schedules().create(oski, &ScheduleDraft::new(spring()), noon(3)).await.unwrap();
    assert_eq!(made.term, spring());
}

pub(super) async fn unknown_courses_and_sections_make_no_schedule(world: &impl World) {
    let oski = owner(world, "oski").await;
    let computing = course(world, "COMPSCI 61A").await;
    for unknown in [CourseId(0), CourseId(999_999), CourseId(u64::MAX)] {
        let list = selections(&[selection(computing, None, &[]), selection(unknown, None, &[])]);
        let draft = ScheduleDraft { selections: list, ..ScheduleDraft::new(fall()) };
        let error = world.schedules().create(oski, &draft, noon(3)).await.unwrap_err();
        assert!(matches!(error, ScheduleError::NoSuchCourse(missing) if missing == unknown), "{error:?}");
    }
    let (known, unknown) = (section(10_001), section(u32::MAX));
    for list in [
        selection(computing, Some(unknown), &[known]),
        selection(computing, Some(known), &[known, unknown]),
        selection(computing, None, &[unknown]),
    ] {
        let draft = ScheduleDraft { selections: selections(&[list]), ..ScheduleDraft::new(fall()) };
        let error = world.schedules().create(oski, &draft, noon(3)).await.unwrap_err();
        assert!(matches!(error, ScheduleError::NoSuchSection(missing) if missing == unknown), "{error:?}");
    }
    assert_eq!(world.schedules().schedules(oski).await.unwrap(), []);
}

pub(super) async fn a_section_of_another_term_makes_no_schedule(world: &impl World) {
    let oski = owner(world, "oski").await;
    let computing = course(world, "COMPSCI 61A").await;
    let foreign = SectionKey { term: spring(), id: SectionId(10_001) };
    for (term, section) in [(spring(), section(10_001)), (fall(), foreign), (spring(), foreign)] {
        let list = selections(&[selection(computing, Some(section), &[])]);
        let draft = ScheduleDraft { selections: list, ..ScheduleDraft::new(term) };
        let error = world.schedules().create(oski, &draft, noon(3)).await.unwrap_err();
        assert!(matches!(error, ScheduleError::NoSuchSection(missing) if missing == section), "{error:?}");
    }
}

pub(super) async fn nobody_makes_no_schedule(world: &impl World) {
    for nobody in [PersonId(7), PersonId(u64::MAX)] {
        let error = world.schedules().create(nobody.into(), &ScheduleDraft::new(fall()), noon(3)).await.unwrap_err();
        assert!(matches!(error, ScheduleError::NoSuchPerson(id) if id == nobody), "{error:?}");
    }
}

pub(super) async fn a_full_shelf_takes_no_more_however_many_try_at_once(world: &impl World) {
    let oski = owner(world, "oski").await;
    let schedules = world.schedules();
    let draft = ScheduleDraft::new(fall());
    for _ in 0..SCHEDULES_MAX - 2 {
        schedules.create(oski, &draft, noon(3)).await.unwrap();
    }
    let make = || schedules.create(oski, &draft, noon(3));
    let (a, b, c, d) = tokio::join!(make(), make(), make(), make());
    let results = [a, b, c, d];
    let refused = results.iter().filter(|result| matches!(result, Err(ScheduleError::TooManySchedules)));
    assert_eq!(refused.count(), 2, "{results:?}");
    let mut names: Vec<&str> = results.iter().flatten().map(|made| made.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Schedule 100", "Schedule 99"]);
    assert_eq!(schedules.schedules(oski).await.unwrap().len(), SCHEDULES_MAX);
}
