//! Its courses, and the lists that they are in.

use catalog::course::{Course, CourseCode, UnitCount, Units};
use catalog::playlist::{Category, Playlist, PlaylistKey};

use super::FALL;

pub(super) fn all() -> Vec<Course> {
    let mut courses = vec![
        course("COMPSCI 61A", "Computer Science", "The Structure and Interpretation of Sample Programs"),
        course("COMPSCI 61B", "Computer Science", "Sample Data Structures"),
        course("DATA C8", "Data Science", "Foundations of Sample Science"),
        course("STAT C8", "Statistics", "Foundations of Sample Science"),
        course("HISTORY 7A", "History", "<script>alert('title')</script> & Other Stories"),
        course("ELENG 16A", "Electrical Engineering", "Designing Sample Devices"),
        course("MATH 1", "Mathematics", "Mathematics, Part 1"),
        course("MATH 10", "Mathematics", "Mathematics, Part 10"),
        course("MATH 2", "Mathematics", "Mathematics, Part 2"),
        course("PHYSICS 77", "Physics", "Never Offered"),
    ];
    courses[1].units = Some(Units::AnyOf(vec![UnitCount(300), UnitCount(400)]));
    courses[2].cross_listed = vec![code("STAT C8")];
    courses[5].subject_abbreviation = "EL ENG".to_owned();
    courses[6].units = Some(Units::Range(UnitCount(50), UnitCount(400)));
    courses[9].units = None;
    courses
}

/// A course by its code.
pub(super) fn code(text: &str) -> CourseCode {
    CourseCode::parse(text).unwrap()
}

fn course(text: &str, subject_name: &str, title: &str) -> Course {
    let code = code(text);
    Course {
        cs_course_id: None,
        subject_abbreviation: code.subject.to_string(),
        code,
        subject_name: subject_name.to_owned(),
        title: title.to_owned(),
        description: "A made-up description with <b>markup</b> in it.".to_owned(),
        units: Some(Units::Fixed(UnitCount(400))),
        prerequisites: Some("Sample prerequisite 1A.".to_owned()),
        cross_listed: Vec::new(),
        academic_career: Some("UGRD".to_owned()),
        grading_basis: None,
        final_exam: Some("Y".to_owned()),
        from_date: None,
    }
}

pub(super) fn playlists() -> Vec<Playlist> {
    let list = |category, name: &str, term: Option<&str>, courses: &[&str]| Playlist {
        key: PlaylistKey { category, name: name.to_owned(), term: term.map(|term| term.parse().unwrap()) },
        courses: courses.iter().map(|text| code(text)).collect(),
    };
    vec![
        list(Category::University, "American Cultures", None, &["HISTORY 7A", "COMPSCI 61A"]),
        list(Category::University, "American History", None, &["HISTORY 7A"]),
        list(Category::Ls, "Arts & Literature", Some(FALL), &["HISTORY 7A"]),
        list(Category::Ls, "Arts & Literature", Some(super::SPRING), &["MATH 1"]),
        list(Category::Units, "4 Units", None, &["COMPSCI 61A", "COMPSCI 61B", "MATH 1"]),
        list(Category::Level, "Lower Division", None, &["COMPSCI 61A", "COMPSCI 61B", "MATH 1"]),
        list(Category::Department, "Computer Science", None, &["COMPSCI 61A", "COMPSCI 61B"]),
        list(Category::Department, "History", None, &["HISTORY 7A"]),
        list(Category::Semester, "Fall 2021", Some(FALL), &["COMPSCI 61A", "COMPSCI 61B", "HISTORY 7A", "DATA C8"]),
        list(Category::Semester, "Spring 2021", Some(super::SPRING), &["COMPSCI 61A", "MATH 1"]),
    ]
}
