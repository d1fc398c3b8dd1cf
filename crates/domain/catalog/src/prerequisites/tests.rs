//! Texts as departments write them, and texts that nobody writes.

use proptest::prelude::*;

use super::*;
use crate::course::CatalogNumber;
use crate::subject::Subject;

const COURSES: [&str; 38] = [
    "COMPSCI 61A",
    "COMPSCI 61B",
    "COMPSCI 61C",
    "COMPSCI C8",
    "COMPSCI 70",
    "COMPSCI 3",
    "DATA C8",
    "STAT C8",
    "STAT 20",
    "STAT 135",
    "MATH 1A",
    "MATH 1B",
    "MATH 16A",
    "MATH 51",
    "MATH 52",
    "MATH 53",
    "MATH 54",
    "MATH 110",
    "PHYSICS 5B",
    "PHYSICS 7A",
    "PHYSICS 7B",
    "PHYSICS 10",
    "ESPM 140",
    "BIOLOGY 1A",
    "BIOLOGY 1B",
    "MCELLBI 140",
    "MCELLBI C160",
    "PSYCH 1",
    "PSYCH 2",
    "PSYCH C19",
    "ECON 100A",
    "ECON 100B",
    "ELENG 66",
    "MECENG C85",
    "CIVENG C30",
    "ARESEC 100",
    "PHILOS 2",
    "PHILOS 104",
];

fn names() -> SubjectNames {
    let subject = |code: &str, abbreviation: &str, name: &str| Subject {
        code: SubjectCode::parse(code).unwrap(),
        abbreviation: abbreviation.to_owned(),
        name: name.to_owned(),
    };
    let subjects = [
        subject("COMPSCI", "COMPSCI", "Computer Science"),
        subject("DATA", "DATA", "Data Science"),
        subject("STAT", "STAT", "Statistics"),
        subject("MATH", "MATH", "Mathematics"),
        subject("PHYSICS", "PHYSICS", "Physics"),
        subject("ESPM", "ESPM", "Environ Sci, Policy, and Management"),
        subject("BIOLOGY", "BIOLOGY", "Biology"),
        subject("MCELLBI", "MCELLBI", "Molecular and Cell Biology"),
        subject("PSYCH", "PSYCH", "Psychology"),
        subject("ECON", "ECON", "Economics"),
        subject("ELENG", "EL ENG", "Electrical Engineering"),
        subject("MECENG", "MEC ENG", "Mechanical Engineering"),
        subject("CIVENG", "CIV ENG", "Civil and Environmental Engineering"),
        subject("ARESEC", "A,RESEC", "Agricultural and Resource Economics"),
        subject("PHILOS", "PHILOS", "Philosophy"),
    ];
    SubjectNames::of(subjects.iter())
}

fn find(code: &CourseCode) -> Option<usize> {
    COURSES.iter().position(|known| CourseCode::parse(known).unwrap() == *code)
}

fn reading(own: &str, text: &str) -> Reading<usize> {
    read(text, &SubjectCode::parse(own).unwrap(), &names(), find)
}

/// `words of the text = course`, place by place.
fn links(own: &str, text: &str) -> Vec<String> {
    let link = |mention: &Mention<usize>| format!("{} = {}", &text[mention.place.clone()], COURSES[mention.course]);
    reading(own, text).mentions.iter().map(link).collect()
}

fn wanted(own: &str, text: &str) -> Vec<&'static str> {
    reading(own, text).wanted.into_iter().map(|course| COURSES[course]).collect()
}

#[test]
fn subjects_are_carried_over_to_the_numbers_behind_them() {
    assert_eq!(links("DATA", "CS 61A or 61B"), ["CS 61A = COMPSCI 61A", "61B = COMPSCI 61B"]);
    assert_eq!(
        links("CHEM", "Psychology 1, N1, W1, 2, or Psychology C19."),
        ["Psychology 1 = PSYCH 1", "2 = PSYCH 2", "Psychology C19 = PSYCH C19"]
    );
    assert_eq!(
        links("STAT", "MATH 53; and MATH 54, MATH 56, MATH 110, or ELENG 66."),
        ["MATH 53 = MATH 53", "MATH 54 = MATH 54", "MATH 110 = MATH 110", "ELENG 66 = ELENG 66"]
    );
    assert_eq!(
        links("MATH", "51(previously 1A)-52(previously 1B) recommended."),
        ["51 = MATH 51", "1A = MATH 1A", "52 = MATH 52", "1B = MATH 1B"]
    );
}

#[test]
fn names_in_words_abbreviations_and_one_word_are_understood() {
    assert_eq!(
        links(
            "IB",
            "Biology 1A, 1B, or Environ Sci, Policy, and Management 140. Molecular and Cell Biology 140 and C160."
        ),
        [
            "Biology 1A = BIOLOGY 1A",
            "1B = BIOLOGY 1B",
            "Environ Sci, Policy, and Management 140 = ESPM 140",
            "Molecular and Cell Biology 140 = MCELLBI 140",
            "C160 = MCELLBI C160",
        ]
    );
    assert_eq!(
        links("ASTRON", "MEC ENG C85 / CIV ENG C30, Economics100A, CS61b"),
        ["MEC ENG C85 = MECENG C85", "CIV ENG C30 = CIVENG C30", "Economics100A = ECON 100A", "CS61b = COMPSCI 61B"]
    );
}

