//! Alarms by mail. One sink for each address: an address that is refused keeps nobody else from reading.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use platform::alarm::Alarm;
use platform::ports::{AlarmSink, PortError};
use secrecy::{ExposeSecret, SecretString};

use crate::words;

/// How the way to the mail server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (port 465).
    Tls,
    /// TLS after a greeting (port 587). Without it nothing is sent.
    StartTls,
    /// None: for a server on this machine, or one that asks for no password.
    Plain,
}

/// An address with or without a name: `ops@example.edu` or `Name <ops@example.edu>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailAddress(pub(crate) Mailbox);

impl FromStr for MailAddress {
    type Err = SmtpError;

    fn from_str(text: &str) -> Result<Self, SmtpError> {
        mailbox(text).map(Self)
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where mail is handed in, and for whom.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    /// The mail server's name, which its certificate must carry, or its address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is kept secret.
    pub security: Security,
    /// Name and password, when it asks for them.
    pub login: Option<(String, SecretString)>,
    /// Whom the mail comes from, such as `Berkeleytime <bt@example.edu>`.
    pub from: String,
    /// Who gets it.
    pub to: Vec<String>,
    /// How long connecting may take, and how long the server may take for the whole of a mail. Some make strangers wait
    /// on purpose.
    pub limit: Duration,
    /// A root certificate in PEM that is trusted beside the machine's, for servers of one's own.
    pub root_pem: Option<Vec<u8>>,
}

impl SmtpConfig {
    /// With TLS after a greeting, no login, and 20 seconds for a mail.
    #[must_use]
    pub fn new(host: impl Into<String>, from: impl Into<String>, to: Vec<String>) -> Self {
        Self {
            host: host.into(),
            port: 587,
            security: Security::StartTls,
            login: None,
            from: from.into(),
            to,
            limit: Duration::from_secs(20),
            root_pem: None,
        }
    }
}

/// Why no mail can be sent with that configuration.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    /// An address is none.
    #[error("`{text}` is no mail address; write `ops@example.edu` or `Name <ops@example.edu>`")]
    Address {
        /// What was written.
        text: String,
        /// Why it is none.
        #[source]
        source: lettre::address::AddressError,
    },
    /// Nobody would get it.
    #[error("nobody is to get the mail: name at least one address")]
    Nobody,
    /// A password would be readable on its way.
    #[error("the password would go to {0} in the clear; choose `tls` or `starttls`")]
    InTheClear(String),
    /// TLS cannot be set up.
    #[error("TLS to the mail server {host} cannot be set up")]
    Tls {
        /// The server.
        host: String,
        /// Why.
        #[source]
        source: lettre::transport::smtp::Error,
    },
}

/// Alarms for one address.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Mailbox,
    server: String,
    limit: Duration,
}

/// A sink for each address. Nothing is connected yet.
///
/// # Errors
/// When an address is none, nobody would get it, a password would be readable on its way, or TLS cannot be set up.
pub fn build(config: &SmtpConfig) -> Result<Vec<Smtp>, SmtpError> {
    let from = mailbox(&config.from)?;
    if config.to.is_empty() {
        return Err(SmtpError::Nobody);
    }
    let transport = transport(config)?;
    let server = format!("{}:{}", config.host, config.port);
    let sink = |to: &String| {
        let to = mailbox(to)?;
        Ok(Smtp { transport: transport.clone(), from: from.clone(), to, server: server.clone(), limit: config.limit })
    };
    config.to.iter().map(sink).collect()
}

pub(crate) fn transport(config: &SmtpConfig) -> Result<AsyncSmtpTransport<Tokio1Executor>, SmtpError> {
    if config.login.is_some() && config.security == Security::Plain && !is_this_machine(&config.host) {
        return Err(SmtpError::InTheClear(config.host.clone()));
    }
    let parameters = || {
        let mut parameters = TlsParameters::builder(config.host.clone());
        if let Some(pem) = &config.root_pem {
            parameters = parameters.add_root_certificate(Certificate::from_pem(pem)?);
        }
        parameters.build()
    };
    let with_host = |source| SmtpError::Tls { host: config.host.clone(), source };
    let tls = match config.security {
        Security::Tls => Tls::Wrapper(parameters().map_err(with_host)?),
        Security::StartTls => Tls::Required(parameters().map_err(with_host)?),
        Security::Plain => Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
        .port(config.port)
        .timeout(Some(config.limit))
        .tls(tls);
    if let Some((name, password)) = &config.login {
        builder = builder.credentials(Credentials::new(name.clone(), password.expose_secret().to_owned()));
    }
    Ok(builder.build())
}

pub(crate) fn mailbox(text: &str) -> Result<Mailbox, SmtpError> {
    text.parse().map_err(|source| SmtpError::Address { text: words::title(text), source })
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[async_trait]
impl AlarmSink for Smtp {
    fn name(&self) -> String {
        format!("mail to {}", self.to.email)
    }

    async fn send(&self, alarm: &Alarm) -> Result<(), PortError> {
        let tried = || format!("cannot send mail to {} by {}", self.to.email, self.server);
        let message = self.message(alarm).map_err(|error| PortError::new(tried(), error))?;
        // The transport bounds connecting alone; each mail has a connection of its own, so one that is given up is closed.
        match tokio::time::timeout(self.limit, self.transport.send(message)).await {
            Ok(sent) => sent.map(drop).map_err(|error| PortError::new(tried(), error)),
            Err(late) => Err(PortError::new(tried(), late)),
        }
    }
}

impl Smtp {
    fn message(&self, alarm: &Alarm) -> Result<Message, lettre::error::Error> {
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(self.to.clone())
            .subject(words::title(&alarm.title))
            .date(alarm.at.into())
            // The same when it is sent again after a broken answer: mail programs show it once.
            .message_id(Some(self.id(alarm)))
            .header(ContentType::TEXT_PLAIN)
            .body(words::text(&alarm.text))?;
        // Holiday notices must not answer (RFC 3834).
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
        Ok(message)
    }

    fn id(&self, alarm: &Alarm) -> String {
        let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
        let key: String = alarm.key.chars().map(plain).take(60).collect();
        let kind = if alarm.is_over { "over" } else { "alarm" };
        format!("<{key}.{kind}.{}@{}>", alarm.at.as_millisecond(), self.from.email.domain())
    }
}
