//! From what the ACME library says to what the platform understands.

use std::time::Duration;

use instant_acme::{Error, Problem};
use platform::certificates::{FailureKind, IssueFailure};

/// Words of an authority are cut here: it might send a page.
const WORDS_LIMIT: usize = 600;

/// A failure of ours: a file, a proof that could not be prepared.
pub(crate) fn here(
    says: impl Into<String>,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> IssueFailure {
    IssueFailure { kind: FailureKind::Here, says: says.into(), retry_after: None, cause: Some(cause.into()) }
}

/// A failure without another cause.
pub(crate) fn plain(kind: FailureKind, says: impl Into<String>) -> IssueFailure {
    IssueFailure { kind, says: says.into(), retry_after: None, cause: None }
}

/// What the library said while we tried something.
pub(crate) fn of(tried: &str, error: Error, retry_after: Option<Duration>) -> IssueFailure {
    let kind = match &error {
        Error::Api(problem) => kind_of(problem),
        Error::Crypto | Error::KeyRejected => FailureKind::Here,
        Error::Unsupported(_) => FailureKind::Refused,
        // No answer, or one that is none of ACME: a proxy's page, half a JSON.
        _ => FailureKind::Unreachable,
    };
    let said = match &error {
        Error::Api(problem) => words(problem),
        // The whole chain: "error sending request" alone helps nobody.
        other => chain(other),
    };
    IssueFailure { kind, says: format!("{tried}: {}", cut(&said)), retry_after, cause: Some(Box::new(error)) }
}

/// The authority did not take the nonce; another try with another one is all it wants.
pub(crate) fn is_bad_nonce(error: &Error) -> bool {
    matches!(error, Error::Api(problem) if has_type(problem, "badNonce"))
}

/// The account is not known there (any more).
pub(crate) fn is_unknown_account(error: &Error) -> bool {
    matches!(error, Error::Api(problem) if has_type(problem, "accountDoesNotExist"))
}

/// What the authority says, in one line.
pub(crate) fn words(problem: &Problem) -> String {
    let kind = problem.r#type.as_deref().unwrap_or("").trim_start_matches("urn:ietf:params:acme:error:");
    let detail = problem.detail.as_deref().unwrap_or("no detail");
    let more = problem.subproblems.iter().map(|one| format!("; {one}"));
    cut(&format!("{detail} ({kind}){}", more.collect::<String>()))
}

fn kind_of(problem: &Problem) -> FailureKind {
    let is_any = |kinds: &[&str]| kinds.iter().any(|kind| has_type(problem, kind));
    if is_any(&["rateLimited"]) {
        FailureKind::RateLimited
    } else if is_any(&["incorrectResponse", "dns", "connection", "tls", "caa", "unauthorized"]) {
        FailureKind::Validation
    } else if is_any(&["badNonce", "serverInternal"]) || problem.status.is_some_and(|status| status >= 500) {
        FailureKind::Unreachable
    } else {
        FailureKind::Refused
    }
}

fn has_type(problem: &Problem, kind: &str) -> bool {
    problem.r#type.as_deref().and_then(|full| full.strip_prefix("urn:ietf:params:acme:error:")) == Some(kind)
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !said.ends_with(&next) {
            said = format!("{said}: {next}");
        }
        cause = error.source();
    }
    said
}

/// One line, not too long, no control signs: it goes into logs and onto screens.
fn cut(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(WORDS_LIMIT).collect()
}
