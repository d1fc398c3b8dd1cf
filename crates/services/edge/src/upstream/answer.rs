//! Reads the head of an upstream's answer, and tells how its body is framed.

use std::future::poll_fn;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio::io::{AsyncRead as _, ReadBuf};

use crate::request::forwarding::is_hop_by_hop;
use crate::upstream::connection::{Connection, ExchangeError, READ_BYTES};

/// Headers in an answer.
const HEADERS_LIMIT: usize = 100;

/// The largest head of an answer, in bytes.
const HEAD_LIMIT: usize = 64 * 1024;

/// Headers that the edge adds to an answer.
const ROOM_FOR_OURS: usize = 4;

/// How the body of an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    Length(u64),
    Chunked,
    /// With the connection.
    Close,
    /// There is none: the connection speaks another protocol from here on.
    Upgrade,
}

/// A head.
#[derive(Debug)]
pub(crate) struct AnswerHead {
    pub(crate) status: StatusCode,
    /// Without those that are meant for us.
    pub(crate) headers: HeaderMap,
    pub(crate) framing: Framing,
    /// Whether the connection may be kept afterwards.
    pub(crate) may_keep: bool,
}

/// Reads until a head is complete. What comes before the final one (100, 103) is passed over.
pub(crate) async fn read_head(connection: &mut Connection, is_head_request: bool) -> Result<AnswerHead, ExchangeError> {
    loop {
        if let Some(head) = head_in_buffer(connection, is_head_request)? {
            return Ok(head);
        }
        if let Some(head) = poll_fn(|cx| poll_head(connection, cx, is_head_request)).await? {
            return Ok(head);
        }
    }
}

/// A head out of what was read before; `None` when none is complete.
fn head_in_buffer(connection: &mut Connection, is_head_request: bool) -> Result<Option<AnswerHead>, ExchangeError> {
    while !connection.buffer.is_empty() {
        let Some((length, head)) = parse(&connection.buffer, is_head_request)? else {
            let is_too_large = connection.buffer.len() > HEAD_LIMIT;
            return if is_too_large { Err(ExchangeError::Nonsense("its head is too large")) } else { Ok(None) };
        };
        connection.buffer.advance(length);
        if head.is_final() {
            return Ok(Some(head));
        }
    }
    Ok(None)
}

/// Reads once. Mostly that is a whole head, and is taken from where it was read: room on the stack that all connections
/// share. What else came goes into the buffer.
fn poll_head(
    connection: &mut Connection,
    cx: &mut Context<'_>,
    is_head_request: bool,
) -> Poll<Result<Option<AnswerHead>, ExchangeError>> {
    let mut room = [MaybeUninit::uninit(); READ_BYTES];
    let mut room = ReadBuf::uninit(&mut room);
    let was_empty = connection.buffer.is_empty();
    let read = ready!(Pin::new(&mut connection.read).poll_read(cx, &mut room));
    let bytes = room.filled();
    Poll::Ready(match read {
        Ok(()) if bytes.is_empty() && was_empty => {
            Err(ExchangeError::NoAnswer(std::io::ErrorKind::UnexpectedEof.into()))
        }
        Ok(()) if bytes.is_empty() => Err(ExchangeError::Nonsense("its head ends early")),
        Ok(()) => take(connection, bytes, is_head_request),
        Err(error) if was_empty => Err(ExchangeError::NoAnswer(error)),
        Err(_) => Err(ExchangeError::Nonsense("it broke off within its head")),
    })
}

fn take(connection: &mut Connection, bytes: &[u8], is_head_request: bool) -> Result<Option<AnswerHead>, ExchangeError> {
    if connection.buffer.is_empty()
        && let Some((length, head)) = parse(bytes, is_head_request)?
        && head.is_final()
    {
        let rest = &bytes[length..];
        if !rest.is_empty() {
            connection.buffer = BytesMut::from(rest);
        }
        return Ok(Some(head));
    }
    connection.buffer.extend_from_slice(bytes);
    Ok(None)
}

/// A head and its length; `None` while more is to come. Its values share one copy of it.
fn parse(bytes: &[u8], is_head_request: bool) -> Result<Option<(usize, AnswerHead)>, ExchangeError> {
    let mut fields = [const { MaybeUninit::uninit() }; HEADERS_LIMIT];
    let mut response = httparse::Response::new(&mut []);
    let config = httparse::ParserConfig::default();
    let parsed = config.parse_response_with_uninit_headers(&mut response, bytes, &mut fields);
    let length = match parsed {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(_) => return Err(ExchangeError::Nonsense("its head cannot be read")),
    };
    let status = response.code.and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.ok_or(ExchangeError::Nonsense("it has no status"))?;
    let copy = Bytes::copy_from_slice(&bytes[..length]);
    let mut headers = HeaderMap::with_capacity(response.headers.len() + ROOM_FOR_OURS);
    let mut facts = Facts { is_1_1: response.version == Some(1), ..Facts::default() };
    for field in response.headers.iter() {
        let name = HeaderName::from_bytes(field.name.as_bytes());
        let name = name.map_err(|_| ExchangeError::Nonsense("a header has no name"))?;
        facts.note(&name, field.value)?;
        if !is_hop_by_hop(&name) || (name == UPGRADE && status == StatusCode::SWITCHING_PROTOCOLS) {
            let from = field.value.as_ptr() as usize - bytes.as_ptr() as usize;
            let value = HeaderValue::from_maybe_shared(copy.slice(from..from + field.value.len()));
            headers.append(name, value.map_err(|_| ExchangeError::Nonsense("a header's value is none"))?);
        }
    }
    for named in &facts.named {
        headers.remove(named);
    }
    let framing = facts.framing(status, is_head_request)?;
    let may_keep = facts.is_1_1 && !facts.closes && !matches!(framing, Framing::Close | Framing::Upgrade);
    Ok(Some((length, AnswerHead { status, headers, framing, may_keep })))
}

