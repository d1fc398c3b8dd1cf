//! The contract of 2021, field by field, against what introspection says.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::world::World;

const CONTRACT: &str = include_str!("contract.tsv");

const INTROSPECTION: &str = "query IntrospectionQuery {
    __schema {
        queryType { name } mutationType { name } subscriptionType { name }
        types { ...FullType }
        directives { name locations args { ...InputValue } }
    }
}
fragment FullType on __Type {
    kind name description
    fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
    inputFields { ...InputValue }
    interfaces { ...TypeRef }
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
    possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
fragment TypeRef on __Type {
    kind name
    ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } }
}";

/// `[CourseType!]!` of an introspected type.
fn written(of: &Value) -> String {
    let inner = || written(&of["ofType"]);
    match of["kind"].as_str().unwrap() {
        "NON_NULL" => format!("{}!", inner()),
        "LIST" => format!("[{}]", inner()),
        _ => of["name"].as_str().unwrap().to_owned(),
    }
}

fn arguments(field: &Value) -> Vec<String> {
    let arguments = field["args"].as_array().cloned().unwrap_or_default();
    let argument = |argument: &Value| {
        let default = argument["defaultValue"].as_str().map(|value| format!(" = {value}")).unwrap_or_default();
        format!("{}: {}{default}", argument["name"].as_str().unwrap(), written(&argument["type"]))
    };
    let mut written: Vec<String> = arguments.iter().map(argument).collect();
    written.sort();
    written
}

#[tokio::test]
async fn every_type_field_and_argument_of_2021_is_there_as_it_was() {
    let world = World::new().await;
    let schema = world.ask(INTROSPECTION).await.data();
    let types: BTreeMap<&str, &Value> =
        schema["__schema"]["types"].as_array().unwrap().iter().map(|of| (of["name"].as_str().unwrap(), of)).collect();
    let mut compared = 0;
    for line in CONTRACT.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [name, field, expected, given] = columns[..] else { panic!("{line}") };
        let of = types.get(name).unwrap_or_else(|| panic!("{name} is missing"));
        compared += 1;
        if field.is_empty() {
            assert_eq!(of["kind"], "SCALAR", "{name}");
            continue;
        }
        let list = if of["kind"] == "INPUT_OBJECT" { &of["inputFields"] } else { &of["fields"] };
        let found = list.as_array().unwrap().iter().find(|known| known["name"] == field);
        let found = found.unwrap_or_else(|| panic!("{name}.{field} is missing"));
        assert_eq!(written(&found["type"]), expected, "{name}.{field}");
        let mut given: Vec<String> = given.split(", ").filter(|each| !each.is_empty()).map(str::to_owned).collect();
        given.sort();
        assert_eq!(arguments(found), given, "{name}.{field}");
    }
    assert_eq!(compared, 229, "lines of the contract");
    let node: Vec<&str> =
        types["Node"]["possibleTypes"].as_array().unwrap().iter().map(|of| of["name"].as_str().unwrap()).collect();
    let nodes = [
        "CourseType",
        "GradeType",
        "PlaylistType",
        "ScheduleType",
        "SectionSelectionType",
        "SectionType",
        "TimeBlockType",
    ];
    assert_eq!(node.iter().copied().collect::<std::collections::BTreeSet<_>>(), nodes.into_iter().collect());
}

/// Every field of every type can be asked for, two levels deep from each root field.
#[tokio::test]
async fn every_field_of_the_schema_is_answered() {
    let world = World::new().await;
    let schema = world.ask(INTROSPECTION).await.data();
    let types: BTreeMap<String, Value> = schema["__schema"]["types"]
        .as_array()
        .unwrap()
        .iter()
        .map(|of| (of["name"].as_str().unwrap().to_owned(), of.clone()))
        .collect();
    let mut asked = 0;
    for root in ["Query", "Mutation"] {
        for field in types[root]["fields"].as_array().unwrap() {
            let Some(text) = selection_of(&types, field, 4) else { continue };
            let operation = if root == "Query" { format!("{{ {text} }}") } else { format!("mutation {{ {text} }}") };
            let answer = world.ask_as(Some("ana.sample"), &operation, Value::Null).await;
            asked += 1;
            assert!(!answer.text().contains("cannot be answered"), "{operation}: {}", answer.text());
            assert!(answer.json().get("data").is_some(), "{operation}: {}", answer.text());
        }
    }
    assert!(asked > 25, "{asked}");
}

/// A field with everything below it, some levels deep; required ids are made up.
fn selection_of(types: &BTreeMap<String, Value>, field: &Value, levels: usize) -> Option<String> {
    let name = field["name"].as_str().unwrap();
    let required = field["args"].as_array().unwrap().iter().filter(|argument| argument["type"]["kind"] == "NON_NULL");
    let arguments: Vec<String> =
        required.map(|argument| format!("{}: \"x\"", argument["name"].as_str().unwrap())).collect();
    let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
    let of = written(&field["type"]).replace(['[', ']', '!'], "");
    let kind = types[&of]["kind"].as_str().unwrap();
    if kind != "OBJECT" {
        return Some(format!("{name}{arguments}"));
    }
    let below = types[&of]["fields"].as_array().unwrap();
    let below: Vec<String> = if levels == 0 {
        vec!["__typename".to_owned()]
    } else {
        below.iter().filter_map(|field| selection_of(types, field, levels - 1)).collect()
    };
    Some(format!("{name}{arguments} {{ {} }}", below.join(" ")))
}
