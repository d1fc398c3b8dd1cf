//! What is read, and what is refused and why.

use super::*;

fn faults(text: &str) -> String {
    Announced::parse(text).unwrap_err().to_string()
}

#[test]
fn the_example_is_read_and_true() {
    let announced = Announced::parse(ANNOUNCED_EXAMPLE).unwrap();
    let term = "spring-2026".parse().unwrap();
    assert_eq!(announced.terms().collect::<Vec<_>>(), [term]);
    assert_eq!(announced.text(), ANNOUNCED_EXAMPLE);
    let told = announced.of(term).unwrap();
    assert_eq!(told.phases.as_ref(), crate::phases::listed(term));
    assert_eq!(told.days.as_ref(), crate::term_days::listed(term));
    let exams = told.exams.as_ref().unwrap();
    let others = crate::finals::rules("spring-2025".parse().unwrap()).unwrap().0;
    assert_eq!((exams.len(), &exams[2..]), (others.len() + 2, others));
    assert_eq!((exams[0].1.day, exams[1].1.day), (2, 2), "what differs comes first");
}

#[test]
fn nothing_announces_nothing() {
    assert_eq!(Announced::parse("").unwrap(), Announced::default());
    assert_eq!(Announced::parse("# a remark\n\n").unwrap().terms().count(), 0);
}

#[test]
fn everything_that_is_wrong_is_told_with_its_line() {
    let text = "spring-2027 phase-1 2026-10-26..2026-11-15\nautumn-2027 classes 2027-01-19\n\
                spring-2027 finals 2027-05-40\nspring-2027 party 2027-05-20\nspring-2027 exam MWF 8\nspring-2027";
    let told = faults(text);
    for expected in [
        "line 2: `autumn-2027` is no term",
        "line 3: `2027-05-40` is no day such as 2027-01-19",
        "line 4: `party` is not announced: expected phase-1",
        "line 5: expected a rule and a slot",
        "line 6: expected a term",
        "spring-2027 (from line 1): phase-1, phase-2 and adjustment are announced together",
    ] {
        assert!(told.contains(expected), "{expected}\n{told}");
    }
}

#[test]
fn slips_are_refused() {
    let day = |what: &str| faults(&format!("spring-2027 {what}"));
    assert!(day("phase-1 2025-10-26..2025-11-15").contains("not near Spring 2027: is the year right?"));
    assert!(day("phase-1 2026-11-15..2026-10-26").contains("is no stretch"));
    assert!(
        day("adjustment 2027-01-11\nspring-2027 adjustment 2027-01-12").contains("line 2: announced a second time")
    );
    assert!(day("classes 2027-01-19..2027-04-30").contains("classes, finals and no-classes are announced together"));
    let whole = |finals: &str, without: &str| {
        day(&format!("classes 2027-01-19..2027-04-30\nspring-2027 finals {finals}\nspring-2027 no-classes {without}"))
    };
    assert!(whole("2027-05-11..2027-05-14", "2027-02-15").contains("from a Monday on"));
    assert!(whole("2027-04-26..2027-04-30", "2027-02-15").contains("behind the last day of classes"));
    assert!(whole("2027-05-10..2027-05-14", "2027-01-18").contains("2027-01-18 of no-classes is not between"));
    assert!(day("exams-as summer-2026").contains("no exam groups of summer-2026 are known"));
    assert!(faults("summer-2027 classes 2027-05-24..2027-08-13").contains("of a summer only no-classes"));
    assert!(Announced::parse("summer-2027 no-classes 2027-05-31").is_ok());
    assert!(faults(&"#".repeat(ANNOUNCED_BYTES_MAX + 1)).contains("more than 65536 bytes"));
    assert!(faults(&"x\n".repeat(30)).ends_with("… and 10 more"));
}
