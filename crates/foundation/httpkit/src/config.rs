//! Every limit of a listener, by name.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{HeaderName, HeaderValue};

use crate::client::Network;
use crate::error::ErrorContext;

/// Turns an error into HTML; a service gives its own, so that errors look like its pages. It may ask somebody for what it
/// shows, and has to come within moments whether or not they answer: nothing limits it from outside.
pub type ErrorPage = Arc<dyn Fn(ErrorContext) -> BoxFuture<'static, String> + Send + Sync>;

/// Limits and looks of a listener.
#[derive(Clone)]
pub struct HttpConfig {
    /// How long a client may take to send a request's head, also on a connection that is kept open.
    pub header_timeout: Duration,
    /// The largest request head, in bytes.
    pub header_limit_bytes: usize,
    /// The longest address (path and query), in bytes.
    pub uri_limit_bytes: usize,
    /// Proxies that are believed when they say, by `X-Forwarded-For`, for whom they ask, and by `X-Request-Id` under
    /// which number.
    pub trusted_proxies: Vec<Network>,
    /// The largest request body, in bytes.
    pub body_limit_bytes: usize,
    /// How long an answer may take to begin, the reading of the body included.
    pub request_timeout: Duration,
    /// Connections at the same time; further ones wait to be accepted.
    pub connection_limit: usize,
    /// How long requests in flight may go on after the shutdown began.
    pub drain: Duration,
    /// The `Content-Security-Policy` of every answer that brings none of its own.
    pub content_security_policy: String,
    /// Headers added to every HTML answer, such as `Speculation-Rules`.
    pub page_headers: Vec<(HeaderName, HeaderValue)>,
    /// How errors look.
    pub error_page: ErrorPage,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            header_limit_bytes: 16 * 1024,
            // A GraphQL query in an address is long; beyond this, it belongs into a body.
            uri_limit_bytes: 8 * 1024,
            trusted_proxies: Vec::new(),
            body_limit_bytes: 256 * 1024,
            request_timeout: Duration::from_secs(20),
            connection_limit: 4096,
            // Shorter than the 30 seconds after which Kubernetes kills a pod.
            drain: Duration::from_secs(20),
            content_security_policy: crate::security::CONTENT_SECURITY_POLICY.to_owned(),
            page_headers: Vec::new(),
            error_page: Arc::new(|error| async move { crate::error::plain_page(&error) }.boxed()),
        }
    }
}

impl fmt::Debug for HttpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpConfig")
            .field("header_timeout", &self.header_timeout)
            .field("header_limit_bytes", &self.header_limit_bytes)
            .field("uri_limit_bytes", &self.uri_limit_bytes)
            .field("trusted_proxies", &self.trusted_proxies)
            .field("body_limit_bytes", &self.body_limit_bytes)
            .field("request_timeout", &self.request_timeout)
            .field("connection_limit", &self.connection_limit)
            .field("drain", &self.drain)
            .finish_non_exhaustive()
    }
}
