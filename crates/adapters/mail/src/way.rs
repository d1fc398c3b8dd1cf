//! The way to the mail server, for everything that the notifier sends: one mail to one address, and whose fault it is when
//! it is not taken.

use std::time::Duration;

use accounts::alerts::{DELIVERY_TEXT_CHARS_MAX, MailError};
use accounts::line::Line;
use catalog::ports::Cause;
use jiff::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MessageBuilder};
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

pub(crate) struct Way {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    pub(crate) limit: Duration,
}

impl Way {
    /// Of the configuration, who gets alarms does not matter. Nothing is connected yet.
    pub(crate) fn open(config: &SmtpConfig) -> Result<Self, SmtpError> {
        let from = smtp::mailbox(&config.from)?;
        Ok(Self { transport: smtp::transport(config)?, from, limit: config.limit })
    }

    /// The headers of every mail. `key` is the same when it is sent again after a broken answer: mail programs show it
    /// once.
    pub(crate) fn begin(&self, to: Mailbox, subject: &str, key: &str, at: Timestamp) -> MessageBuilder {
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(words::title(subject))
            .date(at.into())
            .message_id(Some(format!("<{key}@{}>", self.from.email.domain())))
    }

    /// Hands a mail in. `message` is what became of its writing; `to` is the address, which is told to nobody.
    pub(crate) async fn hand_in(&self, message: Result<Message, Cause>, to: &str) -> Result<(), MailError> {
        let mut message = message.map_err(|error| {
            MailError::Never(Line::fitted(&without_address(&format!("it cannot be written: {error}"), to)))
        })?;
        // Holiday notices must not answer (RFC 3834).
        add_header(&mut message, "Auto-Submitted", "auto-generated".to_owned());
        // The transport bounds connecting alone; each mail has a connection of its own, so one that is given up is closed.
        match tokio::time::timeout(self.limit, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(refusal(&error, to)),
            Err(late) => Err(MailError::Unreachable(Box::new(late))),
        }
    }
}

pub(crate) fn add_header(message: &mut Message, name: &'static str, value: String) {
    message.headers_mut().insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
}

/// Whose fault it is, and whether it may be mended.
fn refusal(error: &Error, to: &str) -> MailError {
    let said = without_address(&told(error), to);
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
fn without_address(text: &str, to: &str) -> String {
    text.replace(to, "the address")
}
