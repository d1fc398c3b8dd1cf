//! `GET /api/v1/status`

use catalog::fetched::Origin;
use schemars::JsonSchema;
use serde::Serialize;

use super::document::{Document, one};
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "get_status",
    path: "/api/v1/status",
    group: Group::Catalog,
    summary: "Which catalog is served, and where it comes from",
    about: "Answered even while the public API is switched off. `as_of.catalog` says when it was published, \
            `switched_off` what is missing and why.",
    parameters: &[],
    shape: |schemas| schemas.subschema_for::<Document<'static, Status>>(),
    example: |_| Some("/api/v1/status".to_owned()),
    doing: Doing::Memory(status),
};

/// How things stand.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Status")]
struct Status {
    /// Where the data comes from: `sis`, `demo` (a made-up campus) or `replay` (captured terms played back).
    origin: Option<&'static str>,
    /// The term that people are enrolling in, as `fall-2026`.
    current_term: Option<String>,
    course_count: usize,
    section_count: usize,
    graded_section_count: usize,
    /// Where this API is described.
    documentation: &'static str,
}

fn status(ask: &Ask) -> Outcome {
    let origin = ask.snapshot.state().map(|state| match state.origin {
        Origin::Sis => "sis",
        Origin::Demo => "demo",
        Origin::Replay => "replay",
    });
    let data = Status {
        origin,
        current_term: ask.default_term().map(|term| term.slug()),
        course_count: ask.snapshot.courses().len(),
        section_count: ask.snapshot.section_count(),
        graded_section_count: ask.snapshot.grades().len(),
        documentation: "/api/docs",
    };
    one(ask, &[], data)
}
