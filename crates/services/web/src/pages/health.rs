//! Whether the process lives, and whether it can serve: with how old what it serves is.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use httpkit::cache::CachePolicy;

use crate::service::App;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(async || answer(StatusCode::OK, "{\"alive\":true}\n".to_owned())))
        .route("/readyz", get(ready))
}

async fn ready(State(app): State<Arc<App>>) -> Response {
    let current = app.ports.catalog.current();
    let database = current.database_lost_since.is_none();
    if current.awaits_first_load {
        // Its pages say so: better than the edge's, which would say that nothing is here.
        return answer(StatusCode::OK, "{\"ready\":true,\"first_load\":true}\n".to_owned());
    }
    let Some(state) = current.snapshot.as_ref().and_then(|snapshot| snapshot.state().copied()) else {
        let body =
            format!("{{\"ready\":false,\"reason\":\"no catalog is loaded yet\",\"database_answers\":{database}}}\n");
        return answer(StatusCode::SERVICE_UNAVAILABLE, body);
    };
    let age_seconds = app.ports.clock.now().duration_since(state.published_at).as_secs();
    let loaded_at = current.loaded_at.unwrap_or(state.published_at);
    let body = format!(
        "{{\"ready\":true,\"catalog_version\":{},\"published_at\":\"{}\",\"age_seconds\":{age_seconds},\
         \"loaded_at\":\"{loaded_at}\",\"database_answers\":{database}}}\n",
        state.version.0, state.published_at,
    );
    answer(StatusCode::OK, body)
}

fn answer(status: StatusCode, body: String) -> Response {
    let headers = [(CONTENT_TYPE, "application/json")];
    let mut response = (status, headers, body).into_response();
    response.headers_mut().insert(CACHE_CONTROL, CachePolicy::NoStore.header());
    response
}
