//! GraphQL over HTTP: statuses, kinds of content, methods, persisted queries, kept answers.

use http::StatusCode;
use serde_json::json;

use crate::campus;
use crate::world::World;

const JSON: (&str, &str) = ("content-type", "application/json");
const NEW: (&str, &str) = ("accept", "application/graphql-response+json");

#[tokio::test]
async fn old_clients_get_200_and_new_ones_the_status_that_fits() {
    let world = World::new().await;
    let wrong = json!({ "query": "{ pong }" }).to_string();
    let old = world.post(&[JSON], wrong.clone()).await;
    assert_eq!((old.status, old.header("content-type")), (StatusCode::OK, "application/json"));
    let new = world.post(&[JSON, NEW], wrong).await;
    assert_eq!((new.status, new.header("content-type")), (StatusCode::BAD_REQUEST, NEW.1));
    assert_eq!(old.json(), new.json());
    let right = world.post(&[JSON, NEW], json!({ "query": "{ ping }" }).to_string()).await;
    assert_eq!(
        (right.status, right.header("content-type"), right.text().as_str()),
        (StatusCode::OK, NEW.1, "{\"data\":{\"ping\":\"pong!\"}}")
    );
    let null = world.post(&[JSON, NEW], json!({ "query": "{ course(id: \"x\") { id } }" }).to_string()).await;
    assert_eq!(null.status, StatusCode::OK, "an operation that ran is an answer");
}

#[tokio::test]
async fn what_is_no_request_is_refused_with_400() {
    let world = World::new().await;
    for (body, expected) in [
        ("", "The body is not JSON"),
        ("{", "The body is not JSON"),
        ("7", "The body is no JSON object"),
        ("[{\"query\":\"{ ping }\"}]", "A list of operations is not taken here."),
        ("{\"query\":7}", "`query` is no text."),
        ("{\"query\":\"{ ping }\",\"variables\":[]}", "`variables` is no JSON object."),
        ("{\"query\":\"{ ping }\",\"operationName\":{}}", "`operationName` is no text."),
    ] {
        let answer = world.post(&[JSON], body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(answer.error().starts_with(expected), "{body}: {}", answer.error());
    }
    assert_eq!(world.post(&[JSON], "{}").await.error(), "`query` is missing.");
    assert_eq!(world.post(&[JSON], "{\"query\":\"\"}").await.status, StatusCode::OK);
}

#[tokio::test]
async fn forms_are_not_taken_since_any_site_can_send_them() {
    let world = World::new().await;
    for kind in ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""] {
        let answer = world.post(&[("content-type", kind)], "query={ ping }").await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
        assert!(answer.error().contains("application/json"), "{}", answer.text());
    }
    let charset = world.post(&[("content-type", "application/json; charset=utf-8")], "{\"query\":\"{ ping }\"}").await;
    assert_eq!(charset.status, StatusCode::OK);
}

#[tokio::test]
async fn get_reads_and_never_changes() {
    let world = World::new().await;
    let query = "/api/graphql?query=%7B%20ping%20%7D";
    assert_eq!(world.get(query, &[]).await.data(), json!({ "ping": "pong!" }));
    let with_variables = "/api/graphql?query=query(%24n%3AInt)%7BallCourses(first%3A%24n)%7Bedges%7Bcursor%7D%7D%7D&variables=%7B%22n%22%3A1%7D";
    let edges = world.get(with_variables, &[]).await.data();
    assert_eq!(edges["allCourses"]["edges"].as_array().unwrap().len(), 1);
    let change = world.get("/api/graphql?query=mutation%7Blogout%7Bsuccess%7D%7D", &[]).await;
    assert_eq!((change.status, change.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
    assert!(change.error().starts_with("Changes are made by POST"), "{}", change.text());
    let garbage = world.get("/api/graphql?query=%7Bping%7D&variables=nonsense", &[]).await;
    assert_eq!(garbage.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_persisted_query_travels_once() {
    let world = World::new().await;
    // The sha256 of "{ ping }", made by sha256sum.
    let hash = "6cd3bf61757c6bee6e943d50a381a002447236bf3f15d3730400b931e9cf323f";
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    let unknown = world.post(&[JSON], json!({ "extensions": extensions }).to_string()).await;
    assert_eq!(unknown.error(), "PersistedQueryNotFound");
    assert_eq!(unknown.json()["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
    let told = json!({ "query": "{ ping }", "extensions": extensions }).to_string();
    assert_eq!(world.post(&[JSON], told).await.data(), json!({ "ping": "pong!" }));
    assert_eq!(
        world.post(&[JSON], json!({ "extensions": extensions }).to_string()).await.data(),
        json!({ "ping": "pong!" })
    );
    let path = format!(
        "/api/graphql?extensions=%7B%22persistedQuery%22%3A%7B%22version%22%3A1%2C%22sha256Hash%22%3A%22{hash}%22%7D%7D"
    );
    assert_eq!(world.get(&path, &[]).await.data(), json!({ "ping": "pong!" }));
    let wrong = json!({ "query": "{ ping ping }", "extensions": extensions }).to_string();
    assert!(world.post(&[JSON], wrong).await.error().contains("sha256"));
}

#[tokio::test]
async fn public_answers_are_kept_until_something_is_published_and_have_a_tag() {
    let world = World::new().await;
    let path = "/api/graphql?query=%7BallCourses(courseNumber%3A%2261B%22)%7Bedges%7Bnode%7Benrolled%7D%7D%7D%7D";
    let first = world.get(path, &[]).await;
    let tag = first.header("etag").to_owned();
    assert!(!tag.is_empty() && first.header("vary").contains("accept"), "{:?}", first.headers);
    assert_eq!(world.get(path, &[("if-none-match", &tag)]).await.status, StatusCode::NOT_MODIFIED);
    assert_eq!(world.get(path, &[]).await.body, first.body);
    world.publish(&campus::observation("2026-09-02T09:00:00Z", 20002, [500, 700, 0])).await;
    let second = world.get(path, &[("if-none-match", &tag)]).await;
    assert_eq!(second.data()["allCourses"]["edges"][0]["node"]["enrolled"], 500);
}

#[tokio::test]
async fn the_schema_can_be_read_in_its_own_language() {
    let world = World::new().await;
    let answer = world.get("/api/graphql/schema", &[]).await;
    assert!(answer.status == StatusCode::OK && answer.text().contains("type CourseType implements Node"));
}
