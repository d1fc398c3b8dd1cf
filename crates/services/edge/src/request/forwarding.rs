//! The head of a request as an upstream gets it, as finished bytes: what was meant for us goes no further, and who asks
//! is told.

use std::io::Write as _;

use http::header::{
    CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, FORWARDED, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, SERVER, TE,
    TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName};

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
const PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
const HTTP2_SETTINGS: HeaderName = HeaderName::from_static("http2-settings");
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What we say ourselves: a client's word on it is dropped. `x-forwarded-` and `x-real-ip` alike.
const SAID_BY_US: [&str; 3] = ["x-real-ip", "x-client-ip", "true-client-ip"];
const SAID_BY_US_PREFIX: &str = "x-forwarded-";

/// What is told of who asks.
pub(crate) struct Told<'a> {
    /// As `X-Forwarded-For` has it.
    pub(crate) client: &'a str,
    /// `http` or `https`.
    pub(crate) scheme: &'static str,
    /// The host as the client wrote it.
    pub(crate) host: &'a [u8],
    pub(crate) request_id: &'a [u8],
}

/// How the body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyLine {
    None,
    Length(u64),
    Chunked,
}

/// Writes the head.
pub(crate) fn head(parts: &Parts, told: &Told<'_>, body: BodyLine, is_upgrade: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(parts.method.as_str().as_bytes());
    out.push(b' ');
    out.extend_from_slice(parts.uri.path().as_bytes());
    if let Some(query) = parts.uri.query() {
        out.push(b'?');
        out.extend_from_slice(query.as_bytes());
    }
    out.extend_from_slice(b" HTTP/1.1\r\nhost: ");
    out.extend_from_slice(told.host);
    let named = named_by_connection(&parts.headers);
    for (name, value) in &parts.headers {
        if is_passed_on(name) && !named.iter().any(|named| name.as_str().eq_ignore_ascii_case(named)) {
            line(&mut out, name.as_str().as_bytes(), value.as_bytes());
        }
    }
    cookies(&mut out, &parts.headers);
    tell(&mut out, told);
    match body {
        BodyLine::None => {}
        BodyLine::Length(length) => {
            let _ = write!(out, "\r\ncontent-length: {length}");
        }
        BodyLine::Chunked => line(&mut out, b"transfer-encoding", b"chunked"),
    }
    if is_upgrade && let Some(protocol) = parts.headers.get(UPGRADE) {
        line(&mut out, b"connection", b"upgrade");
        line(&mut out, b"upgrade", protocol.as_bytes());
    } else if wants_trailers(&parts.headers) {
        line(&mut out, b"te", b"trailers");
    }
    out.extend_from_slice(b"\r\n\r\n");
    out
}

fn line(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
}

/// HTTP/2 divides cookies into several headers; HTTP/1 has one.
fn cookies(out: &mut Vec<u8>, headers: &HeaderMap) {
    let mut before: &[u8] = b"\r\ncookie: ";
    for value in headers.get_all(COOKIE) {
        out.extend_from_slice(before);
        out.extend_from_slice(value.as_bytes());
        before = b"; ";
    }
}

fn tell(out: &mut Vec<u8>, told: &Told<'_>) {
    line(out, b"x-forwarded-for", told.client.as_bytes());
    line(out, b"x-forwarded-proto", told.scheme.as_bytes());
    line(out, b"x-forwarded-host", told.host);
    line(out, b"x-request-id", told.request_id);
    // An IPv6 address stands in brackets and quotes (RFC 7239).
    let is_v6 = told.client.contains(':');
    out.extend_from_slice(b"\r\nforwarded: for=");
    out.extend_from_slice(if is_v6 { b"\"[" } else { b"" });
    out.extend_from_slice(told.client.as_bytes());
    out.extend_from_slice(if is_v6 { b"]\"" } else { b"" });
    // A host has no quote and no backslash: it was read as one.
    out.extend_from_slice(b";host=\"");
    out.extend_from_slice(told.host);
    out.extend_from_slice(b"\";proto=");
    out.extend_from_slice(told.scheme.as_bytes());
}

/// Whether a header is about one connection only, or about the server's make: it goes no further in either direction.
pub(crate) fn is_hop_by_hop(name: &HeaderName) -> bool {
    *name == CONNECTION
        || *name == TRANSFER_ENCODING
        || *name == UPGRADE
        || *name == TE
        || *name == SERVER
        || *name == PROXY_AUTHENTICATE
        || *name == PROXY_AUTHORIZATION
        || *name == KEEP_ALIVE
        || *name == PROXY_CONNECTION
        || *name == HTTP2_SETTINGS
}

fn is_passed_on(name: &HeaderName) -> bool {
    if is_hop_by_hop(name)
        || matches!(*name, HOST | CONTENT_LENGTH | COOKIE | EXPECT | FORWARDED)
        || *name == X_REQUEST_ID
    {
        return false;
    }
    let name = name.as_str();
    !name.starts_with(SAID_BY_US_PREFIX) && !SAID_BY_US.contains(&name)
}

