//! Every limit, with its own words; and the largest honest questions, which pass.

use api::config::Config;
use api::graphql::limits::Limits;
use serde_json::json;

use crate::world::World;

async fn refused(world: &World, query: &str, expected: &str) {
    let answer = world.ask(query).await;
    let json = answer.json();
    assert!(json.get("data").is_none(), "{}", answer.text());
    assert!(answer.error().contains(expected), "{}", answer.error());
    assert!(answer.body.len() < 4_000, "a refusal is short");
}

#[tokio::test]
async fn each_limit_says_what_is_too_much_and_what_to_do() {
    let world = World::new().await;
    let nested = |levels: usize| {
        format!(
            "{{ allCourses(first: 1) {{ {} cursor {} }} }}",
            "edges { node { crossListing(first: 1) { ".repeat(levels),
            "} } }".repeat(levels)
        )
        .replacen(" cursor ", " edges { cursor } ", 1)
    };
    assert!(world.ask(&nested(3)).await.json().get("data").is_some());
    refused(&world, &nested(6), "more levels than the 15").await;
    refused(&world, &nested(400), "").await;
    let aliases: String = (0..51).map(|number| format!("a{number}: ping ")).collect();
    refused(&world, &format!("{{ {aliases} }}"), "aliases than the 50").await;
    let roots: String = (0..21).map(|number| format!("a{number}: ping ")).collect();
    refused(&world, &format!("{{ {roots} }}"), "fields at its root than the 20").await;
    refused(&world, &format!("{{ {} }}", "ping ".repeat(9_000)), "than the").await;
    refused(&world, &format!("{{ ping }} # {}", "x".repeat(40_000)), "bytes of text than the 32768").await;
    let doubled: String = (0..14)
        .map(|n| {
            format!(
                "fragment F{n} on CourseType {{ crossListed {{ ...F{m} }} sections {{ course {{ ...F{m} }} }} }} ",
                m = n + 1
            )
        })
        .collect();
    let bomb =
        format!("{{ allCourses {{ edges {{ node {{ ...F0 }} }} }} }} {doubled} fragment F14 on CourseType {{ id }}");
    refused(&world, &bomb, "than the").await;
}

#[tokio::test]
async fn what_costs_too_much_is_refused_before_it_is_done_or_while_it_is_done() {
    let config =
        Config { graphql: Limits { cost: Limits::default().cost.of(200), ..Limits::default() }, ..Config::default() };
    let world = World::with(config).await;
    let wide =
        "{ allSections { edges { node { ccn course { sectionSet { edges { node { ccn course { title } } } } } } } } }";
    refused(&world, wide, "more fields over all its rows than the 200").await;
    // By estimate a course has one section and a half; this one has five.
    let query = "{ allCourses(courseNumber: \"61A\") { edges { node { sectionSet { edges { node {
        ccn days kind year semester course { sectionSet { edges { node { ccn days kind year semester } } } }
    } } } } } } }";
    refused(&world, query, "more fields over all its rows than the 200").await;
    assert!(world.ask("{ allCourses { edges { node { id title } } } }").await.json().get("data").is_some());
}

#[tokio::test]
async fn an_answer_has_at_most_so_many_bytes() {
    let limits = Limits { answer_bytes: Limits::default().answer_bytes.of(300), ..Limits::default() };
    let world = World::with(Config { graphql: limits, ..Config::default() }).await;
    refused(&world, "{ allCourses { edges { node { description } } } }", "bytes in its answer than the 300").await;
}

#[tokio::test]
async fn introspection_passes_and_its_own_depth_is_bounded() {
    let world = World::new().await;
    let deep = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    assert!(world.ask(deep).await.error().contains("depth"));
    let mixed = "{ ping __type(name: \"Node\") { kind name } }";
    assert_eq!(
        world.ask(mixed).await.data(),
        json!({ "ping": "pong!", "__type": { "kind": "INTERFACE", "name": "Node" } })
    );
}
