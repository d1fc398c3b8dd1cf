//! `GET /standin/calendar`: the demo campus's enrollment phases, for `bt import calendar`. The SIS has no such thing; the
//! registrar's dates are imported by hand.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use crate::server::Inner;

pub(crate) fn routes() -> Router<Arc<Inner>> {
    Router::new().route("/standin/calendar", get(calendar))
}

async fn calendar(State(inner): State<Arc<Inner>>) -> String {
    inner.campus.announced(inner.moment())
}
