//! `GET /api/v1/subjects`

use catalog::snapshot::{Snapshot, SubjectEntry, TermEntry};
use schemars::JsonSchema;
use serde::Serialize;

use super::document::{List, Nothing, Part};
use super::list;
use crate::rest::endpoint::{Doing, Endpoint, Group};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    name: "list_subjects",
    path: "/api/v1/subjects",
    group: Group::Terms,
    summary: "All subject areas",
    about: "",
    parameters: &[],
    shape: |schemas| schemas.subschema_for::<List<'static, SubjectView<'static>, Nothing>>(),
    example: |_| Some("/api/v1/subjects".to_owned()),
    doing: Doing::Memory(|ask| {
        let subjects = ask.snapshot.subjects().iter();
        list::whole(ask, &[Part::Courses], subjects.map(|entry| SubjectView::of(&ask.snapshot, entry)).collect())
    }),
};

/// A subject area.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Subject")]
pub(super) struct SubjectView<'a> {
    /// Its letters, as in addresses: `ELENG`.
    code: &'a str,
    /// As written in front of a number: `EL ENG`.
    abbreviation: &'a str,
    /// In full.
    name: &'a str,
    /// How many courses it has, retired ones included.
    course_count: u32,
    /// The newest term in which one of them is offered.
    last_offered: Option<String>,
    /// Its address in this API.
    href: String,
}

impl<'a> SubjectView<'a> {
    pub(super) fn of(snapshot: &'a Snapshot, entry: &'a SubjectEntry) -> Self {
        let offers = |term: &&TermEntry| snapshot.courses_of(entry).any(|course| term.offered.contains(course));
        Self {
            code: entry.subject.code.as_str(),
            abbreviation: &entry.subject.abbreviation,
            name: &entry.subject.name,
            course_count: entry.count,
            last_offered: snapshot.terms().iter().find(offers).map(|term| term.term.id.slug()),
            href: format!("/api/v1/subjects/{}", entry.subject.code),
        }
    }
}
