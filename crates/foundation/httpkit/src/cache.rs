//! What may be kept, by whom, for how long; and the short answer to who has it already.

use std::hash::Hasher;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG};
use http::{HeaderMap, HeaderValue, StatusCode};

/// Who may keep an answer. Every page has one; see [`crate::page::Page`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CachePolicy {
    /// Nobody: what belongs to one person, and errors.
    NoStore,
    /// The reader's browser, which asks each time whether it is still true.
    Private,
    /// Anybody, for a while.
    Public {
        /// How long without asking.
        max_age: Duration,
    },
    /// Anybody, forever: the address changes with the content.
    Immutable,
}

impl CachePolicy {
    /// The `Cache-Control` header.
    #[must_use]
    pub fn header(self) -> HeaderValue {
        match self {
            Self::NoStore => HeaderValue::from_static("no-store"),
            Self::Private => HeaderValue::from_static("private, no-cache"),
            Self::Immutable => HeaderValue::from_static("public, max-age=31536000, immutable"),
            Self::Public { max_age } => {
                let text = format!("public, max-age={}", max_age.as_secs());
                HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("no-store"))
            }
        }
    }
}

/// A weak entity tag of a body. Weak, because the same page may be sent compressed or not.
#[must_use]
pub fn entity_tag(body: &[u8]) -> HeaderValue {
    // SipHash with fixed keys: equal in every process of a release, and nobody gains by a collision of his own page.
    #[expect(
        deprecated,
        reason = "the successor, DefaultHasher, promises no stable result between releases of the toolchain either, but two pods of one release agree on both"
    )]
    let mut hasher = std::hash::SipHasher::new();
    hasher.write(body);
    let text = format!("W/\"{:016x}-{:x}\"", hasher.finish(), body.len());
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("W/\"0\""))
}

/// Answers 304 when the client already has what would be sent. `known` is the request's `If-None-Match`, of a GET or HEAD.
pub(crate) fn conditional(known: Option<&HeaderValue>, response: Response) -> Response {
    match known {
        Some(known) if response.status() == StatusCode::OK && has(known, response.headers()) => not_modified(response),
        _ => response,
    }
}

/// Whether an answer is sent byte for byte as it is: it is packed already, or a strong tag promises these very bytes.
pub(crate) fn is_final(headers: &HeaderMap) -> bool {
    headers.contains_key(CONTENT_ENCODING) || headers.get(ETAG).is_some_and(|tag| tag.as_bytes().starts_with(b"\""))
}

fn has(known: &HeaderValue, headers: &HeaderMap) -> bool {
    let (Some(tag), Ok(known)) = (headers.get(ETAG).and_then(|tag| tag.to_str().ok()), known.to_str()) else {
        return false;
    };
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.trim() == "*" || known.split(',').any(|each| opaque(each) == opaque(tag))
}

fn not_modified(response: Response) -> Response {
    let mut short = StatusCode::NOT_MODIFIED.into_response();
    for (name, value) in response.headers() {
        if name != CONTENT_LENGTH && name != CONTENT_TYPE {
            short.headers_mut().append(name, value.clone());
        }
    }
    if !short.headers().contains_key(CACHE_CONTROL) {
        short.headers_mut().insert(CACHE_CONTROL, CachePolicy::Private.header());
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_policy_says_who_may_keep_it() {
        let headers = [
            CachePolicy::NoStore,
            CachePolicy::Private,
            CachePolicy::Public { max_age: Duration::from_secs(60) },
            CachePolicy::Immutable,
        ]
        .map(|policy| policy.header().to_str().unwrap().to_owned());
        assert_eq!(
            headers,
            ["no-store", "private, no-cache", "public, max-age=60", "public, max-age=31536000, immutable"]
        );
    }

    #[test]
    fn the_tag_follows_the_body() {
        assert_eq!(entity_tag(b"a"), entity_tag(b"a"));
        assert_ne!(entity_tag(b"a"), entity_tag(b"b"));
        assert!(entity_tag(b"").to_str().unwrap().starts_with("W/\""));
    }

    #[test]
    fn a_list_of_tags_is_searched_weakly() {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, HeaderValue::from_static("W/\"b\""));
        let has_it = |known: &'static str| has(&HeaderValue::from_static(known), &headers);
        assert!(has_it("\"a\", \"b\"") && has_it("W/\"b\"") && has_it("*"));
        assert!(!has_it("\"a\"") && !has_it(""));
    }
}
