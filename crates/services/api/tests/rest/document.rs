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

#[tokio::test]
async fn answers_have_the_shape_that_the_document_says() {
    let world = World::new().await;
    let document = document();
    let page = world.get("/api/docs").await.body;
    let mut checked = 0;
    for article in page.split("<article").skip(1) {
        let path = between(article, "GET ", "<");
        let Some(address) = article.split("class=\"address\"><a href=\"").nth(1) else { continue };
        let address = address.split('"').next().unwrap().replace("&amp;", "&");
        let schema = &document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        let wrong = misfit(&document, schema, &world.json(&address).await, "");
        assert_eq!(wrong, None, "{address}");
        checked += 1;
    }
    assert_eq!(checked, document["paths"].as_object().unwrap().len() - 1, "all but the document itself");
}

#[tokio::test]
async fn errors_have_the_shape_that_the_document_says() {
    let world = World::new().await;
    let document = document();
    let schema = &document["components"]["schemas"]["Problem"];
    for path in ["/api/v1/courses?lmit=1", "/api/v1/terms/fall-1999", "/api/nothing", "/api/v1/terms?q=%FF"] {
        let problem = world.get(path).await.json();
        assert_eq!(misfit(&document, schema, &problem, ""), None, "{path}: {problem}");
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split(start).nth(1).unwrap().split(end).next().unwrap()
}

/// Where a value does not fit its schema, by the keywords that our schemas use.
fn misfit(document: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.strip_prefix('#').unwrap()).unwrap();
        return misfit(document, target, value, at);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let fits = choices.iter().any(|choice| misfit(document, choice, value, at).is_none());
        return (!fits).then(|| format!("{at}: {value} is none of what it may be"));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(only) => vec![only],
        Value::Array(several) => several.iter().map(|each| each.as_str().unwrap()).collect(),
        _ => panic!("{at}: a schema without a type: {schema}"),
    };
    if !types.into_iter().any(|name| is_a(name, value)) {
        return Some(format!("{at}: {value} is no {}", schema["type"]));
    }
    match value {
        Value::Array(items) => {
            items.iter().find_map(|item| misfit(document, &schema["items"], item, &format!("{at}[]")))
        }
        Value::Object(members) => {
            let required = schema["required"].as_array().into_iter().flatten();
            let missing = required.map(|name| name.as_str().unwrap()).find(|name| !members.contains_key(*name));
            let missing = missing.map(|name| format!("{at}.{name} is missing"));
            missing.or_else(|| {
                members.iter().find_map(|(name, member)| match schema["properties"].get(name) {
                    Some(schema) => misfit(document, schema, member, &format!("{at}.{name}")),
                    None if schema["additionalProperties"].is_object() => None,
                    None => Some(format!("{at}.{name} is not described")),
                })
            })
        }
        _ => None,
    }
}

fn is_a(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("unknown type {other}"),
    }
}
