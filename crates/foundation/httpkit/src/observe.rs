//! What is seen of each request: a number, one log line, and figures per route.
//!
//! Neither the query nor the path's own words are logged: `/catalog/{term}/{subject}/{number}` says enough, and a search
//! may be a person's name.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::pin::Pin;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use clock::Stopwatch;
use http::{HeaderName, HeaderValue, Method};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Requests to addresses that no route knows share one name: names from outside would grow the metrics without end.
const NO_ROUTE: &str = "none";

/// The number of a request, unlike any other's.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

/// Numbers the request, and writes its line and its figures when its last byte is sent or its reader has gone.
pub(crate) async fn observe(mut request: Request, next: Next) -> Response {
    let id = fresh_id();
    // Who asks does not choose the number: it would let anybody write into our logs.
    request.headers_mut().remove(&REQUEST_ID);
    request.extensions_mut().insert(RequestId(id.clone()));
    let route = request.extensions().get::<MatchedPath>().map_or(NO_ROUTE, MatchedPath::as_str).to_owned();
    let mut seen =
        Seen { id, route, method: method_name(request.method()), status: 0, bytes: 0, watch: Stopwatch::start() };
    let mut response = next.run(request).await;
    seen.status = response.status().as_u16();
    if let Ok(value) = HeaderValue::try_from(&seen.id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response.map(|body| Body::new(Counted { body, seen }))
}

/// A counter stirred by a secret of this process: unique, and no guide to how many requests there were.
fn fresh_id() -> String {
    static SECRET: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut hasher = SECRET.build_hasher();
    hasher.write_u64(COUNT.fetch_add(1, Ordering::Relaxed));
    format!("{:016x}", hasher.finish())
}

/// A client may send any word as its method; the metrics take only the known ones.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// What is known of a request; written down when it is dropped. A status of 0 means that the reader left before the
/// answer began.
struct Seen {
    id: String,
    route: String,
    method: &'static str,
    status: u16,
    bytes: u64,
    watch: Stopwatch,
}

impl Drop for Seen {
    fn drop(&mut self) {
        let took = self.watch.elapsed();
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let labels =
            [("method", self.method.to_owned()), ("route", self.route.clone()), ("status", self.status.to_string())];
        metrics::counter!("http_requests_total", &labels).increment(1);
        metrics::histogram!("http_request_duration_seconds", &labels[..2]).record(took.as_secs_f64());
        metrics::counter!("http_response_bytes_total", &labels[..2]).increment(self.bytes);
        tracing::info!(
            target: "access",
            method = self.method,
            route = self.route,
            status = self.status,
            duration_ms,
            bytes = self.bytes,
            request_id = self.id,
            "request answered"
        );
    }
}

/// A body whose bytes are counted as they leave.
struct Counted {
    body: Body,
    seen: Seen,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            self.seen.bytes = self.seen.bytes.saturating_add(bytes as u64);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn numbers_are_unique_and_all_of_one_length() {
        let ids: HashSet<String> = (0..1_000).map(|_| fresh_id()).collect();
        assert_eq!(ids.len(), 1_000);
        assert!(ids.iter().all(|id| id.len() == 16));
    }
}
