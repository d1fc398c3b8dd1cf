//! What surrounds a service's routes, as one layer: each request passes through it once, in the order in which
//! [`Stack::answer`] is written. A tower of layers did the same at three times the cost of the answer within.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use http_body_util::Limited;
use tower::{Layer, Service, service_fn};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::cache::{conditional, is_final};
use crate::config::{ErrorPage, HttpConfig};
use crate::error::{after_panic, context_of, is_for_programs, needs_body, rendered};
use crate::observe::{RouteFigures, Seen};
use crate::request_id::RequestId;
use crate::security::AddedHeaders;

/// Level 4 of brotli, gzip and zstd: pages are made per request, and from 5 on brotli takes longer than the page.
const COMPRESSION_LEVEL: i32 = 4;

/// The routes with everything around them.
pub fn dress(router: Router, config: &HttpConfig) -> Router {
    // The limit of bodies is ours alone.
    router.layer((Dress(Arc::new(Stack::new(config))), DefaultBodyLimit::disable()))
}

/// What all requests have in common.
struct Stack {
    body_limit_bytes: usize,
    uri_limit_bytes: usize,
    request_timeout: Duration,
    error_page: ErrorPage,
    added: AddedHeaders,
    figures: Arc<RouteFigures>,
}

impl Stack {
    fn new(config: &HttpConfig) -> Self {
        Self {
            body_limit_bytes: config.body_limit_bytes,
            uri_limit_bytes: config.uri_limit_bytes,
            request_timeout: config.request_timeout,
            error_page: config.error_page.clone(),
            added: AddedHeaders::new(&config.content_security_policy, config.page_headers.clone()),
            figures: Arc::default(),
        }
    }

    async fn answer<S: Inside>(&self, inside: S, mut request: Request) -> Response {
        let seen = Seen::begin(&mut request, &self.figures);
        let asked = Asked::of(&request);
        let response = self.answer_from(inside, request).await;
        let response = self.with_body_if_error(response, &asked, seen.id()).await;
        let response = conditional(asked.known.as_ref(), response);
        let mut response = compressed(response, asked.accept_encoding).await;
        self.added.add_to(&mut response);
        seen.follow(response)
    }

    /// The answer of the routes, or why they gave none.
    async fn answer_from<S: Inside>(&self, mut inside: S, request: Request) -> Response {
        let request = match self.within_limits(request) {
            Ok(request) => request,
            Err(status) => return status.into_response(),
        };
        // The call itself may panic too, not only what it returns.
        let answer = AssertUnwindSafe(async { inside.call(request).await }).catch_unwind();
        match tokio::time::timeout(self.request_timeout, answer).await {
            Ok(Ok(Ok(response))) => response,
            Ok(Ok(Err(never))) => match never {},
            Ok(Err(panic)) => after_panic(panic),
            Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        }
    }

    /// A body that says its length is cut there by the listener; one that does not is counted while it is read.
    fn within_limits(&self, request: Request) -> Result<Request, StatusCode> {
        if request.uri().path_and_query().is_some_and(|asked| asked.as_str().len() > self.uri_limit_bytes) {
            return Err(StatusCode::URI_TOO_LONG);
        }
        if request.body().is_end_stream() {
            return Ok(request);
        }
        match request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok()) {
            Some(length) if length > self.body_limit_bytes => Err(StatusCode::PAYLOAD_TOO_LARGE),
            Some(_) => Ok(request),
            None => Ok(request.map(|body| Body::new(Limited::new(body, self.body_limit_bytes)))),
        }
    }

    async fn with_body_if_error(&self, response: Response, asked: &Asked, request_id: RequestId) -> Response {
        if !needs_body(&response) {
            return response;
        }
        let context = context_of(&response, asked.uri.path(), request_id, asked.page_headers.clone());
        rendered(response, context, &self.error_page).await
    }
}

/// What is remembered of a request while the routes answer it.
struct Asked {
    uri: Uri,
    /// For an error page; programs get none.
    page_headers: HeaderMap,
    accept_encoding: Option<HeaderValue>,
    /// What the client has already: only a GET or HEAD can be answered by "you have it".
    known: Option<HeaderValue>,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let headers = request.headers();
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        let for_programs = is_for_programs(request.uri().path());
        Self {
            uri: request.uri().clone(),
            page_headers: if for_programs { HeaderMap::new() } else { headers.clone() },
            accept_encoding: headers.get(ACCEPT_ENCODING).cloned(),
            known: headers.get(IF_NONE_MATCH).filter(|_| is_read).cloned(),
        }
    }
}

/// What came packed, or is promised byte for byte, stays untouched.
async fn compressed(response: Response, accept_encoding: Option<HeaderValue>) -> Response {
    if is_final(response.headers()) || response.body().is_end_stream() {
        return response;
    }
    let mut request = http::Request::new(());
    if let Some(accepted) = accept_encoding {
        request.headers_mut().insert(ACCEPT_ENCODING, accepted);
    }
    let mut response = Some(response);
    let ready = service_fn(move |_: http::Request<()>| {
        std::future::ready(Ok::<_, Infallible>(response.take().unwrap_or_default()))
    });
    let compression = CompressionLayer::new().quality(CompressionLevel::Precise(COMPRESSION_LEVEL));
    let Ok(response) = compression.layer(ready).call(request).await;
    response.map(Body::new)
}

/// A service within: the routes.
trait Inside: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static {}

impl<S> Inside for S where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static
{
}

#[derive(Clone)]
struct Dress(Arc<Stack>);

impl<S> Layer<S> for Dress {
    type Service = Dressed<S>;

    fn layer(&self, inside: S) -> Dressed<S> {
        Dressed { inside, stack: self.0.clone() }
    }
}

#[derive(Clone)]
struct Dressed<S> {
    inside: S,
    stack: Arc<Stack>,
}

impl<S: Inside> Service<Request> for Dressed<S> {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inside.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The one that was polled ready goes; its clone waits for the next request.
        let waiting = self.inside.clone();
        let inside = std::mem::replace(&mut self.inside, waiting);
        let stack = self.stack.clone();
        Box::pin(async move { Ok(stack.answer(inside, request).await) })
    }
}
