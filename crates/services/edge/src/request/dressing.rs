//! What is added to every answer on its way out.

use http::header::{CONTENT_TYPE, HeaderName, STRICT_TRANSPORT_SECURITY};
use http::{HeaderMap, HeaderValue, StatusCode};

const NOSNIFF: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
const REFERRER: (HeaderName, HeaderValue) =
    (HeaderName::from_static("referrer-policy"), HeaderValue::from_static("same-origin"));
const FRAMES: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY"));
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const ALT_SVC: HeaderName = HeaderName::from_static("alt-svc");

/// Two years, as the preload lists ask for; subdomains too, for all of them are ours.
const STRICT: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// Adds what an answer does not say itself. A 304 stays as it is: a browser puts its headers in the place of those of
/// the page that it has kept.
pub(crate) fn dress(status: StatusCode, headers: &mut HeaderMap, request_id: HeaderValue, is_strict: bool) {
    headers.insert(REQUEST_ID, request_id);
    if is_strict {
        headers.insert(STRICT_TRANSPORT_SECURITY, STRICT);
    }
    // Another port is no business of those behind us.
    headers.remove(&ALT_SVC);
    if status == StatusCode::NOT_MODIFIED {
        return;
    }
    add(headers, NOSNIFF);
    let is_page = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page {
        add(headers, REFERRER);
        add(headers, FRAMES);
    }
}

fn add(headers: &mut HeaderMap, (name, value): (HeaderName, HeaderValue)) {
    headers.entry(name).or_insert(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dressed(status: u16, kind: &'static str, is_strict: bool) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(ALT_SVC, HeaderValue::from_static("h3=\":443\""));
        headers.insert("x-request-id", HeaderValue::from_static("of the service"));
        dress(StatusCode::from_u16(status).unwrap(), &mut headers, HeaderValue::from_static("ours"), is_strict);
        headers
    }

    #[test]
    fn pages_and_data_are_told_what_to_trust() {
        let page = dressed(200, "text/html; charset=utf-8", true);
        assert_eq!(page["x-content-type-options"], "nosniff");
        assert_eq!(page["x-frame-options"], "DENY");
        assert_eq!(page["strict-transport-security"], "max-age=63072000; includeSubDomains");
        assert_eq!(page["x-request-id"], "ours");
        assert!(!page.contains_key("alt-svc"));
        let data = dressed(200, "application/json", false);
        assert!(!data.contains_key("x-frame-options") && !data.contains_key("strict-transport-security"));
    }

    #[test]
    fn a_304_says_nothing_of_policies() {
        assert!(!dressed(304, "text/html", true).contains_key("x-content-type-options"));
    }
}