impl AnswerHead {
    /// Whether the answer itself is told, and not one that comes before it.
    fn is_final(&self) -> bool {
        !self.status.is_informational() || self.status == StatusCode::SWITCHING_PROTOCOLS
    }
}

/// What the headers say of the framing.
#[derive(Default)]
struct Facts {
    is_1_1: bool,
    length: Option<u64>,
    is_chunked: bool,
    closes: bool,
    /// What `Connection` names beyond the usual.
    named: Vec<String>,
}

impl Facts {
    fn note(&mut self, name: &HeaderName, value: &[u8]) -> Result<(), ExchangeError> {
        if name == CONTENT_LENGTH {
            let length = std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
            let length = length.and_then(|text| text.parse().ok());
            let length = length.ok_or(ExchangeError::Nonsense("its Content-Length is no number"))?;
            if self.length.is_some_and(|other| other != length) {
                return Err(ExchangeError::Nonsense("it has two lengths"));
            }
            self.length = Some(length);
        } else if name == TRANSFER_ENCODING {
            if self.is_chunked || !value.trim_ascii().eq_ignore_ascii_case(b"chunked") {
                return Err(ExchangeError::Nonsense("its Transfer-Encoding is not `chunked`"));
            }
            self.is_chunked = true;
        } else if name == CONNECTION {
            for token in value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii) {
                if token.eq_ignore_ascii_case(b"close") {
                    self.closes = true;
                } else if !token.eq_ignore_ascii_case(b"keep-alive") && !token.eq_ignore_ascii_case(b"upgrade") {
                    self.named.push(String::from_utf8_lossy(token).to_ascii_lowercase());
                }
            }
        }
        Ok(())
    }

    fn framing(&self, status: StatusCode, is_head_request: bool) -> Result<Framing, ExchangeError> {
        if status == StatusCode::SWITCHING_PROTOCOLS {
            return Ok(Framing::Upgrade);
        }
        if is_head_request || status.is_informational() || matches!(status.as_u16(), 204 | 304) {
            return Ok(Framing::Length(0));
        }
        match (self.is_chunked, self.length) {
            (true, Some(_)) => Err(ExchangeError::Nonsense("it has a length and chunks")),
            (true, None) => Ok(Framing::Chunked),
            (false, Some(length)) => Ok(Framing::Length(length)),
            (false, None) => Ok(Framing::Close),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str, is_head_request: bool) -> Result<Option<AnswerHead>, ExchangeError> {
        let Some((length, head)) = parse(text.as_bytes(), is_head_request)? else { return Ok(None) };
        assert_eq!(length, text.len());
        Ok(Some(head))
    }

    fn good(text: &str) -> AnswerHead {
        head(text, false).unwrap().unwrap()
    }

    #[test]
    fn the_framing_is_what_the_head_says() {
        let cases = [
            ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", Framing::Length(5), true),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", Framing::Chunked, true),
            ("HTTP/1.1 200 OK\r\n\r\n", Framing::Close, false),
            ("HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\n", Framing::Length(5), false),
            ("HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 5\r\n\r\n", Framing::Length(5), false),
            ("HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n", Framing::Length(0), true),
            ("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n", Framing::Upgrade, false),
        ];
        for (text, framing, may_keep) in cases {
            let head = good(text);
            assert_eq!((head.framing, head.may_keep), (framing, may_keep), "{text}");
        }
        assert_eq!(
            head("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", true).unwrap().unwrap().framing,
            Framing::Length(0)
        );
        assert!(head("HTTP/1.1 200 OK\r\ncontent-le", false).unwrap().is_none());
    }

    #[test]
    fn what_is_ambiguous_is_refused() {
        for bad in [
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\n",
            "HTTP/1.1 200 OK\r\nx: a\r\n b\r\n\r\n",
            "SSH-2.0-OpenSSH\r\n\r\n",
        ] {
            assert!(head(bad, false).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_is_meant_for_us_goes_no_further() {
        let text = "HTTP/1.1 200 OK\r\nconnection: close, x-inner\r\nkeep-alive: timeout=5\r\nx-inner: 1\r\nserver: s\r\n\
                    x-outer: 2\r\nset-cookie: a\r\nset-cookie: b\r\ncontent-length: 0\r\n\r\n";
        let headers = good(text).headers;
        let mut names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["content-length", "set-cookie", "set-cookie", "x-outer"]);
    }
}
