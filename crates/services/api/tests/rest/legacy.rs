//! The addresses of 2021. The shapes are a contract: a snapshot that changes breaks somebody's program.

use http::StatusCode;
use insta::assert_snapshot;

use crate::world::World;

#[tokio::test]
async fn lists_of_courses() {
    let world = World::new().await;
    assert_snapshot!("catalog_json", world.text("/api/catalog/catalog_json/").await);
    let long = world.json("/api/catalog/catalog_json/?form=long").await;
    assert_eq!(long["courses"][0]["title"], "The Structure and Interpretation of Sample Programs");
    assert_snapshot!("grades_json", world.text("/api/grades/grades_json/").await);
    assert_snapshot!("enrollment_json", world.text("/api/enrollment/enrollment_json/?form=long").await);
}

#[tokio::test]
async fn slashes_at_the_end_and_parameters_against_caches_do_not_matter() {
    let world = World::new().await;
    let plain = world.json("/api/catalog/catalog_json/").await;
    assert_eq!(world.json("/api/catalog/catalog_json").await, plain);
    assert_eq!(world.json("/api/catalog/catalog_json?_=1630000000").await, plain);
}

#[tokio::test]
async fn filters() {
    let world = World::new().await;
    assert_snapshot!("filters", world.text("/api/catalog/catalog_json/filters/").await);
    let with_course = world.json("/api/catalog/catalog_json/filters/EL%20ENG/16A/").await;
    assert_eq!(with_course["default_course"].as_u64().unwrap(), world.course("ELENG 16A").await);
    assert_eq!(world.json("/api/catalog/catalog_json/filters/NOPE/1/").await["default_course"], "");
}

