//! Sources that the operator turned off: their data is not there, and the API says so and why.

use catalog::switches::Source;
use http::StatusCode;
use serde_json::Value;

use crate::world::World;

const WHEN: &str = "2021-09-02T09:04:00Z";

#[tokio::test]
async fn without_grades_nothing_tells_how_anything_was_graded() {
    let world = World::new().await;
    let id = world.course("COMPSCI 61A").await;
    world.switch_off(Source::Grades, "The registrar asked.", WHEN).await;
    for path in [
        "/api/v1/grades".to_owned(),
        "/api/v1/courses/COMPSCI/61A/grades".to_owned(),
        "/api/grades/grades_json/".to_owned(),
        format!("/api/grades/course_grades/{id}/"),
        "/api/grades/sections/1&2/".to_owned(),
    ] {
        let problem = world.get(&path).await.problem(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!((&problem["source"], &problem["since"]), (&"grades".into(), &WHEN.into()), "{path}");
        assert!(problem["detail"].as_str().unwrap().contains("The registrar asked."), "{path}");
    }
    let course = world.json("/api/v1/courses/COMPSCI/61A").await;
    assert_eq!(course["data"]["average"], Value::Null);
    assert_eq!(course["switched_off"][0]["reason"], "The registrar asked.");
    let old = world.json(&format!("/api/catalog/filter/?course_id={id}")).await;
    assert_eq!((&old[0]["grade_average"], &old[0]["letter_average"]), (&Value::from(-1.0), &"".into()));
}

#[tokio::test]
async fn without_enrollment_nothing_tells_how_full_anything_is() {
    let world = World::new().await;
    let id = world.course("COMPSCI 61A").await;
    world.switch_off(Source::Enrollment, "Sample reason.", WHEN).await;
    for path in [
        "/api/v1/sections/fall-2021/20001/enrollment".to_owned(),
        "/api/v1/courses/COMPSCI/61A/terms/fall-2021/enrollment".to_owned(),
        format!("/api/enrollment/sections/{id}/"),
        format!("/api/enrollment/aggregate/{id}/fall/2021/"),
        "/api/enrollment/data/22180000020001/".to_owned(),
    ] {
        let problem = world.get(&path).await.problem(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(problem["source"], "enrollment", "{path}");
    }
    assert_eq!(world.json("/api/v1/sections/fall-2021/20001").await["data"]["seats"], Value::Null);
    let old = world.json(&format!("/api/catalog/catalog_json/course_box/?course_id={id}")).await;
    assert_eq!((&old["course"]["enrolled"], &old["sections"][0]["enrolled"]), (&Value::from(-1), &Value::Null));
}

#[tokio::test]
async fn without_the_public_api_every_address_says_why_but_for_status_and_documentation() {
    let world = World::new().await;
    world.switch_off(Source::PublicApi, "Closed for the sample audit.", WHEN).await;
    for path in ["/api/v1/courses", "/api/v1/openapi.json", "/api/catalog/catalog_json/", "/api/graphql"] {
        let problem = world.get(path).await.problem(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(problem["source"], "public-api", "{path}");
        assert!(problem["detail"].as_str().unwrap().contains("Closed for the sample audit."), "{path}");
    }
    assert_eq!(world.json("/api/v1/status").await["switched_off"][0]["source"], "public-api");
    let page = world.get("/api/docs").await;
    assert!(page.status == StatusCode::OK && page.body.contains("Closed for the sample audit."));
    world.switch_on(Source::PublicApi, "2021-09-03T09:04:00Z").await;
    assert_eq!(world.get("/api/v1/courses").await.status, StatusCode::OK);
}
