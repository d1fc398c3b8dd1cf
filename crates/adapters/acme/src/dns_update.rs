//! DNS records by dynamic update (RFC 2136), signed with a shared key (RFC 8945): what BIND, Knot, PowerDNS and the
//! servers of most campuses understand. Only what a proof needs: one TXT record more, one less, and a look whether it is
//! there. By TCP alone: an update must not be lost, nor be anybody else's.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_lc_rs::rand;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clock::Clock;
use platform::certificates::DnsWriter;
use platform::ports::PortError;
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

mod message;
mod tsig;

pub use message::MessageError;
use message::{Change, Name, query, update};
use tsig::Key;

/// How often servers are asked whether a record is there.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What is set.
#[derive(Clone, Debug)]
pub struct DnsUpdateConfig {
    /// The server that takes updates, with its port (53).
    pub server: SocketAddr,
    /// The zone in which the records lie, as in `example.edu`.
    pub zone: String,
    /// The name of the shared key.
    pub key_name: String,
    /// The key (hmac-sha256), in base64 as `tsig-keygen` writes it.
    pub key: SecretString,
    /// How long others may remember the records, in seconds. Short: each proof has another text.
    pub ttl_seconds: u32,
    /// The name's own servers, each of which must show a record before an authority is told to look; when empty, the
    /// server of the updates is asked.
    pub shown_by: Vec<SocketAddr>,
    /// How long one question may take.
    pub answer_limit: Duration,
    /// How long the servers may take to show a record.
    pub shown_limit: Duration,
}

impl DnsUpdateConfig {
    /// The usual settings.
    #[must_use]
    pub fn new(server: SocketAddr, zone: String, key_name: String, key: SecretString) -> Self {
        Self {
            server,
            zone,
            key_name,
            key,
            ttl_seconds: 60,
            shown_by: Vec::new(),
            // Longer than the longest usual way around the world and back, three times.
            answer_limit: Duration::from_secs(5),
            // Secondary servers are told at once, and most have it within seconds.
            shown_limit: Duration::from_mins(2),
        }
    }
}

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidDnsUpdate {
    /// A name is none.
    #[error("{what} `{text}` is no name in DNS")]
    Name {
        /// Of what.
        what: &'static str,
        /// What was given.
        text: String,
    },
    /// The key is not base64. Its text is not shown.
    #[error("the key for DNS updates is not base64, as `tsig-keygen -a hmac-sha256` writes it")]
    Key,
}

/// Why a record was not written.
#[derive(Debug, thiserror::Error)]
pub enum DnsUpdateError {
    /// A name is none, or lies outside of the zone.
    #[error("{name} does not lie in the zone {zone}")]
    OutsideZone {
        /// The record.
        name: String,
        /// The zone.
        zone: String,
    },
    /// The server cannot be reached.
    #[error("cannot reach the DNS server {server}")]
    Unreachable {
        /// Which.
        server: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// It took too long.
    #[error("the DNS server {server} did not answer within {} s", .limit.as_secs())]
    TooSlow {
        /// Which.
        server: SocketAddr,
        /// The limit.
        limit: Duration,
    },
    /// It answered no.
    #[error("the DNS server {server} refused: {why}")]
    Refused {
        /// Which.
        server: SocketAddr,
        /// What it said, and what that mostly means.
        why: String,
    },
    /// Its answer is none, or is not its own.
    #[error("the answer of the DNS server {server} cannot be believed")]
    Answer {
        /// Which.
        server: SocketAddr,
        /// What is wrong.
        source: MessageError,
    },
    /// The record does not appear.
    #[error("the DNS server {server} does not show the record within {} s", .limit.as_secs())]
    NotShown {
        /// Which.
        server: SocketAddr,
        /// The limit.
        limit: Duration,
    },
    /// The machine has no randomness.
    #[error("cannot make a random number")]
    Random,
}

/// Writes TXT records by dynamic update.
pub struct DnsUpdate {
    config: DnsUpdateConfig,
    zone: Name,
    key: Key,
    clock: Arc<dyn Clock>,
}

impl DnsUpdate {
    /// A writer; asks nobody yet.
    ///
    /// # Errors
    /// When a name or the key is none.
    pub fn new(config: DnsUpdateConfig, clock: Arc<dyn Clock>) -> Result<Self, InvalidDnsUpdate> {
        let name =
            |what, text: &str| Name::read(text).ok_or_else(|| InvalidDnsUpdate::Name { what, text: text.to_owned() });
        let zone = name("the zone", &config.zone)?;
        let key_name = name("the key's name", &config.key_name)?;
        let secret = BASE64_STANDARD.decode(config.key.expose_secret().trim()).map_err(|_| InvalidDnsUpdate::Key)?;
        Ok(Self { key: Key::new(key_name, &secret), zone, config, clock })
    }

