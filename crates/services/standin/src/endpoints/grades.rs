//! `GET /standin/grades/` and `/standin/grades/{file}`: the demo campus's grade exports. The SIS has no such thing; the
//! real exports come by hand.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use crate::server::Inner;

pub(crate) fn routes() -> Router<Arc<Inner>> {
    Router::new()
        .route("/standin/grades", get(list))
        .route("/standin/grades/", get(list))
        .route("/standin/grades/{file}", get(file))
}

async fn list(State(inner): State<Arc<Inner>>) -> Response {
    Json(serde_json::json!({ "files": inner.campus.grade_files(inner.moment()) })).into_response()
}

async fn file(State(inner): State<Arc<Inner>>, Path(name): Path<String>) -> Response {
    match inner.campus.grade_file(&name, inner.moment()) {
        Some(text) => ([(header::CONTENT_TYPE, "text/csv;charset=UTF-8")], text).into_response(),
        None => (StatusCode::NOT_FOUND, format!("there is no grade export `{name}`\n")).into_response(),
    }
}
