//! Finished answers.

use axum::body::Bytes;
use serde::Serialize;

use super::problem::Problem;

/// An answer, or what was wrong.
pub(crate) type Outcome = Result<Made, Problem>;

/// Anybody may keep an answer, and asks each time whether it is still true: so nothing is ever stale, and asking is
/// cheap, because the entity tag is sent along.
pub(crate) const CACHE_POLICY: &str = "public, no-cache";

/// A made answer.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) json: Bytes,
    /// The address of the next page.
    pub(crate) next: Option<String>,
}

/// A value as an answer.
pub(crate) fn json(value: &impl Serialize) -> Outcome {
    match serde_json::to_vec(value) {
        Ok(json) => Ok(Made { json: json.into(), next: None }),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            Err(Problem::unavailable("The answer could not be written."))
        }
    }
}

impl Made {
    /// With the address of the next page, for the `Link` header.
    pub(crate) fn with_next(self, next: Option<String>) -> Self {
        Self { next, ..self }
    }
}
