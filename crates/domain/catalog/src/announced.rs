//! What the operator knows of a term's calendar from the registrar, before a release of this program does: a text of
//! one fact a line, kept as it was written and read anew by each reader.

mod reading;

use std::collections::BTreeMap;
use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;

use self::reading::Reading;
use crate::finals::ExamRules;
use crate::ports::StoreError;
use crate::term::{Phases, TermId};
use crate::term_days::TermDays;

/// The longest text: some hundred terms.
pub const ANNOUNCED_BYTES_MAX: usize = 64 * 1024;

/// What one may write, with the days of a term that is over.
pub const ANNOUNCED_EXAMPLE: &str = "\
# One fact a line: term, what, days. A day is 2026-01-20, a stretch 2026-03-23..2026-03-27, both ends included.
spring-2026  phase-1     2025-10-27..2025-11-16
spring-2026  phase-2     2025-11-24..2026-01-11
spring-2026  adjustment  2026-01-12
spring-2026  classes     2026-01-20..2026-05-01
spring-2026  finals      2026-05-11..2026-05-15
spring-2026  no-classes  2026-02-16 2026-03-23..2026-03-27
# Exam groups: what differs, the first that fits wins, and behind it those of another term.
spring-2026  exam        MWF 12 We 15:00 18:00
spring-2026  exam        course CHEM 1A 3A We 08:00 11:00
spring-2026  exams-as    spring-2025
";

/// The operator's announcements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announced {
    text: String,
    terms: BTreeMap<TermId, AnnouncedTerm>,
}

/// Of one term; `None` is what was not announced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AnnouncedTerm {
    pub(crate) phases: Option<Phases>,
    pub(crate) days: Option<TermDays>,
    pub(crate) exams: Option<ExamRules>,
}

/// What is wrong with a text of announcements; nothing of it was taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct InvalidAnnouncements(Vec<String>);

impl fmt::Display for InvalidAnnouncements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl Announced {
    /// Reads a text, all of it or nothing. The empty text announces nothing.
    ///
    /// # Errors
    /// Everything that is wrong with it, with the numbers of the lines.
    pub fn parse(text: &str) -> Result<Self, InvalidAnnouncements> {
        if text.len() > ANNOUNCED_BYTES_MAX {
            return Err(InvalidAnnouncements(vec![format!("more than {ANNOUNCED_BYTES_MAX} bytes")]));
        }
        let mut reading = Reading::default();
        for (number, line) in (1..).zip(text.lines()) {
            reading.line(number, line);
        }
        let terms = reading.finish().map_err(InvalidAnnouncements)?;
        Ok(Self { text: text.to_owned(), terms })
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The terms of which something is announced, oldest first.
    pub fn terms(&self) -> impl Iterator<Item = TermId> {
        self.terms.keys().copied()
    }

    pub(crate) fn of(&self, term: TermId) -> Option<&AnnouncedTerm> {
        self.terms.get(&term)
    }
}

/// Where announcements are kept. A change is a new version of the catalog, when there is one: readers follow it as they
/// follow a publication.
#[async_trait]
pub trait NoticeBoard: Send + Sync {
    /// What is announced now.
    async fn announced(&self) -> Result<Announced, StoreError>;
    /// Puts these in the place of all that were there. Says whether anything changed.
    async fn announce(&self, announced: &Announced, at: Timestamp) -> Result<bool, StoreError>;
}

#[cfg(test)]
mod tests;
