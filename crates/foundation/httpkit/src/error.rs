//! Errors on their way to the reader: a page for people, a problem document below `/api`.

use std::any::Any;
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::cache::CachePolicy;
use crate::config::ErrorPage;
use crate::health::Finished;
use crate::request_id::RequestId;

/// Paths below this one are for programs.
const API_PREFIX: &str = "/api";

/// The kind of problem documents, RFC 9457.
const PROBLEM_JSON: &str = "application/problem+json";

/// An answer that is an error. What the reader sees of it is made at the very end: the service's error page, or a
/// problem document below `/api`.
#[derive(Clone, Debug)]
pub struct HttpError {
    /// The status.
    pub status: StatusCode,
    /// What was wrong and what to do, for the reader: never a cause from inside.
    pub message: String,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// The type of the problem, an address that names it; none where the status says it all.
    pub problem_type: Option<&'static str>,
    /// Further members of the problem document.
    pub members: Vec<(&'static str, serde_json::Value)>,
}

impl HttpError {
    /// An error with a message for the reader.
    #[must_use]
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), retry_after: None, problem_type: None, members: Vec::new() }
    }

    /// Nothing is there.
    #[must_use]
    pub fn not_found() -> Self {
        Self::from(StatusCode::NOT_FOUND)
    }

    /// The same with the moment from which it is worth trying again: in `Retry-After`, and in the problem document.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    /// The same with the address that names this kind of problem.
    #[must_use]
    pub fn with_type(self, problem_type: &'static str) -> Self {
        Self { problem_type: Some(problem_type), ..self }
    }

    /// The same with a further member of the problem document, such as the parameter that was wrong.
    #[must_use]
    pub fn with_member(mut self, name: &'static str, value: impl Into<serde_json::Value>) -> Self {
        self.members.push((name, value.into()));
        self
    }
}

impl From<StatusCode> for HttpError {
    /// With the usual sentence of that status.
    fn from(status: StatusCode) -> Self {
        Self::new(status, usual_message(status))
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(wait) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs()));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// What an error page may use.
#[derive(Clone, Debug)]
pub struct ErrorContext {
    /// The status.
    pub status: StatusCode,
    /// What was wrong and what to do.
    pub message: String,
    /// The path that was asked for, without its query.
    pub path: String,
    /// The number of the request in the logs: worth showing on a 500.
    pub request_id: String,
    /// The request's headers, for instance for the theme.
    pub headers: HeaderMap,
}

