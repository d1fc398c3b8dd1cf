//! Before every answer of the SIS API: the keys, then the faults. After every answer: the header that names the origin.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::config::Keys;
use crate::envelope::{Refusal, STANDIN_HEADER, Wrapping};
use crate::faults::{Api, Counted, Faults};
use crate::query::{Parameters, page_number};
use crate::server::Inner;

/// Whether a path's answers are wrapped.
pub(crate) fn wrapping_of(path: &str) -> Wrapping {
    if path.starts_with("/v2/terms") { Wrapping::Bare } else { Wrapping::ApiResponse }
}

/// Checks the keys and applies the faults around an answer.
pub(crate) async fn guard(State(inner): State<Arc<Inner>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let wrapping = wrapping_of(&path);
    if !has_keys(request.headers(), inner.keys.as_ref()) {
        let formal = "app_id and app_key are required, one pair for each API".to_owned();
        return Refusal::new(StatusCode::UNAUTHORIZED, formal).into_answer(wrapping);
    }
    let (faults, counted) = {
        let mut control = inner.control();
        let counted = control.take_counted();
        (control.faults.clone(), counted)
    };
    if faults.latency_ms > 0 {
        tokio::time::sleep(Duration::from_millis(faults.latency_ms)).await;
    }
    if let Some(counted) = counted {
        return counted_fault(counted, wrapping);
    }
    let page = page_of(request.uri());
    let Some(api) = Api::of_path(&path) else { return next.run(request).await };
    if faults.outage_from_page.is_some_and(|outage| outage.is_of(api) && page >= outage.page) {
        return unavailable(wrapping);
    }
    let answer = next.run(request).await;
    if is_truncated(&faults, api, page) { truncated(answer).await } else { answer }
}

fn has_keys(headers: &HeaderMap, accepted: Option<&Keys>) -> bool {
    let sent = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty());
    match (sent("app_id"), sent("app_key"), accepted) {
        (Some(_), Some(_), None) => true,
        (Some(app_id), Some(app_key), Some(keys)) => app_id == keys.app_id && app_key == keys.app_key,
        _ => false,
    }
}

fn page_of(uri: &Uri) -> usize {
    Query::<Parameters>::try_from_uri(uri).map_or(1, |Query(parameters)| page_number(&parameters))
}

fn counted_fault(counted: Counted, wrapping: Wrapping) -> Response {
    match counted {
        Counted::ServerError => unavailable(wrapping),
        Counted::TooManyRequests { retry_after_seconds } => {
            let formal = "Rate limit exceeded".to_owned();
            let mut answer = Refusal::new(StatusCode::TOO_MANY_REQUESTS, formal).into_answer(wrapping);
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after_seconds));
            answer
        }
    }
}

fn unavailable(wrapping: Wrapping) -> Response {
    let formal = "The service is temporarily unavailable".to_owned();
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, formal).into_answer(wrapping)
}

fn is_truncated(faults: &Faults, api: Api, page: usize) -> bool {
    faults.truncate_body.is_some_and(|fault| fault.is_of(api) && fault.page == page)
}

/// The first half of a body, as if it were all of it.
async fn truncated(answer: Response) -> Response {
    let (mut parts, body) = answer.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    // A body of our own is in memory already and cannot fail.
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_else(|_| Bytes::new());
    Response::from_parts(parts, Body::from(whole.slice(..whole.len() / 2)))
}

/// Any other path below `/sis`.
pub(crate) async fn no_such_path(uri: Uri) -> Response {
    Refusal::not_found(format!("path = {}", uri.path())).into_answer(wrapping_of(uri.path()))
}

/// Says on every answer that a stand-in gave it.
pub(crate) async fn name_the_origin(State(inner): State<Arc<Inner>>, mut answer: Response) -> Response {
    let origin = HeaderValue::from_static(inner.campus.origin().slug());
    answer.headers_mut().insert(STANDIN_HEADER, origin);
    answer
}
