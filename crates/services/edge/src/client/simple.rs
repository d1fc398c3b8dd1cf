//! Serves HTTP/1 for as long as its requests are simple ones, which nearly all are: a head, no body, and an answer to it.
//! The first other one goes to hyper with the rest of its connection. One read, one write, and few allocations for each
//! request; between two requests a connection holds no room at all.

use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Response};
use hyper::body::{Body, Frame};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};

use crate::client::context::Client;
use crate::client::head::{Found, find};
use crate::client::io::ClientIo;
use crate::client::state::{ConnectionState, Order};
use crate::client::written::{self, Ends};
use crate::request::exchange::answer;
use crate::request::followed::Followed;

/// What is read at a time: nearly every head fits. It lies on the stack, where all connections share it.
const READ_BYTES: usize = 8 * 1024;

/// Up to here, copying bytes behind those that wait takes less than sending two pieces.
const COPY_LIMIT: usize = 4 * 1024;

/// What may wait to be written while more comes at once.
const WRITE_BYTES: usize = 16 * 1024;

/// Room for the head of a usual answer.
const HEAD_BYTES: usize = 1024;

/// Serves requests until the connection is over, or gives it back with the first request that is not simple.
pub(crate) async fn serve<S>(client: &Arc<Client>, io: ClientIo<S>) -> Option<ClientIo<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut line = Line { io, state: client.state.clone(), unread: Vec::new(), searched: 0 };
    loop {
        let parts = match line.next().await {
            Next::Simple(parts) => *parts,
            Next::Other => return Some(line.io.with_unread(line.unread)),
            Next::Over => break,
            Next::Broken => return None,
        };
        let is_head = parts.method == Method::HEAD;
        let is_last = written::says_close(&parts.headers);
        let response = line.unless_gone(pin!(answer(client.clone(), parts, None))).await?;
        let date = client.worker.date();
        match line.send(response, is_head, is_last, &date).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                tracing::debug!(%error, "an answer broke off");
                return None;
            }
        }
    }
    let _ = line.io.shutdown().await;
    None
}

/// What comes next.
enum Next {
    Simple(Box<Parts>),
    Other,
    Over,
    Broken,
}

