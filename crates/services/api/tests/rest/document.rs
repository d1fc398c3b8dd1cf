//! The OpenAPI document: it is what is served, it is committed, and it tells the truth about answers.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::world::World;

const COMMITTED: &str = include_str!("../../../../../docs/openapi.json");

fn document() -> Value {
    serde_json::from_str(&api::openapi::document()).unwrap()
}

#[test]
fn the_committed_document_is_current() {
    assert!(COMMITTED == api::openapi::document(), "docs/openapi.json is out of date: run `cargo xtask gen`");
}

#[tokio::test]
async fn the_served_document_is_the_committed_one() {
    let world = World::new().await;
    let served = world.get("/api/v1/openapi.json").await;
    assert_eq!(served.header("content-type"), "application/json");
    assert!(served.body == COMMITTED);
}

#[test]
fn it_is_an_openapi_3_1_document_with_unique_names_and_references_that_lead_somewhere() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let operation = &item["get"];
        assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path}");
        assert!(!operation["summary"].as_str().unwrap().is_empty(), "{path}");
        assert_eq!(operation["deprecated"] == true, !path.starts_with("/api/v1"), "{path}");
        let braces = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let parameters = operation["parameters"].as_array().unwrap();
        let in_path = parameters.iter().filter(|parameter| parameter["in"] == "path");
        let described: BTreeSet<&str> = in_path.map(|parameter| parameter["name"].as_str().unwrap()).collect();
        assert_eq!(braces.collect::<BTreeSet<&str>>(), described, "{path}");
    }
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn collect_references(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            into.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| collect_references(member, into));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, into)),
        _ => {}
    }
}
