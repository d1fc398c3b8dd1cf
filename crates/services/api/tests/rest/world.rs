//! The service over the campus, and what a test asks of it.

use std::sync::Arc;

use answers::config::AnswersConfig;
use answers::tiers::Answers;
use api::config::Config;
use api::service::{Ports, build};
use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use catalog::fetched::Origin;
use catalog::ports::StoreError;
use catalog::published::{Current, LastRuns, PublishedCatalog};
use catalog::seats::EnrollmentRun;
use catalog::section::SectionId;
use catalog::switches::{Reason, Source, SwitchBoard};
use catalog::term::TermId;
use clock::ManualClock;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use httpkit::config::HttpConfig;
use kit::memory_people::MemoryPeople;
use kit::memory_store::MemoryStore;
use kit::published::{Published, publish};
use serde_json::Value;
use tower::ServiceExt;

use crate::campus::{self, at};

/// The service over its store.
pub(crate) struct World {
    pub(crate) store: MemoryStore,
    published: Published,
    router: Router,
}

/// A finished answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl World {
    /// The campus is published and in memory.
    pub(crate) async fn new() -> Self {
        let world = Self::empty();
        campus::publish(&world.store, Origin::Demo).await;
        world.published.loaded_since(at(campus::PUBLISHED_AT)).await;
        world
    }

    /// The campus is in memory, and the database does not answer any more.
    pub(crate) async fn without_database() -> Self {
        let world = Self::build(true);
        campus::publish(&world.store, Origin::Demo).await;
        world.published.loaded_since(at(campus::PUBLISHED_AT)).await;
        world
    }

    /// Nothing is published yet.
    pub(crate) fn empty() -> Self {
        Self::build(false)
    }

    fn build(loses_histories: bool) -> Self {
        let store = MemoryStore::new();
        let clock = Arc::new(ManualClock::new(at(campus::NOW)));
        let published = Published::follow(Arc::new(store.clone()), clock.clone());
        let people = Arc::new(MemoryPeople::beside(&store));
        let memory: Arc<dyn PublishedCatalog> = Arc::new(published.memory.clone());
        let catalog = if loses_histories { Arc::new(WithoutHistories(memory)) } else { memory };
        let ports = Ports { catalog, accounts: people.clone(), sessions: people.clone(), schedules: people, clock };
        let mut config = Config::default();
        config.rate_limit.requests_per_minute = 0;
        let api = build(config, ports, Answers::new(AnswersConfig::default(), None));
        let router = httpkit::stack::dress(api.router(), &HttpConfig::default());
        Self { store, published, router }
    }

    /// Publishes nothing new, as a night does in which nothing changed, and waits until that is in memory.
    pub(crate) async fn publish_again(&self, when: &str) {
        publish(&self.store, &campus::nothing_new(Origin::Demo, when), &[]).await;
        self.published.loaded_since(at(when)).await;
    }

    /// Turns a source off and waits until that is in memory.
    pub(crate) async fn switch_off(&self, source: Source, reason: &str, when: &str) {
        self.store.switch_off(source, &Reason::parse(reason).unwrap(), at(when)).await.unwrap();
        self.published.loaded_since(at(when)).await;
    }

    /// Turns it on again.
    pub(crate) async fn switch_on(&self, source: Source, when: &str) {
        self.store.switch_on(source, at(when)).await.unwrap();
        self.published.loaded_since(at(when)).await;
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[]).await
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// The JSON at an address that must be found.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.json()
    }

    /// The same as indented text, for snapshots.
    pub(crate) async fn text(&self, path: &str) -> String {
        serde_json::to_string_pretty(&self.json(path).await).unwrap()
    }

    /// The id of a course.
    pub(crate) async fn course(&self, code: &str) -> u64 {
        let (subject, number) = code.split_once(' ').unwrap();
        self.json(&format!("/api/v1/courses/{subject}/{number}")).await["data"]["id"].as_u64().unwrap()
    }

    /// The id of a playlist.
    pub(crate) async fn playlist(&self, category: &str, name: &str) -> u64 {
        let list = self.json(&format!("/api/v1/playlists?category={category}")).await;
        let playlist = list["data"].as_array().unwrap().iter().find(|playlist| playlist["name"] == name).cloned();
        playlist.unwrap()["id"].as_u64().unwrap()
    }
}

/// A catalog whose database is gone.
struct WithoutHistories(Arc<dyn PublishedCatalog>);

#[async_trait]
impl PublishedCatalog for WithoutHistories {
    fn current(&self) -> Current {
        self.0.current()
    }

    async fn history(&self, _: TermId, _: &[SectionId]) -> Result<Arc<[EnrollmentRun]>, StoreError> {
        Err(StoreError::Failed { doing: "reading an enrollment history", source: "the test says so".into() })
    }

    async fn last_runs(&self) -> Result<LastRuns, StoreError> {
        Err(StoreError::Failed { doing: "reading the newest runs", source: "the test says so".into() })
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|wrong| panic!("{wrong}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Checks that it is a problem document with this status, and gives it.
    pub(crate) fn problem(&self, status: StatusCode) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.body);
        assert_eq!(self.header("cache-control"), "no-store");
        let problem = self.json();
        assert_eq!(problem["status"], status.as_u16());
        assert!(problem["detail"].as_str().unwrap().ends_with(['.', '?']), "{problem}");
        problem
    }
}
