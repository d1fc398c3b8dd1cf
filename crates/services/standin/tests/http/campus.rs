//! The demo campus: its size, its shapes, its names.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;
use standin::config::StandinConfig;

use crate::asking::{NOW, get, number, sections, small_campus, standing_at, sweep, text};

fn count(records: &[Value], wanted: impl Fn(&Value) -> bool) -> usize {
    records.iter().filter(|record| wanted(record)).count()
}

fn is_primary(section: &Value) -> bool {
    section["association"]["primary"] == true
}

#[tokio::test]
async fn the_campus_has_the_size_of_the_real_one() {
    let standin = standing_at(StandinConfig::demo(1), NOW).0;
    let courses = sweep(&standin, "/sis/v5/courses?status-code=ACTIVE", "courses", 500).await;
    let subjects: HashSet<&str> = courses.iter().map(|course| text(course, "/subjectArea/code")).collect();
    assert!((8_700..9_300).contains(&courses.len()), "{} courses", courses.len());
    assert!((180..200).contains(&subjects.len()), "{} subjects", subjects.len());
    let fall = sections(&standin, 2268).await;
    assert!((10_400..11_600).contains(&fall.len()), "{} sections", fall.len());
    let summer = sections(&standin, 2265).await;
    assert!((2_200..3_300).contains(&summer.len()), "{} sections in summer", summer.len());
    let spring = sections(&standin, 2262).await;
    assert!((10_400..11_600).contains(&spring.len()), "{} sections in spring", spring.len());
    // The real figures: Fall 2016 at its end. A quarter more or less is near enough.
    let near = |real: usize, made: usize, what: &str| {
        assert!((real * 3 / 4..=real * 5 / 4).contains(&made), "{what}: {made}, really {real}");
    };
    let component = |code: &str| count(&fall, |section| section["component"]["code"] == code);
    near(7_511, count(&fall, is_primary), "primary sections");
    near(2_499, component("LEC"), "lectures");
    near(2_817, component("DIS"), "discussions");
    near(1_087, component("LAB"), "laboratories");
    near(1_090, component("SEM"), "seminars");
    near(2_471, component("IND"), "independent studies");
    let has_breadth = |section: &Value| {
        let attributes = section["sectionAttributes"].as_array().unwrap();
        attributes.iter().any(|attribute| attribute["attribute"]["code"] == "GE")
    };
    near(2_774, count(&fall, has_breadth), "sections with a breadth");
    let enrolled = |section: &Value| number(section, "/enrollmentStatus/enrolledCount");
    near(148_086, fall.iter().filter(|section| is_primary(section)).map(enrolled).sum::<i64>() as usize, "students");
    assert!(count(&fall, |section| enrolled(section) > number(section, "/enrollmentStatus/maxEnroll")) > 50);
    let meetings = |section: &Value| section["meetings"].as_array().unwrap().len();
    assert!(count(&fall, |section| meetings(section) == 0) > 100);
    assert!(count(&fall, |section| meetings(section) == 2) > 50);
    assert!(count(&fall, |section| section["enrollmentStatus"]["seatReservations"].is_array()) > 100);
    assert!(count(&fall, |section| section["status"]["code"] == "X") > 50);
    assert!(fall.iter().any(|section| section.to_string().contains("O'Brien-Núñez")));
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes_and_another_seed_another_campus() {
    let (one, same, other) = (small_campus(7), small_campus(7), small_campus(8));
    for path in [
        "/sis/v5/courses?page-number=2",
        "/sis/v4/courses?page-number=3",
        "/sis/v1/classes?term-id=2268&page-size=200",
        "/sis/v1/classes/sections?term-id=2268&page-size=200",
        "/sis/v2/terms",
    ] {
        let answer = get(&one, path).await.text;
        assert_eq!(answer, get(&same, path).await.text, "{path}");
        assert_eq!(answer != get(&other, path).await.text, !path.contains("terms"), "{path}");
    }
}

#[tokio::test]
async fn courses_that_students_know_are_offered() {
    let standin = small_campus(1);
    for (subject, catalog_number) in [
        ("COMPSCI", "61A"),
        ("MATH", "1A"),
        ("ELENG", "16A"),
        ("CHEM", "1A"),
        ("ECON", "1"),
        ("HISTORY", "7A"),
        ("POLSCI", "1"),
        ("ENGLISH", "R1A"),
    ] {
        let path = format!(
            "/sis/v1/classes/sections?term-id=2268&subject-area-code={subject}&catalog-number={catalog_number}&page-size=400"
        );
        let found = get(&standin, &path).await.records("classSections");
        assert!(found.iter().any(is_primary), "{subject} {catalog_number}");
        assert!(found.iter().all(|section| section["printInScheduleOfClasses"] == true));
    }
    let course = get(&standin, "/sis/v4/courses?subject-area-code=ELENG&catalog-number=16A").await.records("courses");
    assert_eq!(text(&course[0], "/subjectArea/code"), "EL ENG");
    assert_eq!(text(&course[0], "/displayName"), "EL ENG 16A");
    let first = get(&standin, "/sis/v5/courses?subject-area-code=COMPSCI&catalog-number=61A").await.records("courses");
    assert_eq!(first[0]["catalogNumber"], "61A");
}

#[tokio::test]
async fn cross_listed_courses_share_their_id_and_name_each_other() {
    let standin = small_campus(1);
    let listed = sweep(&standin, "/sis/v5/courses?catalog-number=C8", "courses", 100).await;
    let known = ["STAT C8", "COMPSCI C8", "INFO C8"];
    let group: Vec<_> = listed.iter().filter(|course| known.contains(&text(course, "/displayName"))).collect();
    assert_eq!(group.len(), 3);
    let ids: HashSet<&str> = group.iter().map(|course| text(course, "/identifiers/1/id")).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(group[0]["crossListing"]["courses"], serde_json::json!(["COMPSCI C8", "INFO C8", "STAT C8"]));
    let by_id = format!("/sis/v1/classes?cs-course-id={}", ids.iter().next().unwrap());
    assert!(get(&standin, &by_id).await.records("classes").len() >= 3);
}

#[tokio::test]
async fn everything_says_that_it_is_made_up() {
    let standin = small_campus(1);
    let answer = get(&standin, "/sis/v4/courses").await;
    assert_eq!(answer.headers["x-berkeleytime-standin"], "demo");
    assert!(answer.records("courses").iter().all(|course| text(course, "/description").contains("Demo data")));
}

#[tokio::test]
async fn secondary_sections_hang_on_their_lecture_and_share_its_students() {
    let standin = small_campus(1);
    let all = sections(&standin, 2268).await;
    let by_id: HashMap<i64, &Value> = all.iter().map(|section| (number(section, "/id"), section)).collect();
    assert_eq!(by_id.len(), all.len(), "ids are unique");
    let mut discussing: HashMap<i64, i64> = HashMap::new();
    for section in all.iter().filter(|section| !is_primary(section)) {
        let primary = by_id[&number(section, "/association/primaryAssociatedSectionId")];
        assert_eq!(primary["class"]["displayName"], section["class"]["displayName"]);
        assert!(is_primary(primary));
        if section["component"]["code"] == "DIS" {
            *discussing.entry(number(primary, "/id")).or_default() +=
                number(section, "/enrollmentStatus/enrolledCount");
        }
    }
    assert!(discussing.len() > 30);
    for (lecture, students) in discussing {
        assert_eq!(number(by_id[&lecture], "/enrollmentStatus/enrolledCount"), students);
    }
    let names: HashSet<String> = all.iter().map(|section| text(section, "/displayName").to_owned()).collect();
    assert_eq!(names.len(), all.len(), "every section has a name of its own");
}

/// Paths and types of a record's fields, some levels deep; lists are judged by their first item.
fn shape(record: &Value, path: &str, found: &mut BTreeSet<String>) {
    match record {
        Value::Object(fields) => {
            for (name, value) in fields {
                shape(value, &format!("{path}/{name}"), found);
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                shape(first, &format!("{path}[]"), found);
            }
        }
        Value::String(_) => drop(found.insert(format!("{path}: text"))),
        Value::Number(_) => drop(found.insert(format!("{path}: number"))),
        Value::Bool(_) => drop(found.insert(format!("{path}: flag"))),
        Value::Null => {}
    }
}

/// What every one of the real samples has, and none of the made records.
fn missing(samples: &[Value], made: &[Value]) -> Vec<String> {
    let shape_of = |record: &Value| {
        let mut found = BTreeSet::new();
        shape(record, "", &mut found);
        found
    };
    let mut wanted = shape_of(&samples[0]);
    for sample in &samples[1..] {
        wanted = wanted.intersection(&shape_of(sample)).cloned().collect();
    }
    let have: BTreeSet<String> = made.iter().flat_map(shape_of).collect();
    wanted.difference(&have).cloned().collect()
}

#[tokio::test]
async fn records_have_the_fields_of_the_real_ones() {
    let Some(folder) = kit::real_data::folder("berkeley-sis-api", "fields of real records") else { return };
    let samples = |name: &str| -> Vec<Value> {
        let file = std::fs::read_to_string(folder.join("samples").join(name)).unwrap();
        serde_json::from_str(&file).unwrap()
    };
    let standin = small_campus(1);
    let made = sweep(&standin, "/sis/v4/courses", "courses", 500).await;
    let none: [&str; 0] = [];
    assert_eq!(missing(&samples("sis_course_10.json"), &made), none);
    let made = sweep(&standin, "/sis/v1/classes?term-id=2268", "classes", 500).await;
    assert_eq!(missing(&samples("sis_class_10.json"), &made), none);
    let made = sections(&standin, 2268).await;
    assert_eq!(missing(&samples("sis_class_section_10.json"), &made), none);
}
