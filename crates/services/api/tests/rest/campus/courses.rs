//! Its courses, and the lists that they are in.

use catalog::course::{Course, UnitCount, Units};
use catalog::playlist::{Category, Playlist};
use kit::sample::{self, code, playlist};

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

fn course(text: &str, subject_name: &str, title: &str) -> Course {
    Course {
        subject_name: subject_name.to_owned(),
        title: title.to_owned(),
        description: "A made-up description with <b>markup</b> in it.".to_owned(),
        units: Some(Units::Fixed(UnitCount(400))),
        prerequisites: Some("Sample prerequisite 1A.".to_owned()),
        academic_career: Some("UGRD".to_owned()),
        final_exam: Some("Y".to_owned()),
        ..sample::course(text)
    }
}

pub(super) fn playlists() -> Vec<Playlist> {
    vec![
        playlist(Category::University, "American Cultures", None, &["HISTORY 7A", "COMPSCI 61A"]),
        playlist(Category::University, "American History", None, &["HISTORY 7A"]),
        playlist(Category::Ls, "Arts & Literature", Some(FALL), &["HISTORY 7A"]),
        playlist(Category::Ls, "Arts & Literature", Some(super::SPRING), &["MATH 1"]),
        playlist(Category::Units, "4 Units", None, &["COMPSCI 61A", "COMPSCI 61B", "MATH 1"]),
        playlist(Category::Level, "Lower Division", None, &["COMPSCI 61A", "COMPSCI 61B", "MATH 1"]),
        playlist(Category::Department, "Computer Science", None, &["COMPSCI 61A", "COMPSCI 61B"]),
        playlist(Category::Department, "History", None, &["HISTORY 7A"]),
        playlist(Category::Semester, "Fall 2021", Some(FALL), &["COMPSCI 61A", "COMPSCI 61B", "HISTORY 7A", "DATA C8"]),
        playlist(Category::Semester, "Spring 2021", Some(super::SPRING), &["COMPSCI 61A", "MATH 1"]),
    ]
}