struct Line<S> {
    io: ClientIo<S>,
    state: Arc<ConnectionState>,
    /// What was read and belongs to no request yet.
    unread: Vec<u8>,
    /// So far no head ends in it.
    searched: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    /// The next request.
    async fn next(&mut self) -> Next {
        if !self.unread.is_empty()
            && let Some(next) = self.look_at_unread()
        {
            return next;
        }
        poll_fn(|cx| self.poll_next(cx)).await
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        loop {
            let mut room = [MaybeUninit::uninit(); READ_BYTES];
            let mut room = ReadBuf::uninit(&mut room);
            match Pin::new(&mut self.io).poll_read(cx, &mut room) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(_)) => return Poll::Ready(Next::Broken),
                // Who has asked for nothing is not waited for at the end.
                Poll::Pending if self.state.order() == Order::Finish && self.unread.is_empty() => {
                    return Poll::Ready(Next::Over);
                }
                Poll::Pending => return Poll::Pending,
            }
            let read = room.filled();
            if read.is_empty() {
                return Poll::Ready(Next::Over);
            }
            if !self.unread.is_empty() {
                self.unread.extend_from_slice(read);
                if let Some(next) = self.look_at_unread() {
                    return Poll::Ready(next);
                }
                continue;
            }
            match find(read) {
                Found::Simple(parts, length) => {
                    self.unread.extend_from_slice(&read[length..]);
                    return Poll::Ready(Next::Simple(parts));
                }
                Found::Part => self.unread.extend_from_slice(read),
                Found::Other => {
                    self.unread.extend_from_slice(read);
                    return Poll::Ready(Next::Other);
                }
            }
        }
    }

    /// `None` when a head is not complete. Only then is it parsed: a client that sends it letter by letter costs little.
    fn look_at_unread(&mut self) -> Option<Next> {
        const END: &[u8] = b"\r\n\r\n";
        let from = self.searched.saturating_sub(END.len() - 1);
        if memchr::memmem::find(&self.unread[from..], END).is_none() {
            self.searched = self.unread.len();
            return None;
        }
        match find(&self.unread) {
            Found::Simple(parts, length) => {
                let rest = self.unread.split_off(length);
                (self.unread, self.searched) = (rest, 0);
                Some(Next::Simple(parts))
            }
            // The guard has let it through, so what has an end is complete: an empty line before it may look like one.
            Found::Part => {
                self.searched = self.unread.len();
                None
            }
            Found::Other => Some(Next::Other),
        }
    }

    /// The outcome, or `None` when the client has gone before it.
    async fn unless_gone<T>(&mut self, mut awaited: Pin<&mut impl Future<Output = T>>) -> Option<T> {
        poll_fn(|cx| match awaited.as_mut().poll(cx) {
            Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
            Poll::Pending => self.poll_gone(cx).map(|()| None),
        })
        .await
    }

    /// Ready when the client has gone. Of what it sends too early, no more is read than this.
    fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.unread.is_empty() {
            let mut room = [MaybeUninit::uninit(); READ_BYTES];
            let mut room = ReadBuf::uninit(&mut room);
            if ready!(Pin::new(&mut self.io).poll_read(cx, &mut room)).is_err() || room.filled().is_empty() {
                return Poll::Ready(());
            }
            self.unread.extend_from_slice(room.filled());
        }
        Poll::Pending
    }

    /// Sends an answer; says whether the connection goes on.
    async fn send(
        &mut self,
        response: Response<Followed>,
        is_head: bool,
        is_last: bool,
        date: &[u8],
    ) -> io::Result<bool> {
        let (parts, mut body) = response.into_parts();
        let closes = is_last || written::says_close(&parts.headers) || self.state.order() != Order::Stay;
        let ends = written::ends(parts.status, is_head, body.size_hint().exact());
        let mut out = Vec::with_capacity(HEAD_BYTES);
        written::head(&mut out, parts.status, &parts.headers, ends, closes, date);
        match (ends, body.take_whole()) {
            (Ends::AtOnce, _) => self.write(&mut out, &[]).await?,
            (Ends::After(_), Some(whole)) => self.write(&mut out, &whole).await?,
            (Ends::After(size), None) => self.send_sized(&mut out, &mut body, size).await?,
            (Ends::WithChunk, whole) => self.send_chunks(&mut out, whole, &mut body).await?,
        }
        self.io.flush().await?;
        Ok(!closes)
    }

    async fn send_sized(&mut self, out: &mut Vec<u8>, body: &mut Followed, size: u64) -> io::Result<()> {
        let mut left = size;
        while left > 0 {
            let Some(frame) = self.frame(out, body).await? else {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the body is shorter than it was said to be"));
            };
            let Ok(data) = frame.into_data() else { continue };
            left = left.checked_sub(data.len() as u64).ok_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidData, "the body is longer than it was said to be")
            })?;
            self.add(out, &data).await?;
        }
        self.write(out, &[]).await
    }

    async fn send_chunks(&mut self, out: &mut Vec<u8>, whole: Option<Bytes>, body: &mut Followed) -> io::Result<()> {
        let mut next = whole;
        loop {
            let data = match next.take() {
                Some(data) => data,
                None => match self.frame(out, body).await? {
                    // Trailers are for those who ask for them, and they are hyper's.
                    Some(frame) => frame.into_data().unwrap_or_default(),
                    None => break,
                },
            };
            if !data.is_empty() {
                out.extend_from_slice(format!("{:x}\r\n", data.len()).as_bytes());
                self.add(out, &data).await?;
                out.extend_from_slice(b"\r\n");
            }
        }
        out.extend_from_slice(b"0\r\n\r\n");
        self.write(out, &[]).await
    }

    /// The next part of a body. What waits to be written is written before anything is waited for.
    async fn frame(&mut self, out: &mut Vec<u8>, body: &mut Followed) -> io::Result<Option<Frame<Bytes>>> {
        let at_once = poll_fn(|cx| Poll::Ready(Pin::new(&mut *body).poll_frame(cx))).await;
        let frame = match at_once {
            Poll::Ready(frame) => frame,
            Poll::Pending => {
                self.write(out, &[]).await?;
                self.io.flush().await?;
                let coming = pin!(poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)));
                self.unless_gone(coming).await.ok_or(io::ErrorKind::BrokenPipe)?
            }
        };
        frame.transpose()
    }

    /// Puts bytes behind those that wait, or writes all of them.
    async fn add(&mut self, out: &mut Vec<u8>, data: &[u8]) -> io::Result<()> {
        if data.len() <= COPY_LIMIT && out.len() + data.len() <= WRITE_BYTES {
            out.extend_from_slice(data);
            return Ok(());
        }
        self.write(out, data).await
    }

    /// Writes all that waits, and this behind it.
    async fn write(&mut self, out: &mut Vec<u8>, data: &[u8]) -> io::Result<()> {
        if data.len() <= COPY_LIMIT {
            out.extend_from_slice(data);
            self.io.write_all(out).await?;
        } else {
            let mut parts = [io::IoSlice::new(out), io::IoSlice::new(data)];
            let mut parts = &mut parts[..];
            while !parts.is_empty() {
                let written = self.io.write_vectored(parts).await?;
                if written == 0 {
                    return Err(io::ErrorKind::WriteZero.into());
                }
                io::IoSlice::advance_slices(&mut parts, written);
            }
        }
        out.clear();
        Ok(())
    }
}
