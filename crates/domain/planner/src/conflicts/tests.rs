//! What is found in plans.

use proptest::prelude::*;

use super::*;
use crate::sample::{Sample, busy, plan};

fn said(snapshot: &Snapshot, plan: &Plan) -> Vec<String> {
    find(snapshot, plan).list.iter().map(ToString::to_string).collect()
}

fn two_lectures(first: (&str, &str), second: (&str, &str)) -> Sample {
    Sample::new()
        .course("ANTHRO 1", 4)
        .section("LEC 001", 1)
        .exam("N")
        .meets(first.0, first.1)
        .course("BIOLOGY 1A", 4)
        .section("LEC 001", 2)
        .exam("N")
        .meets(second.0, second.1)
}

#[test]
fn meetings_at_once_are_told_with_the_time_they_share() {
    let snapshot = two_lectures(("MoWeFr", "10:00-10:59"), ("MoTu", "10:30-11:29")).build();
    assert_eq!(
        said(&snapshot, &plan(&[(1, &[1]), (2, &[2])], vec![])),
        ["ANTHRO 1 LEC 001 and BIOLOGY 1A LEC 001 meet at the same time: M 10:30–10:59 am"]
    );
}

#[test]
fn classes_one_after_the_other_or_in_different_halves_do_not_clash() {
    let snapshot = two_lectures(("Mo", "10:00-11:00"), ("Mo", "11:00-12:00")).build();
    assert_eq!(said(&snapshot, &plan(&[(1, &[1]), (2, &[2])], vec![])), [""; 0]);
    let halves = |second: (&str, &str)| {
        let mut sample = two_lectures(("Mo", "10:00-11:00"), ("Mo", "10:00-11:00"));
        sample.0.sections[0].dates = Some((jiff::civil::date(2016, 8, 24), jiff::civil::date(2016, 10, 14)));
        sample = sample.between(second.0, second.1);
        said(&sample.build(), &plan(&[(1, &[1]), (2, &[2])], vec![]))
    };
    assert_eq!(halves(("2016-10-17", "2016-12-02")), [""; 0]);
    assert_eq!(halves(("2016-10-11", "2016-12-02")), [""; 0], "no Monday lies in both");
    let clash = halves(("2016-10-10", "2016-12-02"));
    assert!(clash[0].ends_with("M 10:00–11:00 am, Oct 10 to Oct 14"), "{clash:?}");
}

#[test]
fn times_that_are_taken_clash_with_meetings_and_not_with_each_other() {
    let snapshot = two_lectures(("MoWe", "10:00-10:59"), ("Tu", "08:00-08:59")).build();
    let taken = vec![busy("Swimming", "WeTh", "10:30-11:30"), busy("Rest", "Th", "11:00-12:00")];
    assert_eq!(
        said(&snapshot, &plan(&[(1, &[1])], taken)),
        ["ANTHRO 1 LEC 001 meets during Swimming: W 10:30–10:59 am"]
    );
}

#[test]
fn final_exams_at_once_are_told_with_their_date() {
    let lectures = || {
        Sample::new()
            .course("ANTHRO 1", 4)
            .section("LEC 001", 1)
            .meets("MoWeFr", "10:00-10:59")
            .course("BIOLOGY 1A", 4)
            .section("LEC 001", 2)
            .meets("MoWe", "10:59-11:29")
    };
    let both = plan(&[(1, &[1]), (2, &[2])], vec![]);
    assert_eq!(
        said(&lectures().build(), &both),
        [
            "The final exams of ANTHRO 1 LEC 001 and BIOLOGY 1A LEC 001 are at the same time: Monday, December 12, 8:00–11:00 am"
        ]
    );
    assert_eq!(said(&lectures().exam("N").build(), &both), [""; 0], "one of them has no final exam");
}

fn with_discussions() -> Snapshot {
    Sample::new()
        .course("COMPSCI 61A", 4)
        .section("LEC 001", 1)
        .meets("MoWeFr", "13:00-13:59")
        .section("LEC 002", 2)
        .meets("TuTh", "13:00-13:59")
        .section("DIS 101", 11)
        .of(1)
        .section("DIS 102", 12)
        .of(1)
        .section("DIS 201", 21)
        .of(2)
        .section("LAB 001", 31)
        .build()
}

#[test]
fn a_lecture_without_its_discussion_is_told() {
    let snapshot = with_discussions();
    assert_eq!(
        said(&snapshot, &plan(&[(1, &[1])], vec![])),
        [
            "COMPSCI 61A LEC 001 also needs a discussion: choose one of 2",
            "COMPSCI 61A LEC 001 also needs a laboratory: choose one of 1"
        ]
    );
    assert_eq!(said(&snapshot, &plan(&[(1, &[1, 12, 31])], vec![])), [""; 0]);
}

