//! `GET /api/v1/updates`

use catalog::data::SourceState;
use catalog::run::Step;
use schemars::JsonSchema;
use serde::Serialize;

use super::document::{List, Nothing};
use super::list;
use super::view::moment::Moment;
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "list_updates",
    path: "/api/v1/updates",
    group: Group::Catalog,
    summary: "As of when each source holds",
    about: "What could not be brought up to date says why; until then the older data stands.",
    parameters: &[],
    shape: |schemas| schemas.subschema_for::<List<'static, Update<'static>, Nothing>>(),
    example: |_| Some("/api/v1/updates".to_owned()),
    doing: Doing::Memory(updates),
};

/// How current a source is.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Update")]
struct Update<'a> {
    /// `terms`, `courses`, `classes`, `seats`, `playlists` or `grades`.
    source: &'static str,
    /// The term, where the source goes term by term.
    term: Option<String>,
    /// The last moment for which it was accepted; `null` when never.
    as_of: Option<Moment>,
    /// What was wrong with the last attempt; `null` when it was accepted.
    trouble: Option<Trouble<'a>>,
}

/// Why an attempt was not accepted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UpdateTrouble")]
struct Trouble<'a> {
    at: Moment,
    reason: &'a str,
}

fn updates(ask: &Ask) -> Outcome {
    let mut all: Vec<Update<'_>> = ask.snapshot.sources().iter().map(Update::of).collect();
    let as_of = ask.snapshot.grades_imported_at().map(Moment);
    all.push(Update { source: "grades", term: None, as_of, trouble: None });
    list::whole(ask, &[], all)
}

impl<'a> Update<'a> {
    fn of(state: &'a SourceState) -> Self {
        let source = match state.step {
            Step::Term => "terms",
            Step::Course => "courses",
            Step::Class => "classes",
            Step::Enrollment => "seats",
            Step::Playlist => "playlists",
        };
        let trouble = state.trouble.as_ref().map(|(at, reason)| Trouble { at: Moment(*at), reason });
        Self { source, term: state.term.map(|term| term.slug()), as_of: state.as_of.map(Moment), trouble }
    }
}
