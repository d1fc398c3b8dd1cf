//! What a snapshot makes of the stored catalog.

use jiff::civil::date;
use proptest::prelude::*;

use super::Snapshot;
use super::gradebook::{by_instructor, by_term};
use crate::course_set::CourseIndex;
use crate::grade::Distribution;
use crate::sample::{Sample, campus, code, term_id};

fn place(snapshot: &Snapshot, text: &str) -> CourseIndex {
    snapshot.place(&code(text)).unwrap()
}

#[test]
fn courses_lie_in_natural_order_and_subjects_hold_theirs_together() {
    let snapshot = campus().build();
    let codes: Vec<String> = snapshot.courses().iter().map(|entry| entry.course.code.to_string()).collect();
    assert_eq!(codes[..4], ["COMPSCI 9A", "COMPSCI 61A", "COMPSCI 61B", "COMPSCI C100"]);
    let subject = &snapshot.subjects_called("el eng")[0];
    assert_eq!(subject.subject.abbreviation, "EL ENG");
    let numbers: Vec<&str> =
        snapshot.courses_of(subject).map(|course| snapshot.course(course).course.code.number.as_str()).collect();
    assert_eq!(numbers, ["16A", "16B", "160"]);
}

#[test]
fn a_course_is_found_in_any_spelling_of_its_address() {
    let snapshot = campus().build();
    for (subject, number) in [("COMPSCI", "61A"), ("cs", "61a"), ("Computer Science", "61A"), ("eecs", "61a")] {
        assert_eq!(snapshot.find_course(subject, number), snapshot.place(&code("COMPSCI 61A")), "{subject} {number}");
    }
    assert_eq!(snapshot.find_course("ee", "16a"), snapshot.place(&code("ELENG 16A")));
    assert_eq!(snapshot.find_course("cs", "999"), None);
    assert_eq!(snapshot.find_course("../..", "61a"), None);
    assert_eq!(snapshot.find_course("cs", "61a'; drop"), None);
}

#[test]
fn sections_lie_primary_first_then_by_kind_and_999_last() {
    let labels = ["DIS 999", "LAB 001", "DIS 102", "LEC 002", "SEM 001", "DIS 101", "LEC 001", "LEC 999"];
    let mut sample = Sample::default().term("fall-2026", None).course("MATH 1", "Mathematics", "Calculus");
    for (at, label) in (1..).zip(labels) {
        sample = sample.section("fall-2026", "MATH 1", "001", label, at);
    }
    sample.0.sections[3].is_primary = false;
    let snapshot = sample.build();
    let offering = snapshot.offering(term_id("fall-2026"), CourseIndex(0)).unwrap();
    let ordered: Vec<String> = offering.sections().map(|entry| entry.section.label()).collect();
    let expected = ["LEC 001", "LEC 002", "DIS 101", "DIS 102", "LAB 001", "SEM 001", "LEC 999", "DIS 999"];
    assert_eq!(ordered, expected);
}

#[test]
fn what_is_not_printed_or_cancelled_is_not_offered() {
    let mut sample = campus();
    for section in &mut sample.0.sections {
        section.is_printed = section.id.0 != 10001;
    }
    let snapshot = sample.build();
    let term = snapshot.term(term_id("fall-2026")).unwrap();
    assert!(!term.offered.contains(place(&snapshot, "COMPSCI 61A")));
    assert!(term.offered.contains(place(&snapshot, "COMPSCI 61B")));
}

#[test]
fn seats_are_added_up_over_primary_sections_and_unknown_is_not_zero() {
    let snapshot = campus()
        .section("fall-2026", "COMPSCI 61A", "002", "LEC 002", 10011)
        .seats(350, 300)
        .section("fall-2026", "COMPSCI 61A", "001", "DIS 101", 10012)
        .seats(30, 30)
        .build();
    let term = term_id("fall-2026");
    let seats = snapshot.offering(term, place(&snapshot, "COMPSCI 61A")).unwrap().seats.unwrap();
    assert_eq!((seats.enrolled, seats.max_enroll, seats.open_seats), (1850, 1900, 100));
    assert_eq!(snapshot.offering(term, place(&snapshot, "GERMAN 1")).unwrap().seats, None);
    let open = &snapshot.term(term).unwrap().with_open_seats;
    assert!(open.contains(place(&snapshot, "COMPSCI 61A")));
    assert!(!open.contains(place(&snapshot, "COMPSCI 61B")));
    assert!(!open.contains(place(&snapshot, "GERMAN 1")));
}

