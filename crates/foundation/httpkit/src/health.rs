//! `/healthz`: the process lives. `/readyz`: it can serve, and if not, why. `/metrics`: its figures.

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};

use crate::cache::CachePolicy;

/// Whether a service can serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It can.
    Ready,
    /// It cannot, for these reasons; each is a sentence for the one who runs it.
    NotReady(Vec<String>),
}

/// The routes `/healthz` and `/readyz`. `ready` is asked at each request and must not wait.
pub fn health_routes<S: Clone + Send + Sync + 'static>(
    ready: impl Fn() -> Readiness + Send + Sync + 'static,
) -> Router<S> {
    let ready = Arc::new(ready);
    Router::new()
        .route("/healthz", get(async || text(StatusCode::OK, "alive\n".to_owned())))
        .route("/readyz", get(async move || ready_text(&ready())))
}

fn ready_text(readiness: &Readiness) -> Response {
    match readiness {
        Readiness::Ready => text(StatusCode::OK, "ready\n".to_owned()),
        Readiness::NotReady(reasons) => {
            let lines: String = reasons.iter().map(|reason| format!("{reason}\n")).collect();
            let mut response = text(StatusCode::SERVICE_UNAVAILABLE, format!("not ready\n{lines}"));
            response.extensions_mut().insert(Finished);
            response
        }
    }
}

/// An error whose body is meant as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finished;

/// The route `/metrics`. `render` gives the figures in Prometheus's text form.
pub fn metrics_route<S: Clone + Send + Sync + 'static>(
    render: impl Fn() -> String + Send + Sync + 'static,
) -> Router<S> {
    let render = Arc::new(render);
    Router::new().route("/metrics", get(async move || text(StatusCode::OK, render())))
}

fn text(status: StatusCode, body: String) -> Response {
    let mut response = (status, body).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(CACHE_CONTROL, CachePolicy::NoStore.header());
    response
}
