//! Limits on what one operation may ask for, each with a name and a clear refusal.

use crate::graphql::failure::{Code, Failure};

/// A most of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What is counted, in the plural.
    what: &'static str,
    /// How many there may be.
    pub most: usize,
    /// What to do instead.
    advice: &'static str,
}

impl Limit {
    const fn new(what: &'static str, most: usize, advice: &'static str) -> Self {
        Self { what, most, advice }
    }

    /// The same with another most.
    #[must_use]
    pub const fn of(self, most: usize) -> Self {
        Self { most, ..self }
    }

    pub(crate) fn check(&self, count: usize) -> Result<(), Failure> {
        if count <= self.most { Ok(()) } else { Err(self.refusal()) }
    }

    pub(crate) fn refusal(&self) -> Failure {
        let Self { what, most, advice } = self;
        Failure::new(
            Code::TooMuch,
            format!("This operation has more {what} than the {most} that are allowed. {advice}"),
        )
    }
}

/// All limits of GraphQL operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of an operation's text.
    pub query_bytes: Limit,
    /// Words and signs of an operation's text.
    pub tokens: Limit,
    /// Braces within braces. The deepest operation of the site of 2021 has 9.
    pub depth: Limit,
    /// Renamed fields, fragments counted wherever they are spread.
    pub aliases: Limit,
    /// Fields of the root.
    pub root_fields: Limit,
    /// Fields, fragments counted wherever they are spread.
    pub fields: Limit,
    /// Rows of one page.
    pub page: Limit,
    /// Fields of all rows together, estimated before anything is done and counted while it is done.
    pub cost: Limit,
    /// Bytes of an answer.
    pub answer_bytes: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            query_bytes: Limit::new(
                "bytes of text",
                32 * 1024,
                "Send less, or several operations one after the other.",
            ),
            tokens: Limit::new("words and signs", 8_000, "Send less, or several operations one after the other."),
            depth: Limit::new("levels", 15, "Ask less deep; the ids of an answer lead on."),
            aliases: Limit::new("aliases", 50, "Ask for several things one after the other."),
            root_fields: Limit::new("fields at its root", 20, "Ask for several things one after the other."),
            fields: Limit::new("fields", 1_500, "Ask for fewer fields."),
            page: Limit::new("rows in a page", 100_000, "Ask for smaller pages."),
            // All 13,000 courses of the catalog with 30 fields each are 400,000; all sections of three terms with their
            // courses and 30 fields are 3,000,000.
            cost: Limit::new(
                "fields over all its rows",
                4_000_000,
                "Ask for fewer rows with `first`, or less of each.",
            ),
            answer_bytes: Limit::new(
                "bytes in its answer",
                64 << 20,
                "Ask for fewer rows with `first`, or less of each.",
            ),
        }
    }
}
