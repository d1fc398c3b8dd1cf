//! A connection to an upstream. It speaks HTTP/1.1 and no more of it than a proxy on the same machine needs: one request
//! at a time, its head as finished bytes (so that it can be sent again), answers read in place.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use crate::request::body::{BodyFault, ClientBody};
use crate::upstream::answer::{AnswerHead, read_head};
use crate::upstream::sending::send_body;
use crate::upstream::watch::Watch;

/// What is read from an upstream at a time. Most answers fit, with their heads.
pub(crate) const READ_BYTES: usize = 8 * 1024;

/// Sends a body while the answer may already come; gives the writing half back.
pub(crate) type Sending = Pin<Box<dyn Future<Output = Result<OwnedWriteHalf, SendError>> + Send>>;

/// An open connection.
pub(crate) struct Connection {
    pub(crate) read: OwnedReadHalf,
    /// Absent while a body is being sent.
    pub(crate) write: Option<OwnedWriteHalf>,
    pub(crate) buffer: BytesMut,
    /// Over its answers; absent where the whole exchange has a time limit.
    pub(crate) watch: Option<Arc<Watch>>,
    /// Whether it has answered before: then it may have been closed in the meantime.
    pub(crate) is_reused: bool,
}

/// Why a body could not be sent.
#[derive(Debug)]
pub(crate) enum SendError {
    Client(BodyFault),
    Upstream(io::Error),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExchangeError {
    /// Nothing of an answer came.
    #[error("the upstream broke off before it answered")]
    NoAnswer(#[source] io::Error),
    /// What came is no answer.
    #[error("the upstream's answer is no HTTP: {0}")]
    Nonsense(&'static str),
    /// It is the client's fault.
    #[error("the client's body is not right")]
    Client(BodyFault),
}

/// An answer whose head is complete.
pub(crate) struct Answered {
    pub(crate) head: AnswerHead,
    pub(crate) connection: Connection,
    /// A body that is not sent completely yet.
    pub(crate) sending: Option<Sending>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When the upstream is not there, or not in time.
    pub(crate) async fn open(address: SocketAddr, limit: Duration, watch: Option<Arc<Watch>>) -> io::Result<Self> {
        let stream = timeout(limit, TcpStream::connect(address)).await.map_err(|_| io::ErrorKind::TimedOut)??;
        stream.set_nodelay(true)?;
        let (read, write) = stream.into_split();
        Ok(Self { read, write: Some(write), buffer: BytesMut::new(), watch, is_reused: false })
    }

    /// Whether a kept connection is still quiet: neither closed nor full of bytes that nobody asked for.
    pub(crate) fn is_usable(&self) -> bool {
        let quiet = matches!(self.read.try_read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock);
        quiet && self.write.is_some() && self.buffer.is_empty()
    }

    /// Sends a request without a body and waits for the head of its answer.
    pub(crate) async fn ask(mut self, head: &[u8], is_head_request: bool) -> Result<Answered, ExchangeError> {
        let write = self.write.as_mut().ok_or_else(|| ExchangeError::NoAnswer(io::ErrorKind::NotConnected.into()))?;
        write.write_all(head).await.map_err(ExchangeError::NoAnswer)?;
        let head = read_head(&mut self, is_head_request).await?;
        Ok(Answered { head, connection: self, sending: None })
    }

    /// Sends a request with its body, and waits for the head of the answer, which may come before the body is sent.
    /// The limit holds from the end of the body on: until then, the client sets the pace. The outer error: too late.
    pub(crate) async fn ask_with_body(
        mut self,
        head: Vec<u8>,
        body: ClientBody,
        is_chunked: bool,
        limit: Duration,
    ) -> Result<Result<Answered, ExchangeError>, Elapsed> {
        let Some(write) = self.write.take() else {
            return Ok(Err(ExchangeError::NoAnswer(io::ErrorKind::NotConnected.into())));
        };
        let mut sending: Sending = Box::pin(send_body(write, head, body, is_chunked));
        let sent = tokio::select! {
            biased;
            sent = &mut sending => sent,
            head = read_head(&mut self, false) => {
                return Ok(head.map(|head| Answered { head, connection: self, sending: Some(sending) }));
            }
        };
        let refused = match sent {
            Ok(write) => {
                self.write = Some(write);
                None
            }
            Err(SendError::Client(fault)) => return Ok(Err(ExchangeError::Client(fault))),
            // It may have answered before it closed: an answer that says why is better than none.
            Err(SendError::Upstream(error)) => Some(error),
        };
        let answered = match (timeout(limit, read_head(&mut self, false)).await?, refused) {
            (Ok(head), _) => Ok(Answered { head, connection: self, sending: None }),
            (Err(_), Some(error)) => Err(ExchangeError::NoAnswer(error)),
            (Err(error), None) => Err(error),
        };
        Ok(answered)
    }
}
