//! One request that needs the catalog.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use catalog::snapshot::Snapshot;
use http::header::RETRY_AFTER;
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use httpkit::error::HttpError;
use jiff::Timestamp;

use crate::service::App;

/// How long a client should wait while the first catalog is loaded, in seconds.
const LOADING_RETRY_SECONDS: u16 = 5;

/// What an answer is made from. While no catalog is loaded, the answer is a 503 that says so.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) app: Arc<App>,
    pub(crate) snapshot: Arc<Snapshot>,
    /// The moment of the request.
    pub(crate) now: Timestamp,
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(_: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        match app.ports.catalog.current().snapshot {
            Some(snapshot) => Ok(Self { app: app.clone(), snapshot, now: app.ports.clock.now() }),
            None => Err(loading()),
        }
    }
}

fn loading() -> Response {
    let mut response = HttpError::new(StatusCode::SERVICE_UNAVAILABLE, "The catalog is being loaded.").into_response();
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(LOADING_RETRY_SECONDS));
    response
}
