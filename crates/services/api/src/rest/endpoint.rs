//! An endpoint: one row from which its route, its reading, its documentation and its example are made.

use std::pin::Pin;

use catalog::snapshot::Snapshot;
use schemars::{Schema, SchemaGenerator};

use super::answer::Outcome;
use super::ask::Ask;
use super::parameter::{Kind, Parameter};

/// An endpoint. All of them are read with GET.
pub(crate) struct Endpoint {
    /// Its name for programs: the OpenAPI document's `operationId`.
    pub(crate) name: &'static str,
    /// Its path with parameters in braces, as both the router and the OpenAPI document write it.
    pub(crate) path: &'static str,
    pub(crate) group: Group,
    /// What it gives, in a few words.
    pub(crate) summary: &'static str,
    /// What should be known beyond that; may be empty.
    pub(crate) about: &'static str,
    pub(crate) parameters: &'static [Parameter],
    /// The shape of its answer.
    pub(crate) shape: fn(&mut SchemaGenerator) -> Schema,
    /// An address that finds something in a catalog; `None` when the catalog has nothing of the kind.
    pub(crate) example: fn(&Snapshot) -> Option<String>,
    pub(crate) doing: Doing,
}

/// How an endpoint comes to its answer.
pub(crate) enum Doing {
    /// From the catalog in memory alone.
    Memory(fn(&Ask) -> Outcome),
    /// With histories of enrollment, which may have to be read.
    History(for<'a> fn(&'a Ask) -> Reading<'a>),
}

/// An answer that is being made.
pub(crate) type Reading<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// What an endpoint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    Courses,
    Sections,
    Grades,
    Requirements,
    Terms,
    Catalog,
    Legacy,
}

impl Group {
    pub(crate) const ALL: [Self; 7] =
        [Self::Courses, Self::Sections, Self::Grades, Self::Requirements, Self::Terms, Self::Catalog, Self::Legacy];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Courses => "Courses",
            Self::Sections => "Sections and enrollment",
            Self::Grades => "Grades",
            Self::Requirements => "Requirements",
            Self::Terms => "Terms, subjects and instructors",
            Self::Catalog => "The catalog itself",
            Self::Legacy => "The addresses of 2021",
        }
    }

    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::Courses => "What is described and offered: search, filters, and all about one course.",
            Self::Sections => "What students enroll in: meetings, instructors, seats, and how they filled.",
            Self::Grades => "How sections were graded.",
            Self::Requirements => "Named sets of courses, such as a breadth requirement: the filters of the catalog.",
            Self::Terms => "What courses are ordered by.",
            Self::Catalog => "As of when everything holds, and this document.",
            Self::Legacy => {
                "Kept for the clients that were written for them. New clients use /api/v1: nothing is added here."
            }
        }
    }
}

impl Endpoint {
    pub(crate) fn is_legacy(&self) -> bool {
        self.group == Group::Legacy
    }

    /// Whether its list comes in pages.
    pub(crate) fn has_pages(&self) -> bool {
        self.parameters.iter().any(|parameter| matches!(parameter.kind, Kind::Cursor))
    }
}

/// Every endpoint, in the order of the document.
pub(crate) fn all() -> impl Iterator<Item = &'static Endpoint> {
    crate::v1::ENDPOINTS.into_iter().chain(crate::legacy::ENDPOINTS)
}
