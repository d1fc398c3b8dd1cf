//! What a schedule was before.

use planner::draft::{Change, ScheduleChange, ScheduleDraft, SelectionDraft, total_units};
use planner::history::{ChangeNote, Content, VERSIONS_MAX, VersionNumber};
use planner::ports::ScheduleError;
use planner::schedule::{Owner, Schedule};

use super::{block, blocks, name, selection, selections};
use crate::catalog_store::samples::{fall, noon};
use crate::people::{World, course, guest, owner, section};

fn renaming(text: &str) -> ScheduleChange {
    let note = ChangeNote::fitted(&format!("Renamed to {text}"));
    ScheduleChange { name: Some(name(text)), note, ..ScheduleChange::default() }
}

async fn made(world: &impl World) -> (Owner, Schedule) {
    let oski = owner(world, "oski").await;
    let draft = ScheduleDraft { name: Some(name("One")), ..ScheduleDraft::new(fall()) };
    (oski, world.schedules().create(oski, &draft, noon(3)).await.unwrap())
}

/// A schedule that was `One`, `Two` and is `Three`.
async fn three(world: &impl World) -> (Owner, Schedule) {
    let (oski, made) = made(world).await;
    world.schedules().update(made.id, oski, &renaming("Two"), noon(4)).await.unwrap();
    (oski, world.schedules().update(made.id, oski, &renaming("Three"), noon(5)).await.unwrap())
}

/// Number, day and note of each version, the newest first; which is current; whether undoing and redoing lead anywhere.
async fn told(world: &impl World, schedule: &Schedule) -> (Vec<(u32, String)>, u32, bool, bool) {
    let history = world.schedules().history(schedule.id, schedule.owner).await.unwrap();
    let current: Vec<u32> = history.versions.iter().filter(|held| held.is_current).map(|held| held.number.0).collect();
    assert_eq!(current.len(), 1, "{history:?}");
    let versions = history.versions.iter().map(|held| (held.number.0, held.note.to_string()));
    (versions.collect(), current[0], history.can_undo, history.can_redo)
}

fn listed(versions: &[(u32, &str)]) -> Vec<(u32, String)> {
    versions.iter().map(|(number, note)| (*number, (*note).to_owned())).collect()
}

pub(super) async fn each_change_keeps_what_was_before_it(world: &impl World) {
    let (oski, schedule) = three(world).await;
    assert_eq!(schedule.version, VersionNumber(3));
    let expected = listed(&[(3, "Renamed to Three"), (2, "Renamed to Two"), (1, "Made")]);
    assert_eq!(told(world, &schedule).await, (expected, 3, true, false));
    let at = world.schedules().history(schedule.id, oski).await.unwrap().versions;
    assert_eq!(at.iter().map(|held| held.at).collect::<Vec<_>>(), [noon(5), noon(4), noon(3)]);
}

pub(super) async fn what_changes_nothing_makes_no_version(world: &impl World) {
    let (oski, made) = made(world).await;
    let publishing = ScheduleChange { is_public: Some(true), ..ScheduleChange::default() };
    for change in [ScheduleChange::default(), renaming("One"), publishing] {
        let changed = world.schedules().update(made.id, oski, &change, noon(4)).await.unwrap();
        assert_eq!((changed.version, changed.modified_at), (VersionNumber::FIRST, noon(4)));
    }
    assert_eq!(told(world, &made).await, (listed(&[(1, "Made")]), 1, false, false));
}