    async fn change(&self, change: &Change<'_>) -> Result<(), DnsUpdateError> {
        let server = self.config.server;
        let sent = self.key.sign(update(random()?, &self.zone, change), self.clock.now());
        let answer = self.exchange(server, &sent.bytes).await?;
        let unbelieved = |source| DnsUpdateError::Answer { server, source };
        let read = message::read(&answer, sent.id).map_err(unbelieved)?;
        if read.code != 0 {
            let why = message::says(read.code, read.tsig_error);
            return Err(DnsUpdateError::Refused { server, why });
        }
        // Who says yes must know the key.
        self.key.verify(&answer, &sent, self.clock.now()).map_err(unbelieved)
    }

    async fn wait_until_shown(&self, name: &Name, value: &str) -> Result<(), DnsUpdateError> {
        let servers =
            if self.config.shown_by.is_empty() { vec![self.config.server] } else { self.config.shown_by.clone() };
        for server in servers {
            let limit = self.config.shown_limit;
            let shown = timeout(limit, self.look_until_shown(server, name, value)).await;
            shown.map_err(|_| DnsUpdateError::NotShown { server, limit })??;
        }
        Ok(())
    }

    async fn look_until_shown(&self, server: SocketAddr, name: &Name, value: &str) -> Result<(), DnsUpdateError> {
        loop {
            let id = random()?;
            let answer = self.exchange(server, &query(id, name)).await?;
            let read = message::read(&answer, id).map_err(|source| DnsUpdateError::Answer { server, source })?;
            if read.texts.iter().any(|text| text == value.as_bytes()) {
                return Ok(());
            }
            sleep(LOOK_EVERY).await;
        }
    }

    async fn exchange(&self, server: SocketAddr, question: &[u8]) -> Result<Vec<u8>, DnsUpdateError> {
        let limit = self.config.answer_limit;
        let answered = timeout(limit, ask(server, question)).await;
        let answered = answered.map_err(|_| DnsUpdateError::TooSlow { server, limit })?;
        answered.map_err(|source| DnsUpdateError::Unreachable { server, source })
    }

    fn name(&self, text: &str) -> Result<Name, DnsUpdateError> {
        let outside = || DnsUpdateError::OutsideZone { name: text.to_owned(), zone: self.config.zone.clone() };
        Name::read(text).filter(|name| name.lies_in(&self.zone)).ok_or_else(outside)
    }
}

#[async_trait]
impl DnsWriter for DnsUpdate {
    async fn put_txt(&self, name: &str, value: &str) -> Result<(), PortError> {
        let failed = |error: DnsUpdateError| PortError::new(format!("cannot add the TXT record {name}"), error);
        let owner = self.name(name).map_err(failed)?;
        let change = Change::Add { name: &owner, text: value, ttl_seconds: self.config.ttl_seconds };
        self.change(&change).await.map_err(failed)?;
        self.wait_until_shown(&owner, value).await.map_err(failed)
    }

    async fn remove_txt(&self, name: &str, value: &str) -> Result<(), PortError> {
        let failed = |error: DnsUpdateError| PortError::new(format!("cannot remove the TXT record {name}"), error);
        let owner = self.name(name).map_err(failed)?;
        self.change(&Change::Remove { name: &owner, text: value }).await.map_err(failed)
    }
}

async fn ask(server: SocketAddr, question: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(server).await?;
    let length = u16::try_from(question.len()).map_err(std::io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes()[..], question].concat()).await?;
    let length = stream.read_u16().await?;
    let mut answer = vec![0; length.into()];
    stream.read_exact(&mut answer).await?;
    Ok(answer)
}

fn random() -> Result<u16, DnsUpdateError> {
    let mut bytes = [0; 2];
    rand::fill(&mut bytes).map_err(|_| DnsUpdateError::Random)?;
    Ok(u16::from_be_bytes(bytes))
}
