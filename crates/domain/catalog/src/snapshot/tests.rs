//! What a snapshot makes of the stored catalog.

use jiff::civil::date;
use proptest::prelude::*;

use super::gradebook::{by_instructor, by_term};
use super::{SectionView, Snapshot};
use crate::course_set::CourseIndex;
use crate::grade::Distribution;
use crate::ids::CourseId;
use crate::playlist::Category;
use crate::sample::{Sample, campus, code, term_id};
use crate::switches::{Reason, Source};

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
    let ordered: Vec<String> = snapshot.sections_in(offering).map(SectionView::label).collect();
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
fn what_the_operator_turned_off_is_not_there() {
    let sample = || {
        let mut sample = campus().grades("fall-2026", "MATH 54", "1", &["Ann Sample"], [1, 0, 0]);
        sample.0.courses[0].value.value.description = "A sample.".to_owned();
        sample.0.classes[0].description = Some("A sample.".to_owned());
        sample
    };
    let off = |source| {
        let mut sample = sample();
        sample.0.switches.turn_off(
            source,
            Reason::parse("Asked for.").unwrap(),
            "2026-10-01T09:00:00Z".parse().unwrap(),
        );
        sample.build()
    };
    let shows = |snapshot: &Snapshot| {
        let described = snapshot.courses().iter().any(|entry| !entry.course.description.is_empty());
        let class_described = snapshot
            .all_sections()
            .any(|section| section.class().class.as_ref().is_some_and(|class| class.description.is_some()));
        let counted = snapshot.all_sections().any(|section| section.counts().is_some());
        let graded = snapshot.courses().iter().any(|entry| entry.grades.is_some());
        [!snapshot.grades().is_empty() && graded, counted, described && class_described]
    };
    assert_eq!(shows(&sample().build()), [true, true, true]);
    assert_eq!(shows(&off(Source::Grades)), [false, true, true]);
    assert_eq!(shows(&off(Source::Enrollment)), [true, false, true]);
    assert_eq!(shows(&off(Source::Descriptions)), [true, true, false]);
    assert!(off(Source::Grades).switches().is_off(Source::Grades));
}

#[test]
fn numbers_keys_and_places_lead_to_each_other() {
    let snapshot = campus()
        .playlist(Category::University, "American Cultures", None, &["HISTORY 7A", "COMPSCI 61A"])
        .grades("fall-2026", "COMPSCI 61A", "1", &["Ann Sample"], [1, 0, 0])
        .grades("spring-2026", "COMPSCI 61A", "1", &["Ann Sample"], [1, 0, 0])
        .grades("fall-2026", "PHANTOM 1", "1", &["Ann Sample"], [1, 0, 0])
        .build();
    for (place, entry) in (0..).map(CourseIndex).zip(snapshot.courses()) {
        assert_eq!(snapshot.course_by_id(entry.id), Some(place));
    }
    for section in snapshot.all_sections() {
        assert_eq!(snapshot.section_by_key(section.key()), Some(section.index()));
        assert_eq!(section.class().key.term, section.term());
    }
    assert_eq!(snapshot.all_sections().len(), snapshot.section_count());
    let cs = place(&snapshot, "COMPSCI 61B");
    let terms: Vec<_> = snapshot.sections_of(cs).map(|section| snapshot.section(section).term().slug()).collect();
    assert_eq!(terms, ["spring-2027", "fall-2026"]);

    let cs = place(&snapshot, "COMPSCI 61A");
    let graded: Vec<_> = snapshot.grades_of(cs).map(|grade| snapshot.grade(grade)).collect();
    assert_eq!(graded.iter().map(|grade| grade.term.slug()).collect::<Vec<_>>(), ["fall-2026", "spring-2026"]);
    assert!(graded.iter().all(|grade| grade.course == Some(cs)));
    for grade in snapshot.grades() {
        assert_eq!(snapshot.grade_by_id(grade.id).map(|place| snapshot.grade(place).id), Some(grade.id));
    }
    assert_eq!(snapshot.grades().iter().filter(|grade| grade.course.is_none()).count(), 1);

    let lists: Vec<_> = snapshot.playlists_of(cs).map(|list| snapshot.playlist(list)).collect();
    assert_eq!(lists.iter().map(|list| list.slug.as_str()).collect::<Vec<_>>(), ["american-cultures"]);
    assert_eq!(snapshot.playlist_by_id(lists[0].id), snapshot.playlists_of(cs).next());
    assert_eq!(snapshot.course_by_id(CourseId(0)), None);
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

#[test]
fn a_course_knows_what_it_wants_and_who_wants_it() {
    let mut sample = campus();
    for held in &mut sample.0.courses {
        let text = match held.value.value.code.to_string().as_str() {
            "COMPSCI 61B" => "CS 61A, or COMPSCI 61B twice.",
            "COMPSCI C100" => "61B; consent of instructor",
            "ELENG 16B" => "Students in CS 61B may not enroll.",
            _ => continue,
        };
        held.value.value.prerequisites = Some(text.to_owned());
    }
    let snapshot = sample.build();
    let (first, second, third) =
        (place(&snapshot, "COMPSCI 61A"), place(&snapshot, "COMPSCI 61B"), place(&snapshot, "COMPSCI C100"));
    let (text, reading) = snapshot.prerequisites_of(second).unwrap();
    let linked: Vec<&str> = reading.mentions.iter().map(|mention| &text[mention.place.clone()]).collect();
    assert_eq!((linked, reading.wanted), (vec!["CS 61A"], vec![first]), "not itself");
    assert_eq!(snapshot.naming_as_prerequisite(first), [second]);
    assert_eq!(snapshot.naming_as_prerequisite(second), [third], "what is excluded is not unlocked");
    assert_eq!(snapshot.naming_as_prerequisite(third), []);
    assert!(snapshot.prerequisites_of(first).is_none());
}

#[test]
fn terms_of_grades_alone_count_as_offered() {
    let snapshot = campus().build();
    for place in (0..snapshot.courses().len()).map(|at| CourseIndex(u32::try_from(at).unwrap())) {
        let terms = snapshot.terms_offered(place);
        assert!(terms.windows(2).all(|pair| pair[0] > pair[1]), "newest first, each once");
        for season in snapshot.seasons_of(place) {
            let offered = terms.iter().filter(|term| term.semester() == season.semester).count();
            assert!(season.offered <= offered && season.offered <= season.of);
        }
    }
    let course = place(&snapshot, "COMPSCI 61A");
    assert_eq!(snapshot.terms_offered(course).first(), snapshot.terms_of(course).next().map(|entry| &entry.term.id));
}
