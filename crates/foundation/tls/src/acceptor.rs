//! Takes TLS connections: HTTP/2 and HTTP/1.1 for browsers, a proof for a certificate authority, a named error else.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::Ticketer;
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server;

use crate::certificate::provider;
use crate::certificates::Certificates;

/// The protocol by which a certificate authority asks (RFC 8737).
pub(crate) const ACME_PROTOCOL: &[u8] = b"acme-tls/1";
const HTTP_2: &[u8] = b"h2";
const HTTP_1: &[u8] = b"http/1.1";

/// How connections are taken.
#[derive(Clone, Debug)]
pub struct AcceptorConfig {
    /// How long a client may take from its first byte to the end of the handshake. Ten seconds: three round trips of a
    /// phone with bad reception; a slow loris holds its place no longer.
    pub handshake_limit: Duration,
    /// Whether HTTP/2 is offered.
    pub offers_http_2: bool,
    /// How many tickets a TLS 1.3 client gets, to come back by without a full handshake. One: with HTTP/2 a browser opens
    /// one connection, and each ticket costs a tenth of a handshake.
    pub tickets: usize,
}

impl Default for AcceptorConfig {
    fn default() -> Self {
        Self { handshake_limit: Duration::from_secs(10), offers_http_2: true, tickets: 1 }
    }
}

/// Why a connection did not come about. None of these is a fault of ours; all are worth counting.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The client took longer than it may.
    #[error("the client did not finish the handshake within {} s", .limit.as_secs())]
    TooSlow {
        /// The limit.
        limit: Duration,
    },
    /// A certificate authority asked and was answered; the connection is over as it should be.
    #[error("a certificate authority looked whether the name is ours; it was answered")]
    ChallengeAnswered,
    /// The first bytes were none of TLS: plain HTTP on the port of HTTPS, a scanner, junk.
    #[error("the client does not speak TLS")]
    NotTls,
    /// The client left, offered nothing that we take, or did not like our certificate.
    #[error("the handshake failed")]
    Handshake(#[source] io::Error),
}

impl TlsError {
    /// A word for metrics.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TooSlow { .. } => "too_slow",
            Self::ChallengeAnswered => "challenge",
            Self::NotTls => "not_tls",
            Self::Handshake(_) => "handshake",
        }
    }
}

/// The keys by which clients come back could not be made: the machine has no randomness.
#[derive(Debug, thiserror::Error)]
#[error("cannot make the keys of TLS tickets")]
pub struct TicketError(#[source] rustls::Error);

/// Takes connections. Cheap to clone; each thread may have its own, and all share tickets and certificates.
#[derive(Clone)]
pub struct Acceptor {
    inner: TlsAcceptor,
    handshake_limit: Duration,
}

impl Acceptor {
    /// An acceptor that serves what the certificates are at each moment.
    ///
    /// # Errors
    /// [`TicketError`], when the machine has no randomness.
    pub fn new(certificates: &Certificates, config: &AcceptorConfig) -> Result<Self, TicketError> {
        let builder = ServerConfig::builder_with_provider(provider());
        let builder = builder.with_protocol_versions(&[&TLS13, &TLS12]).map_err(TicketError)?;
        let mut settings = builder.with_no_client_auth().with_cert_resolver(Arc::new(certificates.clone()));
        let http = if config.offers_http_2 { &[HTTP_2, HTTP_1][..] } else { &[HTTP_1][..] };
        settings.alpn_protocols = http.iter().chain(&[ACME_PROTOCOL]).map(|name| name.to_vec()).collect();
        // The keys change every six hours, and a ticket is good for twelve.
        settings.ticketer = Ticketer::new().map_err(TicketError)?;
        settings.send_tls13_tickets = config.tickets;
        let inner = TlsAcceptor::from(Arc::new(settings));
        Ok(Self { inner, handshake_limit: config.handshake_limit })
    }

    /// Does the handshake.
    ///
    /// # Errors
    /// When no connection for HTTP came about; see [`TlsError`]. The connection is closed then.
    pub async fn accept<S>(&self, stream: S) -> Result<TlsStream<S>, TlsError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let limit = self.handshake_limit;
        let accepted = timeout(limit, self.inner.accept(stream)).await;
        let mut stream = accepted.map_err(|_| TlsError::TooSlow { limit })?.map_err(refused)?;
        if stream.get_ref().1.alpn_protocol() == Some(ACME_PROTOCOL) {
            // The handshake was the whole answer. A peer that no longer listens has it already.
            let _ = timeout(limit, stream.shutdown()).await;
            return Err(TlsError::ChallengeAnswered);
        }
        Ok(TlsStream { inner: stream })
    }
}

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Acceptor").field("handshake_limit", &self.handshake_limit).finish_non_exhaustive()
    }
}

fn refused(error: io::Error) -> TlsError {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>());
    match cause {
        Some(rustls::Error::InvalidMessage(_)) => TlsError::NotTls,
        _ => TlsError::Handshake(error),
    }
}

/// An open connection.
#[derive(Debug)]
pub struct TlsStream<S> {
    inner: server::TlsStream<S>,
}

impl<S> TlsStream<S> {
    /// Whether the client chose HTTP/2; else it is HTTP/1.1.
    #[must_use]
    pub fn is_http_2(&self) -> bool {
        self.inner.get_ref().1.alpn_protocol() == Some(HTTP_2)
    }

    /// The name that the client asked for.
    #[must_use]
    pub fn server_name(&self) -> Option<&str> {
        self.inner.get_ref().1.server_name()
    }

    /// `TLSv1.3` or `TLSv1.2`, for logs and metrics.
    #[must_use]
    pub fn version(&self) -> &'static str {
        match self.inner.get_ref().1.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLSv1.3",
            _ => "TLSv1.2",
        }
    }

    /// What lies below.
    #[must_use]
    pub fn get_ref(&self) -> &S {
        self.inner.get_ref().0
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for TlsStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for TlsStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
