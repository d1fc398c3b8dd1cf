//! Reports by mail: each is handed out to one taker at a time, and tried until the team's mail server takes it. Who gets
//! them is a setting, which can be put right: so none is ever given up.

use async_trait::async_trait;
use catalog::ports::StoreError;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::alerts::{DELIVERY_TEXT_CHARS_MAX, MailError, OUTAGE_PAUSE, retry_wait};
use crate::feedback::{Report, ReportId};
use crate::line::Line;

/// A report that was taken out to be mailed. It is this taker's until the lease is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenReport {
    /// Its key.
    pub id: ReportId,
    /// What was written.
    pub report: Report,
    /// Which attempt this is, from 1.
    pub attempt: u32,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportOutcome {
    /// The server took it.
    Sent,
    /// Try again then; why it was not taken.
    Later(Timestamp, Line<DELIVERY_TEXT_CHARS_MAX>),
}

/// What the notifier does with reports.
#[async_trait]
pub trait ReportOutbox: Send + Sync {
    /// Takes out the report whose time has come first, for as long as `lease`. One that was taken before and not settled
    /// within its lease comes again.
    async fn take_report(&self, now: Timestamp, lease: SignedDuration) -> Result<Option<TakenReport>, StoreError>;
    /// Says what became of it. Gives `false`, and changes nothing, when another has taken it since.
    async fn settle_report(
        &self,
        taken: &TakenReport,
        outcome: &ReportOutcome,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
}

/// The way to the team's mailbox.
#[async_trait]
pub trait ReportMail: Send + Sync {
    /// Hands a report in. When it comes back well, the server has it.
    async fn send(&self, message: &ReportMessage) -> Result<(), MailError>;
}

/// What follows from an attempt. What the server refuses for good is tried again as well: the address is ours to mend.
#[must_use]
pub fn outcome(taken: &TakenReport, sent: &Result<(), MailError>, now: Timestamp) -> ReportOutcome {
    let later = |wait: SignedDuration, said: &str| {
        ReportOutcome::Later(now.checked_add(wait).unwrap_or(now), Line::fitted(said))
    };
    match sent {
        Ok(()) => ReportOutcome::Sent,
        Err(MailError::Unreachable(said)) => later(OUTAGE_PAUSE, &said.to_string()),
        Err(MailError::NotNow(said)) => later(retry_wait(taken.attempt), &said.to_string()),
        Err(MailError::Never(said)) => later(retry_wait(taken.attempt), said.as_str()),
    }
}

/// A report as a mail to the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportMessage {
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// What was given to reach whoever wrote it; an answer goes there when it is an address.
    pub contact: Option<String>,
    /// The local part of the `Message-ID`: the same at each attempt, so that a mail program shows a repeat once.
    pub key: String,
    /// When it was written.
    pub at: Timestamp,
}

/// Writes the mail. Everything but the last lines was typed by a stranger, and is said to be.
#[must_use]
pub fn message(taken: &TakenReport, site_name: &str, public_url: &str, zone: &TimeZone) -> ReportMessage {
    let TakenReport { id, report, .. } = taken;
    let page = report.page.as_str();
    let subject = if page.is_empty() { "Mistake reported".to_owned() } else { format!("Mistake reported: {page}") };
    // Only what lies on the site becomes a link; anything else stays what was typed.
    let place = match page {
        "" => "Not said".to_owned(),
        path if path.starts_with('/') => format!("{public_url}{path}"),
        other => other.to_owned(),
    };
    let contact = report.contact.as_ref().map(|contact| contact.as_str().to_owned());
    let text = format!(
        "{}\n\n-- \nPage: {place}\nWritten: {}\nRelease: {}\nHow to reach them: {}\n\n\
         Report {id} of {site_name}. What stands above was written by a visitor: be as careful with its links as with \
         those of any stranger. All reports: bt reports\n",
        report.text.as_str(),
        report.at.to_zoned(zone.clone()).strftime("%A, %b %-d, %Y, %-I:%M %P %Z"),
        report.release,
        contact.as_deref().unwrap_or("they wish no answer"),
    );
    ReportMessage { subject, text, contact, key: format!("report.{id}.{}", report.at.as_millisecond()), at: report.at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback::ReportText;

    fn taken(page: &str, attempt: u32) -> TakenReport {
        let report = Report {
            page: Line::fitted(page),
            text: ReportText::parse("The room is wrong.").unwrap(),
            contact: None,
            person: None,
            at: "2026-11-22T20:00:00Z".parse().unwrap(),
            release: Line::fitted("1.2.3"),
        };
        TakenReport { id: ReportId(7), report, attempt }
    }

    #[test]
    fn the_mail_says_where_when_and_that_a_stranger_wrote_it() {
        let zone = TimeZone::get("America/Los_Angeles").unwrap();
        let mail = message(&taken("/catalog?q=math", 1), "Berkeleytime", "https://bt.example.edu", &zone);
        assert_eq!(
            (mail.subject.as_str(), mail.key.as_str()),
            ("Mistake reported: /catalog?q=math", "report.7.1795377600000")
        );
        for line in [
            "Page: https://bt.example.edu/catalog?q=math",
            "Written: Sunday, Nov 22, 2026, 12:00 pm PST",
            "How to reach them: they wish no answer",
            "written by a visitor",
        ] {
            assert!(mail.text.contains(line), "{}", mail.text);
        }
        let elsewhere = message(&taken("//evil.example", 1), "Berkeleytime", "https://bt.example.edu", &zone);
        assert!(elsewhere.text.contains("Page: https://bt.example.edu//evil.example\n"));
        assert!(
            message(&taken("evil.example", 1), "B", "https://bt.example.edu", &zone)
                .text
                .contains("Page: evil.example\n")
        );
    }

    #[test]
    fn a_refusal_is_tried_again_at_growing_distance_and_never_given_up() {
        let now: Timestamp = "2026-11-22T21:00:00Z".parse().unwrap();
        let refused = Err(MailError::Never(Line::fitted("550 nobody here")));
        for (attempt, minutes) in [(1, 1), (2, 2), (3, 4), (7, 60), (u32::MAX, 60)] {
            let at = now + SignedDuration::from_mins(minutes);
            let expected = ReportOutcome::Later(at, Line::fitted("550 nobody here"));
            assert_eq!(outcome(&taken("/", attempt), &refused, now), expected, "attempt {attempt}");
        }
        let away = Err(MailError::Unreachable("connection refused".into()));
        let expected = ReportOutcome::Later(now + OUTAGE_PAUSE, Line::fitted("connection refused"));
        assert_eq!(outcome(&taken("/", 9), &away, now), expected);
    }
}
