//! `GET /api/v1/suggestions`

use catalog::search::QUERY_CHARS_MAX;
use catalog::snapshot::Snapshot;
use catalog::suggest::{Suggestion, Target, suggest};
use schemars::JsonSchema;
use serde::Serialize;

use super::document::{List, Nothing, Part};
use super::list;
use super::named::{self, TERM};
use super::view::course::CourseName;
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::parameter::{Kind, Parameter};

/// Suggestions when nobody says how many.
const LIMIT_DEFAULT: u64 = 8;

/// The most suggestions.
const LIMIT_MAX: u64 = 20;

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "list_suggestions",
    path: "/api/v1/suggestions",
    group: Group::Courses,
    summary: "What may be meant by what was typed so far",
    about: "Subject areas, then courses as a search orders them, then instructors; only those of the term.",
    parameters: &[
        Parameter::query("q", Kind::Text { chars_max: QUERY_CHARS_MAX }, "What was typed so far.").required(),
        Parameter::query(TERM.name, Kind::Term, "In this term, as `fall-2026`; the current one when left out."),
        Parameter::query("limit", Kind::Number { min: 1, max: LIMIT_MAX }, "The most suggestions; 8 when left out."),
    ],
    shape: |schemas| schemas.subschema_for::<List<'static, SuggestionView<'static>, Nothing>>(),
    example: |_| Some("/api/v1/suggestions?q=co".to_owned()),
    doing: Doing::Memory(suggestions),
};

/// Something that may be meant.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Suggestion")]
struct SuggestionView<'a> {
    /// `course`, `subject` or `instructor`.
    kind: &'static str,
    /// As `COMPSCI 61A`, `COMPSCI`, `Ada Lovelace`.
    label: String,
    /// A title, a subject's full name; empty for instructors.
    detail: String,
    /// The course; `null` for the others.
    course: Option<CourseName<'a>>,
    /// Where it leads in this API.
    href: String,
}

fn suggestions(ask: &Ask) -> Outcome {
    let term = named::term_or_current(ask)?;
    let limit = usize::try_from(ask.number("limit").unwrap_or(LIMIT_DEFAULT)).unwrap_or(usize::MAX);
    let found = suggest(&ask.snapshot, ask.text("q").unwrap_or_default(), term, limit);
    let parts: Vec<Part> = term.map(Part::Classes).into_iter().collect();
    list::whole(ask, &parts, found.into_iter().map(|found| SuggestionView::of(&ask.snapshot, found)).collect())
}

impl<'a> SuggestionView<'a> {
    fn of(snapshot: &'a Snapshot, found: Suggestion) -> Self {
        let (kind, course, href) = match found.target {
            Target::Course(place) => {
                ("course", Some(CourseName::of(snapshot.course(place))), named::course_path(snapshot, place))
            }
            Target::Subject(code) => ("subject", None, format!("/api/v1/subjects/{code}")),
            Target::Instructor(place) => {
                let slug = &snapshot.instructor(place).slug;
                ("instructor", None, format!("/api/v1/courses?instructor={slug}"))
            }
        };
        Self { kind, label: found.label, detail: found.detail, course, href }
    }
}
