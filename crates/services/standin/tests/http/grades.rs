//! The demo campus's grade exports.

use std::collections::{HashMap, HashSet};

use axum::http::StatusCode;
use standin::server::Standin;

use crate::asking::{get, number, sections, small_campus, text};

fn rows(file: &str) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

async fn file(standin: &Standin, name: &str) -> String {
    let answer = get(standin, &format!("/standin/grades/{name}")).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.text
}

#[tokio::test]
async fn every_term_that_is_over_has_two_files() {
    let standin = small_campus(1);
    let listed = get(&standin, "/standin/grades/").await.json();
    let files: Vec<&str> = listed["files"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert_eq!(files.len(), 12);
    assert!(files.contains(&"spring_2026_under.csv") && files.contains(&"summer_2025_grad.csv"));
    assert_eq!(get(&standin, "/standin/grades/fall_2026_under.csv").await.status, StatusCode::NOT_FOUND);
    assert_eq!(standin.grade_files(), files);
    assert_eq!(standin.grade_file("spring_2026_under.csv").unwrap(), file(&standin, "spring_2026_under.csv").await);
}

#[tokio::test]
async fn control_numbers_join_the_sections_and_small_sections_are_there() {
    let standin = small_campus(1);
    let export = file(&standin, "spring_2026_under.csv").await;
    assert!(export.starts_with("\u{feff}Grade Sort Nbr,Enrollment Cnt,% Grades Receivedof Enrollment,Letter Grd Cnt,"));
    let known: HashMap<i64, _> = sections(&standin, 2262).await.into_iter().map(|s| (number(&s, "/id"), s)).collect();
    let mut graded: HashMap<i64, i64> = HashMap::new();
    for row in rows(&export) {
        let section = &known[&row["Course Control Nbr"].parse().unwrap()];
        assert_eq!(text(section, "/class/course/subjectArea/description"), row["Course Subject Short Nm"]);
        assert_eq!(text(section, "/class/course/catalogNumber/formatted"), row["Course Number"]);
        assert_eq!(text(section, "/number"), row["Section Nbr"]);
        *graded.entry(number(section, "/id")).or_default() += row["Enrollment Cnt"].parse::<i64>().unwrap();
    }
    for (id, students) in &graded {
        assert_eq!(*students, number(&known[id], "/enrollmentStatus/enrolledCount"));
    }
    assert!(graded.values().any(|students| *students < 10), "the privacy rule has work");
    assert!(graded.values().any(|students| *students > 500));
}

#[tokio::test]
async fn courses_grade_differently_and_all_kinds_of_grades_occur() {
    let standin = small_campus(1);
    let mut names: HashSet<String> = HashSet::new();
    for name in ["fall_2025_under.csv", "fall_2025_grad.csv"] {
        names.extend(rows(&file(&standin, name).await).into_iter().map(|row| row["Grade Nm"].clone()));
    }
    for grade in ["A+", "A", "F", "Pass", "Not Pass", "Satisfactory", "Withdrawn", "Incomplete"] {
        assert!(names.contains(grade), "{grade}");
    }
}
