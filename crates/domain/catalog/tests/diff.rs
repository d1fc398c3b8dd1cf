//! The nightly comparison, held against a naive model: what is held after the changes must be what a fresh start would
//! hold, and nothing may be lost on the way.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use catalog::changes::Delta;
use catalog::class::{Class, ClassKey, OfferingStatus};
use catalog::course::{Course, CourseCode};
use catalog::diff;
use catalog::fetched::{ClassRecord, Fault, Fetched, Identity, Origin, RecordKind, SeatsRecord, SectionRecord};
use catalog::seats::{Counts, EnrollmentRun, SeatReservation, Seats};
use catalog::section::{Component, Section, SectionId};
use catalog::stored::{Held, StoredTerm};
use catalog::term::TermId;
use jiff::Timestamp;
use proptest::prelude::*;

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_472_000_000 + hour * 3_600).unwrap()
}

fn term() -> TermId {
    TermId::try_from(2168).unwrap()
}

fn fetched<T>(records: Vec<T>, faults: Vec<Fault>) -> Fetched<T> {
    Fetched { records, faults, as_of: at(24), origin: Origin::Replay, requests: 1 }
}

fn course(number: u8, title: u8) -> Course {
    Course {
        code: CourseCode::new("ART", &number.to_string()).unwrap(),
        cs_course_id: None,
        subject_abbreviation: "ART".to_owned(),
        subject_name: "Art Practice".to_owned(),
        title: format!("Title {title}"),
        description: String::new(),
        units: None,
        prerequisites: None,
        cross_listed: vec![],
        academic_career: None,
        grading_basis: None,
        final_exam: None,
        from_date: None,
    }
}

fn class_key(number: u8) -> ClassKey {
    ClassKey::new(term(), course(1, 0).code, "1", &number.to_string())
}

fn class(number: u8) -> ClassRecord {
    let class = Class {
        key: class_key(number),
        title: None,
        description: None,
        units: None,
        grading_basis: None,
        requirement_designation: None,
        instruction_mode: None,
        status: OfferingStatus::Active,
        final_exam: None,
    };
    ClassRecord { class, course: course(1, 0) }
}

fn section(id: u32, class: u8, room: u8) -> Section {
    Section {
        id: SectionId(id),
        class: class_key(class),
        number: format!("{room:03}"),
        component: Component { code: "LEC".to_owned(), name: "Lecture".to_owned() },
        is_primary: true,
        primary_section: None,
        status: OfferingStatus::Active,
        is_printed: true,
        instruction_mode: None,
        dates: None,
        meetings: vec![],
        attributes: vec![],
    }
}

fn seats(enrolled: i32) -> Seats {
    Seats { counts: Counts { enrolled, max_enroll: 30, ..Counts::default() }, reservations: vec![] }
}

fn record(id: u32, class: u8, enrolled: i32) -> SectionRecord {
    SectionRecord { section: section(id, class, 0), seats: Some(seats(enrolled)) }
}

fn fault(identity: Identity) -> Fault {
    let kind = RecordKind::Section;
    Fault { kind, term: None, identity: Some(identity), path: "x".into(), reason: "y".into(), raw: "z".into() }
}

fn run(id: u32, enrolled: i32) -> (SectionId, EnrollmentRun) {
    let id = SectionId(id);
    (id, EnrollmentRun { section: id, first_seen: at(0), last_seen: at(1), counts: seats(enrolled).counts })
}

/// What a store holds after a delta.
fn applied(held: &[Held<Course>], delta: Delta<Course, CourseCode>) -> BTreeMap<CourseCode, (Course, bool)> {
    let mut after: BTreeMap<CourseCode, (Course, bool)> =
        held.iter().map(|held| (held.value.code.clone(), (held.value.clone(), held.is_retired))).collect();
    for course in delta.added {
        assert!(!after.contains_key(&course.code), "added, but held");
        after.insert(course.code.clone(), (course, false));
    }
    for course in delta.changed {
        assert!(after.insert(course.code.clone(), (course, false)).is_some(), "changed, but not held");
    }
    for code in delta.gone {
        after.get_mut(&code).expect("gone, but not held").1 = true;
    }
    after
}

