//! The stream of a client, watched: the guard reads along, stalls are noted, and what is refused is told before the
//! connection ends.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::client::fault::Fault;
use crate::client::guard::Guard;
use crate::client::state::{ConnectionState, Order};
use crate::figures;

/// How much of what a refused client still sends is read and thrown away: closing with unread bytes makes the kernel
/// reset the connection, and the client would never read why.
const LINGER_BYTES: u64 = 16 * 1024 * 1024;

/// A watched stream.
pub(crate) struct ClientIo<S> {
    stream: S,
    /// `None` for HTTP/2, which frames by itself.
    guard: Option<Guard>,
    state: Arc<ConnectionState>,
    ending: Ending,
    /// What was read and judged before, and is to be read again.
    unread: Vec<u8>,
}

/// How far the end of a connection has come.
enum Ending {
    No,
    Telling { answer: Vec<u8>, sent: usize },
    ShuttingDown,
    Discarding { left: u64 },
    Over,
}

impl<S> ClientIo<S> {
    pub(crate) fn new(stream: S, guard: Option<Guard>, state: Arc<ConnectionState>) -> Self {
        Self { stream, guard, state, ending: Ending::No, unread: Vec::new() }
    }

    /// The same stream for another reader: what was read already comes first, and is not judged again.
    pub(crate) fn with_unread(mut self, unread: Vec<u8>) -> Self {
        self.unread = unread;
        self
    }

    fn note_pace(&self, written: &Poll<io::Result<usize>>) {
        match written {
            Poll::Pending => self.state.note_waiting(),
            Poll::Ready(Ok(bytes)) => self.state.note_taken(*bytes),
            Poll::Ready(Err(_)) => {}
        }
    }

    fn begin_refusal(&mut self, fault: Fault) {
        figures::refused(fault.reason());
        tracing::debug!(%fault, "a client's message was refused");
        if fault.status() == StatusCode::BAD_REQUEST {
            self.state.note_hostile();
        }
        let in_body = self.guard.as_ref().is_some_and(Guard::is_in_body);
        let may_tell = if in_body { !self.state.is_answering() } else { !self.state.has_requests() };
        self.ending = if may_tell { Ending::Telling { answer: fault.answer(), sent: 0 } } else { Ending::ShuttingDown };
        self.state.note_lingering();
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> ClientIo<S> {
    /// Brings the end on its way; ready when it is over.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match &mut self.ending {
                Ending::No | Ending::Over => return Poll::Ready(()),
                Ending::Telling { answer, sent } => {
                    match ready!(Pin::new(&mut self.stream).poll_write(cx, &answer[*sent..])) {
                        Ok(more) if more > 0 && *sent + more < answer.len() => *sent += more,
                        _ => self.ending = Ending::ShuttingDown,
                    }
                }
                Ending::ShuttingDown => {
                    let _ = ready!(Pin::new(&mut self.stream).poll_shutdown(cx));
                    self.ending = Ending::Discarding { left: LINGER_BYTES };
                }
                Ending::Discarding { left } => {
                    let mut bin = [0; 4096];
                    let mut buffer = ReadBuf::new(&mut bin);
                    let read = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer));
                    let size = buffer.filled().len() as u64;
                    *left = left.saturating_sub(size);
                    if read.is_err() || size == 0 || *left == 0 {
                        self.ending = Ending::Over;
                    }
                }
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for ClientIo<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let io = &mut *self;
        let refused = || Err(io::Error::new(io::ErrorKind::InvalidData, "the client's message was refused"));
        if !matches!(io.ending, Ending::No) {
            ready!(io.poll_end(cx));
            return Poll::Ready(refused());
        }
        if !io.unread.is_empty() {
            let size = io.unread.len().min(buffer.remaining());
            buffer.put_slice(&io.unread[..size]);
            io.unread.drain(..size);
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut io.stream).poll_read(cx, buffer);
        if read.is_pending() && io.state.order() == Order::RefuseSlowHead && !io.state.is_free() {
            io.begin_refusal(Fault::SlowHead);
            ready!(io.poll_end(cx));
            return Poll::Ready(refused());
        }
        ready!(read)?;
        let Some(guard) = io.guard.as_mut() else {
            io.state.note_head(false);
            return Poll::Ready(Ok(()));
        };
        if io.state.is_free() {
            guard.set_free();
            return Poll::Ready(Ok(()));
        }
        if let Err(fault) = guard.scan(&buffer.filled()[before..]) {
            buffer.set_filled(before);
            io.begin_refusal(fault);
            ready!(io.poll_end(cx));
            return Poll::Ready(refused());
        }
        io.state.note_head(guard.is_in_head());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for ClientIo<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let io = &mut *self;
        if !matches!(io.ending, Ending::No) {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let written = Pin::new(&mut io.stream).poll_write(cx, bytes);
        io.note_pace(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let io = &mut *self;
        if !matches!(io.ending, Ending::No) {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let written = Pin::new(&mut io.stream).poll_write_vectored(cx, parts);
        io.note_pace(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let io = &mut *self;
        let flushed = Pin::new(&mut io.stream).poll_flush(cx);
        match &flushed {
            Poll::Pending => io.state.note_waiting(),
            Poll::Ready(_) => io.state.note_taken(0),
        }
        flushed
    }

    /// When the client is still sending a body that nobody reads, what comes is thrown away for a moment, so that it
    /// reads our answer.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let io = &mut *self;
        if matches!(io.ending, Ending::No) {
            if !io.guard.as_ref().is_some_and(Guard::is_in_body) {
                return Pin::new(&mut io.stream).poll_shutdown(cx);
            }
            io.ending = Ending::ShuttingDown;
            io.state.note_lingering();
        }
        io.poll_end(cx).map(Ok)
    }
}