pub(super) async fn undoing_and_doing_again_walk_through_what_was(world: &impl World) {
    let (oski, schedule) = three(world).await;
    let (id, schedules) = (schedule.id, world.schedules());
    let two = schedules.undo(id, oski, noon(6)).await.unwrap();
    assert_eq!((two.name.as_str(), two.version, two.modified_at), ("Two", VersionNumber(2), noon(6)));
    assert_eq!(schedules.schedule(id, Some(oski)).await.unwrap(), Some(two));
    let one = schedules.undo(id, oski, noon(6)).await.unwrap();
    assert_eq!((one.name.as_str(), one.version), ("One", VersionNumber(1)));
    let nothing = schedules.undo(id, oski, noon(6)).await.unwrap_err();
    assert!(matches!(nothing, ScheduleError::NothingToUndo), "{nothing:?}");
    let expected = listed(&[(3, "Renamed to Three"), (2, "Renamed to Two"), (1, "Made")]);
    assert_eq!(told(world, &one).await, (expected, 1, false, true));

    for text in ["Two", "Three"] {
        assert_eq!(schedules.redo(id, oski, noon(7)).await.unwrap().name.as_str(), text);
    }
    let nothing = schedules.redo(id, oski, noon(7)).await.unwrap_err();
    assert!(matches!(nothing, ScheduleError::NothingToRedo), "{nothing:?}");

    schedules.undo(id, oski, noon(8)).await.unwrap();
    let other = schedules.update(id, oski, &renaming("Other"), noon(8)).await.unwrap();
    assert_eq!(other.version, VersionNumber(4), "a number is never given again");
    let nothing = schedules.redo(id, oski, noon(8)).await.unwrap_err();
    assert!(matches!(nothing, ScheduleError::NothingToRedo), "{nothing:?}");
    assert_eq!(schedules.undo(id, oski, noon(8)).await.unwrap().name.as_str(), "Two");
    let (_, three) = schedules.version(id, oski, VersionNumber(3)).await.unwrap();
    assert_eq!(three.name.as_str(), "Three", "what was undone is not lost");
}

pub(super) async fn going_back_is_a_change_like_others(world: &impl World) {
    let (oski, schedule) = three(world).await;
    let (id, schedules) = (schedule.id, world.schedules());
    let back = schedules.go_back_to(id, oski, VersionNumber(1), noon(6)).await.unwrap();
    assert_eq!((back.name.as_str(), back.version), ("One", VersionNumber(4)));
    let (versions, ..) = told(world, &back).await;
    assert_eq!(versions[0], (4, "Back to version 1: Made".to_owned()));
    assert_eq!(schedules.undo(id, oski, noon(6)).await.unwrap().name.as_str(), "Three");
    assert_eq!(schedules.redo(id, oski, noon(6)).await.unwrap().name.as_str(), "One");
    for number in [0, 5, u32::MAX] {
        let error = schedules.go_back_to(id, oski, VersionNumber(number), noon(7)).await.unwrap_err();
        assert!(matches!(error, ScheduleError::NoSuchVersion(missing) if missing.0 == number), "{error:?}");
        let error = schedules.version(id, oski, VersionNumber(number)).await.unwrap_err();
        assert!(matches!(error, ScheduleError::NoSuchVersion(missing) if missing.0 == number), "{error:?}");
    }
    assert_eq!(schedules.schedule(id, Some(oski)).await.unwrap().unwrap().version, VersionNumber(4));
}

pub(super) async fn only_the_last_versions_are_kept(world: &impl World) {
    let (oski, made) = made(world).await;
    for number in 0..VERSIONS_MAX {
        world.schedules().update(made.id, oski, &renaming(&number.to_string()), noon(4)).await.unwrap();
    }
    let history = world.schedules().history(made.id, oski).await.unwrap();
    assert_eq!(history.versions.len(), VERSIONS_MAX);
    let error = world.schedules().version(made.id, oski, VersionNumber::FIRST).await.unwrap_err();
    assert!(matches!(error, ScheduleError::NoSuchVersion(VersionNumber::FIRST)), "{error:?}");
    let mut undone = 0;
    while world.schedules().undo(made.id, oski, noon(5)).await.is_ok() {
        undone += 1;
    }
    assert_eq!(undone, VERSIONS_MAX - 1);
    let oldest = world.schedules().schedule(made.id, Some(oski)).await.unwrap().unwrap();
    assert_eq!(oldest.name.as_str(), "0");
}