#[test]
fn sections_of_a_course_that_is_not_held_are_left_out() {
    let snapshot = campus().section("fall-2026", "PHANTOM 1", "001", "LEC 001", 77).build();
    assert_eq!(snapshot.term(term_id("fall-2026")).unwrap().offerings.len(), 4);
}

#[test]
fn cross_listed_courses_know_each_other_and_share_their_grades() {
    let snapshot = campus()
        .cross_list("DATA C100", "COMPSCI C100")
        .cross_list("DATA C100", "STAT C100")
        .grades("fall-2026", "COMPSCI C100", "1", &["Ann Sample"], [1, 0, 0])
        .grades("spring-2027", "STAT C100", "1", &["Bo Sample", "Ann Sample"], [0, 1, 2])
        .build();
    let (data, cs) = (place(&snapshot, "DATA C100"), place(&snapshot, "COMPSCI C100"));
    assert_eq!(snapshot.course(data).cross_listed, [cs]);
    assert_eq!(snapshot.course(cs).cross_listed, [data]);
    let grades = snapshot.course(data).grades.unwrap();
    assert_eq!((grades.average, grades.letter, grades.distribution.total()), (Some(3.0), Some("B"), 4));
    assert_eq!(snapshot.course(place(&snapshot, "MATH 54")).grades, None);

    let entries = snapshot.gradebook().of_courses(snapshot.codes_graded_together(data));
    let terms: Vec<_> = entries.iter().map(|entry| entry.term.slug()).collect();
    assert_eq!(terms, ["spring-2027", "fall-2026"]);
    let totals: Vec<(String, u32)> =
        by_instructor(&entries).iter().map(|(name, sum)| (name.to_string(), sum.total())).collect();
    assert_eq!(totals, [("Ann Sample".to_owned(), 4), ("Bo Sample".to_owned(), 3)]);
    assert_eq!(by_term(&entries).values().map(Distribution::total).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn the_default_term_is_the_one_people_enroll_in() {
    let snapshot = campus()
        .term("summer-2027", None)
        .term("fall-2027", Some(date(2027, 4, 19)))
        .section("summer-2027", "MATH 54", "001", "LEC 001", 30001)
        .section("fall-2027", "MATH 54", "001", "LEC 001", 40001)
        .build();
    let on = |year, month, day| snapshot.default_term(date(year, month, day)).unwrap().slug();
    assert_eq!(on(2026, 9, 1), "fall-2026");
    assert_eq!(on(2026, 10, 20), "spring-2027");
    assert_eq!(on(2027, 3, 1), "spring-2027", "summer is open, but most people wait for fall");
    assert_eq!(on(2027, 4, 19), "fall-2027");
    assert_eq!(on(2031, 1, 1), "fall-2027", "the newest there is");
    assert_eq!(on(2020, 1, 1), "fall-2026", "the oldest when none has begun");
}

#[test]
fn a_term_without_offerings_is_never_the_default() {
    let empty = Sample::default().term("fall-2026", None).build();
    assert_eq!(empty.default_term(date(2026, 9, 1)), None);
    let summer = Sample::default()
        .term("summer-2026", None)
        .course("MATH 1", "Mathematics", "Calculus")
        .section("summer-2026", "MATH 1", "001", "LEC 001", 1)
        .build();
    assert_eq!(summer.default_term(date(2026, 9, 1)), Some(term_id("summer-2026")));
}

proptest! {
    #[test]
    fn any_text_can_be_looked_up_without_harm(subject in ".{0,30}", number in ".{0,30}") {
        let snapshot = campus().build();
        let found = snapshot.find_course(&subject, &number);
        prop_assert!(found.is_none_or(|course| course.place() < snapshot.courses().len()));
    }
}