proptest! {
    #[test]
    fn after_the_changes_exactly_the_fetched_courses_are_listed_and_none_is_lost(
        held in prop::collection::btree_map(1_u8..40, (0_u8..3, any::<bool>()), 0..30),
        fresh in prop::collection::btree_map(1_u8..40, 0_u8..3, 0..30),
        unreadable in prop::collection::btree_set(1_u8..40, 0..5),
        taught in prop::collection::btree_set(1_u8..40, 0..5),
    ) {
        let held: Vec<Held<Course>> =
            held.iter().map(|(number, (title, is_retired))| Held { value: course(*number, *title), is_retired: *is_retired }).collect();
        let faults = unreadable.iter().map(|number| fault(Identity::Course(course(*number, 0).code))).collect();
        let taught: HashSet<CourseCode> = taught.iter().map(|number| course(*number, 0).code).collect();
        let records: Vec<Course> = fresh.iter().filter(|(number, _)| !unreadable.contains(number)).map(|(number, title)| course(*number, *title)).collect();

        let delta = diff::courses(&held, &fetched(records.clone(), faults), &taught);
        let unchanged = delta.unchanged;
        let after = applied(&held, delta.clone());

        let listed: BTreeSet<&CourseCode> = after.iter().filter(|(_, (_, is_retired))| !is_retired).map(|(code, _)| code).collect();
        let kept = |code: &CourseCode| taught.contains(code) || unreadable.iter().any(|number| course(*number, 0).code == *code);
        let stays = held.iter().filter(|held| !held.is_retired && kept(&held.value.code)).map(|held| &held.value.code);
        let expected: BTreeSet<&CourseCode> = records.iter().map(|course| &course.code).chain(stays).collect();
        prop_assert_eq!(&listed, &expected);
        for record in &records {
            prop_assert_eq!(&after[&record.code].0, record);
        }
        prop_assert!(held.iter().all(|held| after.contains_key(&held.value.code)), "nothing is ever deleted");
        prop_assert_eq!(unchanged + delta.added.len() + delta.changed.len(), records.len());

        let held_now: Vec<Held<Course>> = after.into_values().map(|(value, is_retired)| Held { value, is_retired }).collect();
        let still_taught = expected.into_iter().cloned().collect();
        let again = diff::courses(&held_now, &fetched(records.clone(), vec![]), &still_taught);
        prop_assert!(again.is_empty(), "the same night once more changes nothing");
    }

    #[test]
    fn any_night_can_be_read_back_from_the_runs(
        nights in prop::collection::vec(prop::collection::btree_map(1_u32..12, 0_i32..3, 0..12), 1..12),
    ) {
        let mut runs: Vec<EnrollmentRun> = Vec::new();
        let mut held = StoredTerm::default();
        for (hour, night) in nights.iter().enumerate() {
            let mut answer = fetched(night.iter().map(|(id, enrolled)| record(*id, 1, *enrolled)).collect(), vec![]);
            answer.as_of = at(i64::try_from(hour).unwrap());
            let changes = diff::observation(&held, &answer, |_| true);
            for id in changes.closed {
                held.open_runs.remove(&id);
            }
            for id in changes.extended {
                let open = &held.open_runs[&id];
                let stored = runs.iter_mut().rfind(|run| run.section == id && run.first_seen == open.first_seen).unwrap();
                stored.last_seen = answer.as_of;
            }
            for (section, counts) in changes.opened {
                let run = EnrollmentRun { section, first_seen: answer.as_of, last_seen: answer.as_of, counts };
                held.open_runs.insert(section, run.clone());
                runs.push(run);
            }
            held.observed_at = Some(answer.as_of);
        }
        for (hour, night) in nights.iter().enumerate() {
            let moment = at(i64::try_from(hour).unwrap());
            let read: BTreeMap<u32, i32> = runs.iter().filter(|run| run.first_seen <= moment && moment <= run.last_seen).map(|run| (run.section.0, run.counts.enrolled)).collect();
            prop_assert_eq!(&read, night, "night {}", hour);
        }
        for (run, next) in runs.iter().zip(runs.iter().skip(1)).filter(|(run, next)| run.section == next.section) {
            prop_assert!(run.last_seen < next.first_seen);
        }
    }
}

