//! The headers that tell a browser to trust nothing but what is named.

use axum::response::Response;
use http::header::{CONTENT_SECURITY_POLICY as CONTENT_SECURITY_POLICY_NAME, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, StatusCode};

/// Nothing by default; styles, scripts, pictures, requests and forms only of and to the site itself.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const PERMISSIONS: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()";

/// For what is no page: it needs nothing, wherever a browser shows it.
const POLICY_OF_DATA: &str = "default-src 'none'; frame-ancestors 'none'";

/// What is added to answers.
#[derive(Clone, Debug)]
pub(crate) struct AddedHeaders {
    to_all: Vec<(HeaderName, HeaderValue)>,
    to_pages: Vec<(HeaderName, HeaderValue)>,
    to_data: Vec<(HeaderName, HeaderValue)>,
}

impl AddedHeaders {
    /// A policy that is no header value falls back to ours: a typing error must not open the door.
    pub(crate) fn new(policy: &str, page_headers: Vec<(HeaderName, HeaderValue)>) -> Self {
        let ours = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
        let fixed =
            |name: &'static str, value: &'static str| (HeaderName::from_static(name), HeaderValue::from_static(value));
        let to_all =
            vec![fixed("x-content-type-options", "nosniff"), fixed("cross-origin-resource-policy", "same-origin")];
        let mut to_pages = vec![
            (CONTENT_SECURITY_POLICY_NAME, HeaderValue::try_from(policy).unwrap_or(ours)),
            fixed("x-frame-options", "DENY"),
            fixed("referrer-policy", "same-origin"),
            fixed("permissions-policy", PERMISSIONS),
            fixed("cross-origin-opener-policy", "same-origin"),
        ];
        to_pages.extend(page_headers);
        let to_data = vec![fixed("content-security-policy", POLICY_OF_DATA)];
        Self { to_all, to_pages, to_data }
    }

    /// Adds what an answer does not already say. A 304 stays as it is: a browser puts its headers in the place of those
    /// of the page that it has kept, and the policy of data would forbid the page its styles.
    pub(crate) fn add_to(&self, response: &mut Response) {
        if response.status() == StatusCode::NOT_MODIFIED {
            return;
        }
        let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        let special = if kind.starts_with(b"text/html") { &self.to_pages } else { &self.to_data };
        let headers = response.headers_mut();
        for (name, value) in self.to_all.iter().chain(special) {
            if !headers.contains_key(name) {
                headers.insert(name, value.clone());
            }
        }
    }
}
