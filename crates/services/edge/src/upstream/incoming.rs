//! The body of an upstream's answer: read as the client takes it; then the connection is kept for the next request.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use http::{HeaderMap, HeaderName, HeaderValue};
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;
use tokio_util::io::poll_read_buf;

use crate::client::state::Ticks;
use crate::request::forwarding::is_hop_by_hop;
use crate::service::Shared;
use crate::upstream::answer::Framing;
use crate::upstream::connection::{Connection, READ_BYTES, Sending};
use crate::upstream::pool::Load;

/// The longest line of chunked framing, and the most that trailers may measure.
const LINE_LIMIT: usize = 8 * 1024;

/// A body that is being read.
pub(crate) struct UpstreamBody {
    connection: Option<Connection>,
    reading: Reading,
    sending: Option<Sending>,
    may_keep: bool,
    load: Load,
    home: Home,
    idle: Option<Pin<Box<Sleep>>>,
}

/// Where connections are kept, and how long.
#[derive(Clone)]
pub(crate) struct Home {
    pub(crate) ticks: Ticks,
    pub(crate) shared: Arc<Shared>,
}

/// Where in the body we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    Length(u64),
    ToClose,
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    Trailers,
    Done,
}

impl UpstreamBody {
    pub(crate) fn new(
        connection: Connection,
        framing: Framing,
        may_keep: bool,
        sending: Option<Sending>,
        load: Load,
        home: Home,
    ) -> Self {
        let reading = match framing {
            Framing::Length(length) => Reading::Length(length),
            Framing::Chunked => Reading::ChunkSize,
            Framing::Close | Framing::Upgrade => Reading::ToClose,
        };
        Self { connection: Some(connection), reading, sending, may_keep, load, home, idle: None }
    }

    /// The next frame out of what is read already; `None` when more must be read.
    fn next_frame(&mut self) -> io::Result<Option<Frame<Bytes>>> {
        let Some(connection) = self.connection.as_mut() else { return Ok(None) };
        let buffer = &mut connection.buffer;
        loop {
            match self.reading {
                Reading::Length(left) | Reading::Chunk(left) if left > 0 => {
                    if buffer.is_empty() {
                        return Ok(None);
                    }
                    let size = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
                    let data = buffer.split_to(size).freeze();
                    let left = left - size as u64;
                    let is_chunk = matches!(self.reading, Reading::Chunk(_));
                    self.reading = if is_chunk { Reading::Chunk(left) } else { Reading::Length(left) };
                    return Ok(Some(Frame::data(data)));
                }
                Reading::Length(_) | Reading::Done => {
                    self.reading = Reading::Done;
                    return Ok(None);
                }
                Reading::Chunk(_) => self.reading = Reading::ChunkEnd,
                Reading::ToClose if buffer.is_empty() => return Ok(None),
                Reading::ToClose => return Ok(Some(Frame::data(buffer.split().freeze()))),
                Reading::ChunkEnd => {
                    if buffer.len() < 2 {
                        return Ok(None);
                    }
                    if !buffer.starts_with(b"\r\n") {
                        return Err(nonsense("a chunk does not end where its size says"));
                    }
                    buffer.advance(2);
                    self.reading = Reading::ChunkSize;
                }
                Reading::ChunkSize => {
                    let Some(end) = line_end(buffer)? else { return Ok(None) };
                    let size = chunk_size(&buffer[..end]).ok_or_else(|| nonsense("a chunk has no size"))?;
                    if size > 0 {
                        buffer.advance(end + 2);
                        self.reading = Reading::Chunk(size);
                    } else {
                        // The line's end stays: trailers begin with it, or the body ends with it.
                        buffer.advance(end);
                        self.reading = Reading::Trailers;
                    }
                }
                Reading::Trailers => {
                    let Some((length, trailers)) = read_trailers(buffer)? else { return Ok(None) };
                    buffer.advance(length);
                    self.reading = Reading::Done;
                    return Ok(trailers.map(Frame::trailers));
                }
            }
        }
    }

    /// The connection goes home when the whole answer was read and the whole request was sent.
    fn finish(&mut self) {
        if let Some(mut connection) = self.connection.take()
            && self.may_keep
            && connection.write.is_some()
            && connection.buffer.is_empty()
        {
            connection.is_reused = true;
            self.load.0.keep(connection, &self.home.ticks, &self.home.shared.config.upstream);
        }
    }