#[tokio::test]
async fn one_course() {
    let world = World::new().await;
    let id = world.course("COMPSCI 61A").await;
    assert_snapshot!("course", world.text(&format!("/api/catalog/catalog_json/course/{id}/")).await);
    let never = world.course("PHYSICS 77").await;
    let never = world.json(&format!("/api/catalog/catalog_json/course/{never}/")).await;
    assert_eq!((&never["offered"], &never["last_enrollment_update"]), (&false.into(), &serde_json::Value::Null));
    world.get("/api/catalog/catalog_json/course/987654/").await.problem(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_course_with_its_sections() {
    let world = World::new().await;
    let box_of = |id: u64, rest: &str| format!("/api/catalog/catalog_json/course_box/?course_id={id}{rest}");
    let id = world.course("COMPSCI 61A").await;
    assert_snapshot!("course_box", world.text(&box_of(id, "")).await);
    let spring = world.json(&box_of(id, "&semester=spring&year=2021")).await;
    assert_eq!(spring["sections"].as_array().unwrap().len(), 1);
    assert_eq!(spring["course"]["enrolled"], 900);
    let never = world.course("PHYSICS 77").await;
    assert_snapshot!("course_box_never_offered", world.text(&box_of(never, "")).await);
    let missing = world.get("/api/catalog/catalog_json/course_box/").await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(missing["errors"][0]["parameter"], "course_id");
}

#[tokio::test]
async fn courses_by_filters() {
    let world = World::new().await;
    let codes = async |ids: &[u64]| -> Vec<String> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let found = world.json(&format!("/api/catalog/filter/?filters={}", ids.join(","))).await;
        let rows = found.as_array().unwrap().iter();
        rows.map(|row| format!("{} {}", row["abbreviation"].as_str().unwrap(), row["course_number"].as_str().unwrap()))
            .collect()
    };
    let cultures = world.playlist("university", "American Cultures").await;
    let history = world.playlist("university", "American History").await;
    let units = world.playlist("units", "4 Units").await;
    let (computers, historians) =
        (world.playlist("department", "Computer Science").await, world.playlist("department", "History").await);
    assert_eq!(codes(&[cultures]).await, ["COMPSCI 61A", "HISTORY 7A"]);
    assert_eq!(codes(&[cultures, history]).await, ["HISTORY 7A"], "all of a requirement's");
    assert_eq!(codes(&[computers, historians]).await, ["COMPSCI 61A", "COMPSCI 61B", "HISTORY 7A"], "any department");
    assert_eq!(codes(&[cultures, units]).await, ["COMPSCI 61A"], "and every category");
    assert_eq!(codes(&[cultures, 987_654]).await, ["COMPSCI 61A", "HISTORY 7A"], "unknown ids are passed over");
    assert!(codes(&[987_654]).await.is_empty());
    let id = world.course("COMPSCI 61A").await;
    assert_snapshot!("filter", world.text(&format!("/api/catalog/filter/?course_id={id}")).await);
    assert_eq!(world.json("/api/catalog/filter/").await, serde_json::json!([]));
}

#[tokio::test]
async fn graded_sections_and_their_summary() {
    let world = World::new().await;
    let id = world.course("COMPSCI 61A").await;
    let sections = world.json(&format!("/api/grades/course_grades/{id}/")).await;
    assert_snapshot!("course_grades", serde_json::to_string_pretty(&sections).unwrap());
    let ids: Vec<String> = sections.as_array().unwrap().iter().map(|row| row["grade_id"].to_string()).collect();
    let joined = world.text(&format!("/api/grades/sections/{}/", ids.join("&"))).await;
    assert_snapshot!("grades_sections", joined);
    let encoded = world.text(&format!("/api/grades/sections/{}/", ids.join("%26"))).await;
    assert_eq!(encoded, joined);
    let passed = world.course("MATH 2").await;
    let passed = world.json(&format!("/api/grades/course_grades/{passed}/")).await;
    let passed = world.json(&format!("/api/grades/sections/{}/", passed[0]["grade_id"])).await;
    assert_eq!((&passed["section_gpa"], &passed["section_letter"]), (&serde_json::json!(-1.0), &"N/A".into()));
    let ungraded = world.course("PHYSICS 77").await;
    assert_eq!(world.json(&format!("/api/grades/course_grades/{ungraded}/")).await, serde_json::json!([]));
    world.get("/api/grades/course_grades/987654/").await.problem(StatusCode::NOT_FOUND);
    world.get("/api/grades/sections/987654/").await.problem(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn enrollment_of_a_course_and_of_a_section() {
    let world = World::new().await;
    let id = world.course("COMPSCI 61A").await;
    let sections = world.json(&format!("/api/enrollment/sections/{id}/")).await;
    assert_snapshot!("enrollment_sections", serde_json::to_string_pretty(&sections).unwrap());
    let section = &sections[0]["sections"][0]["section_id"];
    assert_snapshot!("enrollment_data", cut(&world.json(&format!("/api/enrollment/data/{section}/")).await));
    let devices = world.course("ELENG 16A").await;
    let together = world.json(&format!("/api/enrollment/aggregate/{devices}/fall/2021/")).await;
    assert_snapshot!("enrollment_aggregate", cut(&together));
    let never = world.course("PHYSICS 77").await;
    world.get(&format!("/api/enrollment/aggregate/{never}/fall/2021/")).await.problem(StatusCode::NOT_FOUND);
    world.get(&format!("/api/enrollment/aggregate/{devices}/fall/1999/")).await.problem(StatusCode::NOT_FOUND);
    world.get("/api/enrollment/data/12001/").await.problem(StatusCode::NOT_FOUND);
    world.get("/api/enrollment/sections/987654/").await.problem(StatusCode::NOT_FOUND);
    let winter = world.get(&format!("/api/enrollment/aggregate/{devices}/winter/2021/")).await;
    winter.problem(StatusCode::UNPROCESSABLE_ENTITY);
}

/// The series with its first, second and last days only: 128 days tell no more.
fn cut(series: &serde_json::Value) -> String {
    let mut series = series.clone();
    let days = series["data"].as_array_mut().unwrap();
    let last = days.pop().unwrap();
    days.truncate(2);
    days.push(last);
    serde_json::to_string_pretty(&series).unwrap()
}

#[tokio::test]
async fn what_is_not_rebuilt_here_is_not_found() {
    let world = World::new().await;
    for path in ["/api/forms/config/BugSurvey/", "/api/login/", "/api/admin/", "/api/nothing"] {
        world.get(path).await.problem(StatusCode::NOT_FOUND);
    }
}
