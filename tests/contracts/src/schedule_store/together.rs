//! Several at once: an open tab at home and one on the phone.

use catalog::ids::CourseId;
use planner::draft::{ScheduleChange, ScheduleDraft, total_units};
use planner::ports::ScheduleError;
use planner::schedule::{Owner, Schedule};

use super::{block, blocks, name, selection, selections};
use crate::catalog_store::samples::{fall, noon};
use crate::people::{World, course, owner, section};

/// Rounds of changes that run at once.
const ROUNDS: usize = 20;

/// One side's whole wish: nothing in it is in the other side's.
#[derive(Clone)]
struct Wish(ScheduleChange);

async fn wishes(world: &impl World) -> [Wish; 2] {
    let courses = [course(world, "COMPSCI 61A").await, course(world, "ELENG 16A").await];
    let math = course(world, "MATH 1A").await;
    let one = |course: CourseId, primary: u32, text: &str, hour: i8| {
        Wish(ScheduleChange {
            name: Some(name(text)),
            is_public: Some(hour < 12),
            total_units: total_units(text),
            selections: Some(selections(&[
                selection(course, Some(section(primary)), &[section(10_002)]),
                selection(math, None, &[section(primary)]),
            ])),
            time_blocks: Some(blocks(&[block(text, hour, "Mo"), block("Shared", hour, "Tu")])),
            ..ScheduleChange::default()
        })
    };
    [one(courses[0], 10_001, "Home", 9), one(courses[1], 10_003, "Phone", 18)]
}

impl Wish {
    fn is_met_by(&self, schedule: &Schedule) -> bool {
        let Self(wanted) = self;
        let hours = |schedule: &Schedule| schedule.time_blocks.iter().map(|block| block.time).collect::<Vec<_>>();
        let sections = schedule.selections.iter().map(|held| (held.course, held.primary, held.secondary.clone()));
        let picks = wanted.selections.as_ref().unwrap().over(&[]).into_iter();
        let blocks = wanted.time_blocks.as_ref().unwrap().drafts();
        Some(&schedule.name) == wanted.name.as_ref()
            && Some(&schedule.total_units) == wanted.total_units.as_ref()
            && Some(schedule.is_public) == wanted.is_public
            && sections.eq(picks.map(|pick| (pick.course, pick.primary, pick.secondary)))
            && hours(schedule) == blocks.iter().map(|block| block.time()).collect::<Vec<_>>()
    }
}

async fn empty(world: &impl World) -> (Owner, Schedule) {
    let oski = owner(world, "oski").await;
    (oski, world.schedules().create(oski, &ScheduleDraft::new(fall()), noon(3)).await.unwrap())
}

pub(super) async fn of_two_changes_at_once_each_is_whole(world: &impl World) {
    let (oski, made) = empty(world).await;
    let [home, phone] = wishes(world).await;
    let schedules = world.schedules();
    for _ in 0..ROUNDS {
        let change = |wish: &Wish| {
            let Wish(change) = wish.clone();
            async move { schedules.update(made.id, oski, &change, noon(4)).await.unwrap() }
        };
        let (one, other) = tokio::join!(change(&home), change(&phone));
        assert!(home.is_met_by(&one), "{one:#?}");
        assert!(phone.is_met_by(&other), "{other:#?}");
        let last = schedules.schedule(made.id, Some(oski)).await.unwrap().unwrap();
        assert!(last == one || last == other, "{last:#?}");
    }
}

pub(super) async fn whoever_reads_during_changes_sees_no_mixture(world: &impl World) {
    let (oski, made) = empty(world).await;
    let wishes = wishes(world).await;
    let schedules = world.schedules();
    schedules.update(made.id, oski, &wishes[0].0, noon(4)).await.unwrap();
    let writing = async {
        for round in 0..ROUNDS {
            schedules.update(made.id, oski, &wishes[round % 2].0, noon(4)).await.unwrap();
        }
    };
    let reading = async {
        for _ in 0..2 * ROUNDS {
            let seen = schedules.schedules(oski).await.unwrap().remove(0);
            assert!(wishes.iter().any(|wish| wish.is_met_by(&seen)), "{seen:#?}");
        }
    };
    tokio::join!(writing, reading);
}

pub(super) async fn a_schedule_that_is_changed_and_removed_at_once_is_gone(world: &impl World) {
    let oski = owner(world, "oski").await;
    let [home, _] = wishes(world).await;
    let schedules = world.schedules();
    for _ in 0..ROUNDS {
        let made = schedules.create(oski, &ScheduleDraft::new(fall()), noon(3)).await.unwrap();
        let change = schedules.update(made.id, oski, &home.0, noon(4));
        let (changed, removed) = tokio::join!(change, schedules.remove(made.id, oski));
        let removed = removed.expect("it is there until then");
        match changed {
            Ok(changed) => assert_eq!(removed, changed),
            Err(error) => assert!(matches!(error, ScheduleError::NoSuchSchedule), "{error:?}"),
        }
        assert_eq!(schedules.schedules(oski).await.unwrap(), []);
    }
}
