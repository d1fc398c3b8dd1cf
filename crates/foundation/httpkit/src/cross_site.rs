//! Other sites' pages may not change anything here in a reader's name (CSRF).
//!
//! A browser says with each request whose page sent it: by `Sec-Fetch-Site`, and where that is not there, by `Origin`.
//! A request that may change something is let through only when that is this very site; nothing is exempt. A request
//! that says neither comes from no browser of the last years; it is refused when it brings cookies, since those could
//! be somebody's.

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{COOKIE, HOST, ORIGIN};
use http::{HeaderMap, HeaderName, Method, StatusCode, Uri};

use crate::around::{Around, AroundLayer};
use crate::error::HttpError;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What the refused reader is told.
const REFUSAL: &str = "This form was sent from another site, so nothing was changed. If you meant it, open the page here \
     and send it again.";

/// The guard of routes that change things.
#[derive(Clone, Debug, Default)]
pub struct CrossSite {
    /// The site's own origin, such as `https://berkeleytime.com`, beside the host that was asked.
    public_origin: Option<String>,
}

impl CrossSite {
    /// With the address under which people know the site, if it has one.
    #[must_use]
    pub fn of(public_url: Option<&str>) -> Self {
        Self { public_origin: public_url.and_then(origin_of) }
    }

    /// The routes, guarded.
    pub fn around<S: Clone + Send + Sync + 'static>(self, router: Router<S>) -> Router<S> {
        router.layer(AroundLayer(self))
    }

    /// Whether a request may go on.
    #[must_use]
    pub fn lets_through(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
        if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return true;
        }
        if headers.contains_key(SEC_FETCH_SITE) {
            // Twice, or unreadable: somebody between us and the browser plays tricks.
            return only(headers, &SEC_FETCH_SITE).is_some_and(|site| matches!(site, "same-origin" | "none"));
        }
        if headers.contains_key(ORIGIN) {
            return only(headers, &ORIGIN).is_some_and(|origin| self.is_ours(origin, uri, headers));
        }
        !headers.contains_key(COOKIE)
    }

    fn is_ours(&self, origin: &str, uri: &Uri, headers: &HeaderMap) -> bool {
        if let Some(ours) = &self.public_origin
            && ours.eq_ignore_ascii_case(origin)
        {
            return true;
        }
        // HTTP/2 names the host in the address, HTTP/1 in a header.
        let named = uri.authority().map(|authority| authority.as_str()).or_else(|| only(headers, &HOST));
        let (Some(asked), Some((scheme, theirs))) = (named, origin.split_once("://")) else { return false };
        matches!(scheme, "http" | "https") && same_host(asked, theirs, scheme)
    }
}

/// A header that is there once and can be read.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok())
}

/// Hosts with their ports; the port that a scheme has anyway may be left out.
fn same_host(asked: &str, theirs: &str, scheme: &str) -> bool {
    let usual = if scheme == "https" { ":443" } else { ":80" };
    let bare = |host: &str| host.strip_suffix(usual).unwrap_or(host).to_ascii_lowercase();
    !theirs.is_empty() && bare(asked) == bare(theirs)
}

/// `https://berkeleytime.com` of `https://berkeleytime.com/somewhere`.
fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    let usual = if scheme == "https" { ":443" } else { ":80" };
    Some(format!("{scheme}://{}", host.strip_suffix(usual).unwrap_or(host)))
}

impl Around for CrossSite {
    type Noted = ();

    fn before(&self, request: &Request) -> Result<(), Box<Response>> {
        if self.lets_through(request.method(), request.uri(), request.headers()) {
            return Ok(());
        }
        Err(Box::new(HttpError::new(StatusCode::FORBIDDEN, REFUSAL).into_response()))
    }

    fn after(&self, (): (), _response: &mut Response) {}
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn post(guard: &CrossSite, sent: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        guard.lets_through(&Method::POST, &Uri::from_static("/sign-out"), &headers)
    }

    #[test]
    fn reading_is_free_for_all() {
        let mut headers = HeaderMap::new();
        headers.insert(SEC_FETCH_SITE, HeaderValue::from_static("cross-site"));
        let guard = CrossSite::default();
        for (method, lets) in [
            (Method::GET, true),
            (Method::HEAD, true),
            (Method::OPTIONS, true),
            (Method::POST, false),
            (Method::PUT, false),
            (Method::PATCH, false),
            (Method::DELETE, false),
        ] {
            assert_eq!(guard.lets_through(&method, &Uri::from_static("/"), &headers), lets, "{method}");
        }
    }

    #[test]
    fn the_browser_says_whose_page_it_was() {
        let guard = CrossSite::default();
        let from = |site| post(&guard, &[("sec-fetch-site", site), ("cookie", "bt-session=x")]);
        assert!(from("same-origin"));
        assert!(from("none"), "sent again by the reader");
        assert!(!from("cross-site") && !from("same-site") && !from("") && !from("Same-Origin, cross-site"));
        let twice = [("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")];
        assert!(!post(&guard, &twice));
        let wins = [("sec-fetch-site", "cross-site"), ("origin", "http://a.example"), ("host", "a.example")];
        assert!(!post(&guard, &wins), "the origin does not help against it");
    }

    #[test]
    fn an_older_browser_names_the_origin() {
        let guard = CrossSite::default();
        let from = |origin, host| post(&guard, &[("origin", origin), ("host", host)]);
        assert!(from("http://a.example", "a.example") && from("https://a.example", "a.example:443"));
        assert!(from("http://localhost:8080", "LOCALHOST:8080"));
        for (origin, host) in [
            ("null", "a.example"),
            ("http://b.example", "a.example"),
            ("http://a.example.b.example", "a.example"),
            ("http://a.example:81", "a.example"),
            ("http://", "a.example"),
            ("http://", ""),
            ("file://a.example", "a.example"),
            ("a.example", "a.example"),
        ] {
            assert!(!from(origin, host), "{origin} at {host}");
        }
    }

    #[test]
    fn behind_a_proxy_the_public_address_counts() {
        let guard = CrossSite::of(Some("https://berkeleytime.example/"));
        assert!(post(&guard, &[("origin", "https://berkeleytime.example"), ("host", "10.0.0.7:8080")]));
        assert!(!post(&guard, &[("origin", "http://berkeleytime.example"), ("host", "10.0.0.7:8080")]));
        assert!(!post(&guard, &[("origin", "https://staging.berkeleytime.example"), ("host", "10.0.0.7:8080")]));
    }

    #[test]
    fn who_says_nothing_may_bring_no_cookies() {
        let guard = CrossSite::default();
        assert!(post(&guard, &[("host", "a.example")]), "a program");
        assert!(!post(&guard, &[("host", "a.example"), ("cookie", "bt-session=x")]));
    }
}
