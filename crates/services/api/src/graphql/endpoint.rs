//! The address `/api/graphql`: POST for everything, GET for what only reads.

use std::sync::Arc;

use answers::answer::Answer;
use answers::draft::Draft;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, RawQuery};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use clock::Stopwatch;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use httpkit::cache::CachePolicy;
use httpkit::request_id::RequestId;

use crate::graphql::engine::{Plan, Prepared};
use crate::graphql::execute::{Outcome, Surroundings, execute};
use crate::graphql::explorer::{self, Form};
use crate::graphql::failure::{Code, Failure};
use crate::graphql::fetch::unavailable;
use crate::graphql::media::{self, Media};
use crate::graphql::request::Request;
use crate::graphql::{observe, schema};
use crate::identity;
use crate::service::App;
use crate::visit::Visit;

/// What belongs to one person is kept by nobody, not even for the way back.
const PERSONAL: &str = "private, no-store";

/// The routes.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/graphql", get(read).post(ask))
        .route("/api/graphql/", get(read).post(ask))
        .route("/api/graphql/schema", get(schema_text))
}

/// The schema in its own language.
async fn schema_text() -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(CONTENT_TYPE, kind)], schema::TEXT).into_response()
}

type Id = Option<Extension<RequestId>>;

async fn ask(visit: Visit, id: Id, method: Method, headers: HeaderMap, body: Bytes) -> Response {
    let media = Media::accepted(&headers);
    if !media::is_json(&headers) {
        let message = "The body must be JSON: send it with the header `Content-Type: application/json`.";
        return refusal(media, StatusCode::UNSUPPORTED_MEDIA_TYPE, Failure::new(Code::Invalid, message));
    }
    let incoming = Incoming { visit, id: id.map(|id| id.0), method, headers, media, text: &body };
    incoming.answer(|| Request::of_body(&body)).await
}

async fn read(visit: Visit, id: Id, method: Method, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let media = Media::accepted(&headers);
    if media::wants_page(&headers) {
        return explore(&visit, &method, &headers, &query).await;
    }
    let incoming = Incoming { visit, id: id.map(|id| id.0), method, headers, media, text: query.as_bytes() };
    incoming.answer(|| Request::of_address(&query)).await
}

/// The same address in a browser: a page, with an answer when something was asked.
async fn explore(visit: &Visit, method: &Method, headers: &HeaderMap, query: &str) -> Response {
    let form = Form::of_address(query);
    if form.query.is_empty() {
        return explorer::page(visit, headers, method).await;
    }
    let app = &visit.app;
    let outcome = match Request::of_address(query) {
        Ok(request) => match app.graphql.prepare(&request, &app.config.graphql, &visit.snapshot) {
            Ok(prepared) if matches!(prepared.plan, Plan::Mutation(_)) => Outcome::refused(vec![not_by_get()]),
            Ok(prepared) => execute(Surroundings::new(visit, None), prepared).await,
            Err(failures) => Outcome::refused(failures),
        },
        Err(failure) => Outcome::refused(vec![failure]),
    };
    explorer::answered(visit, headers, &form, &outcome)
}

/// A request for which an answer may be kept already.
struct Incoming<'r> {
    visit: Visit,
    id: Option<RequestId>,
    method: Method,
    headers: HeaderMap,
    media: Media,
    /// The request as it came: the name of its answer. A kept one is found before anything is read.
    text: &'r [u8],
}

