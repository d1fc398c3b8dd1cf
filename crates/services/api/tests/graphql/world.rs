//! The service over the campus, and what a test asks of it.

use std::sync::Arc;

use answers::config::AnswersConfig;
use answers::tiers::Answers;
use api::config::Config;
use api::service::{Ports, build};
use axum::Router;
use axum::body::Body;
use catalog::changes::Publication;
use catalog::ports::CatalogStore;
use clock::ManualClock;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use httpkit::config::HttpConfig;
use httpkit::limits::RateLimitConfig;
use kit::memory_people::MemoryPeople;
use kit::memory_store::MemoryStore;
use kit::published::{Published, publish};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::campus;

/// The service over its store.
pub(crate) struct World {
    pub(crate) store: MemoryStore,
    pub(crate) people: MemoryPeople,
    published: Published,
    router: Router,
}

/// A finished answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|wrong| panic!("{wrong}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The data, when there was no error.
    pub(crate) fn data(&self) -> Value {
        let json = self.json();
        assert!(json.get("errors").is_none(), "{json:#}");
        json["data"].clone()
    }

    /// The first error's message.
    pub(crate) fn error(&self) -> String {
        let json = self.json();
        json["errors"][0]["message"].as_str().unwrap_or_else(|| panic!("no error in {json:#}")).to_owned()
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Config { test_identities: true, ..Config::default() }).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let store = MemoryStore::new();
        let clock = Arc::new(ManualClock::new(campus::at("2026-09-01T21:10:00Z")));
        store.import_grades(&campus::grades(), campus::at("2026-08-20T18:00:00Z")).await.unwrap();
        let published = Published::follow(Arc::new(store.clone()), clock.clone());
        let people_alone = MemoryPeople::beside(&store);
        let people = Arc::new(people_alone.clone());
        let ports = Ports {
            catalog: Arc::new(published.memory.clone()),
            accounts: people.clone(),
            sessions: people.clone(),
            schedules: people,
            clock,
        };
        let rate_limit = RateLimitConfig { requests_per_minute: 0, ..RateLimitConfig::default() };
        let api = build(Config { rate_limit, ..config }, ports, Answers::new(AnswersConfig::default(), None));
        let router = httpkit::stack::dress(api.router(), &HttpConfig::default());
        let world = Self { store, people: people_alone, published, router };
        world.publish(&campus::campus()).await;
        world
    }

    /// Publishes and waits until it is in memory.
    pub(crate) async fn publish(&self, publication: &Publication) {
        publish(&self.store, publication, &[]).await;
        self.published.loaded_since(publication.at).await;
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn post(&self, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        self.send(request(Method::POST, "/api/graphql", headers, body.into())).await
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(request(Method::GET, path, headers, Body::empty())).await
    }

    /// Asks as nobody.
    pub(crate) async fn ask(&self, query: &str) -> Answer {
        self.ask_with(query, json!({})).await
    }

    pub(crate) async fn ask_with(&self, query: &str, variables: Value) -> Answer {
        self.ask_as(None, query, variables).await
    }

    /// Asks as somebody.
    pub(crate) async fn ask_as(&self, who: Option<&str>, query: &str, variables: Value) -> Answer {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(who.map(|who| ("x-test-identity", who)));
        self.post(&headers, body).await
    }

    /// The global id of a course.
    pub(crate) async fn course(&self, abbreviation: &str, number: &str) -> String {
        let query = "query($a: String, $n: String) { allCourses(abbreviation: $a, courseNumber: $n) { edges { node { id } } } }";
        let answer = self.ask_with(query, json!({ "a": abbreviation, "n": number })).await.data();
        answer["allCourses"]["edges"][0]["node"]["id"].as_str().unwrap().to_owned()
    }

    /// The global id of a section of fall by its CCN.
    pub(crate) async fn section(&self, ccn: &str) -> String {
        let query = "query($ccn: String) { allSections(ccn: $ccn) { edges { node { id } } } }";
        let answer = self.ask_with(query, json!({ "ccn": ccn })).await.data();
        answer["allSections"]["edges"][0]["node"]["id"].as_str().unwrap().to_owned()
    }

    /// The global id of a playlist.
    pub(crate) async fn playlist(&self, name: &str) -> String {
        let query = "query($name: String) { allPlaylists(name: $name) { edges { node { id } } } }";
        let answer = self.ask_with(query, json!({ "name": name })).await.data();
        answer["allPlaylists"]["edges"][0]["node"]["id"].as_str().unwrap().to_owned()
    }
}

pub(crate) fn request(method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).unwrap()
}