pub(super) async fn a_version_shows_what_was_and_not_who_may_see_it(world: &impl World) {
    let oski = owner(world, "oski").await;
    let (schedules, computing) = (world.schedules(), course(world, "COMPSCI 61A").await);
    let draft = ScheduleDraft {
        total_units: total_units("8"),
        is_public: true,
        selections: selections(&[selection(computing, Some(section(10_001)), &[section(10_002)])]),
        time_blocks: blocks(&[block("Lunch", 12, "MoWe")]),
        ..ScheduleDraft::new(fall())
    };
    let before = schedules.create(oski, &draft, noon(3)).await.unwrap();
    let emptying = ScheduleChange {
        name: Some(name("Hidden")),
        is_public: Some(false),
        total_units: total_units("0"),
        selections: Some(selections(&[])),
        time_blocks: Some(blocks(&[])),
        ..ScheduleChange::default()
    };
    let after = schedules.update(before.id, oski, &emptying, noon(4)).await.unwrap();
    let (version, then) = schedules.version(before.id, oski, before.version).await.unwrap();
    assert_eq!((version.number, version.is_current, version.at), (VersionNumber::FIRST, false, noon(3)));
    assert_eq!(then, Schedule { is_public: false, ..before.clone() });
    let (version, now) = schedules.version(before.id, oski, after.version).await.unwrap();
    assert!(version.is_current);
    assert_eq!(now, after);

    let undone = schedules.undo(before.id, oski, noon(5)).await.unwrap();
    assert_eq!(Content::of(&undone), Content::of(&before));
    assert!(!undone.is_public, "what was hidden since stays hidden");
    assert_eq!(schedules.schedule(before.id, None).await.unwrap(), None);
    assert_eq!(schedules.redo(before.id, oski, noon(5)).await.unwrap().name.as_str(), "Hidden");
    assert_eq!(Content::of(&schedules.undo(before.id, oski, noon(5)).await.unwrap()), Content::of(&before));
}

pub(super) async fn colours_come_and_go_with_versions(world: &impl World) {
    let oski = owner(world, "oski").await;
    let (schedules, computing) = (world.schedules(), course(world, "COMPSCI 61A").await);
    let painted = |colour: Change<Option<u8>>| {
        selections(&[SelectionDraft { colour, ..selection(computing, Some(section(10_001)), &[]) }])
    };
    let painting = |colour| ScheduleChange { selections: Some(painted(colour)), ..ScheduleChange::default() };
    let draft = ScheduleDraft { selections: painted(Change::Set(Some(0))), ..ScheduleDraft::new(fall()) };
    let made = schedules.create(oski, &draft, noon(3)).await.unwrap();
    assert_eq!(made.selections[0].colour, Some(0));
    let blue = schedules.update(made.id, oski, &painting(Change::Set(Some(7))), noon(4)).await.unwrap();
    assert_eq!((blue.selections[0].colour, blue.version), (Some(7), VersionNumber(2)));
    let kept = schedules.update(made.id, oski, &painting(Change::Keep), noon(4)).await.unwrap();
    assert_eq!((kept.selections[0].colour, kept.version), (Some(7), VersionNumber(2)));
    let plain = schedules.update(made.id, oski, &painting(Change::Set(None)), noon(4)).await.unwrap();
    assert_eq!(plain.selections[0].colour, None);
    for colour in [Some(7), Some(0)] {
        assert_eq!(schedules.undo(made.id, oski, noon(5)).await.unwrap().selections[0].colour, colour);
    }
}

fn expecting(version: VersionNumber, text: &str) -> ScheduleChange {
    ScheduleChange { expects: Some(version), ..renaming(text) }
}

