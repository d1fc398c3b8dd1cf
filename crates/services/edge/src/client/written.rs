//! The head of an answer as bytes, and how its body is framed.

use http::header::{CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderValue, StatusCode};

/// How the end of a body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// There is no body, whatever the head says of its length: HEAD, 204, 304.
    AtOnce,
    /// After so many bytes.
    After(u64),
    /// With the last chunk.
    WithChunk,
}

/// How the body of an answer ends; `size`: its bytes, when that is known.
pub(crate) fn ends(status: StatusCode, is_head: bool, size: Option<u64>) -> Ends {
    match size {
        _ if is_head || matches!(status.as_u16(), 100..=199 | 204 | 304) => Ends::AtOnce,
        Some(size) => Ends::After(size),
        None => Ends::WithChunk,
    }
}

/// Whether a request or an answer says that it is the last one.
pub(crate) fn says_close(headers: &HeaderMap) -> bool {
    headers.get_all(CONNECTION).iter().any(|value| value.as_bytes().eq_ignore_ascii_case(b"close"))
}

/// Writes the head; `date` for answers that have none.
pub(crate) fn head(out: &mut Vec<u8>, status: StatusCode, headers: &HeaderMap, ends: Ends, closes: bool, date: &[u8]) {
    out.extend_from_slice(b"HTTP/1.1 ");
    out.extend_from_slice(status.as_str().as_bytes());
    out.push(b' ');
    out.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
    let mut has_date = false;
    for (name, value) in headers {
        // The framing is said by us. What a HEAD or a 304 leaves out, they may measure.
        let is_framing = *name == CONTENT_LENGTH && (ends != Ends::AtOnce || status == StatusCode::NO_CONTENT);
        if is_framing || *name == CONNECTION || *name == TRANSFER_ENCODING {
            continue;
        }
        has_date |= *name == DATE;
        line(out, name.as_str().as_bytes(), value);
    }
    match ends {
        Ends::AtOnce => {}
        Ends::After(size) => line(out, b"content-length", &HeaderValue::from(size)),
        Ends::WithChunk => out.extend_from_slice(b"\r\ntransfer-encoding: chunked"),
    }
    if closes {
        out.extend_from_slice(b"\r\nconnection: close");
    }
    if !has_date {
        out.extend_from_slice(b"\r\ndate: ");
        out.extend_from_slice(date);
    }
    out.extend_from_slice(b"\r\n\r\n");
}

fn line(out: &mut Vec<u8>, name: &[u8], value: &HeaderValue) {
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE_NOW: &[u8] = b"Sun, 06 Nov 1994 08:49:37 GMT";

    fn text(status: u16, headers: &[(&'static str, &'static str)], is_head: bool, size: Option<u64>) -> String {
        let status = StatusCode::from_u16(status).unwrap();
        let pairs = headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
        let mut out = Vec::new();
        let headers = pairs.collect();
        head(&mut out, status, &headers, ends(status, is_head, size), says_close(&headers), DATE_NOW);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_length_is_that_of_the_body_whatever_was_said() {
        let lies = [("content-length", "7"), ("transfer-encoding", "x"), ("x-a", "1")];
        let expected = "HTTP/1.1 200 OK\r\nx-a: 1\r\ncontent-length: 5\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n";
        assert_eq!(text(200, &lies, false, Some(5)), expected);
        let chunked = text(200, &lies, false, None);
        assert!(chunked.contains("\r\ntransfer-encoding: chunked\r\n") && !chunked.contains("length"), "{chunked}");
    }

    #[test]
    fn an_answer_without_a_body_may_say_how_long_it_would_be() {
        let length = [("content-length", "7"), ("date", "Mon, 07 Nov 1994 08:49:37 GMT")];
        for (status, is_head) in [(200, true), (304, false)] {
            let text = text(status, &length, is_head, Some(0));
            assert!(text.contains("\r\ncontent-length: 7\r\n"), "{text}");
            assert_eq!(text.matches("date: ").count(), 1, "{text}");
        }
        let nothing = text(204, &length, false, Some(0));
        assert!(!nothing.contains("content-length"), "{nothing}");
    }

    #[test]
    fn the_last_answer_says_so_once() {
        let last = text(400, &[("connection", "x-inner"), ("connection", "Close")], false, Some(0));
        assert_eq!(last.matches("connection").count(), 1, "{last}");
        assert!(
            last.starts_with("HTTP/1.1 400 Bad Request\r\n") && last.contains("\r\nconnection: close\r\n"),
            "{last}"
        );
    }
}