impl Incoming<'_> {
    async fn answer(self, read: impl FnOnce() -> Result<Request, Failure>) -> Response {
        let is_read = self.method != Method::POST;
        let key = self.visit.key("graphql").text(self.media.name()).flag(is_read).bytes(self.text).finish();
        let app = self.visit.app.clone();
        if let Some(kept) = app.answers.get(&key) {
            observe::kept();
            return self.send(&kept).await;
        }
        let watch = Stopwatch::start();
        let request = match read() {
            Ok(request) => request,
            Err(failure) => return refusal(self.media, StatusCode::BAD_REQUEST, failure),
        };
        let prepared = match app.graphql.prepare(&request, &app.config.graphql, &self.visit.snapshot) {
            Ok(prepared) => prepared,
            Err(failures) => return self.refused(failures, watch),
        };
        if is_read && matches!(prepared.plan, Plan::Mutation(_)) {
            return only_by_post(self.media);
        }
        if prepared.touched.person {
            return self.answer_person(prepared, watch).await;
        }
        let label = observe::label(prepared.name.as_deref());
        let (slow, id, media) = (app.config.slow_operation, self.id, self.media);
        let published_at = self.visit.snapshot.state().map(|state| state.published_at);
        let around = Surroundings::new(&self.visit, None);
        let making = async {
            let outcome = execute(around, prepared).await;
            observe::made(label, &outcome, watch.elapsed(), slow, id);
            if !outcome.failures.is_empty() {
                return Err(outcome);
            }
            let draft = Draft::new(media.header(), outcome.body);
            Ok(match published_at {
                Some(at) => draft.last_modified(at),
                None => draft,
            })
        };
        match app.answers.get_or_make(&key, making).await {
            Ok(answer) => self.send(&answer).await,
            Err(outcome) => unkept(self.media, outcome, CachePolicy::NoStore.header()),
        }
    }

    /// Answers what belongs to somebody, or to nobody: never kept.
    async fn answer_person(self, prepared: Prepared, watch: Stopwatch) -> Response {
        let app = &self.visit.app;
        let label = observe::label(prepared.name.as_deref());
        let outcome = match identity::who(&self.visit, &self.headers).await {
            Ok(person) => {
                let session = identity::session_to_end(app, &self.headers);
                execute(Surroundings::new(&self.visit, person).by(session), prepared).await
            }
            Err(error) => Outcome::refused(vec![unavailable(&error)]),
        };
        observe::made(label, &outcome, watch.elapsed(), app.config.slow_operation, self.id);
        unkept(self.media, outcome, HeaderValue::from_static(PERSONAL))
    }

    fn refused(self, failures: Vec<Failure>, watch: Stopwatch) -> Response {
        let outcome = Outcome::refused(failures);
        let slow = self.visit.app.config.slow_operation;
        observe::made(observe::label(None), &outcome, watch.elapsed(), slow, self.id);
        unkept(self.media, outcome, CachePolicy::NoStore.header())
    }

    async fn send(&self, answer: &Arc<Answer>) -> Response {
        let mut response = answer.respond(&self.method, &self.headers, CachePolicy::Private).await;
        response.headers_mut().append(VARY, HeaderValue::from_static("accept"));
        response
    }
}

/// Sends an answer that nobody may keep.
fn unkept(media: Media, outcome: Outcome, policy: HeaderValue) -> Response {
    let is_ours = outcome.failures.iter().any(|failure| matches!(failure.code, Code::Unavailable | Code::Internal));
    let status = match outcome.has_data {
        true => StatusCode::OK,
        false if is_ours => StatusCode::SERVICE_UNAVAILABLE,
        false => media.refused(),
    };
    let mut response = Response::new(Body::from(outcome.body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, media.header());
    headers.insert(CACHE_CONTROL, policy);
    headers.insert(VARY, HeaderValue::from_static("accept"));
    response
}

/// Refuses a request that could not be read at all, whatever the client accepts.
fn refusal(media: Media, status: StatusCode, failure: Failure) -> Response {
    let outcome = Outcome::refused(vec![failure]);
    let mut response = unkept(media, outcome, CachePolicy::NoStore.header());
    *response.status_mut() = status;
    response
}

fn only_by_post(media: Media) -> Response {
    let mut response = refusal(media, StatusCode::METHOD_NOT_ALLOWED, not_by_get());
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

fn not_by_get() -> Failure {
    Failure::new(Code::Invalid, "Changes are made by POST: an address that somebody follows must change nothing.")
}