pub(super) async fn a_change_that_expects_another_version_changes_nothing(world: &impl World) {
    let (oski, three) = three(world).await;
    let (id, schedules) = (three.id, world.schedules());
    for version in [VersionNumber(2), VersionNumber(4)] {
        let error = schedules.update(id, oski, &expecting(version, "Late"), noon(6)).await.unwrap_err();
        assert!(matches!(error, ScheduleError::ChangedMeanwhile { now: VersionNumber(3) }), "{error:?}");
    }
    assert_eq!(schedules.schedule(id, Some(oski)).await.unwrap().as_ref(), Some(&three));
    let four = schedules.update(id, oski, &expecting(VersionNumber(3), "Four"), noon(6)).await.unwrap();
    assert_eq!(four.version, VersionNumber(4));
    let back = schedules.undo(id, oski, noon(6)).await.unwrap();
    let same = expecting(back.version, "Five");
    schedules.update(id, oski, &same, noon(6)).await.expect("it is again what they saw");
}

pub(super) async fn of_two_tabs_that_change_at_once_one_is_told(world: &impl World) {
    let (oski, mut schedule) = made(world).await;
    for round in 0..10 {
        let [home, phone] = ["Home", "Phone"].map(|text| expecting(schedule.version, &format!("{text} {round}")));
        let change = |change: ScheduleChange| async move {
            world.schedules().update(schedule.id, schedule.owner, &change, noon(4)).await
        };
        let change = &change;
        let (one, other) = futures_util::future::join(change(home), change(phone)).await;
        let results = [one, other];
        let told = results.iter().filter(|result| matches!(result, Err(ScheduleError::ChangedMeanwhile { .. })));
        assert_eq!(told.count(), 1, "{results:?}");
        let winner = results.into_iter().find_map(Result::ok).expect("the other one went through");
        assert_eq!(world.schedules().schedule(winner.id, Some(oski)).await.unwrap().as_ref(), Some(&winner));
        schedule = winner;
    }
}

pub(super) async fn many_changes_at_once_each_make_a_version(world: &impl World) {
    let (oski, made) = made(world).await;
    let texts = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let changes = texts.map(renaming);
    let all = changes.iter().map(|change| world.schedules().update(made.id, oski, change, noon(4)));
    for result in futures_util::future::join_all(all).await {
        result.unwrap();
    }
    let (versions, current, ..) = told(world, &made).await;
    assert_eq!((versions.len(), current), (9, 9));
    let mut walked = Vec::new();
    while let Ok(schedule) = world.schedules().undo(made.id, oski, noon(5)).await {
        walked.push(schedule.name.to_string());
    }
    assert_eq!(walked.len(), 8);
    assert_eq!(walked.last().map(String::as_str), Some("One"));
}

pub(super) async fn strangers_see_and_move_no_history(world: &impl World) {
    let (oski, three) = three(world).await;
    let (id, schedules) = (three.id, world.schedules());
    schedules.undo(id, oski, noon(6)).await.unwrap();
    let before = told(world, &three).await;
    for is_public in [false, true] {
        let change = ScheduleChange { is_public: Some(is_public), ..ScheduleChange::default() };
        schedules.update(id, oski, &change, noon(6)).await.unwrap();
        for stranger in [owner(world, "other").await, guest(world, 1).await] {
            let first = VersionNumber::FIRST;
            let tried = [
                schedules.history(id, stranger).await.unwrap_err(),
                schedules.version(id, stranger, first).await.unwrap_err(),
                schedules.undo(id, stranger, noon(7)).await.unwrap_err(),
                schedules.redo(id, stranger, noon(7)).await.unwrap_err(),
                schedules.go_back_to(id, stranger, first, noon(7)).await.unwrap_err(),
                schedules.update(id, stranger, &expecting(VersionNumber(2), "Mine"), noon(7)).await.unwrap_err(),
            ];
            for error in tried {
                let expected = if is_public { "only its owner" } else { "no such schedule" };
                assert!(error.to_string().contains(expected), "{error:?}");
            }
        }
    }
    assert_eq!(told(world, &three).await, before);
}
