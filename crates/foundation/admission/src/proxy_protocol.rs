//! The PROXY protocol, versions 1 and 2: a proxy that does not speak HTTP says first for whom it connects.
//!
//! Whoever speaks first may lie, so it is read from trusted networks only, and there it is required: to guess would let
//! a client behind a proxy that does not speak it name whom it likes.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use httpkit::client::Network;
use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest line of version 1, as its authors counted it, with its end.
pub const LINE_LIMIT_BYTES: usize = 107;

/// The longest header of version 2 after its first 16 bytes. Addresses take 36; the rest are remarks that we do not
/// read, and nobody has more than a certificate's name to say.
pub const BLOCK_LIMIT_BYTES: usize = 2048;

/// The first bytes of version 2: no line of any other protocol begins so.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";

/// Who speaks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyProtocol {
    /// Where the proxies are; empty when nobody speaks it.
    pub trusted: Vec<Network>,
    /// How long the header may take to arrive.
    pub timeout: Duration,
}

impl Default for ProxyProtocol {
    fn default() -> Self {
        // A proxy sends it with its first packet; three seconds are two lost ones.
        Self { trusted: Vec::new(), timeout: Duration::from_secs(3) }
    }
}

/// For whom a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announced {
    /// For this client.
    Client {
        /// Who connects.
        source: SocketAddr,
        /// To which address.
        destination: SocketAddr,
    },
    /// For the proxy itself, such as a health check, or for somebody it does not know.
    Itself,
}

