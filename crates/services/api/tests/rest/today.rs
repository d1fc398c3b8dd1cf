//! `/api/v1`, endpoint by endpoint.

use http::StatusCode;
use insta::assert_snapshot;

use crate::world::World;

#[tokio::test]
async fn courses() {
    let world = World::new().await;
    assert_snapshot!("v1_courses", world.text("/api/v1/courses?limit=2").await);
    assert_snapshot!("v1_course", world.text("/api/v1/courses/cs/61a").await);
    let id = world.course("COMPSCI 61A").await;
    let by_code = world.json("/api/v1/courses/COMPSCI/61A").await;
    assert_eq!(world.json(&format!("/api/v1/courses/by-id/{id}")).await, by_code);
    world.get("/api/v1/courses/COMPSCI/999").await.problem(StatusCode::NOT_FOUND);
    world.get("/api/v1/courses/by-id/987654").await.problem(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_a_course_offers() {
    let world = World::new().await;
    assert_snapshot!("v1_offering", world.text("/api/v1/courses/ELENG/16A/terms/fall-2021").await);
    assert_eq!(
        world.json("/api/v1/courses/ELENG/16A/terms/2218").await["data"],
        world.json("/api/v1/courses/el%20eng/16a/terms/fall-2021").await["data"]
    );
    let problem = world.get("/api/v1/courses/ELENG/16A/terms/spring-2021").await.problem(StatusCode::NOT_FOUND);
    assert_eq!(problem["detail"], "ELENG 16A is not offered in Spring 2021.");
    world.get("/api/v1/courses/ELENG/16A/terms/fall-1999").await.problem(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn sections() {
    let world = World::new().await;
    assert_snapshot!("v1_section", world.text("/api/v1/sections/fall-2021/20001").await);
    let unknown_count = world.json("/api/v1/sections/fall-2021/20003").await;
    assert_eq!(unknown_count["data"]["seats"]["enrolled"], serde_json::Value::Null, "the source said -1");
    let uncounted = world.json("/api/v1/sections/2218/20004").await;
    assert_eq!(uncounted["data"]["seats"], serde_json::Value::Null);
    world.get("/api/v1/sections/spring-2021/20001").await.problem(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn how_sections_filled() {
    let world = World::new().await;
    let cut = |mut history: serde_json::Value| {
        history["data"]["daily"].as_array_mut().unwrap().truncate(2);
        serde_json::to_string_pretty(&history).unwrap()
    };
    let section = world.json("/api/v1/sections/fall-2021/20001/enrollment").await;
    assert_eq!(section["data"]["daily"].as_array().unwrap().len(), 129, "every day until the last observation");
    assert_snapshot!("v1_section_enrollment", cut(section));
    let course = world.json("/api/v1/courses/ELENG/16A/terms/fall-2021/enrollment").await;
    assert_snapshot!("v1_offering_enrollment", cut(course));
}

#[tokio::test]
async fn grades() {
    let world = World::new().await;
    assert_snapshot!("v1_course_grades", world.text("/api/v1/courses/STAT/C8/grades").await);
    let both = world.json("/api/v1/courses/DATA/C8/grades").await;
    assert_eq!(both["data"]["summary"]["total"], 60, "the cross-listed course's grades count");
    let own = world.json("/api/v1/courses/DATA/C8/grades?cross_listed=false").await;
    assert_eq!(own["data"]["summary"]["total"], 0);
    assert_eq!(own["data"]["summary"]["average"], serde_json::Value::Null);
    let hers = world.json("/api/v1/grades?instructor=ann+sample&term=fall-2020").await;
    assert_eq!((&hers["total"], &hers["summary"]["total"]), (&2.into(), &110.into()));
    let id = world.course("COMPSCI 61A").await;
    let all = world.json(&format!("/api/v1/grades?course={id}&limit=1")).await;
    assert_eq!((&all["total"], &all["data"].as_array().unwrap().len()), (&3.into(), &1));
    assert_eq!(world.json("/api/v1/grades?instructor=nobody").await["total"], 0);
}

#[tokio::test]
async fn requirements() {
    let world = World::new().await;
    assert_snapshot!("v1_playlists", world.text("/api/v1/playlists?category=university&category=ls").await);
    let spring = world.json("/api/v1/playlists?category=ls&term=spring-2021").await;
    assert_eq!(spring["data"][0]["term"], "spring-2021");
    let id = world.playlist("university", "American Cultures").await;
    assert_snapshot!("v1_playlist", world.text(&format!("/api/v1/playlists/{id}")).await);
    world.get("/api/v1/playlists/987654").await.problem(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn terms_subjects_and_instructors() {
    let world = World::new().await;
    assert_snapshot!("v1_terms", world.text("/api/v1/terms").await);
    assert_eq!(world.json("/api/v1/terms/2218").await["data"]["term"], "fall-2021");
    assert_snapshot!("v1_subject", world.text("/api/v1/subjects/el%20eng").await);
    assert_eq!(world.json("/api/v1/subjects").await["total"], 7);
    assert_snapshot!("v1_instructors", world.text("/api/v1/instructors?term=spring-2021").await);
    assert_snapshot!("v1_suggestions", world.text("/api/v1/suggestions?q=sa").await);
    let found = world.json("/api/v1/instructors?q=nunez+sam").await;
    assert_eq!(found["data"][0]["name"], "Sample O'Brien-Núñez");
    world.get("/api/v1/subjects/NOPE").await.problem(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_catalog_itself() {
    let world = World::new().await;
    assert_snapshot!("v1_status", world.text("/api/v1/status").await);
    assert_snapshot!("v1_updates", world.text("/api/v1/updates").await);
    assert_eq!(world.json("/api/v1").await["data"]["links"]["courses"], "/api/v1/courses");
}

#[tokio::test]
async fn before_the_first_catalog_every_answer_says_when_to_come_back() {
    let world = World::empty();
    for path in ["/api/v1/courses", "/api/v1/status", "/api/catalog/catalog_json/"] {
        let answer = world.get(path).await;
        if answer.status != StatusCode::OK {
            answer.problem(StatusCode::SERVICE_UNAVAILABLE);
            assert!(!answer.header("retry-after").is_empty());
        }
    }
}

#[tokio::test]
async fn without_the_database_only_histories_are_missing() {
    let world = World::without_database().await;
    let id = world.course("COMPSCI 61A").await;
    for path in [
        "/api/v1/sections/fall-2021/20001/enrollment".to_owned(),
        "/api/v1/courses/cs/61a/terms/fall-2021/enrollment".to_owned(),
        format!("/api/enrollment/aggregate/{id}/fall/2021/"),
        "/api/enrollment/data/22180000020001/".to_owned(),
    ] {
        let answer = world.get(&path).await;
        answer.problem(StatusCode::SERVICE_UNAVAILABLE);
        assert!(!answer.header("retry-after").is_empty(), "{path}");
    }
    world.json("/api/v1/sections/fall-2021/20001").await;
}
