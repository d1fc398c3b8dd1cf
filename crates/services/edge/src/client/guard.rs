//! Reads along with hyper what a client sends over HTTP/1, and is stricter: whatever two programs could read in two
//! ways is refused before anybody reads it. (Request smuggling lives on such differences.)
//!
//! It follows the framing only: where a head ends, how long a body is. It works on any division of the bytes into
//! reads, and keeps nothing but the line that is not complete yet.

use crate::client::fault::Fault;

/// What a head may measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeadLimits {
    pub(crate) head_bytes: usize,
    pub(crate) headers: usize,
    pub(crate) uri_bytes: usize,
}

/// The longest line that tells a chunk's size, extensions included: nobody uses them but attackers.
const CHUNK_LINE_LIMIT: usize = 256;

/// The longest method; the longest registered one has 16 letters.
const METHOD_LIMIT: usize = 24;

/// Empty lines that are forgiven before a request, as RFC 9112 asks for.
const EMPTY_LINES_LIMIT: u8 = 1;

/// Where in a message we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    RequestLine,
    Headers,
    Body(u64),
    ChunkSize,
    Chunk(u64),
    /// After a chunk, with so many of `\r\n` seen.
    ChunkEnd(u8),
    Trailers,
    /// The connection speaks another protocol now.
    Free,
}

/// What the head has said so far.
#[derive(Clone, Copy, Debug, Default)]
struct Head {
    bytes: usize,
    headers: usize,
    empty_lines: u8,
    is_1_1: bool,
    hosts: u8,
    length: Option<u64>,
    is_chunked: bool,
    is_upgrade: bool,
}

/// Follows one connection.
#[derive(Debug)]
pub(crate) struct Guard {
    limits: HeadLimits,
    state: State,
    head: Head,
    line: Vec<u8>,
}

impl Guard {
    pub(crate) const fn new(limits: HeadLimits) -> Self {
        let head = Head {
            bytes: 0,
            headers: 0,
            empty_lines: 0,
            is_1_1: false,
            hosts: 0,
            length: None,
            is_chunked: false,
            is_upgrade: false,
        };
        Self { limits, state: State::RequestLine, head, line: Vec::new() }
    }

    /// The connection speaks another protocol from here on.
    pub(crate) fn set_free(&mut self) {
        self.state = State::Free;
        self.line = Vec::new();
    }

    /// Whether a head has begun and is not complete.
    pub(crate) fn is_in_head(&self) -> bool {
        matches!(self.state, State::RequestLine | State::Headers) && self.head.bytes > 0
    }

    /// Whether a body has begun and is not complete.
    pub(crate) fn is_in_body(&self) -> bool {
        !matches!(self.state, State::RequestLine | State::Headers | State::Free)
    }

    /// Reads along.
    pub(crate) fn scan(&mut self, mut bytes: &[u8]) -> Result<(), Fault> {
        while !bytes.is_empty() {
            bytes = match self.state {
                State::Free => return Ok(()),
                State::Body(left) => {
                    let rest = skip(left, bytes, |left| if left == 0 { State::RequestLine } else { State::Body(left) });
                    self.settle(rest)
                }
                State::Chunk(left) => {
                    let rest =
                        skip(left, bytes, |left| if left == 0 { State::ChunkEnd(0) } else { State::Chunk(left) });
                    self.settle(rest)
                }
                State::ChunkEnd(seen) => self.end_chunk(seen, bytes)?,
                _ => self.scan_line(bytes)?,
            };
        }
        Ok(())
    }

