//! Reports of mistakes by mail, to the team. What a stranger wrote is in the body alone, or made harmless.

use std::fmt;

use accounts::alerts::MailError;
use accounts::report_mail::{ReportMail, ReportMessage};
use async_trait::async_trait;
use catalog::ports::Cause;
use lettre::Address;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};

use crate::smtp::{MailAddress, SmtpConfig, SmtpError};
use crate::way::Way;
use crate::words;

/// The way to the team's mailbox.
pub struct Reports {
    way: Way,
    to: Mailbox,
}

impl fmt::Debug for Reports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reports").field("limit", &self.way.limit).finish_non_exhaustive()
    }
}

/// A way for reports, to one address. Nothing is connected yet.
///
/// # Errors
/// When the sender's address is none, a password would be readable on its way, or TLS cannot be set up.
pub fn build(config: &SmtpConfig, to: &MailAddress) -> Result<Reports, SmtpError> {
    Ok(Reports { way: Way::open(config)?, to: to.0.clone() })
}

#[async_trait]
impl ReportMail for Reports {
    async fn send(&self, report: &ReportMessage) -> Result<(), MailError> {
        self.way.hand_in(self.message(report), self.to.email.as_ref()).await
    }
}

impl Reports {
    fn message(&self, report: &ReportMessage) -> Result<Message, Cause> {
        let mut message = self.way.begin(self.to.clone(), &report.subject, &report.key, report.at);
        // An address, and nothing else around it: what is more than that stays in the text.
        let contact = report.contact.as_deref().and_then(|contact| contact.trim().parse::<Address>().ok());
        if let Some(contact) = contact {
            message = message.reply_to(Mailbox::new(None, contact));
        }
        Ok(message.header(ContentType::TEXT_PLAIN).body(words::lines(&report.text))?)
    }
}
