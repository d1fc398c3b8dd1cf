//! A page that carries its promises: title, status, cache policy. Tests read them back from the answer's extensions.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, VARY};
use http::{HeaderValue, StatusCode};

use crate::cache::{CachePolicy, entity_tag};

/// An HTML answer.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its title, as in the HTML.
    pub title: String,
    /// Its status.
    pub status: StatusCode,
    /// Who may keep it.
    pub cache: CachePolicy,
    /// The HTML.
    pub html: String,
}

/// What a page promised; in the extensions of its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Its title.
    pub title: String,
    /// Who may keep it.
    pub cache: CachePolicy,
}

impl Page {
    /// A page that was found; the browser keeps it and asks whether it is still true.
    #[must_use]
    pub fn new(title: impl Into<String>, html: impl Into<String>) -> Self {
        Self { title: title.into(), status: StatusCode::OK, cache: CachePolicy::Private, html: html.into() }
    }

    /// The same with another status. Only pages that were found are worth keeping.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        let cache = if status.is_success() { self.cache } else { CachePolicy::NoStore };
        Self { status, cache, ..self }
    }

    /// The same with another cache policy.
    #[must_use]
    pub fn with_cache(self, cache: CachePolicy) -> Self {
        Self { cache, ..self }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let keeps = self.cache != CachePolicy::NoStore;
        let tag = (keeps && self.status == StatusCode::OK).then(|| entity_tag(self.html.as_bytes()));
        let mut response = Response::new(Body::from(self.html));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, self.cache.header());
        // The theme is a cookie: a shared cache must not give one reader's dark page to another.
        headers.insert(VARY, HeaderValue::from_static("cookie"));
        if let Some(tag) = tag {
            headers.insert(ETAG, tag);
        }
        response.extensions_mut().insert(Promise { title: self.title, cache: self.cache });
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_keeps_its_promises() {
        let response = Page::new("Catalog", "<h1>Catalog</h1>").into_response();
        assert_eq!(response.headers()[CACHE_CONTROL], "private, no-cache");
        assert!(response.headers().contains_key(ETAG));
        let promise = response.extensions().get::<Promise>().unwrap();
        assert_eq!((promise.title.as_str(), promise.cache), ("Catalog", CachePolicy::Private));
    }

    #[test]
    fn an_error_page_is_kept_by_nobody() {
        let response = Page::new("Not found", "").with_status(StatusCode::NOT_FOUND).into_response();
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
        assert!(!response.headers().contains_key(ETAG));
    }
}
