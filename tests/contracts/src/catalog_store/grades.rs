//! Grades: nothing is lost, nothing is counted twice, and links are made when they can be.

use catalog::changes::TermChanges;
use catalog::grade::{Distribution, GradeRecord};
use catalog::ports::GradeImport;
use catalog::section::SectionId;
use catalog::stored::CatalogVersion;
use kit::sample::{self, added, code, nothing, quiet};

use super::samples::{campus, class, fall, noon, section, spring, term};
use super::{Subject, publish, values};

pub(super) fn record(course: &str, section_number: &str, ccn: Option<u32>) -> GradeRecord {
    let mut distribution = Distribution::default();
    for (grade, count) in distribution.0.iter_mut().enumerate() {
        *count = u32::try_from(grade).unwrap() * 3;
    }
    GradeRecord {
        term: fall(),
        course: code(course),
        section_number: section_number.to_owned(),
        ccn: ccn.map(SectionId),
        title: "A \"Sample\" \\ Title".to_owned(),
        instructors: vec!["Sample O'Brien-Núñez".to_owned(), "A, \"B\" {Sample} \\".to_owned()],
        distribution,
    }
}

fn sorted(mut records: Vec<GradeRecord>) -> Vec<GradeRecord> {
    records.sort_by_key(|record| (record.course.clone(), record.section_number.clone(), record.ccn));
    records
}

pub(super) async fn grades_come_back_as_imported(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let mut nobody = record("NOSUCH 1", "2", None);
    nobody.instructors = Vec::new();
    nobody.distribution = Distribution::default();
    let records = vec![record("COMPSCI 61A", "1", Some(10_001)), record("MATH 1A", "12B", None), nobody];
    store.import_grades(&records, noon(2)).await.unwrap();
    let data = store.load().await.unwrap();
    assert_eq!(sorted(values(data.grades)), sorted(records));
    assert_eq!(data.grades_imported_at, Some(noon(2)));
}

pub(super) async fn importing_twice_changes_nothing(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let records = [record("COMPSCI 61A", "1", Some(10_001)), record("MATH 1A", "1", None)];
    let first = store.import_grades(&records, noon(2)).await.unwrap();
    assert_eq!((first.given, first.added, first.changed, first.unchanged), (2, 2, 0, 0));
    let before = store.load().await.unwrap();

    let second = store.import_grades(&records, noon(3)).await.unwrap();
    assert_eq!((second.given, second.added, second.changed, second.unchanged), (2, 0, 0, 2));
    let after = store.load().await.unwrap();
    assert_eq!((after.state, after.grades_imported_at), (before.state, before.grades_imported_at));
    assert_eq!(sorted(values(after.grades)), sorted(values(before.grades)));
}

pub(super) async fn a_changed_record_replaces_the_old_one(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    store.import_grades(&[record("MATH 1A", "1", None)], noon(2)).await.unwrap();
    let mut corrected = record("MATH 1A", "1", None);
    corrected.distribution.0[3] += 1;
    // The same identity twice in one import: the last one holds.
    let done = store.import_grades(&[record("MATH 1A", "1", None), corrected.clone()], noon(3)).await.unwrap();
    assert_eq!((done.given, done.added, done.changed, done.unchanged), (2, 0, 1, 0));
    assert_eq!(values(store.load().await.unwrap().grades), [corrected]);
}

pub(super) async fn sections_of_one_number_are_told_apart_by_their_ccn(subject: &impl Subject) {
    let store = subject.store();
    let alike = [record("MATH 1A", "1", None), record("MATH 1A", "1", Some(1)), record("MATH 1A", "1", Some(2))];
    let done = store.import_grades(&alike, noon(1)).await.unwrap();
    assert_eq!(done.added, 3);
    assert_eq!(sorted(values(store.load().await.unwrap().grades)), alike);
}

pub(super) async fn grades_join_a_section_of_their_term_by_ccn_and_course(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let other_term = GradeRecord { term: spring(), ..record("COMPSCI 61A", "1", Some(10_001)) };
    let records = [
        record("COMPSCI 61A", "1", Some(10_001)),
        record("COMPSCI 61A", "9", Some(10_002)),
        record("COMPSCI 61A", "2", Some(99_999)),
        record("COMPSCI 61A", "3", None),
        record("ELENG 16A", "4", Some(10_001)),
        other_term,
    ];
    let done = store.import_grades(&records, noon(2)).await.unwrap();
    assert_eq!((done.joined_to_section, &done.joined_by_term[..]), (2, &[(fall(), 2)][..]));
    assert_eq!((done.without_course, done.unknown_courses.len()), (0, 0));
}

pub(super) async fn grades_of_unknown_courses_are_kept_listed_and_linked_later(subject: &impl Subject) {
    let store = subject.store();
    let records = [record("LATER 10", "1", Some(777)), record("LATER 2", "1", None), record("LATER 10", "2", None)];
    let done = store.import_grades(&records, noon(1)).await.unwrap();
    let expected = GradeImport {
        given: 3,
        added: 3,
        without_course: 3,
        unknown_courses: vec![code("LATER 2"), code("LATER 10")],
        ..GradeImport::default()
    };
    assert_eq!(done, expected);
    assert_eq!(sorted(store.unmatched_grades(10).await.unwrap()), sorted(records.to_vec()));
    assert_eq!(store.unmatched_grades(2).await.unwrap().len(), 2);

    let class = class(fall(), "LATER 10", "001");
    let sections = added(vec![section(777, &class)]);
    let changes = TermChanges { classes: added(vec![class]), sections, ..quiet(fall()) };
    let mut publication = nothing(noon(2));
    publication.terms = vec![term(fall())];
    publication.courses = added(vec![sample::course("LATER 10")]);
    publication.by_term = vec![changes];
    publish(store, &publication).await;
    assert_eq!(store.unmatched_grades(10).await.unwrap(), records[1..2]);
    let again = store.import_grades(&records, noon(3)).await.unwrap();
    assert_eq!((again.unchanged, again.joined_to_section, again.without_course), (3, 1, 1));
}

pub(super) async fn an_import_makes_a_new_version_only_when_it_changes_something(subject: &impl Subject) {
    let store = subject.store();
    store.import_grades(&[record("MATH 1A", "1", None)], noon(1)).await.unwrap();
    assert_eq!(store.state().await.unwrap(), None, "nothing is published yet");
    publish(store, &campus(noon(2))).await;
    let version = async || store.state().await.unwrap().unwrap().version;
    assert_eq!(version().await, CatalogVersion(1));
    store.import_grades(&[record("MATH 1A", "2", None)], noon(3)).await.unwrap();
    assert_eq!(version().await, CatalogVersion(2));
    store.import_grades(&[record("MATH 1A", "2", None)], noon(4)).await.unwrap();
    store.import_grades(&[], noon(5)).await.unwrap();
    assert_eq!(version().await, CatalogVersion(2));
}
