//! `GET /api/v1/instructors`

use std::collections::{BTreeMap, BTreeSet};

use catalog::course_set::CourseIndex;
use catalog::fold::{folded, slug};
use catalog::snapshot::Snapshot;
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
    about: "By family name. People are told apart by their names, because the source gives nothing else.",
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
    name: String,
    /// As `ada-lovelace`: the value of the filter of courses.
    slug: String,
    family_name: &'a str,
    /// May be empty.
    given_name: &'a str,
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

/// Family name and given name.
type Name<'a> = (&'a str, &'a str);

fn instructors(ask: &Ask) -> Outcome {
    let term = named::term_or_current(ask)?;
    let wanted = folded(ask.text("q").unwrap_or_default());
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let teaching = term.map(|term| teaching(&ask.snapshot, term)).unwrap_or_default();
    let named = teaching.into_iter().filter(|((family, given), _)| has_words(family, given, &words));
    let mut rows: Vec<(String, Name<'_>, BTreeSet<CourseIndex>)> =
        named.map(|(name, courses)| (folded(name.0), name, courses)).collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(&b.1)));
    let parts: Vec<Part> = term.map(Part::Classes).into_iter().collect();
    list::page(
        ask,
        &parts,
        &rows,
        |(_, (family, given), _)| key_of(&format!("{family}\0{given}")),
        |(_, name, courses)| Teacher::of(&ask.snapshot, *name, courses),
        InTerm { term: term.map(TermId::slug) },
    )
}

fn teaching(snapshot: &Snapshot, term: TermId) -> BTreeMap<Name<'_>, BTreeSet<CourseIndex>> {
    let mut teaching: BTreeMap<Name<'_>, BTreeSet<CourseIndex>> = BTreeMap::new();
    for offering in snapshot.term(term).map_or(&[][..], |entry| &entry.offerings) {
        let meetings = snapshot.sections_in(offering).flat_map(|section| section.meetings());
        for instructor in meetings.flat_map(|meeting| meeting.instructors()) {
            let name = (instructor.family_name.as_str(), instructor.given_name.as_str());
            teaching.entry(name).or_default().insert(offering.course);
        }
    }
    teaching
}

fn has_words(family: &str, given: &str, words: &[&str]) -> bool {
    if words.is_empty() {
        return true;
    }
    let name = folded(&format!("{given} {family}"));
    words.iter().all(|word| name.split([' ', '-', '\'']).any(|part| part.starts_with(word)))
}

impl<'a> Teacher<'a> {
    fn of(snapshot: &'a Snapshot, (family, given): Name<'a>, courses: &BTreeSet<CourseIndex>) -> Self {
        let name = if given.is_empty() { family.to_owned() } else { format!("{given} {family}") };
        let courses = courses.iter().map(|course| CourseName::of(snapshot.course(*course))).collect();
        Self { slug: slug(&name), name, family_name: family, given_name: given, courses }
    }
}
