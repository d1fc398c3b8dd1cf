//! Input that nobody sends by mistake, in every parameter of every endpoint: a clear error, never a 500, never a panic.

use http::{Method, StatusCode};
use serde_json::Value;

use crate::world::World;

/// What is put into each parameter, percent-encoded.
const HOSTILE: [&str; 22] = [
    "-1",
    "0",
    "99999999999999999999999999",
    "9223372036854775807",
    "1e999",
    "NaN",
    "1%20OR%201=1",
    "%27;%20DROP%20TABLE%20course;--",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "%00",
    "a%00b",
    "%FF%FE",
    "%C3%28",
    "%",
    "%ZZ",
    "..%2F..%2Fetc%2Fpasswd",
    "%0d%0aX-Evil:%201",
    "%F0%9F%92%A9",
    "%E2%80%AE",
    "true&true",
    "[]",
    "",
];

fn endpoints() -> Vec<(String, Value)> {
    let document: Value = serde_json::from_str(&api::openapi::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    paths.iter().map(|(path, item)| (path.clone(), item["get"].clone())).collect()
}

/// The path with every brace filled by something harmless, but for one.
fn filled(path: &str, parameters: &[Value], hostile: Option<(&str, &str)>) -> String {
    let mut filled = path.to_owned();
    for parameter in parameters.iter().filter(|parameter| parameter["in"] == "path") {
        let name = parameter["name"].as_str().unwrap();
        let harmless = match name {
            "subject" | "abbreviation" => "COMPSCI",
            "number" | "course_number" => "61A",
            "term" => "fall-2021",
            "ccn" => "20001",
            "semester" => "fall",
            "year" => "2021",
            _ => "1",
        };
        let value = hostile.filter(|(wanted, _)| *wanted == name).map_or(harmless, |(_, value)| value);
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    filled
}

#[tokio::test]
async fn hostile_values_in_every_parameter_are_answered_with_care() {
    let world = World::new().await;
    let long = "A".repeat(5_000);
    let mut asked = 0;
    for (path, operation) in endpoints() {
        let parameters: Vec<Value> = operation["parameters"].as_array().unwrap().clone();
        for parameter in &parameters {
            let name = parameter["name"].as_str().unwrap();
            for value in HOSTILE.into_iter().chain([long.as_str()]) {
                let address = if parameter["in"] == "path" {
                    filled(&path, &parameters, Some((name, value)))
                } else {
                    format!("{}?{name}={value}", filled(&path, &parameters, None))
                };
                let answer = world.get(&address).await;
                asked += 1;
                assert!(answer.status.as_u16() < 500, "{address}: {}", answer.status);
                assert!(!answer.headers.contains_key("x-evil"), "{address}");
                assert!(answer.body.len() < 100_000, "{address}: {} bytes", answer.body.len());
                if !answer.status.is_success() {
                    let problem = answer.problem(answer.status);
                    assert!(problem.to_string().len() < 4_000, "{address}: {problem}");
                }
            }
        }
    }
    assert!(asked > 1_000, "only {asked} requests were made");
}

#[tokio::test]
async fn hostile_names_of_parameters_are_named_and_not_executed() {
    let world = World::new().await;
    for query in ["%3Cscript%3E=1", "a%00=1", "=1", "%FF=1", &format!("{}=1", "x".repeat(3_000)), "q[]=1", "q=1&Q=1"] {
        let answer = world.get(&format!("/api/v1/courses?{query}")).await;
        let expected =
            if query.starts_with("%FF") { StatusCode::BAD_REQUEST } else { StatusCode::UNPROCESSABLE_ENTITY };
        answer.problem(expected);
    }
    let many: Vec<String> = (0..200).map(|n| format!("p{n}=1")).collect();
    let answer = world.get(&format!("/api/v1/courses?{}", many.join("&"))).await;
    let problem = answer.problem(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(problem["errors"].as_array().unwrap().len() <= 20);
}

#[tokio::test]
async fn lists_of_values_are_limited() {
    let world = World::new().await;
    let many: Vec<String> = (0..21).map(|n| format!("level=level-{n}")).collect();
    let problem = world.get(&format!("/api/v1/courses?{}", many.join("&"))).await;
    let problem = problem.problem(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["detail"], "`level` is given more than 20 times.");
    let ids = vec!["1"; 201].join("&");
    world.get(&format!("/api/grades/sections/{ids}/")).await.problem(StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn other_methods_are_refused() {
    let world = World::new().await;
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = world.ask(method.clone(), "/api/v1/courses", &[]).await;
        answer.problem(StatusCode::METHOD_NOT_ALLOWED);
        assert!(answer.header("allow").contains("GET"), "{method}");
    }
}
