//! Errors, which become problem documents (RFC 9457).

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use catalog::switches::SwitchedOff;
use http::StatusCode;
use httpkit::error::HttpError;
use schemars::JsonSchema;
use serde::Serialize;

/// The media type.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// The most faults that one document lists.
const FAULTS_MAX: usize = 20;

/// The most characters of what was given that a message repeats.
const REPEATED_CHARS_MAX: usize = 60;

/// When to try again what cannot be answered right now.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// An error on its way to its document. Boxed: it stands in the results of everything.
#[derive(Clone, Debug)]
pub(crate) struct Problem(Box<Said>);

#[derive(Clone, Debug)]
struct Said {
    /// What kind of error it is: an address that explains it.
    kind: &'static str,
    status: StatusCode,
    /// What was wrong this time, and what to do.
    detail: String,
    faults: Vec<Fault>,
    off: Option<SwitchedOff>,
    retry_after: Option<Duration>,
}

/// One parameter that was wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ParameterFault")]
pub(crate) struct Fault {
    /// Its name.
    pub(crate) parameter: String,
    /// What is wrong with it.
    pub(crate) message: String,
    /// What was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) nearest: Option<String>,
}

/// What every error looks like (RFC 9457).
#[derive(JsonSchema)]
#[schemars(rename = "Problem")]
#[expect(dead_code, reason = "the documents are written where all errors are; this says how they look")]
pub(super) struct ProblemDocument {
    /// What kind of error it is: an address that explains it, or `about:blank` where the status says it all.
    #[schemars(rename = "type")]
    kind: String,
    /// The status in words.
    title: String,
    #[schemars(range(min = 400, max = 599))]
    status: u16,
    /// What was wrong this time, and what to do.
    detail: String,
    /// The number of the request, for whoever helps to find out.
    request_id: String,
    /// When it is worth trying again.
    #[schemars(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
    /// Which parameters were wrong, one by one.
    #[schemars(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
    /// The source that is switched off: `grades`, `enrollment`, `descriptions` or `public-api`.
    #[schemars(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Since when it is switched off.
    #[schemars(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
}

impl Problem {
    /// Nothing is there.
    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new("/api/docs#not-found", StatusCode::NOT_FOUND, detail.into())
    }

    /// The parameters cannot be understood.
    pub(crate) fn invalid(mut faults: Vec<Fault>) -> Self {
        let detail = match faults.as_slice() {
            [only] => only.message.clone(),
            all => format!("{} parameters cannot be understood.", all.len()),
        };
        faults.truncate(FAULTS_MAX);
        let mut problem = Self::new("/api/docs#invalid-parameters", StatusCode::UNPROCESSABLE_ENTITY, detail);
        problem.0.faults = faults;
        problem
    }

    /// The address itself cannot be read.
    pub(crate) fn unreadable(detail: impl Into<String>) -> Self {
        Self::new("/api/docs#unreadable", StatusCode::BAD_REQUEST, detail.into())
    }

    /// The operator turned a source off.
    pub(crate) fn switched_off(off: &SwitchedOff) -> Self {
        let detail = format!("{} is switched off by the operator. The reason: {}", off.source.title(), off.reason);
        let mut problem = Self::new("/api/docs#unavailable", StatusCode::SERVICE_UNAVAILABLE, detail);
        problem.0.off = Some(off.clone());
        problem
    }

    /// Something that the answer needs does not come in time.
    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        let mut problem = Self::new("/api/docs#unavailable", StatusCode::SERVICE_UNAVAILABLE, detail.into());
        problem.0.retry_after = Some(RETRY_AFTER);
        problem
    }

    fn new(kind: &'static str, status: StatusCode, detail: String) -> Self {
        Self(Box::new(Said { kind, status, detail, faults: Vec::new(), off: None, retry_after: None }))
    }
}

impl Fault {
    pub(crate) fn new(parameter: &str, message: impl Into<String>) -> Self {
        Self { parameter: shortened(parameter), message: message.into(), nearest: None }
    }

    pub(crate) fn with_nearest(self, nearest: Option<&str>) -> Self {
        Self { nearest: nearest.map(str::to_owned), ..self }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let said = *self.0;
        let mut error = HttpError::new(said.status, said.detail).with_type(said.kind);
        if let Some(wait) = said.retry_after {
            error = error.retry_after(wait);
        }
        if !said.faults.is_empty() {
            error = error.with_member("errors", serde_json::to_value(&said.faults).unwrap_or_default());
        }
        if let Some(off) = said.off {
            error = error.with_member("source", off.source.slug()).with_member("since", off.since.to_string());
        }
        error.into_response()
    }
}

/// What was given, short and on one line.
pub(crate) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(REPEATED_CHARS_MAX).collect();
    if text.chars().count() > REPEATED_CHARS_MAX {
        short.push('…');
    }
    short
}
