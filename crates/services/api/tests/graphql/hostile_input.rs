//! What nobody should send, and somebody will.

use axum::body::Body;
use http::StatusCode;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::World;

const JSON: (&str, &str) = ("content-type", "application/json");

/// Texts that broke other servers.
const NASTY: [&str; 12] = [
    "",
    "'; DROP TABLE course; --",
    "<script>alert(1)</script>",
    "\u{0}",
    "\u{202e}\u{fdfa}\u{1f468}\u{200d}\u{1f469}",
    "-1",
    "9223372036854775808",
    "1e309",
    "../../etc/passwd",
    "${jndi:ldap://example.com}",
    "Q291cnNlVHlwZTo=",
    "Q291cnNlVHlwZTotMQ==",
];

/// Every answer is JSON of its size, never a 500, and repeats no more than it was sent.
async fn survives(world: &World, body: Value) -> Value {
    let answer = world.post(&[JSON, ("x-test-identity", "ana.sample")], body.to_string()).await;
    assert!(answer.status.is_success() || answer.status.is_client_error(), "{} for {body}", answer.status);
    let json = answer.json();
    assert!(json.get("data").is_some() || json.get("errors").is_some(), "{body}: {}", answer.text());
    json
}

#[tokio::test]
async fn every_argument_takes_every_nasty_text() {
    let world = World::new().await;
    let texts = [
        (
            "allCourses",
            "title department abbreviation courseNumber description units prerequisites letterAverage inPlaylists idIn before after",
        ),
        (
            "allSections",
            "course abbreviation year semester courseTitle sectionNumber ccn kind days startTime endTime finalDay finalStart finalEnd instructor locationName instructionMode lastUpdated before after",
        ),
        ("allGrades", "course semester year abbreviation courseNumber sectionNumber instructor before after"),
        ("allPlaylists", "category name semester year courses before after"),
    ];
    for (field, arguments) in texts {
        for argument in arguments.split(' ') {
            for text in NASTY {
                let text = json!(text);
                let query = format!("{{ {field}({argument}: {text}) {{ edges {{ node {{ id }} }} }} }}");
                survives(&world, json!({ "query": query })).await;
            }
        }
    }
    for text in NASTY {
        let query = "query($x: ID!, $y: String) {
            course(id: $x) { id } section(id: $x) { id } grade(id: $x) { id } playlist(id: $x) { id } schedule(id: $x) { id }
            courseEnrollmentBySection(sectionId: $x) { enrolledMax }
            courseEnrollmentBySemester(courseId: $x, semester: $y, year: 2147483647) { enrolledMax }
        }";
        survives(&world, json!({ "query": query, "variables": { "x": text, "y": text } })).await;
        let changes = "mutation($x: ID!, $y: String!, $t: Time!) {
            saveClass(classId: $x) { user { id } } removeClass(classId: $x) { user { id } }
            updateUser(major: $y) { user { major } } removeSchedule(scheduleId: $x) { schedule { id } }
            createSchedule(name: $y, semester: $y, year: $y, totalUnits: $y,
                selectedSections: [{ course: $x, primary: $x, secondary: [$x, null] }, null],
                timeblocks: [{ name: $y, startTime: $t, endTime: $t, days: $y }]) { schedule { id } }
        }";
        survives(&world, json!({ "query": changes, "variables": { "x": text, "y": text, "t": text } })).await;
    }
}

#[tokio::test]
async fn numbers_at_the_edges_are_told_apart() {
    let world = World::new().await;
    for number in ["-2147483648", "2147483647", "2147483648", "99999999999999999999", "1.5", "1e400"] {
        for argument in ["first", "last", "enrolled", "gradeAverage", "enrolledPercentage"] {
            survives(
                &world,
                json!({ "query": format!("{{ allCourses({argument}: {number}) {{ edges {{ cursor }} }} }}") }),
            )
            .await;
            let query = format!(
                "query($n: {}) {{ allCourses({argument}: $n) {{ edges {{ cursor }} }} }}",
                if argument.ends_with("ge") { "Float" } else { "Int" }
            );
            let body = format!("{{\"query\":{},\"variables\":{{\"n\":{number}}}}}", json!(query));
            let answer = world.post(&[JSON], body).await;
            assert!(answer.status.is_success() || answer.status == StatusCode::BAD_REQUEST, "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn bodies_that_are_too_large_or_no_text_are_refused_shortly() {
    let world = World::new().await;
    let large = world.post(&[JSON], vec![b'{'; 10 << 20]).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(large.body.len() < 1_000, "{}", large.text());
    let garbage = world.post(&[JSON], Body::from(b"{\"query\":\"\xff\xfe\"}".to_vec())).await;
    assert_eq!(garbage.status, StatusCode::BAD_REQUEST);
    let bytes = world.get("/api/graphql?query=%FF%FE%00", &[]).await;
    assert!(bytes.status == StatusCode::OK && bytes.json().get("errors").is_some(), "{}", bytes.text());
    let deep = format!("{{\"query\":\"{{ ping }}\",\"variables\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(world.post(&[JSON], deep).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn operations_that_go_in_circles_or_nowhere_are_refused() {
    let world = World::new().await;
    for query in [
        "{",
        "}",
        "query",
        "subscription { ping }",
        "fragment F on Query { ping }",
        "{ ...F } fragment F on Query { ...F }",
        "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
        "{ ping @defer }",
        "{ ping { x } }",
        "{ allCourses }",
        "{ course { id } }",
        "{ course(id: $undefined) { id } }",
        "query($a: Nothing) { ping }",
        "query A { ping } query A { ping }",
        "{ a: ping a: catalogVersion }",
        "type Query { ping: Int }",
        "{ ping(__proto__: 1) }",
        "{ __proto__ }",
    ] {
        let json = survives(&world, json!({ "query": query })).await;
        assert!(
            json.get("data").is_none() && json["errors"].as_array().is_some_and(|errors| !errors.is_empty()),
            "{query}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_is_answered(texts in prop::collection::vec("[{}()\\[\\]\"$@:!. a-zA-Z0-9#,|&\n\\\\u0000-\u{ffff}]{0,60}", 8)) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let world = World::new().await;
            for text in texts {
                survives(&world, json!({ "query": text })).await;
                survives(&world, json!({ "query": format!("{{ {text} }}") })).await;
            }
        });
    }
}