#[test]
fn ranges_mean_what_lies_between_them_too() {
    assert_eq!(links("DATA", "Computer Science 61A-61C"), ["Computer Science 61A = COMPSCI 61A", "61C = COMPSCI 61C"]);
    assert_eq!(wanted("DATA", "Computer Science 61A–61C"), ["COMPSCI 61B", "COMPSCI 61A", "COMPSCI 61C"]);
    assert_eq!(links("CHEM", "Physics 7A/B"), ["Physics 7A = PHYSICS 7A", "B = PHYSICS 7B"]);
    assert_eq!(wanted("CHEM", "Economics 100A - B"), ["ECON 100A", "ECON 100B"]);
}

#[test]
fn subjects_named_together_are_all_wanted() {
    assert_eq!(
        links("ECON", "DATA/COMPSCI/STAT C8 or STAT 20"),
        ["DATA/COMPSCI/STAT C8 = DATA C8", "STAT 20 = STAT 20"]
    );
    assert_eq!(wanted("ECON", "DATA/COMPSCI/STAT C8 or STAT 20"), ["DATA C8", "COMPSCI C8", "STAT C8", "STAT 20"]);
}

#[test]
fn numbers_alone_belong_to_the_own_subject_when_they_are_surely_courses() {
    assert_eq!(links("PHILOS", "2 or 104, or two courses in philosophy."), ["2 = PHILOS 2", "104 = PHILOS 104"]);
    assert_eq!(links("COMPSCI", "Sophomore standing; 61A or consent."), ["61A = COMPSCI 61A"]);
    assert_eq!(links("MATH", "1A or equivalent is prerequisite to 1B"), ["1A = MATH 1A", "1B = MATH 1B"]);
    for text in [
        "2 semesters of Latin",
        "2 or more courses",
        "Passed 2 of them, 104 in all",
        "1. Audition 2. Placement",
        "A GPA of 3.0 or better; 2.0 elsewhere",
        "Score of 4 or 5 on the AP exam",
        "3rd and 2nd year students",
        "2 units; 3 units",
    ] {
        assert_eq!(links("PHILOS", text), [""; 0], "{text}");
    }
    assert_eq!(links("MATH", "AP 1A, Part 1B, Mythology 53"), [""; 0], "a number of something else");
}

#[test]
fn plain_words_are_no_nicknames() {
    assert_eq!(links("MATH", "There are 100 students"), [""; 0]);
    assert_eq!(links("MATH", "ARE 100"), ["ARE 100 = ARESEC 100"]);
}

#[test]
fn what_a_sentence_excludes_is_linked_and_not_wanted() {
    let text = "Students who have passed Psych 1 may not enroll in Psych 2. Physics 10 is recommended.";
    assert_eq!(links("PSYCH", text).len(), 3);
    assert_eq!(wanted("PSYCH", text), ["PHYSICS 10"]);
}

#[test]
fn a_long_text_is_cut_between_characters() {
    let text = format!("{}é Math 53", "x".repeat(TEXT_BYTES_MAX - 1));
    assert_eq!(reading("MATH", &text).mentions, []);
}

proptest! {
    #[test]
    fn whatever_is_written_places_are_texts_in_order_and_courses_exist(text in "\\PC{0,120}") {
        check(&text)?;
    }

    #[test]
    fn what_looks_like_prerequisites_too(
        parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "CS", "Math", "Economics", "DATA", "/", "-", "–", ",", " ", "and", "or", "(", ")", ";", ".", "\n", "61A",
                "1A", "B", "C8", "53", "100A", "C", "é", "of", "units", "7", "may not enroll",
            ]),
            0..30,
        ),
    ) {
        check(&parts.join(" "))?;
        check(&parts.concat())?;
    }

    #[test]
    fn a_code_alone_is_always_understood(at in 0..COURSES.len()) {
        let code = CourseCode::parse(COURSES[at]).unwrap();
        for text in [COURSES[at].to_owned(), COURSES[at].to_lowercase(), format!("either {code}, or consent")] {
            let found = reading("LINGUIS", &text);
            prop_assert_eq!(found.mentions.len(), 1, "{}", text);
            prop_assert_eq!(&found.wanted, &vec![at], "{}", text);
        }
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let reading = reading("MATH", text);
    let mut end = 0;
    for mention in &reading.mentions {
        prop_assert!(mention.place.start >= end && mention.place.end > mention.place.start);
        let words = &text[mention.place.clone()];
        prop_assert!(words.chars().any(char::is_alphanumeric));
        prop_assert!(CatalogNumber::parse(COURSES[mention.course].rsplit_once(' ').unwrap().1).is_ok());
        end = mention.place.end;
    }
    let mut wanted = reading.wanted.clone();
    wanted.sort_unstable();
    wanted.dedup();
    prop_assert_eq!(wanted.len(), reading.wanted.len());
    Ok(())
}
