//! Search, filters and facets: the engine's own tests say what is found, these say how it is asked for.

use serde_json::{Value, json};

use crate::world::World;

const SEARCH: &str = "query($query: String, $filter: CourseFilter, $sort: CourseSort, $first: Int, $after: String) {
    search(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { abbreviation courseNumber } }
    }
}";

async fn found(world: &World, variables: Value) -> Vec<String> {
    let data = world.ask_with(SEARCH, variables).await.data();
    let edges = data["search"]["edges"].as_array().unwrap().clone();
    let code =
        |node: &Value| format!("{} {}", node["abbreviation"].as_str().unwrap(), node["courseNumber"].as_str().unwrap());
    edges.iter().map(|edge| code(&edge["node"])).collect()
}

#[tokio::test]
async fn courses_are_found_as_students_type_and_choose() {
    let world = World::new().await;
    for (variables, expected) in [
        (json!({ "query": "cs61a" }), "COMPSCI 61A"),
        (json!({ "query": "never offered" }), ""),
        (json!({ "query": "never offered", "filter": { "anyTerm": true } }), "PHYSICS 77"),
        (json!({ "filter": { "term": "spring-2026" } }), "COMPSCI 61A"),
        (json!({ "filter": { "department": ["computer-science"], "openSeats": true } }), "COMPSCI 61B"),
        (json!({ "filter": { "university": "american-cultures" }, "sort": "AVERAGE_GRADE" }), "COMPSCI 61A,HISTORY 7A"),
        (
            json!({ "query": "compsci", "filter": { "busy": [{ "days": "1", "startTime": "13:30:00", "endTime": "14:00:00" }] } }),
            "",
        ),
        (
            json!({ "filter": { "days": "135", "from": "12:00:00", "until": "14:00:00", "units": ["3-units"] } }),
            "EL ENG 16A",
        ),
    ] {
        assert_eq!(found(&world, variables.clone()).await.join(","), expected, "{variables}");
    }
}

#[tokio::test]
async fn pages_of_a_search_lead_on() {
    let world = World::new().await;
    let first = world.ask_with(SEARCH, json!({ "first": 4 })).await.data();
    assert_eq!(
        (&first["search"]["totalCount"], &first["search"]["pageInfo"]["hasNextPage"]),
        (&json!(6), &json!(true))
    );
    let after = first["search"]["pageInfo"]["endCursor"].clone();
    assert_eq!(found(&world, json!({ "first": 4, "after": after })).await, ["HISTORY 7A", "STAT C8"]);
}

#[tokio::test]
async fn what_cannot_be_chosen_is_said() {
    let world = World::new().await;
    for (filter, expected) in [
        (json!({ "level": ["nowhere"] }), "`level` has no `nowhere` in this term"),
        (json!({ "term": "yesterday" }), "`term` is no term"),
        (json!({ "days": "9" }), "`days`: `9` names no days"),
        (json!({ "from": "14:00:00", "until": "13:00:00" }), "`until` lies before the beginning."),
        (json!({ "from": "later" }), "`from` is a time"),
    ] {
        let answer = world.ask_with(SEARCH, json!({ "filter": filter })).await;
        assert!(answer.error().starts_with(expected), "{}", answer.error());
        assert_eq!(answer.json()["data"], json!({ "search": null }));
    }
}

#[tokio::test]
async fn facets_say_what_each_choice_would_find() {
    let world = World::new().await;
    let query = "{ search(first: 0, filter: { units: [\"4-units\"] }) {
        totalCount edges { cursor } facets { name values { value label count isChosen } }
    } }";
    insta::assert_snapshot!(serde_json::to_string_pretty(&world.ask(query).await.data()).unwrap());
}

#[tokio::test]
async fn suggestions_are_what_may_be_meant() {
    let world = World::new().await;
    let query = "query($query: String!, $first: Int) {
        suggestions(query: $query, first: $first) { kind label detail instructor course { courseNumber } }
    }";
    let ask = async |typed: &str, first: i32| world.ask_with(query, json!({ "query": typed, "first": first })).await;
    let labels = |answer: Value| -> Vec<String> {
        let all = answer["suggestions"].as_array().unwrap().clone();
        all.iter()
            .map(|each| format!("{} {}", each["kind"].as_str().unwrap(), each["label"].as_str().unwrap()))
            .collect()
    };
    let found = labels(ask("cs 61", 8).await.data());
    assert_eq!(found, ["course COMPSCI 61A", "course COMPSCI 61B"]);
    let people = ask("second pers", 8).await.data();
    assert!(labels(people.clone()).contains(&"instructor Sample Second-Person".to_owned()), "{people:#}");
    assert!(people.to_string().contains("\"sample-second-person\""), "{people:#}");
    assert_eq!(labels(ask("cs 61", 1).await.data()).len(), 1);
    assert_eq!(ask(" ", 8).await.data(), json!({ "suggestions": [] }));
    assert_eq!(ask("x", -1).await.error(), "`first` lies outside of 0 to 50.");
}
