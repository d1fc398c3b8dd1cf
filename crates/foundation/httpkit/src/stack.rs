//! The layers around a service's routes, in the one order in which they work.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use http::StatusCode;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use crate::cache::conditional;
use crate::config::HttpConfig;
use crate::error::{after_panic, errors_to_pages};
use crate::observe::observe;
use crate::security::{AddedHeaders, add_headers};

/// Level 4 of brotli, gzip and zstd: pages are made per request, and from 5 on brotli takes longer than the page.
const COMPRESSION_LEVEL: i32 = 4;

/// The routes with everything around them. Read from below: the last layer sees the request first.
pub fn dress(router: Router, config: &HttpConfig) -> Router {
    let added = AddedHeaders::new(&config.content_security_policy, config.page_headers.clone());
    router
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(config.body_limit_bytes))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, config.request_timeout))
        .layer(CatchPanicLayer::custom(after_panic))
        .layer(from_fn_with_state(config.error_page.clone(), errors_to_pages))
        .layer(from_fn(conditional))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(COMPRESSION_LEVEL)))
        .layer(from_fn_with_state(added, add_headers))
        .layer(from_fn(observe))
}
