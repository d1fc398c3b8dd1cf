//! Errors on their way to the reader: a page for people, JSON below `/api`.

use std::any::Any;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::cache::CachePolicy;
use crate::config::ErrorPage;
use crate::health::Finished;
use crate::observe::RequestId;

/// Paths below this one are for programs.
const API_PREFIX: &str = "/api";

/// An answer that is an error. What the reader sees of it is made at the very end, by the service's error page.
#[derive(Clone, Debug)]
pub struct HttpError {
    /// The status.
    pub status: StatusCode,
    /// What was wrong and what to do, for the reader: never a cause from inside.
    pub message: String,
}

impl HttpError {
    /// An error with a message for the reader.
    #[must_use]
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// Nothing is there.
    #[must_use]
    pub fn not_found() -> Self {
        Self::from(StatusCode::NOT_FOUND)
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

/// Gives every error without a body of its own its page, or its JSON.
pub(crate) async fn errors_to_pages(State(error_page): State<ErrorPage>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let headers = request.headers().clone();
    let response = next.run(request).await;
    if !needs_body(&response) {
        return response;
    }
    let error = response.extensions().get::<HttpError>().cloned().unwrap_or_else(|| response.status().into());
    let context = ErrorContext { status: response.status(), message: error.message, path, request_id, headers };
    rendered(response, &context, &error_page)
}

/// Pages and JSON are finished; bare statuses and the framework's plain texts are not.
fn needs_body(response: &Response) -> bool {
    let is_error = response.status().is_client_error() || response.status().is_server_error();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let finished = kind.starts_with("text/html") || kind.starts_with("application/json");
    let meant = finished || response.extensions().get::<Finished>().is_some();
    is_error && (!meant || response.extensions().get::<HttpError>().is_some())
}

fn rendered(bare: Response, context: &ErrorContext, error_page: &ErrorPage) -> Response {
    let for_programs = context.path == API_PREFIX || context.path.starts_with("/api/");
    let (kind, body) = if for_programs {
        let status = context.status.as_u16();
        let error = serde_json::json!({
            "error": { "status": status, "message": context.message, "request_id": context.request_id }
        });
        ("application/json", error.to_string())
    } else {
        ("text/html; charset=utf-8", error_page(context))
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = bare.status();
    *response.headers_mut() = bare.headers().clone();
    *response.extensions_mut() = bare.extensions().clone();
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, CachePolicy::NoStore.header());
    response
}

/// The answer to a request whose handler panicked. The cause goes to the log, never to the reader.
pub(crate) fn after_panic(cause: Box<dyn Any + Send + 'static>) -> Response {
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

    #[test]
    fn a_405_keeps_the_list_of_what_is_allowed() {
        let mut bare = StatusCode::METHOD_NOT_ALLOWED.into_response();
        bare.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
        let context = ErrorContext {
            status: bare.status(),
            message: "No.".to_owned(),
            path: "/a".to_owned(),
            request_id: String::new(),
            headers: HeaderMap::new(),
        };
        let page: ErrorPage = std::sync::Arc::new(plain_page);
        assert_eq!(rendered(bare, &context, &page).headers()[ALLOW], "GET");
    }

    #[test]
    fn every_usual_message_is_a_sentence() {
        for status in (400..600).filter_map(|code| StatusCode::from_u16(code).ok()) {
            assert!(usual_message(status).ends_with('.'), "{status}");
        }
    }
}
