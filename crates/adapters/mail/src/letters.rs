//! Letters of alerts by mail: to one person each, with a link and headers by which they end.

use std::fmt;
use std::time::Duration;

use accounts::alerts::{AlertMail, DELIVERY_TEXT_CHARS_MAX, MailError, Message as Letter};
use accounts::line::Line;
use async_trait::async_trait;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::Error;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::smtp::{self, SmtpConfig, SmtpError};
use crate::words;

/// The mailbox does not exist, is not local, is full, or its name is wrong; the domain takes no mail: answers about one
/// receiver. What else is refused for good (a login, a policy) speaks of us, and may be mended.
const ABOUT_RECEIVER: [u16; 5] = [550, 551, 552, 553, 556];
/// `554` says many things: no service, or this mail looks like spam. It is tried again for days, and then given up.
const UNCLEAR: u16 = 554;
/// The service closes: an answer about no letter.
const CLOSING: u16 = 421;

/// The way to the mail server for letters.
pub struct Letters {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    limit: Duration,
}

impl fmt::Debug for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letters").field("limit", &self.limit).finish_non_exhaustive()
    }
}

/// A way for letters. Of the configuration, who gets alarms does not matter. Nothing is connected yet.
///
/// # Errors
/// When the sender's address is none, a password would be readable on its way, or TLS cannot be set up.
pub fn build(config: &SmtpConfig) -> Result<Letters, SmtpError> {
    let from = smtp::mailbox(&config.from)?;
    Ok(Letters { transport: smtp::transport(config)?, from, limit: config.limit })
}

#[async_trait]
impl AlertMail for Letters {
    async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let message = self.message(letter).map_err(|error| {
            MailError::Never(Line::fitted(&without_address(&format!("it cannot be written: {error}"), letter)))
        })?;
        // The transport bounds connecting alone; each mail has a connection of its own, so one that is given up is closed.
        match tokio::time::timeout(self.limit, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(refusal(&error, letter)),
            Err(late) => Err(MailError::Unreachable(Box::new(late))),
        }
    }
}

impl Letters {
    fn message(&self, letter: &Letter) -> Result<Message, Box<dyn std::error::Error>> {
        let to = Mailbox::new(None, letter.to.as_str().parse()?);
        let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(words::title(&letter.subject))
            .date(letter.at.into())
            // The same when it is sent again after a broken answer: mail programs show it once.
            .message_id(Some(format!("<{}@{}>", letter.key, self.from.email.domain())))
            .multipart(body)?;
        let headers = [
            // Holiday notices must not answer (RFC 3834).
            ("Auto-Submitted", "auto-generated".to_owned()),
            // A button in the mail program (RFC 2369), which asks by POST and needs no page (RFC 8058).
            ("List-Unsubscribe", format!("<{}>", letter.unsubscribe)),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
        ];
        for (name, value) in headers {
            message.headers_mut().insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
        }
        Ok(message)
    }
}

/// Whose fault it is, and whether it may be mended.
fn refusal(error: &Error, letter: &Letter) -> MailError {
    let said = without_address(&told(error), letter);
    let code = error.status().map(u16::from);
    match code {
        Some(code) if ABOUT_RECEIVER.contains(&code) => {
            MailError::Never(Line::<DELIVERY_TEXT_CHARS_MAX>::fitted(&said))
        }
        Some(UNCLEAR) => MailError::NotNow(said.into()),
        Some(CLOSING) | None => MailError::Unreachable(said.into()),
        Some(_) if error.is_transient() => MailError::NotNow(said.into()),
        Some(_) => MailError::Unreachable(said.into()),
    }
}

fn told(error: &Error) -> String {
    let causes = std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |error| error.source());
    words::title(&causes.map(ToString::to_string).collect::<Vec<_>>().join(": "))
}

/// Servers repeat the address in what they say; it is nobody's business who reads the log.
fn without_address(text: &str, letter: &Letter) -> String {
    text.replace(letter.to.as_str(), "the address")
}