/// What `Connection` names; those headers are about this connection too. But never what requests are judged by: else a
/// client could make `Cookie` or `Authorization` vanish behind us.
fn named_by_connection(headers: &HeaderMap) -> Vec<&str> {
    let mut named = Vec::new();
    for value in headers.get_all(CONNECTION) {
        for token in value.to_str().unwrap_or_default().split(',').map(str::trim) {
            let is_usual =
                ["keep-alive", "close", "upgrade", "te", ""].iter().any(|usual| token.eq_ignore_ascii_case(usual));
            let is_kept = ["cookie", "authorization"].iter().any(|kept| token.eq_ignore_ascii_case(kept));
            if !is_usual && !is_kept {
                named.push(token);
            }
        }
    }
    named
}

fn wants_trailers(headers: &HeaderMap) -> bool {
    let of_te = |value: &http::HeaderValue| {
        value.to_str().is_ok_and(|text| text.split(',').any(|word| word.trim().eq_ignore_ascii_case("trailers")))
    };
    headers.get_all(TE).iter().any(of_te) || headers.contains_key(TRAILER)
}

/// Whether a client asks for another protocol, such as WebSocket.
pub(crate) fn asks_for_upgrade(headers: &HeaderMap) -> bool {
    if !headers.contains_key(UPGRADE) {
        return false;
    }
    let names_upgrade = |value: &http::HeaderValue| {
        value.to_str().is_ok_and(|text| text.split(',').any(|word| word.trim().eq_ignore_ascii_case("upgrade")))
    };
    headers.get_all(CONNECTION).iter().any(names_upgrade)
}

#[cfg(test)]
mod tests {
    use http::Request;
    use proptest::prelude::*;

    use super::*;

    const TOLD: Told<'static> =
        Told { client: "192.0.2.7", scheme: "https", host: b"berkeleytime.com", request_id: b"0123456789abcdef" };

    fn written(headers: &[(&str, &str)], body: BodyLine, is_upgrade: bool) -> String {
        let mut request = Request::builder().method("GET").uri("/catalog?q=x%20y");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        String::from_utf8(head(&parts, &TOLD, body, is_upgrade)).unwrap()
    }

    #[test]
    fn an_upstream_learns_who_asks_and_for_what() {
        let headers = [("host", "x"), ("cookie", "a=b"), ("accept", "text/html"), ("cookie", "c=d")];
        let text = written(&headers, BodyLine::None, false);
        let expected = "GET /catalog?q=x%20y HTTP/1.1\r\nhost: berkeleytime.com\r\naccept: text/html\r\ncookie: a=b; c=d\r\n\
                        x-forwarded-for: 192.0.2.7\r\nx-forwarded-proto: https\r\nx-forwarded-host: berkeleytime.com\r\n\
                        x-request-id: 0123456789abcdef\r\n\
                        forwarded: for=192.0.2.7;host=\"berkeleytime.com\";proto=https\r\n\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_clients_word_on_who_it_is_is_dropped() {
        let lies = [
            ("x-forwarded-for", "6.6.6.6"),
            ("X-Forwarded-Proto", "lie"),
            ("x-forwarded-anything", "lie"),
            ("forwarded", "for=6.6.6.6"),
            ("x-real-ip", "6.6.6.6"),
            ("x-request-id", "lie"),
        ];
        let text = written(&lies, BodyLine::None, false);
        assert!(!text.contains("6.6.6.6") && !text.contains("lie"), "{text}");
    }

    #[test]
    fn what_connection_names_goes_no_further() {
        let headers = [
            ("connection", "close, X-Inner, cookie"),
            ("x-inner", "1"),
            ("cookie", "a=b"),
            ("keep-alive", "5"),
            ("proxy-connection", "x"),
            ("te", "trailers, deflate"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("http2-settings", "x"),
            ("expect", "100-continue"),
        ];
        let text = written(&headers, BodyLine::Chunked, false);
        for gone in ["x-inner", "close", "keep-alive", "proxy-connection", "deflate", "upgrade", "http2", "expect"] {
            assert!(!text.contains(gone), "{gone}: {text}");
        }
        assert_eq!(text.matches("transfer-encoding: chunked").count(), 1);
        assert!(text.contains("\r\nte: trailers\r\n") && text.contains("\r\ncookie: a=b\r\n"), "{text}");
    }

    #[test]
    fn another_protocol_is_asked_for_again() {
        let headers = [("connection", "Upgrade"), ("upgrade", "websocket"), ("sec-websocket-key", "k")];
        let text = written(&headers, BodyLine::None, true);
        assert!(text.contains("\r\nconnection: upgrade\r\nupgrade: websocket\r\n"), "{text}");
    }

    proptest! {
        #[test]
        fn a_head_is_one_head_whatever_the_headers_say(values in proptest::collection::vec("[ -~]{0,30}", 0..8)) {
            let headers: Vec<(String, String)> =
                values.into_iter().enumerate().map(|(place, value)| (format!("x-{place}"), value)).collect();
            let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let text = written(&headers, BodyLine::Length(5), false);
            prop_assert_eq!(text.matches("\r\n\r\n").count(), 1);
            prop_assert!(text.ends_with("\r\n\r\n"));
            prop_assert_eq!(text.to_lowercase().matches("\r\ncontent-length:").count(), 1);
        }
    }
}
