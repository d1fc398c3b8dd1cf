//! `GET/POST /standin/control` (loopback only, see [`crate::faults`]) and `GET /standin/snapshots`.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value};

use crate::server::Inner;

pub(crate) fn routes() -> Router<Arc<Inner>> {
    Router::new()
        .route("/standin/control", get(tell).post(change).layer(from_fn(loopback_only)))
        .route("/standin/snapshots", get(snapshots))
}

/// Whoever can break the stand-in sits on the same machine. Without a known peer nobody is trusted.
async fn loopback_only(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if peer.is_some_and(|ConnectInfo(address)| address.ip().to_canonical().is_loopback()) {
        return next.run(request).await;
    }
    refused(StatusCode::FORBIDDEN, "the control endpoint answers only to this machine")
}

async fn tell(State(inner): State<Arc<Inner>>) -> Response {
    Json(inner.control().to_value()).into_response()
}

async fn change(State(inner): State<Arc<Inner>>, body: String) -> Response {
    let change: Map<String, Value> = match serde_json::from_str(&body) {
        Ok(change) => change,
        Err(error) => return refused(StatusCode::BAD_REQUEST, &format!("expected a JSON object: {error}")),
    };
    let mut control = inner.control();
    match control.merged(&change) {
        Ok(next) => {
            *control = next;
            Json(control.to_value()).into_response()
        }
        Err(error) => refused(StatusCode::BAD_REQUEST, &error),
    }
}

async fn snapshots(State(inner): State<Arc<Inner>>) -> Response {
    let terms = inner.campus.snapshots();
    let fields = terms.iter().map(|term| {
        let moments = term.moments.iter().map(|moment| Value::String(moment.to_string())).collect();
        (term.term.to_string(), Value::Array(moments))
    });
    Json(Value::Object(fields.collect())).into_response()
}

fn refused(status: StatusCode, message: &str) -> Response {
    (status, Json(serde_json::json!({ "error": message }))).into_response()
}
