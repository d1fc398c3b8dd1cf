//! Changing and removing schedules.

use catalog::ids::CourseId;
use planner::draft::{Change, ScheduleChange, ScheduleDraft, SelectionDraft, total_units};
use planner::history::VersionNumber;
use planner::ports::ScheduleError;
use planner::schedule::{Owner, Schedule};

use super::{block, blocks, name, selection, selections};
use crate::catalog_store::samples::{fall, noon};
use crate::people::{World, course, owner, section};

/// A full schedule of the day before.
async fn made(world: &impl World) -> (Owner, Schedule) {
    let oski = owner(world, "oski").await;
    let (computing, circuits) = (course(world, "COMPSCI 61A").await, course(world, "ELENG 16A").await);
    let draft = ScheduleDraft {
        name: Some(name("Sample")),
        total_units: total_units("8"),
        selections: selections(&[
            selection(computing, Some(section(10_001)), &[section(10_002)]),
            selection(circuits, Some(section(10_003)), &[]),
        ]),
        time_blocks: blocks(&[block("Lunch", 12, "MoWe"), block("Work", 18, "Fr")]),
        ..ScheduleDraft::new(fall())
    };
    (oski, world.schedules().create(oski, &draft, noon(3)).await.unwrap())
}

async fn changed(world: &impl World, schedule: &Schedule, change: &ScheduleChange) -> Schedule {
    let changed = world.schedules().update(schedule.id, schedule.owner, change, noon(4)).await.unwrap();
    let read = world.schedules().schedule(schedule.id, Some(schedule.owner)).await.unwrap();
    assert_eq!(read.as_ref(), Some(&changed), "what was answered is what is stored");
    changed
}

fn replacing(drafts: &[SelectionDraft]) -> ScheduleChange {
    ScheduleChange { selections: Some(selections(drafts)), ..ScheduleChange::default() }
}

pub(super) async fn what_is_not_given_stays(world: &impl World) {
    let (_, before) = made(world).await;
    let after = changed(world, &before, &ScheduleChange::default()).await;
    assert_eq!(after, Schedule { modified_at: noon(4), ..before.clone() });

    let renaming = ScheduleChange { name: Some(name("Renamed")), ..ScheduleChange::default() };
    let after = changed(world, &before, &renaming).await;
    let version = VersionNumber(2);
    assert_eq!(after, Schedule { name: name("Renamed"), modified_at: noon(4), version, ..before.clone() });

    let counting = ScheduleChange { total_units: total_units("12"), ..ScheduleChange::default() };
    let after = changed(world, &before, &counting).await;
    assert_eq!((after.name.as_str(), after.total_units.as_str()), ("Renamed", "12"));
    assert_eq!((after.selections, after.time_blocks), (before.selections, before.time_blocks));
}

pub(super) async fn lists_that_are_given_replace_the_stored_ones(world: &impl World) {
    let (_, before) = made(world).await;
    let math = course(world, "MATH 1A").await;
    let change = ScheduleChange {
        selections: Some(selections(&[selection(math, None, &[])])),
        time_blocks: Some(blocks(&[block("Gym", 7, "Tu")])),
        ..ScheduleChange::default()
    };
    let after = changed(world, &before, &change).await;
    assert_eq!(after.selections.iter().map(|held| held.course).collect::<Vec<_>>(), [math]);
    assert_eq!(after.time_blocks.iter().map(|held| held.name.as_str()).collect::<Vec<_>>(), ["Gym"]);

    let nothing = ScheduleChange {
        selections: Some(selections(&[])),
        time_blocks: Some(blocks(&[])),
        ..ScheduleChange::default()
    };
    let after = changed(world, &before, &nothing).await;
    assert!(after.selections.is_empty() && after.time_blocks.is_empty());
}

pub(super) async fn an_empty_list_of_sections_clears_and_a_missing_one_keeps(world: &impl World) {
    let (_, before) = made(world).await;
    let computing = before.selections[0].course;
    let (primary, secondary, colour) = (Change::Keep, Change::Keep, Change::Keep);
    let kept = SelectionDraft { course: computing, primary, secondary, colour };
    let after = changed(world, &before, &replacing(std::slice::from_ref(&kept))).await;
    assert_eq!(after.selections, before.selections[..1]);

    let cleared = SelectionDraft { secondary: Change::Set(Vec::new()), ..kept.clone() };
    let after = changed(world, &before, &replacing(&[cleared])).await;
    assert_eq!((after.selections[0].primary, &*after.selections[0].secondary), (Some(section(10_001)), &[][..]));

    let undecided = SelectionDraft { primary: Change::Set(None), ..kept };
    let after = changed(world, &before, &replacing(&[undecided])).await;
    assert_eq!(after.selections[0].primary, None);
}

