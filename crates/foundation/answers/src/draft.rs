//! An answer as its maker leaves it: not hashed, not compressed yet.

use axum::body::Bytes;
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;

/// What a maker gives. Bodies must be equal for equal keys: no clock, no chance, no person in them.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its status. Errors are better returned as errors: those are never kept.
    pub status: StatusCode,
    /// Its `Content-Type`.
    pub content_type: HeaderValue,
    /// When its content last changed, to the second: for instance when the catalog was published.
    pub last_modified: Option<Timestamp>,
    /// The bytes, as they are.
    pub body: Bytes,
}

impl Draft {
    /// An answer that was found.
    #[must_use]
    pub fn new(content_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        Self { status: StatusCode::OK, content_type, last_modified: None, body: body.into() }
    }

    /// JSON.
    #[must_use]
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self::new(HeaderValue::from_static("application/json"), body)
    }

    /// The same with the moment of its last change.
    #[must_use]
    pub fn last_modified(self, moment: Timestamp) -> Self {
        Self { last_modified: Some(moment), ..self }
    }
}
