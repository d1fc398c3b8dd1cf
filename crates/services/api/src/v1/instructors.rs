//! `GET /api/v1/instructors`

use catalog::fold::words;
use catalog::snapshot::{InstructorEntry, InstructorIndex, Snapshot};
use catalog::term::TermId;
use schemars::JsonSchema;
use serde::Serialize;

use super::document::{List, Part};
use super::list::{self, CURSOR, LIMIT};
use super::named::{self, TERM};
use super::view::course::CourseName;
use crate::rest::answer::Outcome;
use crate::rest::ask::Ask;
use crate::rest::cursor::key_of;
use crate::rest::endpoint::{Doing, Endpoint, Group};
use crate::rest::parameter::{Kind, Parameter};

/// The longest text to look for.
const QUERY_CHARS_MAX: usize = 100;

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "list_instructors",
    path: "/api/v1/instructors",
    group: Group::Terms,
    summary: "Who teaches in a term, and what",
    about: "In the order of names. People are told apart by their names, because the source gives nothing else.",
    parameters: &[
        Parameter::query(
            "q",
            Kind::Text { chars_max: QUERY_CHARS_MAX },
            "Only names in which every one of these words begins a word; case and accents do not matter.",
        ),
        Parameter::query(TERM.name, Kind::Term, "In this term, as `fall-2026`; the current one when left out."),
        LIMIT,
        CURSOR,
    ],
    shape: |schemas| schemas.subschema_for::<List<'static, Teacher<'static>, InTerm>>(),
    example: |_| Some("/api/v1/instructors?limit=1".to_owned()),
    doing: Doing::Memory(instructors),
};

/// Somebody who teaches in the term.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "InstructorWithCourses")]
struct Teacher<'a> {
    /// As `Ada Lovelace`.
    name: &'a str,
    /// As `ada-lovelace`: the value of the filter of courses.
    slug: &'a str,
    /// What they teach in the term, in natural order.
    courses: Vec<CourseName<'a>>,
}

/// Which term it was.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "InTerm")]
struct InTerm {
    /// As `fall-2026`; `null` when the catalog has no term.
    term: Option<String>,
}

fn instructors(ask: &Ask) -> Outcome {
    let term = named::term_or_current(ask)?;
    let wanted = words(ask.text("q").unwrap_or_default());
    let snapshot = &ask.snapshot;
    let teaches = |place: InstructorIndex| snapshot.taught_by(place).iter().any(|(of, _)| Some(*of) == term);
    let placed = (0..).map(InstructorIndex).zip(snapshot.instructors());
    let mut found: Vec<(InstructorIndex, &InstructorEntry)> =
        placed.filter(|(place, entry)| teaches(*place) && has_words(&entry.name, &wanted)).collect();
    found.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
    let parts: Vec<Part> = term.map(Part::Classes).into_iter().collect();
    list::page(
        ask,
        &parts,
        &found,
        |(_, entry)| key_of(&entry.name),
        |(place, entry)| Teacher::of(snapshot, *place, entry, term),
        InTerm { term: term.map(TermId::slug) },
    )
}

fn has_words(name: &str, wanted: &[String]) -> bool {
    let parts = words(name);
    wanted.iter().all(|word| parts.iter().any(|part| part.starts_with(word.as_str())))
}

impl<'a> Teacher<'a> {
    fn of(snapshot: &'a Snapshot, place: InstructorIndex, entry: &'a InstructorEntry, term: Option<TermId>) -> Self {
        let taught = snapshot.taught_by(place).iter().filter(|(of, _)| Some(*of) == term);
        let courses = taught.map(|(_, course)| CourseName::of(snapshot.course(*course))).collect();
        Self { name: &entry.name, slug: &entry.slug, courses }
    }
}