pub(super) async fn keys_stay_while_what_they_name_stays(world: &impl World) {
    let (_, before) = made(world).await;
    let (computing, circuits) = (&before.selections[0], &before.selections[1]);
    let math = course(world, "MATH 1A").await;
    let change = ScheduleChange {
        selections: Some(selections(&[
            selection(math, None, &[]),
            selection(circuits.course, None, &[section(10_003)]),
            selection(computing.course, Some(section(10_002)), &[]),
        ])),
        time_blocks: Some(blocks(&[block("Gym", 7, "Tu"), block("Work", 19, "Mo"), block("Lunch", 12, "MoWe")])),
        ..ScheduleChange::default()
    };
    let after = changed(world, &before, &change).await;
    let courses: Vec<_> = after.selections.iter().map(|held| held.course).collect();
    assert_eq!(courses, [math, circuits.course, computing.course], "in the order given");
    assert_eq!((after.selections[1].id, after.selections[2].id), (circuits.id, computing.id));
    assert!(before.selections.iter().all(|held| held.id != after.selections[0].id));
    let (lunch, work) = (&before.time_blocks[0], &before.time_blocks[1]);
    assert_eq!((after.time_blocks[1].id, after.time_blocks[2].id), (work.id, lunch.id));
    assert_ne!(after.time_blocks[1].time, work.time);
    assert_eq!(&after.time_blocks[2], lunch);
}

pub(super) async fn a_change_that_does_not_fit_changes_nothing(world: &impl World) {
    let (oski, before) = made(world).await;
    let wrong_course = selection(CourseId(999_999), None, &[]);
    let wrong_section = selection(before.selections[0].course, Some(section(77)), &[]);
    for wrong in [wrong_course, wrong_section] {
        let change = ScheduleChange {
            name: Some(name("Half")),
            time_blocks: Some(blocks(&[])),
            ..replacing(&[selection(before.selections[1].course, None, &[]), wrong])
        };
        let error = world.schedules().update(before.id, oski, &change, noon(4)).await.unwrap_err();
        let is_told = matches!(error, ScheduleError::NoSuchCourse(_) | ScheduleError::NoSuchSection(_));
        assert!(is_told, "{error:?}");
        assert_eq!(world.schedules().schedule(before.id, Some(oski)).await.unwrap().as_ref(), Some(&before));
    }
}

pub(super) async fn a_schedule_was_never_changed_before_it_was(world: &impl World) {
    let (oski, made) = made(world).await;
    for (at, modified) in [(noon(2), noon(3)), (noon(5), noon(5)), (noon(4), noon(5))] {
        let changed = world.schedules().update(made.id, oski, &ScheduleChange::default(), at).await.unwrap();
        assert_eq!((changed.created_at, changed.modified_at), (noon(3), modified), "clocks differ");
    }
}

pub(super) async fn a_removed_schedule_comes_back_once_and_is_gone(world: &impl World) {
    let (oski, made) = made(world).await;
    let schedules = world.schedules();
    let (first, second) = tokio::join!(schedules.remove(made.id, oski), schedules.remove(made.id, oski));
    let (removed, error) = match (first, second) {
        (Ok(removed), Err(error)) | (Err(error), Ok(removed)) => (removed, error),
        both => panic!("{both:?}"),
    };
    assert!(matches!(error, ScheduleError::NoSuchSchedule), "{error:?}");
    assert_eq!(schedules.schedule(made.id, Some(oski)).await.unwrap(), None);
    assert_eq!(schedules.schedules(oski).await.unwrap(), []);
    let error = schedules.update(made.id, oski, &ScheduleChange::default(), noon(4)).await.unwrap_err();
    assert!(matches!(error, ScheduleError::NoSuchSchedule), "{error:?}");
    assert_eq!(removed, made);
}
