//! Other sites' scripts may read what is public, without the reader's cookies.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use crate::around::{Around, AroundLayer};

/// How long a browser remembers what is allowed. Chromium keeps it for two hours at most.
const REMEMBERED: Duration = Duration::from_secs(2 * 60 * 60);

/// What a script may send along, besides what browsers always allow. Neither cookies nor `Authorization`: what they
/// open is not public.
const ALLOWED_HEADERS: &str =
    "content-type, if-none-match, if-modified-since, x-requested-with, apollo-require-preflight";

/// What a script may see of the answer's head, besides what browsers always show.
const EXPOSED_HEADERS: &str = "etag, ratelimit, ratelimit-policy, retry-after, x-request-id, link, location";

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Which methods other sites may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cors {
    methods: &'static str,
}

impl Cors {
    /// GET and HEAD.
    pub const READING: Self = Self { methods: "GET, HEAD" };

    /// GET, HEAD and POST: for queries that come in a body. Without cookies, such a request is nobody's.
    pub const QUERYING: Self = Self { methods: "GET, HEAD, POST" };

    /// The routes, open to scripts of other sites. Answers from outside of them (a time-out, a body over the limit) are
    /// not: put this around as much as possible.
    pub fn around<S: Clone + Send + Sync + 'static>(self, router: Router<S>) -> Router<S> {
        router.layer(AroundLayer(self))
    }
}

impl Around for Cors {
    type Noted = ();

    fn before(&self, request: &Request) -> Result<(), Box<Response>> {
        if is_preflight(request) { Err(Box::new(preflight_answer(*self))) } else { Ok(()) }
    }

    fn after(&self, (): (), response: &mut Response) {
        let headers = response.headers_mut();
        add_origin(headers);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
    }
}

/// A browser that asks whether it may ask.
fn is_preflight(request: &Request) -> bool {
    let headers = request.headers();
    *request.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight_answer(cors: Cors) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    add_origin(headers);
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(cors.methods));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ALLOWED_HEADERS));
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from(REMEMBERED.as_secs()));
    response
}

/// Every origin gets the same answer: nothing varies by `Origin`, and shared caches may keep it.
fn add_origin(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
}
