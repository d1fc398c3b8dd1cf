//! Searching and filtering courses: that each parameter reaches the engine. What the engine does is tested there.

use http::StatusCode;

use crate::world::World;

async fn codes(world: &World, query: &str) -> Vec<String> {
    let found = world.json(&format!("/api/v1/courses?{query}")).await;
    found["data"].as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_filter_narrows_the_list() {
    let world = World::new().await;
    for (query, expected) in [
        ("q=cs+61a", &["COMPSCI 61A"][..]),
        ("term=spring-2021", &["COMPSCI 61A", "MATH 1"]),
        ("q=part&any_term=true", &["MATH 2", "MATH 1", "MATH 10"]),
        ("subject=cs", &["COMPSCI 61A", "COMPSCI 61B"]),
        ("subject=cs&subject=history", &["COMPSCI 61A", "COMPSCI 61B", "HISTORY 7A"]),
        ("university=american-cultures", &["COMPSCI 61A", "HISTORY 7A"]),
        ("university=american-cultures&university=american-history", &["HISTORY 7A"]),
        ("ls=arts-literature", &["HISTORY 7A"]),
        ("university=american-cultures&units=4-units", &["COMPSCI 61A"]),
        ("level=lower-division&open=true", &["COMPSCI 61B"]),
        ("has_grades=true&department=history", &[]),
        ("day=monday&day=wednesday&day=friday&department=computer-science", &[]),
        ("from=13:00&until=14:00&department=history", &["HISTORY 7A"]),
        ("from=14:00&department=history", &[]),
        ("mode=in-person-instruction&department=history", &["HISTORY 7A"]),
        ("mode=web-based", &[]),
        ("instructor=sample-second-person", &["COMPSCI 61A"]),
        ("busy=Mo-13:30-14:00&department=history", &[]),
        ("busy=Tu-13:30-14:00&department=history", &["HISTORY 7A"]),
    ] {
        assert_eq!(codes(&world, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn lists_are_sorted_as_asked() {
    let world = World::new().await;
    assert_eq!(codes(&world, "sort=number&limit=2").await, ["HISTORY 7A", "DATA C8"]);
    assert_eq!(codes(&world, "sort=open&limit=1").await, ["COMPSCI 61B"]);
}

#[tokio::test]
async fn facets_come_when_asked_for() {
    let world = World::new().await;
    assert_eq!(world.json("/api/v1/courses").await.get("facets"), None);
    let with = world.json("/api/v1/courses?facets=true&limit=1").await;
    insta::assert_snapshot!("v1_facets", serde_json::to_string_pretty(&with["facets"]).unwrap());
}

#[tokio::test]
async fn what_does_not_exist_is_said_not_ignored() {
    let world = World::new().await;
    let unknown = world.get("/api/v1/courses?lmit=3").await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unknown["errors"][0]["nearest"], "limit");
    let sort = world.get("/api/v1/courses?sort=grades").await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sort["errors"][0]["nearest"], "grade");
    let twice = world.get("/api/v1/courses?limit=3&limit=4").await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(twice["detail"], "`limit` is given more than once.");
    let two = world.get("/api/v1/courses?limit=0&cursor=x").await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(two["errors"].as_array().unwrap().len(), 2);
    world.get("/api/v1/courses?from=14:00&until=13:00").await.problem(StatusCode::UNPROCESSABLE_ENTITY);
    for query in ["university=american-kultures", "ls=made-up", "subject=nope", "instructor=nobody", "term=fall-1999"] {
        world.get(&format!("/api/v1/courses?{query}")).await.problem(StatusCode::NOT_FOUND);
    }
}
