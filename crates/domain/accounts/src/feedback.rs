//! Feedback: what people tell us is wrong with a page.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::alerts::DELIVERY_TEXT_CHARS_MAX;
use crate::line::Line;
use crate::person::PersonId;

/// The most characters of a report.
pub const REPORT_CHARS_MAX: usize = 4000;

/// The most characters of a page's address, of how to reach somebody, and of a release's name.
pub const REPORT_PAGE_CHARS_MAX: usize = 500;
/// See [`REPORT_PAGE_CHARS_MAX`].
pub const REPORT_CONTACT_CHARS_MAX: usize = 200;
/// See [`REPORT_PAGE_CHARS_MAX`].
pub const REPORT_RELEASE_CHARS_MAX: usize = 64;

/// The most reports kept within [`REPORTS_WINDOW`], from everybody together. Sixty: one a minute is more than anybody
/// reads; a program that fills the form does not fill the disk.
pub const REPORTS_PER_HOUR_MAX: usize = 60;

/// Over what time reports are counted.
pub const REPORTS_WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// What somebody wrote: something to see, in as many lines as they like, at most [`REPORT_CHARS_MAX`] characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportText(String);

/// A text that is no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReport {
    /// There is nothing in it.
    #[error("there is nothing in the report: write what went wrong, and what you expected")]
    Blank,
    /// There is too much in it.
    #[error("{0} characters are too many for a report: at most {REPORT_CHARS_MAX}")]
    TooLong(usize),
    /// A character that prints nothing, other than a line break or a tab.
    #[error("there is a control character in the report: take it out, or type it anew")]
    Control,
}

impl ReportText {
    /// Reads what somebody wrote. Line breaks of every system become `\n`; empty lines around it go.
    ///
    /// # Errors
    /// When it is blank, too long or has control characters.
    pub fn parse(text: &str) -> Result<Self, InvalidReport> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidReport::Blank);
        }
        let length = text.chars().count();
        if length > REPORT_CHARS_MAX {
            return Err(InvalidReport::TooLong(length));
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            return Err(InvalidReport::Control);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What somebody reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Of which page: its path with the query.
    pub page: Line<REPORT_PAGE_CHARS_MAX>,
    /// What they wrote.
    pub text: ReportText,
    /// How to reach them, if they wish to be answered.
    pub contact: Option<Line<REPORT_CONTACT_CHARS_MAX>>,
    /// Who, when they were signed in. It is forgotten, as is the contact, when they delete their account.
    pub person: Option<PersonId>,
    /// When.
    pub at: Timestamp,
    /// What release showed the page.
    pub release: Line<REPORT_RELEASE_CHARS_MAX>,
}

/// A report's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportId(pub u64);

impl fmt::Display for ReportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A report as the team reads it later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptReport {
    /// Its key.
    pub id: ReportId,
    /// What was written.
    pub report: Report,
    /// When the team's mail server took it; `None` while it waits, also where no mail is set.
    pub mailed_at: Option<Timestamp>,
    /// Why it was not taken at the last attempt.
    pub said: Option<Line<DELIVERY_TEXT_CHARS_MAX>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_lines_and_something_to_see() {
        assert_eq!(ReportText::parse("\n a\r\nb\rc\t\n").unwrap().as_str(), "a\nb\nc");
        assert_eq!(ReportText::parse(" \n\t"), Err(InvalidReport::Blank));
        assert_eq!(ReportText::parse("a\0b"), Err(InvalidReport::Control));
        assert!(ReportText::parse(&"é".repeat(4000)).is_ok());
        assert_eq!(ReportText::parse(&"é".repeat(4001)), Err(InvalidReport::TooLong(4001)));
    }
}