#[test]
fn a_section_of_an_unlisted_class_goes_into_quarantine_and_what_is_held_of_it_stays() {
    let held = StoredTerm {
        classes: vec![Held { value: class(1).class, is_retired: false }],
        sections: [section(1, 1, 0), section(2, 2, 0)].map(|value| Held { value, is_retired: false }).to_vec(),
        ..StoredTerm::default()
    };
    let classes = fetched(vec![class(1)], vec![]);
    let sections = fetched(vec![record(1, 1, 0), record(2, 2, 0), record(3, 9, 0)], vec![]);
    let diff = diff::term(&held, &classes, &sections, |_| true);
    assert_eq!(diff.orphans.len(), 2);
    assert_eq!(diff.orphans[1].reason, "its class fall-2016 ART 1 009 is not in the list of classes");
    assert!(diff.sections.is_empty(), "section 2 stays as held: {:?}", diff.sections);
}

#[test]
fn a_class_that_could_not_be_read_keeps_its_sections() {
    let held = StoredTerm {
        classes: vec![Held { value: class(1).class, is_retired: false }],
        sections: vec![Held { value: section(1, 1, 0), is_retired: false }],
        ..StoredTerm::default()
    };
    let classes = fetched(vec![], vec![fault(Identity::Class(class_key(1)))]);
    let sections = fetched(vec![SectionRecord { section: section(1, 1, 7), seats: None }], vec![]);
    let diff = diff::term(&held, &classes, &sections, |_| true);
    assert!(diff.classes.is_empty());
    assert_eq!((diff.sections.changed.len(), diff.orphans.len()), (1, 0));
}

#[test]
fn a_class_names_its_course_when_the_catalog_does_not() {
    let classes = fetched(vec![class(1), class(2)], vec![]);
    let diff = diff::term(&StoredTerm::default(), &classes, &fetched(vec![], vec![]), |_| false);
    assert_eq!(diff.unlisted_courses, [course(1, 0)], "once, though two classes name it");
}

#[test]
fn counts_that_did_not_change_go_on_and_unreadable_ones_are_left_alone() {
    let held = StoredTerm {
        open_runs: HashMap::from([run(1, 10), run(2, 20), run(3, 30), run(4, 40)]),
        observed_at: Some(at(1)),
        ..StoredTerm::default()
    };
    let sections = fetched(vec![record(1, 1, 10), record(2, 1, 21)], vec![fault(Identity::Section(SectionId(4)))]);
    let changes = diff::observation(&held, &sections, |_| true);
    assert_eq!(changes.extended, [SectionId(1)]);
    assert_eq!(changes.opened, [(SectionId(2), seats(21).counts)]);
    assert_eq!(changes.closed, [SectionId(3)], "4 could not be read: its run is neither closed nor prolonged");
}

#[test]
fn an_update_prolongs_everything_that_it_does_not_mention() {
    let held = StoredTerm {
        open_runs: HashMap::from([run(1, 10), run(2, 20)]),
        observed_at: Some(at(1)),
        ..StoredTerm::default()
    };
    let updates = vec![
        SeatsRecord { section: SectionId(2), seats: seats(25) },
        SeatsRecord { section: SectionId(9), seats: seats(1) },
    ];
    let changes = diff::update(&held, &fetched(updates, vec![]));
    assert_eq!(changes.extended, [SectionId(1)]);
    assert_eq!(changes.opened, [(SectionId(2), seats(25).counts)], "9 is not known: the class step brings it");
    assert!(changes.closed.is_empty());
}

#[test]
fn reservations_are_replaced_when_they_change_and_removed_when_they_end() {
    let reserved = SeatReservation {
        number: 1,
        group_code: None,
        group_name: "Majors".into(),
        from: None,
        max_enroll: 5,
        enrolled: 1,
    };
    let held = StoredTerm {
        open_runs: HashMap::from([run(1, 10), run(2, 10)]),
        reservations: HashMap::from([(SectionId(1), vec![reserved.clone()]), (SectionId(2), vec![reserved.clone()])]),
        ..StoredTerm::default()
    };
    let mut same = record(1, 1, 10);
    same.seats = Some(Seats { reservations: vec![reserved], ..seats(10) });
    let changes = diff::observation(&held, &fetched(vec![same, record(2, 1, 10)], vec![]), |_| true);
    assert_eq!(changes.reservations, [(SectionId(2), vec![])]);
}
