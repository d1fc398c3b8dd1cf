//! Files that were compressed when the program was built, each at an address that changes with its content.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::Response;
use axum::routing::get;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};

use crate::cache::CachePolicy;

/// A file with its compressed forms.
#[derive(Clone, Copy, Debug)]
pub struct StaticFile {
    /// Its address, with a hash of its content.
    pub path: &'static str,
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// As it is.
    pub identity: &'static [u8],
    /// Compressed with gzip.
    pub gzip: &'static [u8],
    /// Compressed with brotli.
    pub brotli: &'static [u8],
}

/// Routes to the files. Whoever has one keeps it forever.
pub fn static_files<S: Clone + Send + Sync + 'static>(files: impl IntoIterator<Item = StaticFile>) -> Router<S> {
    files.into_iter().fold(Router::new(), |router, file| {
        router.route(file.path, get(async move |headers: HeaderMap| answer(&file, &headers)))
    })
}

fn answer(file: &StaticFile, headers: &HeaderMap) -> Response {
    let (encoding, bytes) = chosen(file, headers);
    let mut response = Response::new(Body::from(Bytes::from_static(bytes)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    headers.insert(CACHE_CONTROL, CachePolicy::Immutable.header());
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The smallest form that the client takes.
fn chosen(file: &StaticFile, headers: &HeaderMap) -> (Option<&'static str>, &'static [u8]) {
    let accepted: Vec<&str> = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).collect();
    if takes(&accepted, "br") {
        (Some("br"), file.brotli)
    } else if takes(&accepted, "gzip") {
        (Some("gzip"), file.gzip)
    } else {
        (None, file.identity)
    }
}

/// Whether an encoding is named without being refused by `q=0`.
fn takes(accepted: &[&str], encoding: &str) -> bool {
    let mut named = accepted.iter().flat_map(|value| value.split(','));
    named.any(|each| {
        let (name, rest) = each.split_once(';').unwrap_or((each, ""));
        let weight = rest.trim().strip_prefix("q=").and_then(|weight| weight.trim().parse::<f32>().ok()).unwrap_or(1.0);
        name.trim().eq_ignore_ascii_case(encoding) && weight > 0.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: StaticFile =
        StaticFile { path: "/a", content_type: "text/css", identity: b"i", gzip: b"g", brotli: b"b" };

    fn form(accept: &'static str) -> &'static [u8] {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accept));
        chosen(&FILE, &headers).1
    }

    #[test]
    fn the_smallest_form_that_the_client_takes_is_sent() {
        assert_eq!(form("gzip, deflate, br, zstd"), b"b");
        assert_eq!(form("gzip;q=0.8, identity"), b"g");
        assert_eq!(form("br;q=0, GZIP"), b"g");
        assert_eq!(form("br; q=0.0"), b"i");
        assert_eq!(form("zstd"), b"i");
        assert_eq!(form(""), b"i");
    }
}
