//! A line, written straight into its bytes: it is made in the way of the request and must cost about a microsecond.

use std::fmt::{self, Write as _};
use std::time::Duration;

use jiff::Timestamp;

use crate::access_log::{Entry, redact};

/// The usual length of a line.
const USUAL_BYTES: usize = 640;

const HOST_LIMIT_BYTES: usize = 255;
const PATH_LIMIT_BYTES: usize = 2_048;
const QUERY_LIMIT_BYTES: usize = 1_024;
/// Of headers that anybody fills as they like.
const HEADER_LIMIT_BYTES: usize = 512;
/// A method is any word.
const METHOD_LIMIT_BYTES: usize = 32;

/// The line of a request, with its end.
pub(super) fn of(entry: &Entry<'_>) -> Box<[u8]> {
    let mut line = Line::new(entry.at);
    line.shown("client", entry.client.to_canonical());
    line.text("method", entry.method.as_str().as_bytes(), METHOD_LIMIT_BYTES);
    line.shown("version", format_args!("{:?}", entry.version));
    line.text_if("host", entry.host, HOST_LIMIT_BYTES);
    line.text("path", entry.uri.path().as_bytes(), PATH_LIMIT_BYTES);
    if let Some(query) = entry.uri.query() {
        // Cut first: what is cut off needs no looking at. A secret's name that is cut has lost its value too.
        let query = redact::query(&query[..floor(query, QUERY_LIMIT_BYTES + 1)]);
        line.text("query", query.as_bytes(), QUERY_LIMIT_BYTES);
    }
    line.number("status", entry.status.map_or(0, |status| status.as_u16().into()));
    line.number("request_bytes", entry.request_bytes);
    line.number("bytes", entry.bytes);
    line.milliseconds("duration_ms", entry.duration);
    if let Some(duration) = entry.upstream_duration {
        line.milliseconds("upstream_ms", duration);
    }
    line.text_if("upstream", entry.upstream.map(str::as_bytes), HEADER_LIMIT_BYTES);
    if entry.tries > 1 {
        line.number("tries", entry.tries.into());
    }
    line.text_if("environment", entry.environment.map(str::as_bytes), HEADER_LIMIT_BYTES);
    line.text_if("service", entry.service.map(str::as_bytes), HEADER_LIMIT_BYTES);
    line.text_if("tls", entry.tls.map(str::as_bytes), HEADER_LIMIT_BYTES);
    line.text("request_id", entry.request_id.as_bytes(), HEADER_LIMIT_BYTES);
    line.text_if("refused", entry.refused.map(str::as_bytes), HEADER_LIMIT_BYTES);
    // Another site's address may carry its secrets.
    let referer = entry.referer.map(|referer| referer.as_bytes().split(|byte| matches!(byte, b'?' | b'#')).next());
    line.text_if("referer", referer.flatten(), HEADER_LIMIT_BYTES);
    line.text_if("user_agent", entry.user_agent.map(|agent| agent.as_bytes()), HEADER_LIMIT_BYTES);
    line.end()
}

/// The line that says how many are missing.
pub(super) fn of_dropped(at: Timestamp, dropped: u64) -> Box<[u8]> {
    let mut line = Line::new(at);
    line.number("dropped_lines", dropped);
    line.end()
}

struct Line(String);

impl Line {
    fn new(at: Timestamp) -> Self {
        let mut text = String::with_capacity(USUAL_BYTES);
        let _ = write!(text, "{{\"at\":\"{at:.3}\"");
        Self(text)
    }

    fn name(&mut self, name: &str) {
        let _ = write!(self.0, ",\"{name}\":");
    }

    fn number(&mut self, name: &str, value: u64) {
        self.name(name);
        let _ = write!(self.0, "{value}");
    }

    fn milliseconds(&mut self, name: &str, value: Duration) {
        self.name(name);
        let _ = write!(self.0, "{}.{:03}", value.as_millis(), value.subsec_micros() % 1_000);
    }

    /// Of what shows itself without a quote or a backslash.
    fn shown(&mut self, name: &str, value: impl fmt::Display) {
        self.name(name);
        let _ = write!(self.0, "\"{value}\"");
    }

    fn text_if(&mut self, name: &str, value: Option<&[u8]>, limit: usize) {
        if let Some(value) = value {
            self.text(name, value, limit);
        }
    }

    /// A text from outside: cut, and harmless in a JSON string. Bytes that are no UTF-8 are replaced.
    fn text(&mut self, name: &str, value: &[u8], limit: usize) {
        self.name(name);
        self.0.push('"');
        let is_cut = value.len() > limit;
        let text = String::from_utf8_lossy(if is_cut { &value[..limit] } else { value });
        for c in text.chars() {
            match c {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                // Also those that end lines or turn their direction for whoever reads the log.
                c if c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                    let _ = write!(self.0, "\\u{:04x}", u32::from(c));
                }
                c => self.0.push(c),
            }
        }
        if is_cut {
            self.0.push('…');
        }
        self.0.push('"');
    }

    fn end(mut self) -> Box<[u8]> {
        self.0.push_str("}\n");
        self.0.into_bytes().into()
    }
}

/// The last border between letters at or before a place.
fn floor(text: &str, limit: usize) -> usize {
    (0..=limit.min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0)
}