    /// Sends on, while the answer is read.
    fn poll_sending(&mut self, cx: &mut Context<'_>) {
        let Some(sending) = self.sending.as_mut() else { return };
        if let Poll::Ready(sent) = sending.as_mut().poll(cx) {
            self.sending = None;
            // When it failed, the upstream will say so in its answer, or end it.
            if let (Ok(write), Some(connection)) = (sent, self.connection.as_mut()) {
                connection.write = Some(write);
            }
        }
    }

    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let Some(connection) = self.connection.as_mut() else { return Poll::Ready(Ok(false)) };
        if connection.buffer.capacity() - connection.buffer.len() < READ_BYTES / 2 {
            connection.buffer.reserve(READ_BYTES);
        }
        let read = poll_read_buf(Pin::new(&mut connection.read), cx, &mut connection.buffer);
        if let Poll::Ready(read) = read {
            self.idle = None;
            return Poll::Ready(read.map(|size| size > 0));
        }
        let limit: Duration = self.home.shared.config.upstream.body_idle_timeout;
        let idle = self.idle.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        ready!(idle.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the upstream's answer paused too long")))
    }
}

impl Body for UpstreamBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let body = &mut *self;
        body.poll_sending(cx);
        loop {
            if let Some(frame) = body.next_frame()? {
                if matches!(body.reading, Reading::Length(0) | Reading::Done) {
                    body.reading = Reading::Done;
                    body.finish();
                }
                return Poll::Ready(Some(Ok(frame)));
            }
            if body.reading == Reading::Done {
                body.finish();
                return Poll::Ready(None);
            }
            if !ready!(body.poll_more(cx))? {
                if body.reading == Reading::ToClose {
                    body.reading = Reading::Done;
                    continue;
                }
                return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.reading, Reading::Done | Reading::Length(0)) && self.connection.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match self.reading {
            Reading::Length(left) => SizeHint::with_exact(left),
            Reading::Done => SizeHint::with_exact(0),
            _ => SizeHint::default(),
        }
    }
}

/// The place of the next CR LF.
fn line_end(buffer: &[u8]) -> io::Result<Option<usize>> {
    match memchr::memchr(b'\n', buffer) {
        Some(end) if end > 0 && buffer[end - 1] == b'\r' => Ok(Some(end - 1)),
        Some(_) => Err(nonsense("a line ends with LF alone")),
        None if buffer.len() > LINE_LIMIT => Err(nonsense("a line is too long")),
        None => Ok(None),
    }
}

fn chunk_size(line: &[u8]) -> Option<u64> {
    let end = line.iter().position(|&byte| byte == b';').unwrap_or(line.len());
    let digits = line[..end].trim_ascii_end();
    if digits.is_empty() || digits.len() > 15 {
        return None;
    }
    digits.iter().try_fold(0, |size, &digit| Some(size << 4 | u64::from(char::from(digit).to_digit(16)?)))
}

/// What follows the last chunk's size, from the end of its line on: trailers, and how long they are with all lines.
type Trailers = Option<(usize, Option<HeaderMap>)>;

fn read_trailers(buffer: &[u8]) -> io::Result<Trailers> {
    if buffer.starts_with(b"\r\n\r\n") {
        return Ok(Some((4, None)));
    }
    if buffer.len() < 4 {
        return Ok(None);
    }
    let mut fields = [httparse::EMPTY_HEADER; 32];
    match httparse::parse_headers(&buffer[2..], &mut fields) {
        Ok(httparse::Status::Complete((length, fields))) => {
            let mut trailers = HeaderMap::with_capacity(fields.len());
            for field in fields {
                let name =
                    HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| nonsense("a trailer has no name"))?;
                let value = HeaderValue::from_bytes(field.value).map_err(|_| nonsense("a trailer has no value"))?;
                if !is_hop_by_hop(&name) && name != http::header::CONTENT_LENGTH {
                    trailers.append(name, value);
                }
            }
            Ok(Some((length + 2, Some(trailers))))
        }
        Ok(httparse::Status::Partial) if buffer.len() <= LINE_LIMIT => Ok(None),
        _ => Err(nonsense("its trailers cannot be read")),
    }
}

fn nonsense(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
