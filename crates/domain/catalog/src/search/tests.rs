//! What students type, and what they find.

use std::collections::BTreeSet;

use proptest::prelude::*;

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

#[test]
fn a_cross_listed_code_finds_the_course_right_behind_its_own() {
    let snapshot = campus().cross_list("DATA C100", "COMPSCI C100").cross_list("DATA C8", "STAT C8").build();
    for query in ["stat c8", "STATC8", "stats c8", "statistics c8", "stat 8"] {
        assert_eq!(codes(&snapshot, query, None).first().map(String::as_str), Some("DATA C8"), "for {query:?}");
    }
    assert_eq!(codes(&snapshot, "data c100", None)[..2], ["DATA C100", "COMPSCI C100"]);
    assert_eq!(codes(&snapshot, "cs 100", None)[..2], ["COMPSCI C100", "DATA C100"]);
    assert_eq!(codes(&snapshot, "data c8", None).first().map(String::as_str), Some("DATA C8"));
}

#[test]
fn what_stands_in_one_term_is_no_typo_in_another() {
    let snapshot = campus().course("HISTORY 9", "History", "Wandered Paths").build();
    assert_eq!(codes(&snapshot, "wanderer", Some("spring-2027")), ["COMPSCI 61B"]);
    assert_eq!(codes(&snapshot, "wanderer", Some("fall-2026")), Vec::<String>::new());
    assert_eq!(codes(&snapshot, "wandered", Some("fall-2026")), ["HISTORY 9"]);
}

/// Parts of queries, and what joins them.
fn any_query() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "cs",
        "compsci",
        "ee",
        "el eng",
        "math",
        "data",
        "61a",
        "61",
        "16",
        "c8",
        "8",
        "n110",
        "linear",
        "linea",
        "lnear",
        "algebra",
        "structures",
        "strucures",
        "sample",
        "wanderer",
        "nunez",
        "nuñez",
        "denada",
        "10003",
        "20005",
        "the",
        "of",
        "&",
        "’",
        "ß",
        "schöne",
    ]);
    prop::collection::vec((part, prop::sample::select(vec![" ", "", "-", "  "])), 0..5)
        .prop_map(|parts| parts.into_iter().flat_map(|(part, joint)| [part, joint]).collect())
}

proptest! {
    #[test]
    fn every_course_is_found_first_by_its_code(place in 0_usize..14, spelling in 0_usize..4) {
        let snapshot = campus().cross_list("DATA C100", "COMPSCI C100").cross_list("MATH 54", "MATH 110").build();
        let entry = &snapshot.courses()[place];
        let code = &entry.course.code;
        let query = match spelling {
            0 => code.to_string(),
            1 => format!("{}{}", code.subject, code.number).to_lowercase(),
            2 => format!("{}-{}", entry.course.subject_abbreviation, code.number),
            _ => format!(" {} {} ", entry.course.subject_name, code.number),
        };
        prop_assert_eq!(codes(&snapshot, &query, None)[0].clone(), code.to_string(), "for {:?}", query);
    }

    #[test]
    fn what_any_term_finds_is_found_without_a_term_and_nothing_else(query in any_query()) {
        let snapshot = campus().build();
        let found = |term| -> BTreeSet<String> { codes(&snapshot, &query, term).into_iter().collect() };
        let everywhere = &found(Some("fall-2026")) | &found(Some("spring-2027"));
        prop_assert_eq!(found(None), everywhere);
        prop_assert_eq!(found(None).len(), codes(&snapshot, &query, None).len(), "each once");
    }

    #[test]
    fn any_text_can_be_searched_for(query in ".{0,40}") {
        let snapshot = campus().build();
        prop_assert!(codes(&snapshot, &query, Some("fall-2026")).len() <= snapshot.courses().len());
    }
}