/// Whether the path is for programs, which get problem documents instead of pages.
pub(crate) fn is_for_programs(path: &str) -> bool {
    path.strip_prefix(API_PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether an answer is an error without a body of its own. Pages and JSON are finished; bare statuses and the
/// framework's plain texts are not.
pub(crate) fn needs_body(response: &Response) -> bool {
    if !(response.status().is_client_error() || response.status().is_server_error()) {
        return false;
    }
    if response.extensions().get::<HttpError>().is_some() {
        return true;
    }
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let finished = ["text/html", "application/json", PROBLEM_JSON, "application/graphql-response+json"];
    let meant = response.extensions().get::<Finished>().is_some();
    !meant && !finished.into_iter().any(|finished| kind.starts_with(finished))
}

/// What the error page is told of an answer that needs a body.
pub(crate) fn context_of(response: &Response, path: &str, request_id: RequestId, headers: HeaderMap) -> ErrorContext {
    let message = match response.extensions().get::<HttpError>() {
        Some(error) => error.message.clone(),
        None => usual_message(response.status()).to_owned(),
    };
    let path = path.to_owned();
    ErrorContext { status: response.status(), message, path, request_id: request_id.to_string(), headers }
}

/// The answer with its body: a page, or a problem document.
pub(crate) async fn rendered(bare: Response, context: ErrorContext, error_page: &ErrorPage) -> Response {
    let (kind, body) = if is_for_programs(&context.path) {
        (PROBLEM_JSON, problem(&context, bare.extensions().get::<HttpError>()))
    } else {
        ("text/html; charset=utf-8", error_page(context).await)
    };
    let (mut parts, _) = bare.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    parts.headers.insert(CACHE_CONTROL, CachePolicy::NoStore.header());
    Response::from_parts(parts, Body::from(body))
}

/// A problem document, RFC 9457.
fn problem(context: &ErrorContext, error: Option<&HttpError>) -> String {
    let mut members = serde_json::Map::new();
    let mut add = |name: &str, value: serde_json::Value| members.insert(name.to_owned(), value);
    add("type", error.and_then(|error| error.problem_type).unwrap_or("about:blank").into());
    add("title", context.status.canonical_reason().unwrap_or("Error").into());
    add("status", context.status.as_u16().into());
    add("detail", context.message.as_str().into());
    add("request_id", context.request_id.as_str().into());
    if let Some(wait) = error.and_then(|error| error.retry_after) {
        add("retry_after_seconds", wait.as_secs().into());
    }
    for (name, value) in error.map(|error| error.members.as_slice()).unwrap_or_default() {
        add(name, value.clone());
    }
    serde_json::Value::Object(members).to_string()
}

/// The answer to a request whose handler panicked. The cause goes to the log, never to the reader.
pub(crate) fn after_panic(cause: Box<dyn Any + Send>) -> Response {
    let words = cause.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let words = words.or_else(|| cause.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no words".to_owned());
    tracing::error!(cause = words, "a handler panicked; the request was answered with 500");
    HttpError::from(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

fn usual_message(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "The request could not be read. Check the address.",
        StatusCode::NOT_FOUND => "There is no page at this address.",
        StatusCode::METHOD_NOT_ALLOWED => "This address cannot be used that way.",
        StatusCode::NOT_ACCEPTABLE => "The answer cannot be given in any form that the request accepts.",
        StatusCode::REQUEST_TIMEOUT => "The request took too long to arrive.",
        StatusCode::URI_TOO_LONG => "The address is too long.",
        StatusCode::UNPROCESSABLE_ENTITY => "The request is well formed, and something in it cannot be.",
        StatusCode::PAYLOAD_TOO_LARGE => "The request is too large.",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "The request's content is of a kind that is not understood here.",
        StatusCode::TOO_MANY_REQUESTS => "Too many requests. Try again in a minute.",
        StatusCode::SERVICE_UNAVAILABLE => "The answer took too long. Try again in a minute.",
        status if status.is_client_error() => "The request could not be answered. Check the address.",
        _ => "Something went wrong on our side. Try again in a minute.",
    }
}

/// The error page of a service that brings none: the message alone.
pub(crate) fn plain_page(context: &ErrorContext) -> String {
    let title = context.status.canonical_reason().unwrap_or("Error");
    let message = context.message.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><main><h1>{title}</h1><p>{message}</p></main></body></html>"
    )
}

#[cfg(test)]
mod tests {
    use http::header::ALLOW;

    use super::*;

    #[tokio::test]
    async fn a_405_keeps_the_list_of_what_is_allowed() {
        let mut bare = StatusCode::METHOD_NOT_ALLOWED.into_response();
        bare.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
        let context = ErrorContext {
            status: bare.status(),
            message: "No.".to_owned(),
            path: "/a".to_owned(),
            request_id: String::new(),
            headers: HeaderMap::new(),
        };
        let page = crate::config::HttpConfig::default().error_page;
        assert_eq!(rendered(bare, context, &page).await.headers()[ALLOW], "GET");
    }

    #[test]
    fn paths_for_programs_are_those_below_api() {
        assert!(is_for_programs("/api") && is_for_programs("/api/v1/terms"));
        assert!(!is_for_programs("/apiary") && !is_for_programs("/") && !is_for_programs("/courses/api"));
    }

    #[test]
    fn every_usual_message_is_a_sentence() {
        for status in (400..600).filter_map(|code| StatusCode::from_u16(code).ok()) {
            assert!(usual_message(status).ends_with('.'), "{status}");
        }
    }
}
