//! Letters of alerts by mail: to one person each, with a link and headers by which they end.

use std::fmt;

use accounts::alerts::{AlertMail, MailError, Message as Letter};
use async_trait::async_trait;
use catalog::ports::Cause;
use lettre::message::{Mailbox, Message, MultiPart};

use crate::smtp::{SmtpConfig, SmtpError};
use crate::way::{Way, add_header};

/// The way to the mail server for letters.
pub struct Letters(Way);

impl fmt::Debug for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letters").field("limit", &self.0.limit).finish_non_exhaustive()
    }
}

/// A way for letters. Of the configuration, who gets alarms does not matter. Nothing is connected yet.
///
/// # Errors
/// When the sender's address is none, a password would be readable on its way, or TLS cannot be set up.
pub fn build(config: &SmtpConfig) -> Result<Letters, SmtpError> {
    Way::open(config).map(Letters)
}

#[async_trait]
impl AlertMail for Letters {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = self.message(letter);
        self.0.hand_in(message, letter.to.as_str()).await
    }
}

impl Letters {
    fn message(&self, letter: &Letter) -> Result<Message, Cause> {
        let to = Mailbox::new(None, letter.to.as_str().parse()?);
        let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        let mut message = self.0.begin(to, &letter.subject, &letter.key, letter.at).multipart(body)?;
        // A button in the mail program (RFC 2369), which asks by POST and needs no page (RFC 8058).
        add_header(&mut message, "List-Unsubscribe", format!("<{}>", letter.unsubscribe));
        add_header(&mut message, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned());
        Ok(message)
    }
}
