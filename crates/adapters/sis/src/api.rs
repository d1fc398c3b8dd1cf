//! The five collections that are asked for: their names, their keys, and what a request for one looks like.

use catalog::fetched::RecordKind;
use catalog::term::TermId;

use crate::config::{KeyPair, Keys};

/// A collection of SIS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    Terms,
    Courses,
    Classes,
    Sections,
    Enrollments,
}

impl Api {
    /// Its name in messages, logs and metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Courses => "courses",
            Self::Classes => "classes",
            Self::Sections => "sections",
            Self::Enrollments => "enrollments",
        }
    }

    /// The kind of record in it.
    pub(crate) const fn kind(self) -> RecordKind {
        match self {
            Self::Terms => RecordKind::Term,
            Self::Courses => RecordKind::Course,
            Self::Classes => RecordKind::Class,
            Self::Sections => RecordKind::Section,
            Self::Enrollments => RecordKind::Enrollment,
        }
    }

    /// The keys that open it.
    pub(crate) const fn keys(self, keys: &Keys) -> &KeyPair {
        match self {
            Self::Terms => &keys.terms,
            Self::Courses => &keys.courses,
            Self::Classes | Self::Sections | Self::Enrollments => &keys.classes,
        }
    }
}

/// What is asked for: a collection, narrowed by a query, without the page.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) api: Api,
    /// Below the base URL: `/v1/classes`.
    pub(crate) path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    /// The term that all records must belong to.
    pub(crate) term: Option<TermId>,
}

/// Which part of the collection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// From 1.
    pub(crate) number: u32,
    pub(crate) size: u32,
}
