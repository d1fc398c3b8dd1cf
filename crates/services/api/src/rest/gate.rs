//! The gate before the whole API: when the operator has switched the public API off, every address below `/api` says so
//! and why, but for what tells the state of things.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use catalog::switches::Source;

use super::problem::Problem;
use crate::service::App;

/// Answered even when the API is off: a client must be able to read why, and what the problem documents mean.
const ALWAYS_OPEN: [&str; 4] = ["/api/v1/status", "/api/docs", "/api", "/api/"];

/// Lets requests through while the public API is on.
pub(crate) async fn gate(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let snapshot = app.ports.catalog.current().snapshot;
    let off = snapshot.as_ref().and_then(|snapshot| snapshot.switches().off(Source::PublicApi));
    match off {
        Some(off) if !ALWAYS_OPEN.contains(&request.uri().path()) => Problem::switched_off(off).into_response(),
        _ => next.run(request).await,
    }
}