/// A connection without a right header; it is to be closed.
#[derive(Debug, thiserror::Error)]
pub enum ProxyHeaderError {
    /// Something else was said.
    #[error("a trusted proxy did not begin with the PROXY protocol")]
    Missing,
    /// It began right.
    #[error("the header of the PROXY protocol is wrong: {0}")]
    Malformed(&'static str),
    /// It did not come whole.
    #[error("the header of the PROXY protocol did not arrive within {} seconds", .0.as_secs())]
    TimedOut(Duration),
    /// The connection broke.
    #[error("the header of the PROXY protocol could not be read")]
    Broken(#[source] io::Error),
}

impl ProxyProtocol {
    /// The client's address: what a trusted proxy says, or the peer itself. Takes nothing from the stream beyond the
    /// header.
    ///
    /// # Errors
    /// When a trusted proxy did not send a right header.
    pub async fn client<S: AsyncRead + Unpin>(
        &self,
        stream: &mut S,
        peer: SocketAddr,
    ) -> Result<SocketAddr, ProxyHeaderError> {
        if !self.trusted.iter().any(|network| network.contains(peer.ip())) {
            return Ok(peer);
        }
        let read = tokio::time::timeout(self.timeout, read(stream)).await;
        match read.map_err(|_| ProxyHeaderError::TimedOut(self.timeout))?? {
            Announced::Client { source, .. } => Ok(source),
            Announced::Itself => Ok(peer),
        }
    }
}

/// Reads a header, and no byte beyond it.
///
/// # Errors
/// When there is none, or a wrong one.
pub async fn read<S: AsyncRead + Unpin>(stream: &mut S) -> Result<Announced, ProxyHeaderError> {
    let mut start = [0; SIGNATURE.len()];
    stream.read_exact(&mut start).await.map_err(ProxyHeaderError::Broken)?;
    if start == SIGNATURE {
        return read_block(stream).await;
    }
    if !start.starts_with(b"PROXY ") {
        return Err(ProxyHeaderError::Missing);
    }
    let mut line = start.to_vec();
    while !line.ends_with(b"\r\n") {
        if line.len() >= LINE_LIMIT_BYTES {
            return Err(ProxyHeaderError::Malformed("the line is too long"));
        }
        line.push(stream.read_u8().await.map_err(ProxyHeaderError::Broken)?);
    }
    parse_line(&line)
}

async fn read_block<S: AsyncRead + Unpin>(stream: &mut S) -> Result<Announced, ProxyHeaderError> {
    let mut head = [0; 4];
    stream.read_exact(&mut head).await.map_err(ProxyHeaderError::Broken)?;
    let [version_and_command, family, length_high, length_low] = head;
    let length = usize::from(u16::from_be_bytes([length_high, length_low]));
    if length > BLOCK_LIMIT_BYTES {
        return Err(ProxyHeaderError::Malformed("the block is too long"));
    }
    let mut block = vec![0; length];
    stream.read_exact(&mut block).await.map_err(ProxyHeaderError::Broken)?;
    parse_block(version_and_command, family, &block)
}

/// Reads version 1: `PROXY TCP4 192.0.2.7 192.0.2.1 51234 443` with its line end.
///
/// # Errors
/// When it is wrong in any way.
pub fn parse_line(line: &[u8]) -> Result<Announced, ProxyHeaderError> {
    let wrong = ProxyHeaderError::Malformed;
    let text = line.strip_suffix(b"\r\n").and_then(|line| str::from_utf8(line).ok());
    let rest = text.and_then(|text| text.strip_prefix("PROXY ")).ok_or(wrong("it is no line of text"))?;
    if rest == "UNKNOWN" || rest.starts_with("UNKNOWN ") {
        return Ok(Announced::Itself);
    }
    let words: Vec<&str> = rest.split(' ').collect();
    let [family, source, destination, source_port, destination_port] = words.as_slice() else {
        return Err(wrong("expected a family, two addresses and two ports"));
    };
    let address = |text: &str| -> Option<IpAddr> {
        match *family {
            "TCP4" => text.parse().ok().map(IpAddr::V4),
            "TCP6" => text.parse().ok().map(IpAddr::V6),
            _ => None,
        }
    };
    let ends = (address(source), address(destination), port(source_port), port(destination_port));
    let (Some(source), Some(destination), Some(source_port), Some(destination_port)) = ends else {
        return Err(wrong("an address or a port cannot be read"));
    };
    let source = SocketAddr::new(source, source_port);
    Ok(Announced::Client { source, destination: SocketAddr::new(destination, destination_port) })
}

/// Digits without a sign, spaces or zeros before them.
fn port(text: &str) -> Option<u16> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    is_plain.then(|| text.parse().ok()).flatten()
}

/// Reads version 2: what follows the signature, in parts.
///
/// # Errors
/// When it is wrong in any way.
pub fn parse_block(version_and_command: u8, family: u8, block: &[u8]) -> Result<Announced, ProxyHeaderError> {
    const LOCAL: u8 = 0x20;
    const PROXY: u8 = 0x21;
    const UNKNOWN: u8 = 0x00;
    const TCP_OVER_IPV4: u8 = 0x11;
    const TCP_OVER_IPV6: u8 = 0x21;
    let short = || ProxyHeaderError::Malformed("the addresses are cut off");
    match (version_and_command, family) {
        (LOCAL, _) | (PROXY, UNKNOWN) => Ok(Announced::Itself),
        (PROXY, TCP_OVER_IPV4) => ends::<4>(block).ok_or_else(short),
        (PROXY, TCP_OVER_IPV6) => ends::<16>(block).ok_or_else(short),
        (PROXY, _) => Err(ProxyHeaderError::Malformed("it is not for TCP over IPv4 or IPv6")),
        _ => Err(ProxyHeaderError::Malformed("neither a version nor a command that is known")),
    }
}

/// Two addresses of `N` bytes and two ports; what follows are remarks.
fn ends<const N: usize>(block: &[u8]) -> Option<Announced>
where
    [u8; N]: Address,
{
    let (source, rest) = block.split_first_chunk::<N>()?;
    let (destination, rest) = rest.split_first_chunk::<N>()?;
    let (source_port, rest) = rest.split_first_chunk::<2>()?;
    let (destination_port, _) = rest.split_first_chunk::<2>()?;
    let end = |address: &[u8; N], port: &[u8; 2]| SocketAddr::new(address.address(), u16::from_be_bytes(*port));
    Some(Announced::Client { source: end(source, source_port), destination: end(destination, destination_port) })
}

trait Address {
    fn address(self) -> IpAddr;
}

impl Address for [u8; 4] {
    fn address(self) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from(self))
    }
}

impl Address for [u8; 16] {
    fn address(self) -> IpAddr {
        IpAddr::V6(Ipv6Addr::from(self))
    }
}

#[cfg(test)]
#[path = "proxy_protocol_tests.rs"]
mod tests;
