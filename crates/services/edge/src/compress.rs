//! Compresses what upstreams left as it is: text above a size, by what the client accepts.
//!
//! Left alone: what is encoded already, parts of a file, streams of events, answers that ask not to be changed
//! (`no-transform`), and what is small or no text. A strong `ETag` becomes a weak one, since the bytes are others.

use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderMap,
    HeaderName, VARY,
};
use http::{HeaderValue, Method, Response, StatusCode};
use http_body_util::Either;
use hyper::body::{Body, Bytes};
use tower::{Layer, Service, service_fn};
use tower_http::CompressionLevel;
use tower_http::compression::{CompressionBody, CompressionLayer};

/// Below this, the packing takes more than it saves: it fits into one packet either way.
pub const SMALLEST_BYTES: u64 = 1_024;

/// Of brotli, gzip and zstd: as our own services have it. From 5 on, brotli takes longer than making the page.
const LEVEL: i32 = 4;

/// Checksums of the bytes as they were would be wrong.
const OF_THE_BYTES: [HeaderName; 3] = [
    HeaderName::from_static("content-md5"),
    HeaderName::from_static("digest"),
    HeaderName::from_static("content-digest"),
];

/// An answer's body, compressed or as it came.
pub type MaybeCompressed<B> = Either<B, CompressionBody<B>>;

/// Compresses an answer, if that is allowed and worth it. `method` and `accept_encoding` are the request's.
pub async fn compressed<B>(
    mut response: Response<B>,
    method: &Method,
    accept_encoding: Option<&HeaderValue>,
) -> Response<MaybeCompressed<B>>
where
    B: Body<Data = Bytes>,
{
    if !is_worth_it(&response) {
        return response.map(Either::Left);
    }
    // Also when this client gets it as it is: a cache must not give it to the next one.
    vary_by_encoding(response.headers_mut());
    // A HEAD has no body to compress, and a client that accepts nothing changes nothing.
    let Some(accept_encoding) = accept_encoding.filter(|_| method != Method::HEAD) else {
        return response.map(Either::Left);
    };
    let status = response.status();
    let length = response.headers().get(CONTENT_LENGTH).cloned();
    let vary: Vec<HeaderValue> = response.headers().get_all(VARY).iter().cloned().collect();
    let mut response = by_library(response, accept_encoding).await;
    // The library adds to `*`, which says everything already.
    response.headers_mut().remove(VARY);
    for value in vary {
        response.headers_mut().append(VARY, value);
    }
    // The library answers 406 to who refuses everything. What an upstream said stands.
    *response.status_mut() = status;
    if response.headers().contains_key(CONTENT_ENCODING) {
        weaken_tag(response.headers_mut());
        for name in &OF_THE_BYTES {
            response.headers_mut().remove(name);
        }
    } else if let Some(length) = length {
        response.headers_mut().insert(CONTENT_LENGTH, length);
    }
    response.map(Either::Right)
}

async fn by_library<B: Body<Data = Bytes>>(
    response: Response<B>,
    accept_encoding: &HeaderValue,
) -> Response<CompressionBody<B>> {
    let mut request = http::Request::new(());
    request.headers_mut().insert(ACCEPT_ENCODING, accept_encoding.clone());
    let mut response = Some(response);
    let ready = service_fn(move |_: http::Request<()>| {
        let response = response.take();
        async move { response.ok_or(AskedTwice) }
    });
    // What is worth it has been decided.
    let layer = CompressionLayer::new().quality(CompressionLevel::Precise(LEVEL)).compress_when(always);
    match layer.layer(ready).call(request).await {
        Ok(response) => response,
        Err(AskedTwice) => unreachable!("the service is made for one call"),
    }
}

/// Cannot happen: see [`by_library`].
#[derive(Debug)]
struct AskedTwice;

fn always(_: StatusCode, _: http::Version, _: &HeaderMap, _: &http::Extensions) -> bool {
    true
}

fn is_worth_it<B: Body>(response: &Response<B>) -> bool {
    let headers = response.headers();
    let status = response.status();
    let has_body = !status.is_informational() && status != StatusCode::NO_CONTENT && status != StatusCode::NOT_MODIFIED;
    has_body
        && status != StatusCode::PARTIAL_CONTENT
        && !headers.contains_key(CONTENT_ENCODING)
        && !headers.contains_key(CONTENT_RANGE)
        && is_text(headers)
        && !forbids_change(headers)
        && is_large(response)
}

/// A body of unknown length is a stream: it is compressed too.
fn is_large<B: Body>(response: &Response<B>) -> bool {
    let said = response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    said.or_else(|| response.body().size_hint().exact()).is_none_or(|length| length >= SMALLEST_BYTES)
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // Each event must arrive when it is sent, not when a block is full.
    if kind == "text/event-stream" {
        return false;
    }
    kind.starts_with("text/")
        || kind.ends_with("+json")
        || kind.ends_with("+xml")
        || matches!(
            kind.as_str(),
            "application/json"
                | "application/javascript"
                | "application/xml"
                | "application/wasm"
                | "application/x-ndjson"
                | "application/manifest+json"
                | "application/graphql"
                | "font/ttf"
                | "font/otf"
                | "image/bmp"
        )
}

fn forbids_change(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(CACHE_CONTROL).iter().filter_map(|list| list.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|directive| directive.trim().eq_ignore_ascii_case("no-transform"))
}

fn vary_by_encoding(headers: &mut HeaderMap) {
    let lists = headers.get_all(VARY).iter().filter_map(|list| list.to_str().ok());
    let is_said = lists
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|name| name == "*" || name.eq_ignore_ascii_case(ACCEPT_ENCODING.as_str()));
    if !is_said {
        headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    }
}

fn weaken_tag(headers: &mut HeaderMap) {
    let Some(tag) = headers.get(ETAG).filter(|tag| tag.as_bytes().starts_with(b"\"")) else { return };
    match HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat()) {
        Ok(weak) => headers.insert(ETAG, weak),
        Err(_) => headers.remove(ETAG),
    };
}

#[cfg(test)]
#[path = "compress/tests.rs"]
mod tests;
