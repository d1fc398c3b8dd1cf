//! The head of a simple request: one of HTTP/1.1 that asks for something and says no more than that. Everything else
//! is hyper's.

use std::mem::MaybeUninit;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, Version};

/// Headers that are read here. The guard counts them before, so this is never short in earnest.
const HEADERS: usize = 100;

/// What was found at the start of some bytes.
pub(crate) enum Found {
    /// A simple request, and the length of its head.
    Simple(Box<Parts>, usize),
    /// A head that is not complete.
    Part,
    /// Something else.
    Other,
}

/// Looks for the head of a simple request.
pub(crate) fn find(bytes: &[u8]) -> Found {
    let mut fields = [const { MaybeUninit::uninit() }; HEADERS];
    let mut request = httparse::Request::new(&mut []);
    let parsed = httparse::ParserConfig::default().parse_request_with_uninit_headers(&mut request, bytes, &mut fields);
    let length = match parsed {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Found::Part,
        Err(_) => return Found::Other,
    };
    let method = match request.method {
        Some("GET") => Method::GET,
        Some("HEAD") => Method::HEAD,
        _ => return Found::Other,
    };
    if request.version != Some(1) || !request.headers.iter().all(is_simple) {
        return Found::Other;
    }
    parts(method, &request, &bytes[..length]).map_or(Found::Other, |parts| Found::Simple(Box::new(parts), length))
}

/// Whether a header leaves the request a simple one: without a body, in the protocol that is spoken.
fn is_simple(field: &httparse::Header<'_>) -> bool {
    match field.name.len() {
        2 => !field.name.eq_ignore_ascii_case("te"),
        6 => !field.name.eq_ignore_ascii_case("expect"),
        7 => !field.name.eq_ignore_ascii_case("upgrade") && !field.name.eq_ignore_ascii_case("trailer"),
        10 => !field.name.eq_ignore_ascii_case("connection") || is_usual(field.value),
        14 => !field.name.eq_ignore_ascii_case("content-length"),
        17 => !field.name.eq_ignore_ascii_case("transfer-encoding"),
        _ => true,
    }
}

/// What `Connection` says in a simple request: it goes on, or ends.
fn is_usual(connection: &[u8]) -> bool {
    connection.eq_ignore_ascii_case(b"keep-alive") || connection.eq_ignore_ascii_case(b"close")
}

/// The same, in a copy of its own: what it was read into serves the next one.
fn parts(method: Method, request: &httparse::Request<'_, '_>, head: &[u8]) -> Option<Parts> {
    let copy = Bytes::copy_from_slice(head);
    let copied = |part: &[u8]| {
        let from = part.as_ptr() as usize - head.as_ptr() as usize;
        copy.slice(from..from + part.len())
    };
    let uri = Uri::from_maybe_shared(copied(request.path?.as_bytes())).ok()?;
    let mut headers = HeaderMap::with_capacity(request.headers.len());
    for field in request.headers.iter() {
        let name = HeaderName::from_bytes(field.name.as_bytes()).ok()?;
        headers.append(name, HeaderValue::from_maybe_shared(copied(field.value)).ok()?);
    }
    let (mut parts, ()) = http::Request::new(()).into_parts();
    (parts.method, parts.uri, parts.version, parts.headers) = (method, uri, Version::HTTP_11, headers);
    Some(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn with(lines: &str) -> String {
        format!("GET /catalog?q=x HTTP/1.1\r\nhost: bt.example\r\n{lines}\r\n")
    }

    #[test]
    fn a_simple_request_is_read_whole() {
        let text = with("Accept: text/html\r\naccept: */*\r\nConnection: Keep-Alive\r\n");
        let Found::Simple(parts, length) = find(format!("{text}GET /next").as_bytes()) else { panic!("not simple") };
        assert_eq!(length, text.len());
        assert_eq!(
            (parts.method, parts.version, parts.uri.to_string().as_str()),
            (Method::GET, Version::HTTP_11, "/catalog?q=x")
        );
        assert_eq!(parts.headers["host"], "bt.example");
        let accepted: Vec<_> = parts.headers.get_all("accept").iter().collect();
        assert_eq!(accepted, ["text/html", "*/*"]);
    }

    #[test]
    fn all_else_is_left_to_hyper() {
        let heads = [
            with("content-length: 0\r\n"),
            with("Transfer-Encoding: chunked\r\n"),
            with("upgrade: websocket\r\n"),
            with("connection: upgrade\r\n"),
            with("connection: keep-alive, x-inner\r\n"),
            with("expect: 100-continue\r\n"),
            with("te: trailers\r\n"),
            with("trailer: x\r\n"),
            with("").replace("HTTP/1.1", "HTTP/1.0"),
            with("").replace("GET", "POST"),
            with("").replace("/catalog", "catalog"),
            with("no colon\r\n"),
        ];
        for head in heads {
            assert!(matches!(find(head.as_bytes()), Found::Other), "{head}");
        }
    }

    proptest! {
        #[test]
        fn no_beginning_of_a_head_is_taken_for_a_whole_one(at in 0_usize..60) {
            let text = with("accept: */*\r\n");
            prop_assume!(at < text.len());
            prop_assert!(matches!(find(&text.as_bytes()[..at]), Found::Part));
        }
    }
}
