//! What a week shows.

use proptest::prelude::*;

use super::*;
use crate::picked::Gone;
use crate::sample::{Sample, busy, key, plan, range};

fn campus() -> Sample {
    Sample::new()
        .course("COMPSCI 61A", 4)
        .section("LEC 001", 101)
        .meets("MoWeFr", "13:00-13:59")
        .at("Wheeler 150")
        .section("DIS 101", 102)
        .meets("Tu", "13:30-14:29")
        .course("MATH 54", 4)
        .section("LEC 001", 201)
        .meets("TuTh", "14:00-15:29")
        .course("HISTORY 7A", 3)
        .section("LEC 001", 301)
}

fn label(block: &Block) -> String {
    format!("{} {}+{} {}/{}", block.what, block.row, block.rows, block.lane, block.lanes)
}

#[test]
fn blocks_lie_on_quarter_hours_and_side_by_side_where_they_overlap() {
    let week = Week::of(&campus().build(), &plan(&[(1, &[101, 102]), (2, &[201])], vec![]));
    assert_eq!(week.hours, (8, 18));
    assert_eq!((week.day_count(), week.row_count()), (5, 40));
    let labels = |day: usize| week.days[day].iter().map(label).collect::<Vec<_>>();
    assert_eq!(labels(0), ["COMPSCI 61A LEC 001 20+4 0/1"]);
    assert_eq!(labels(1), ["COMPSCI 61A DIS 101 22+4 0/2", "MATH 54 LEC 001 24+6 1/2"]);
    assert_eq!(labels(3), ["MATH 54 LEC 001 24+6 0/1"]);
    assert_eq!(week.days[0][0].location.as_deref(), Some("Wheeler 150"));
    assert_eq!(week.days[0][0].time, range("13:00-13:59"), "the exact time stays");
}

#[test]
fn the_weekend_and_early_hours_are_drawn_when_something_is_there() {
    let run = busy("Run", "Sa", "06:45-07:50");
    let week = Week::of(&campus().build(), &plan(&[], vec![run, busy("Late", "Mo", "21:00-22:01")]));
    assert_eq!((week.hours, week.day_count()), ((6, 23), 6));
    assert_eq!((week.days[5][0].row, week.days[5][0].rows), (3, 5), "06:45 to 08:00");
    let sunday = Week::of(&campus().build(), &plan(&[], vec![busy("Rest", "Su", "09:00-10:00")]));
    assert_eq!(sunday.day_count(), 7);
}

#[test]
fn units_are_added_up_and_ranges_stay_ranges() {
    use catalog::course::{UnitCount, Units};
    let mut sample = campus();
    sample.0.courses[2].value.value.units = Some(Units::Range(UnitCount(100), UnitCount(400)));
    let snapshot = sample.build();
    assert_eq!(Week::of(&snapshot, &plan(&[(1, &[101]), (2, &[])], vec![])).units.to_string(), "8");
    assert_eq!(Week::of(&snapshot, &plan(&[(1, &[101]), (3, &[])], vec![])).units.to_string(), "5–8");
    assert_eq!(Week::of(&snapshot, &plan(&[(1, &[101]), (1, &[102])], vec![])).units.to_string(), "4", "once");
}

#[test]
fn one_class_under_two_codes_counts_its_units_once() {
    let snapshot = campus().course("STAT C8", 4).course("DATA C8", 4).cross_listed("STAT C8").build();
    for twins in [&[(4, &[][..]), (5, &[])], &[(5, &[][..]), (4, &[])]] {
        assert_eq!(Week::of(&snapshot, &plan(twins, vec![])).units.to_string(), "4");
    }
    assert_eq!(Week::of(&snapshot, &plan(&[(4, &[]), (2, &[]), (5, &[])], vec![])).units.to_string(), "8");
}

#[test]
fn what_has_no_time_or_is_gone_is_said() {
    let snapshot = campus().build();
    let week = Week::of(&snapshot, &plan(&[(3, &[301]), (1, &[101, 999]), (2, &[]), (77, &[5]), (2, &[102])], vec![]));
    assert_eq!(week.not_arranged.len(), 1);
    assert_eq!(week.not_arranged[0].section.to_string(), "HISTORY 7A LEC 001");
    assert_eq!(week.undecided, [catalog::ids::CourseId(2)]);
    let said: Vec<String> = week.gone.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "section 00999 of COMPSCI 61A is no longer offered",
            "a course of this schedule is no longer in the catalog",
            "section 00102 is now COMPSCI 61A DIS 101",
        ]
    );
    assert!(matches!(&week.gone[0], Gone::Section { section, .. } if *section == key(999)));
    assert!(week.has_day(1), "a section that moved to another course is still in the week");
}

proptest! {
    #[test]
    fn blocks_of_a_day_never_cover_each_other(
        times in prop::collection::vec((0_u16..1400, 1_u16..200, 1_u8..128), 0..30),
    ) {
        let blocks: Vec<_> = times
            .iter()
            .map(|(start, length, days)| {
                let at = |minute: u16| {
                    jiff::civil::time(i8::try_from(minute / 60).unwrap(), i8::try_from(minute % 60).unwrap(), 0, 0)
                };
                let time = catalog::meeting::TimeRange::between(at(*start), at((start + length).min(1439)));
                crate::plan::Busy { name: "x".into(), days: catalog::meeting::Days::from_bits(*days), time }
            })
            .collect();
        let count: u32 = blocks.iter().map(|block| block.days.bits().count_ones()).sum();
        let week = Week::of(&Sample::new().build(), &plan(&[], blocks));
        prop_assert_eq!(week.days.iter().map(Vec::len).sum::<usize>(), usize::try_from(count).unwrap());
        for day in &week.days {
            for (at, one) in day.iter().enumerate() {
                prop_assert!(one.lane < one.lanes && one.rows > 0);
                prop_assert!(one.row + one.rows <= week.row_count());
                for other in &day[at + 1..] {
                    let meet = one.row < other.row + other.rows && other.row < one.row + one.rows;
                    prop_assert!(!meet || (one.lane != other.lane && one.lanes == other.lanes));
                }
            }
        }
    }
}
