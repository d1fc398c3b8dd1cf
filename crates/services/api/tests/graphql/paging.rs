//! Relay's pages over the real list, against a naive slice of it.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::World;

const PAGE: &str = "query($first: Int, $last: Int, $before: String, $after: String) {
    allPlaylists(first: $first, last: $last, before: $before, after: $after) {
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        edges { cursor node { id } }
    }
}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_page_is_a_slice_and_cursors_lead_on(
        first in prop::option::of(0_i32..14),
        last in prop::option::of(0_i32..14),
        before in prop::option::of(0_usize..9),
        after in prop::option::of(0_usize..9),
    ) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let world = World::new().await;
            let all = world.ask_with(PAGE, json!({})).await.data();
            let all = all["allPlaylists"]["edges"].as_array().unwrap().clone();
            assert_eq!(all.len(), 9);
            let cursor = |place: Option<usize>| place.map(|place| all[place]["cursor"].clone());
            let variables = json!({ "first": first, "last": last, "before": cursor(before), "after": cursor(after) });
            let page = world.ask_with(PAGE, variables).await.data()["allPlaylists"].clone();

            let mut expected: Vec<Value> = all.clone();
            expected.truncate(before.unwrap_or(all.len()));
            expected.drain(..after.map_or(0, |place| place + 1).min(expected.len()));
            let cut_by_first = first.is_some_and(|first| expected.len() > first as usize);
            first.inspect(|first| expected.truncate(*first as usize));
            let cut_by_last = last.is_some_and(|last| expected.len() > last as usize);
            last.inspect(|last| drop(expected.drain(..expected.len().saturating_sub(*last as usize))));
            assert_eq!(page["edges"], Value::Array(expected.clone()));
            let end = |edge: Option<&Value>| edge.map_or(Value::Null, |edge| edge["cursor"].clone());
            let info = json!({
                "hasNextPage": cut_by_first, "hasPreviousPage": cut_by_last,
                "startCursor": end(expected.first()), "endCursor": end(expected.last()),
            });
            assert_eq!(page["pageInfo"], info);
        });
    }
}

#[tokio::test]
async fn what_is_no_page_is_refused_with_a_word() {
    let world = World::new().await;
    for (arguments, expected) in [
        ("first: -1", "`first` is -1: a page has 0 rows or more."),
        ("last: -2147483648", "`last` is -2147483648: a page has 0 rows or more."),
        ("first: 100001", "`first` is 100001: a page has at most 100000 rows."),
        ("after: \"x\"", "`after` is no cursor: expected one that an earlier answer gave."),
    ] {
        let answer = world.ask(&format!("{{ allCourses({arguments}) {{ edges {{ cursor }} }} }}")).await;
        assert_eq!(answer.error(), expected);
        let json = answer.json();
        assert_eq!((&json["data"]["allCourses"], &json["errors"][0]["path"]), (&Value::Null, &json!(["allCourses"])));
    }
    let answer = world.ask("{ allCourses(first: 2147483648) { edges { cursor } } }").await;
    assert!(answer.json().get("data").is_none(), "{}", answer.text());
    let all = world.ask("{ allCourses(first: 100000) { edges { cursor } } }").await.data();
    assert_eq!(all["allCourses"]["edges"].as_array().unwrap().len(), 7);
}

/// A connection that must not be null takes its object with it: the nearest thing that may be null becomes null.
#[tokio::test]
async fn an_error_far_below_takes_the_nearest_nullable_thing() {
    let world = World::new().await;
    let query = "{ allCourses(first: 2) { edges { cursor node { id sectionSet(first: -1) { edges { cursor } } } } } }";
    let json = world.ask(query).await.json();
    let edges = json["data"]["allCourses"]["edges"].as_array().unwrap();
    assert!(edges.iter().all(|edge| edge["node"].is_null() && edge["cursor"].is_string()), "{json:#}");
    assert_eq!(json["errors"][1]["path"], json!(["allCourses", "edges", 1, "node", "sectionSet"]));
    assert_eq!(json["errors"][0]["locations"], json!([{ "line": 1, "column": 51 }]));
}
