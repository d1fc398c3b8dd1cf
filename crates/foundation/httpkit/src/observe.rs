//! What is seen of each request: a number, one log line, and figures per route.
//!
//! Neither the query nor the path's own words are logged: `/catalog/{term}/{subject}/{number}` says enough, and a search
//! may be a person's name.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use clock::Stopwatch;
use http::Method;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use metrics::{Counter, Histogram};

use crate::request_id::{REQUEST_ID, RequestId};

/// Requests to addresses that no route knows share one name: names from outside would grow the metrics without end.
const NO_ROUTE: &str = "none";

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

/// What is known of a request; written down when it is dropped: when its last byte is sent or its reader has gone. A
/// status of 0 means that the reader left before the answer began.
pub(crate) struct Seen {
    id: RequestId,
    route: Option<MatchedPath>,
    method: &'static str,
    status: u16,
    bytes: u64,
    watch: Stopwatch,
    figures: Arc<RouteFigures>,
}

impl Seen {
    /// Numbers the request, unless the listener took over a number that it believes, and begins to measure.
    pub(crate) fn begin(request: &mut Request, figures: &Arc<RouteFigures>) -> Self {
        let watch = Stopwatch::start();
        let id = request.extensions().get().copied().unwrap_or_else(RequestId::fresh);
        // Who asks does not choose the number: it would let anybody write into our logs.
        request.headers_mut().remove(&REQUEST_ID);
        request.extensions_mut().insert(id);
        let route = request.extensions().get::<MatchedPath>().cloned();
        let method = method_name(request.method());
        Self { id, route, method, status: 0, bytes: 0, watch, figures: figures.clone() }
    }

    pub(crate) const fn id(&self) -> RequestId {
        self.id
    }

    /// Puts the number on the answer and follows it to its last byte.
    pub(crate) fn follow(mut self, mut response: Response) -> Response {
        self.status = response.status().as_u16();
        response.headers_mut().insert(REQUEST_ID, self.id.header());
        response.map(|body| Body::new(Counted { body, seen: self }))
    }
}

impl Drop for Seen {
    fn drop(&mut self) {
        let took = self.watch.elapsed();
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let route = self.route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
        self.figures.with(route, self.method, self.status, |figures| {
            figures.requests.increment(1);
            figures.seconds.record(took.as_secs_f64());
            figures.bytes.increment(self.bytes);
        });
        if LOOKS.contains(&route) && self.status == 200 {
            // Twice a second, day and night: in the figures they are enough.
            return;
        }
        tracing::info!(
            target: "access",
            method = self.method,
            route,
            status = self.status,
            duration_ms,
            bytes = self.bytes,
            request_id = self.id.as_str(),
            "request answered"
        );
    }
}

/// How others look whether this process is well.
const LOOKS: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// The figures of each route, looked up once: the registry's own look-up takes longer than sending a kept answer.
#[derive(Default)]
pub(crate) struct RouteFigures {
    by_route: RwLock<HashMap<Box<str>, Vec<Figures>>>,
}

/// Of one route, method and status. There are as many as the service has routes and ways to answer.
struct Figures {
    method: &'static str,
    status: u16,
    requests: Counter,
    seconds: Histogram,
    bytes: Counter,
}

impl RouteFigures {
    fn with(&self, route: &str, method: &'static str, status: u16, note: impl Fn(&Figures)) {
        let known = self.by_route.read().unwrap_or_else(PoisonError::into_inner);
        let mut of_route = known.get(route).into_iter().flatten();
        if let Some(figures) = of_route.find(|figures| figures.status == status && figures.method == method) {
            return note(figures);
        }
        drop(known);
        let figures = Figures::of(route, method, status);
        note(&figures);
        // Two that come here at once register the same counters; the second entry is never found and does no harm.
        let mut known = self.by_route.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(route.into()).or_default().push(figures);
    }
}

impl Figures {
    fn of(route: &str, method: &'static str, status: u16) -> Self {
        let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
        Self {
            method,
            status,
            requests: metrics::counter!("http_requests_total", &labels),
            seconds: metrics::histogram!("http_request_duration_seconds", &labels[..2]),
            bytes: metrics::counter!("http_response_bytes_total", &labels[..2]),
        }
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
