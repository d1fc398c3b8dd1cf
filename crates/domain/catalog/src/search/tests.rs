//! What students type, and what they find.

use super::search;
use crate::sample::{campus, term_id};
use crate::snapshot::Snapshot;

fn codes(snapshot: &Snapshot, query: &str, term: Option<&str>) -> Vec<String> {
    let found = search(snapshot, query, term.map(term_id));
    found.into_iter().map(|course| snapshot.course(course).course.code.to_string()).collect()
}

fn first(query: &str) -> String {
    codes(&campus().build(), query, None).into_iter().next().unwrap_or_else(|| "nothing".to_owned())
}

#[test]
fn a_code_is_understood_however_it_is_typed() {
    for query in
        ["cs 61a", "CS61A", "61a", "compsci 61 a", "compsci61a", " Computer Science 61A ", "cs-61a", "COMPSCI 61A"]
    {
        assert_eq!(first(query), "COMPSCI 61A", "for {query:?}");
    }
    for query in ["data 8", "data8", "data c8", "c8", "ds 8", "8"] {
        assert_eq!(first(query), "DATA C8", "for {query:?}");
    }
    assert_eq!(first("cs 100"), "COMPSCI C100");
    assert_eq!(first("math n110"), "MATH N110");
    assert_eq!(first("math 110"), "MATH 110");
}

#[test]
fn an_unfinished_number_finds_its_courses_letters_before_digits() {
    let snapshot = campus().build();
    assert_eq!(codes(&snapshot, "ee16", None), ["ELENG 16A", "ELENG 16B", "ELENG 160"]);
    assert_eq!(codes(&snapshot, "el eng 16", None)[..2], ["ELENG 16A", "ELENG 16B"]);
    assert_eq!(codes(&snapshot, "comps 61", None)[..2], ["COMPSCI 61A", "COMPSCI 61B"]);
}

#[test]
fn a_subject_lists_its_courses_in_natural_order() {
    let snapshot = campus().build();
    let expected = ["COMPSCI 9A", "COMPSCI 61A", "COMPSCI 61B", "COMPSCI C100"];
    assert_eq!(codes(&snapshot, "cs", None)[..4], expected);
    assert_eq!(codes(&snapshot, "computer science", None)[..4], expected);
}

#[test]
fn titles_are_found_by_words_beginnings_and_with_typos() {
    assert_eq!(first("data structures"), "COMPSCI 61B");
    assert_eq!(first("structure interpretation"), "COMPSCI 61A");
    assert_eq!(first("interp of comp prog"), "COMPSCI 61A");
    assert_eq!(first("data strucures"), "COMPSCI 61B");
    assert_eq!(first("diferential equatoins"), "MATH 54");
    assert_eq!(first("comspci 61b"), "COMPSCI 61B");
    assert_eq!(first("linear algebra"), "MATH 110");
    assert_eq!(first("math linear algebra equations"), "MATH 54");
}

#[test]
fn accents_do_not_matter() {
    for query in ["schone strassen", "SCHÖNE STRASSEN", "schöne straßen"] {
        assert_eq!(first(query), "GERMAN 1", "for {query:?}");
    }
}

#[test]
fn instructors_are_found_in_the_term_that_is_looked_at() {
    let snapshot = campus().build();
    for query in ["O'Brien-Núñez", "obrien nunez", "o’brien", "nunez", "Nuñez"] {
        assert_eq!(codes(&snapshot, query, Some("fall-2026")), ["COMPSCI 61B"], "for {query:?}");
        assert_eq!(codes(&snapshot, query, Some("spring-2027")), Vec::<String>::new(), "for {query:?}");
    }
    assert_eq!(codes(&snapshot, "cs wanderer", Some("spring-2027")), ["COMPSCI 61B"]);
    assert_eq!(codes(&snapshot, "wanderer", None), ["COMPSCI 61B"]);
}

#[test]
fn a_class_number_finds_its_course() {
    let snapshot = campus().build();
    assert_eq!(codes(&snapshot, "10003", Some("fall-2026")), ["MATH 54"]);
    assert_eq!(codes(&snapshot, "20005", Some("fall-2026")), Vec::<String>::new());
    assert_eq!(codes(&snapshot, "20005", None), ["DATA C8"]);
}

#[test]
fn an_empty_query_lists_everything_and_nonsense_nothing() {
    let snapshot = campus().build();
    assert_eq!(codes(&snapshot, "  ", None).len(), snapshot.courses().len());
    assert_eq!(codes(&snapshot, "?!", None).len(), 0);
    assert_eq!(codes(&snapshot, "qzxwv", None).len(), 0);
    assert_eq!(codes(&snapshot, "<script>alert(1)</script>", None).len(), 0);
    assert_eq!(codes(&snapshot, &"a".repeat(100_000), None).len(), 0);
    assert_eq!(codes(&snapshot, &"ż 61q ".repeat(10_000), None).len(), 0);
}
