//! The source: what the catalog's port asks, in SIS's words.

use std::sync::Arc;

use async_trait::async_trait;
use catalog::course::Course;
use catalog::fetched::{ClassRecord, Fetched, SeatsRecord, SectionRecord};
use catalog::ports::{CatalogSource, FetchWatch, SourceError};
use catalog::term::{Term, TermId};
use clock::Clock;
use jiff::Timestamp;
use jiff::civil::Date;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;

use crate::api::{Api, Question};
use crate::budget::Budget;
use crate::campus_time;
use crate::config::{CoursesVersion, InvalidConfig, SisConfig};
use crate::reading::Record;
use crate::request::Requester;
use crate::sweep::sweep;
use crate::term_walk::walk;

/// The university's SIS, or a stand-in that speaks like it.
pub struct Sis {
    requester: Requester,
    budget: Budget,
}

impl Sis {
    /// A source with these settings. Asks nothing yet. The process must have installed rustls' crypto provider.
    ///
    /// # Errors
    /// [`InvalidConfig`] says which setting cannot work.
    pub fn new(config: SisConfig, clock: Arc<dyn Clock>) -> Result<Self, InvalidConfig> {
        config.check()?;
        // Without `Accept`, SIS may answer in XML.
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
        let client = reqwest::Client::builder()
            .default_headers(headers)
            .user_agent(concat!("berkeleytime/", env!("CARGO_PKG_VERSION")))
            // The keys go to the configured address and to nobody else: no redirect, no proxy of the surroundings.
            .redirect(Policy::none())
            .no_proxy()
            .timeout(config.request_timeout)
            .build()
            .map_err(InvalidConfig::Client)?;
        let budget = Budget::new(config.run_budget);
        Ok(Self { requester: Requester { client, config, clock }, budget })
    }

    async fn fetch<T: Record>(&self, question: &Question, watch: &dyn FetchWatch) -> Result<Fetched<T>, SourceError> {
        let fetched = self.budget.spend(question.api, sweep(&self.requester, question, watch)).await?;
        tracing::debug!(
            api = question.api.name(),
            records = fetched.records.len(),
            faults = fetched.faults.len(),
            requests = fetched.requests,
            "fetched a collection of SIS"
        );
        Ok(fetched)
    }
}

#[async_trait]
impl CatalogSource for Sis {
    /// Also begins a run: the time that may be spent on fetching is counted from here.
    async fn terms(&self, today: Date, back: usize) -> Result<Fetched<Term>, SourceError> {
        self.budget.restart();
        self.budget.spend(Api::Terms, walk(&self.requester, today, back)).await
    }

    async fn courses(&self, watch: &dyn FetchWatch) -> Result<Fetched<Course>, SourceError> {
        let version = match self.requester.config.courses_version {
            CoursesVersion::V4 => "v4",
            CoursesVersion::V5 => "v5",
        };
        let question = Question {
            api: Api::Courses,
            path: format!("/{version}/courses"),
            query: vec![("status-code", "ACTIVE".to_owned())],
            term: None,
        };
        self.fetch(&question, watch).await
    }

    async fn classes(&self, term: TermId, watch: &dyn FetchWatch) -> Result<Fetched<ClassRecord>, SourceError> {
        let question = Question {
            api: Api::Classes,
            path: "/v1/classes".to_owned(),
            query: vec![("term-id", term.to_string())],
            term: Some(term),
        };
        self.fetch(&question, watch).await
    }

    async fn sections(&self, term: TermId, watch: &dyn FetchWatch) -> Result<Fetched<SectionRecord>, SourceError> {
        let question = Question {
            api: Api::Sections,
            path: "/v1/classes/sections".to_owned(),
            query: vec![("term-id", term.to_string()), ("include-secondary", "true".to_owned())],
            term: Some(term),
        };
        self.fetch(&question, watch).await
    }

    async fn updated_seats(
        &self,
        term: TermId,
        after: Timestamp,
        watch: &dyn FetchWatch,
    ) -> Result<Fetched<SeatsRecord>, SourceError> {
        let question = Question {
            api: Api::Enrollments,
            path: format!("/v1/classes/sections/terms/{term}/updated/enrollments"),
            query: vec![
                ("updated-after", campus_time::not_after(after, &self.requester.config.time_zone)),
                (
                    "updated-before",
                    campus_time::not_before(self.requester.clock.now(), &self.requester.config.time_zone),
                ),
                ("seat-reservations", "true".to_owned()),
            ],
            term: Some(term),
        };
        self.fetch(&question, watch).await
    }
}
