//! Sending an answer: in which encoding, or only the news that the client has it already.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED, VARY,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use httpkit::cache::CachePolicy;
use httpkit::error::HttpError;

use crate::accept::Accepted;
use crate::answer::Answer;
use crate::encoding::Encoding;
use crate::forms::SMALL_BYTES;
use crate::unpacking::Unpacking;

impl Answer {
    /// The answer to a request: whole, or 304 when the client has it already, or 406 when the client refuses every
    /// encoding. Only GET and HEAD can have it already; HEAD gets no body.
    pub async fn respond(self: &Arc<Self>, method: &Method, headers: &HeaderMap, policy: CachePolicy) -> Response {
        let Some(encoding) = self.encoding_for(&Accepted::of(headers)) else {
            return refused();
        };
        let is_read = matches!(*method, Method::GET | Method::HEAD);
        if is_read && self.status == StatusCode::OK && self.is_known(headers) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            self.add_validators(response.headers_mut(), encoding, policy);
            return response;
        }
        let (encoding, length, body) = self.body_in(encoding).await;
        let mut response = Response::new(if *method == Method::HEAD { Body::empty() } else { body });
        *response.status_mut() = self.status;
        let head = response.headers_mut();
        self.add_validators(head, encoding, policy);
        head.insert(CONTENT_TYPE, self.content_type.clone());
        head.insert(CONTENT_LENGTH, HeaderValue::from(length));
        if let Some(name) = encoding.header() {
            head.insert(CONTENT_ENCODING, name);
        }
        response
    }

    fn encoding_for(&self, accepted: &Accepted) -> Option<Encoding> {
        if self.plain_len() < SMALL_BYTES && accepted.takes(Encoding::Identity) {
            return Some(Encoding::Identity);
        }
        // Among equals, what is there already comes before what would have to be made.
        let ready = Encoding::ALL.into_iter().filter(|encoding| self.forms.is_ready(*encoding));
        let others = Encoding::ALL.into_iter().filter(|encoding| !self.forms.is_ready(*encoding));
        accepted.best_of(ready.chain(others))
    }

    /// The body, and in which encoding it really is: what cannot be packed is sent as it is.
    async fn body_in(self: &Arc<Self>, encoding: Encoding) -> (Encoding, usize, Body) {
        if let Some(bytes) = self.bytes_in(encoding).await {
            return (encoding, bytes.len(), Body::from(bytes));
        }
        let packed = self.forms.get(Encoding::Zstd).map(|form| form.bytes);
        let body = packed.and_then(|packed| Unpacking::of(packed, self.plain_len()).ok()).map(Body::new);
        let body = body.unwrap_or_else(|| Body::from(self.forms.plain().unwrap_or_else(|_| Bytes::new())));
        (Encoding::Identity, self.plain_len(), body)
    }

    fn add_validators(&self, headers: &mut HeaderMap, encoding: Encoding, policy: CachePolicy) {
        let tag = if encoding == Encoding::Identity { &self.head.strong_tag } else { &self.head.weak_tag };
        headers.insert(ETAG, tag.clone());
        headers.insert(CACHE_CONTROL, policy.header());
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(moment) = &self.head.last_modified {
            headers.insert(LAST_MODIFIED, moment.clone());
        }
    }

    /// By the tag where the client sends one, else by the moment (RFC 9110, section 13.2.2).
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let mut tags = headers.get_all(IF_NONE_MATCH).iter().peekable();
        if tags.peek().is_some() {
            return tags.any(|tags| tags.to_str().is_ok_and(|tags| self.has_tag(tags)));
        }
        headers.get(IF_MODIFIED_SINCE).is_some_and(|since| self.is_unmodified_since(since))
    }

    /// The comparison is weak: the client asks whether the content is the same, not the bytes of one encoding.
    fn has_tag(&self, tags: &str) -> bool {
        let Ok(ours) = self.head.strong_tag.to_str() else { return false };
        tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == ours)
    }

    fn is_unmodified_since(&self, since: &HeaderValue) -> bool {
        if self.head.last_modified.as_ref() == Some(since) {
            return true;
        }
        let since = since.to_str().ok().and_then(|since| httpdate::parse_http_date(since).ok());
        let since = since.and_then(|since| jiff::Timestamp::try_from(since).ok());
        match (self.last_modified, since) {
            // Both to the second, as dates in HTTP are.
            (Some(ours), Some(since)) => ours.as_second() <= since.as_second(),
            _ => false,
        }
    }
}

fn refused() -> Response {
    let message = "This answer comes as zstd, br, gzip or as it is (identity), and Accept-Encoding refuses all of them. \
                   Leave the header out, or name one of them.";
    HttpError::new(StatusCode::NOT_ACCEPTABLE, message).into_response()
}