    fn settle<'a>(&mut self, (state, rest): (State, &'a [u8])) -> &'a [u8] {
        if state == State::RequestLine {
            self.head = Head::default();
        }
        self.state = state;
        rest
    }

    fn end_chunk<'a>(&mut self, seen: u8, bytes: &'a [u8]) -> Result<&'a [u8], Fault> {
        let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
        self.state = match (seen, first) {
            (0, b'\r') => State::ChunkEnd(1),
            (1, b'\n') => State::ChunkSize,
            _ => return Err(Fault::ChunkEnd),
        };
        Ok(rest)
    }

    /// Takes one line, or the beginning of one.
    fn scan_line<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Fault> {
        let Some(end) = memchr::memchr(b'\n', bytes) else {
            self.line.extend_from_slice(bytes);
            self.count(bytes.len(), self.line.len())?;
            return Ok(&[]);
        };
        let (line, rest) = bytes.split_at(end + 1);
        self.count(line.len(), self.line.len() + line.len())?;
        if self.line.is_empty() {
            self.take_line(line)?;
        } else {
            let mut whole = std::mem::take(&mut self.line);
            whole.extend_from_slice(line);
            self.take_line(&whole)?;
            whole.clear();
            self.line = whole;
        }
        Ok(rest)
    }

    /// Holds the limits while a line grows.
    fn count(&mut self, more: usize, line: usize) -> Result<(), Fault> {
        if self.state == State::ChunkSize {
            return if line > CHUNK_LINE_LIMIT { Err(Fault::ChunkSize) } else { Ok(()) };
        }
        self.head.bytes += more;
        if self.state == State::RequestLine && line > self.limits.uri_bytes + METHOD_LIMIT + " HTTP/1.1\r\n".len() + 1 {
            return Err(Fault::UriTooLong);
        }
        if self.head.bytes > self.limits.head_bytes { Err(Fault::HeadTooLarge) } else { Ok(()) }
    }

    fn take_line(&mut self, line: &[u8]) -> Result<(), Fault> {
        let line = line.strip_suffix(b"\r\n").ok_or(Fault::BareLf)?;
        match self.state {
            State::RequestLine if line.is_empty() => self.forgive_empty_line(),
            State::RequestLine => self.take_request_line(line),
            State::Headers if line.is_empty() => self.end_head(),
            State::Headers => self.take_header(line),
            State::ChunkSize => self.take_chunk_size(line),
            State::Trailers if line.is_empty() => {
                self.settle((State::RequestLine, &[]));
                Ok(())
            }
            _ => self.take_trailer(line),
        }
    }

    fn forgive_empty_line(&mut self) -> Result<(), Fault> {
        self.head.empty_lines += 1;
        if self.head.empty_lines > EMPTY_LINES_LIMIT { Err(Fault::RequestLine) } else { Ok(()) }
    }

    fn take_request_line(&mut self, line: &[u8]) -> Result<(), Fault> {
        let mut words = line.split(|&byte| byte == b' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else { return Err(Fault::RequestLine) };
        let Some(version) = words.next() else { return Err(Fault::NoVersion) };
        if words.next().is_some()
            || method.is_empty()
            || target.is_empty()
            || !method.iter().all(|&byte| is_token(byte))
        {
            return Err(Fault::RequestLine);
        }
        if target.iter().any(|&byte| !byte.is_ascii_graphic() || byte == b'#') {
            return Err(Fault::Target);
        }
        if method.len() > METHOD_LIMIT || method == b"CONNECT" || method == b"TRACE" {
            return Err(Fault::Method);
        }
        if target.len() > self.limits.uri_bytes {
            return Err(Fault::UriTooLong);
        }
        self.head.is_1_1 = match version {
            b"HTTP/1.1" => true,
            b"HTTP/1.0" => false,
            _ => return Err(Fault::Version),
        };
        self.state = State::Headers;
        Ok(())
    }

    fn take_header(&mut self, line: &[u8]) -> Result<(), Fault> {
        let (name, value) = field(line)?;
        self.head.headers += 1;
        if self.head.headers > self.limits.headers {
            return Err(Fault::TooManyHeaders);
        }
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => self.head.hosts = self.head.hosts.saturating_add(1),
            7 if name.eq_ignore_ascii_case(b"upgrade") => self.head.is_upgrade = true,
            14 if name.eq_ignore_ascii_case(b"content-length") => {
                if self.head.length.is_some() {
                    return Err(Fault::TwoLengths);
                }
                self.head.length = Some(decimal(value).ok_or(Fault::Length)?);
            }
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                if self.head.is_chunked || !value.eq_ignore_ascii_case(b"chunked") {
                    return Err(Fault::TransferEncoding);
                }
                self.head.is_chunked = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn end_head(&mut self) -> Result<(), Fault> {
        let head = self.head;
        if head.is_chunked && head.length.is_some() {
            return Err(Fault::LengthAndChunks);
        }
        if head.is_chunked && !head.is_1_1 {
            return Err(Fault::TransferEncoding);
        }
        if head.hosts > 1 || (head.is_1_1 && head.hosts == 0) {
            return Err(Fault::Host);
        }
        let has_body = head.is_chunked || head.length.is_some_and(|length| length > 0);
        if head.is_upgrade && has_body {
            return Err(Fault::UpgradeWithBody);
        }
        let next = match head.length {
            _ if head.is_chunked => State::ChunkSize,
            Some(length) if length > 0 => State::Body(length),
            _ => State::RequestLine,
        };
        self.settle((next, &[]));
        Ok(())
    }

    fn take_chunk_size(&mut self, line: &[u8]) -> Result<(), Fault> {
        let end = line.iter().position(|&byte| byte == b';').unwrap_or(line.len());
        let (size, extension) = line.split_at(end);
        if extension.iter().any(|&byte| !is_of_value(byte)) {
            return Err(Fault::ChunkSize);
        }
        let size = hexadecimal(size).ok_or(Fault::ChunkSize)?;
        self.state = if size == 0 { State::Trailers } else { State::Chunk(size) };
        Ok(())
    }

    fn take_trailer(&mut self, line: &[u8]) -> Result<(), Fault> {
        const FRAMING: [&[u8]; 4] = [b"content-length", b"transfer-encoding", b"host", b"connection"];
        let (name, _) = field(line)?;
        self.head.headers += 1;
        if self.head.headers > self.limits.headers {
            return Err(Fault::TooManyHeaders);
        }
        if FRAMING.iter().any(|framing| name.eq_ignore_ascii_case(framing)) {
            return Err(Fault::Trailer);
        }
        Ok(())
    }
}

/// Goes over at most `left` bytes.
fn skip(left: u64, bytes: &[u8], state: impl Fn(u64) -> State) -> (State, &[u8]) {
    let over = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
    (state(left - over as u64), &bytes[over..])
}

/// Name and value of a header, or why it is none.
fn field(line: &[u8]) -> Result<(&[u8], &[u8]), Fault> {
    if matches!(line.first(), Some(b' ' | b'\t')) {
        return Err(Fault::Folded);
    }
    let colon = memchr::memchr(b':', line).ok_or(Fault::NoColon)?;
    let (name, value) = (&line[..colon], &line[colon + 1..]);
    if matches!(name.last(), Some(b' ' | b'\t')) {
        return Err(Fault::SpaceBeforeColon);
    }
    if name.is_empty() || !name.iter().all(|&byte| is_token(byte)) {
        return Err(Fault::Name);
    }
    if value.iter().any(|&byte| !is_of_value(byte)) {
        return Err(Fault::Value);
    }
    Ok((name, value.trim_ascii()))
}

const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

/// No control character but the tabulator: neither a lone CR nor NUL.
const fn is_of_value(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7f)
}

/// Digits and nothing else; below 10^18, so that no reader overflows.
fn decimal(text: &[u8]) -> Option<u64> {
    let fits = !text.is_empty() && text.len() <= 18 && text.iter().all(u8::is_ascii_digit);
    fits.then(|| text.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// One to fifteen hexadecimal digits and nothing else.
fn hexadecimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 15 {
        return None;
    }
    text.iter().try_fold(0, |number, &digit| Some(number << 4 | u64::from(char::from(digit).to_digit(16)?)))
}

#[cfg(test)]
mod tests;
