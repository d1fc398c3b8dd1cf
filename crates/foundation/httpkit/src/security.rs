//! The headers that tell a browser to trust nothing but what is named.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CONTENT_SECURITY_POLICY as CSP, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderName, HeaderValue};

/// Nothing by default; styles, scripts, pictures, requests and forms only of and to the site itself.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()";

/// What the layer adds.
#[derive(Clone, Debug)]
pub(crate) struct AddedHeaders {
    content_security_policy: HeaderValue,
    page_headers: Vec<(HeaderName, HeaderValue)>,
}

impl AddedHeaders {
    /// A policy that is no header value falls back to ours: a typing error must not open the door.
    pub(crate) fn new(policy: &str, page_headers: Vec<(HeaderName, HeaderValue)>) -> Self {
        let ours = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
        Self { content_security_policy: HeaderValue::try_from(policy).unwrap_or(ours), page_headers }
    }
}

/// Adds what an answer does not already say.
pub(crate) async fn add_headers(State(added): State<AddedHeaders>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_page = kind.starts_with("text/html");
    let headers = response.headers_mut();
    let mut add = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    add(CSP, added.content_security_policy);
    add(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    add(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    add(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    add(HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS));
    add(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    add(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    if is_page {
        for (name, value) in added.page_headers {
            add(name, value);
        }
    }
    response
}