#[test]
fn a_discussion_of_another_lecture_or_of_none_is_told() {
    let snapshot = with_discussions();
    let other = said(&snapshot, &plan(&[(1, &[1, 21, 31])], vec![]));
    assert!(other.contains(&"COMPSCI 61A DIS 201 belongs to LEC 002, and LEC 001 is chosen".to_owned()), "{other:?}");
    assert_eq!(said(&snapshot, &plan(&[(1, &[12])], vec![])), ["COMPSCI 61A DIS 102 is chosen without its lecture"]);
}

#[test]
fn a_course_twice_is_told_also_under_another_code() {
    let snapshot = Sample::new()
        .course("COMPSCI C100", 4)
        .section("LEC 001", 1)
        .course("DATA C100", 4)
        .cross_listed("COMPSCI C100")
        .section("LEC 001", 2)
        .build();
    let twice = said(&snapshot, &plan(&[(1, &[1]), (2, &[2])], vec![]));
    assert_eq!(
        twice,
        ["COMPSCI C100 and DATA C100 are one class under two codes: its units count once, and one of them is enough"]
    );
    let same = said(&snapshot, &plan(&[(1, &[1]), (1, &[])], vec![]));
    assert_eq!(same, ["COMPSCI C100 is in this schedule twice", "No section of COMPSCI C100 is chosen yet"]);
}

#[test]
fn a_long_walk_in_a_short_pause_is_told_and_unknown_buildings_are_not() {
    let from_to = |from: &str, to: &str, start: &str| {
        let snapshot = two_lectures(("MoWe", "10:00-10:59"), ("WeFr", start));
        let mut snapshot = snapshot.at(to);
        snapshot.0.sections[0].meetings[0].location = Some(from.to_owned());
        said(&snapshot.build(), &plan(&[(1, &[1]), (2, &[2])], vec![]))
    };
    let far = from_to("Haas Faculty Wing F295", "Berkeley Way West 1102", "11:00-11:59");
    assert_eq!(far.len(), 1, "{far:?}");
    assert!(far[0].contains("in Haas Faculty Wing ends 1 min before") && far[0].contains("(W)"), "{far:?}");
    assert_eq!(from_to("Evans 10", "Cory 241", "11:00-11:59"), [""; 0], "near by");
    assert_eq!(from_to("Haas Faculty Wing F295", "Berkeley Way West 1102", "11:30-11:59"), [""; 0], "a long pause");
    assert_eq!(from_to("Haas Faculty Wing F295", "Somewhere 1", "11:00-11:59"), [""; 0], "not known");
}

#[test]
fn clashes_come_before_hints_and_there_is_an_end_to_the_list() {
    let mut sample = Sample::new();
    for at in 0..50_u32 {
        sample =
            sample.course(&format!("MATH {}", at + 1), 4).section("LEC 001", at).exam("N").meets("Mo", "10:00-11:00");
    }
    let ids: Vec<[u32; 1]> = (0..50).map(|at| [at]).collect();
    let courses: Vec<(u64, &[u32])> = (1..).zip(&ids).map(|(course, ids)| (course, ids.as_slice())).collect();
    let findings = find(&sample.build(), &plan(&courses, vec![]));
    assert_eq!((findings.list.len(), findings.is_whole), (FINDINGS_MAX, false));
}

proptest! {
    #[test]
    fn a_clash_is_found_exactly_when_some_minute_of_some_day_is_in_both(
        one in (0_i8..23, 0_i8..60, 0_i8..60, 1_u8..128),
        other in (0_i8..23, 0_i8..60, 0_i8..60, 1_u8..128),
    ) {
        use catalog::meeting::{Days, Meeting};
        let at = |hour, minute| jiff::civil::time(hour, minute, 0, 0);
        let meeting = |(hour, minute, end, days): (i8, i8, i8, u8)| Meeting {
            number: 1,
            days: Days::from_bits(days),
            time: Some(TimeRange::between(at(hour, minute), at(hour + 1, end))),
            location: None,
            instructors: Vec::new(),
            dates: None,
        };
        let mut sample = two_lectures(("Mo", "10:00-11:00"), ("Mo", "10:00-11:00"));
        sample.0.sections[0].meetings = vec![meeting(one)];
        sample.0.sections[1].meetings = vec![meeting(other)];
        let minutes = |(hour, minute, end, _): (i8, i8, i8, u8)| {
            (i32::from(hour) * 60 + i32::from(minute))..(i32::from(hour) * 60 + 60 + i32::from(end))
        };
        let meet = one.3 & other.3 != 0 && minutes(one).any(|minute| minutes(other).contains(&minute));
        let found = find(&sample.build(), &plan(&[(1, &[1]), (2, &[2])], vec![]));
        prop_assert_eq!(found.count(Severity::Clash), usize::from(meet));
    }
}
