//! What a page of the edge must know of the request.

use design::theme::Theme;
use http::HeaderMap;
use http::header::{ACCEPT, COOKIE};

/// Paths below this one are for programs, as the services behind have it.
const API_PREFIX: &str = "/api";

/// What was asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The path without its query; `/` when it could not be read.
    pub path: &'a str,
    /// The request's headers; empty when they could not be read.
    pub headers: &'a HeaderMap,
    /// The number of the request in the logs.
    pub request_id: &'a str,
    /// Whether the same request may simply be sent again by a link.
    pub can_repeat: bool,
}

impl Asked<'_> {
    /// Whether a program asks: below `/api` always, elsewhere when it says that it likes JSON better than pages.
    pub fn wants_json(&self) -> bool {
        let rest = self.path.strip_prefix(API_PREFIX);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) || likes_json(self.headers)
    }

    /// The reader's colours.
    pub fn theme(&self) -> Theme {
        let cookies = self.headers.get_all(COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
        cookies.map(Theme::from_cookies).find(|theme| *theme != Theme::System).unwrap_or_default()
    }
}

/// How much something is liked: first by its weight in thousandths, then by how exactly it is named.
type Liking = (u16, u8);

fn likes_json(headers: &HeaderMap) -> bool {
    let (mut json, mut html): (Liking, Liking) = ((0, 0), (0, 0));
    let lists = headers.get_all(ACCEPT).iter().filter_map(|list| list.to_str().ok());
    for range in lists.flat_map(|list| list.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let weight = weight.map_or(1_000, thousandths);
        match kind.as_str() {
            "application/json" | "application/problem+json" => json = json.max((weight, 2)),
            "application/*" => json = json.max((weight, 1)),
            "text/html" | "application/xhtml+xml" => html = html.max((weight, 2)),
            "text/*" => html = html.max((weight, 1)),
            "*/*" => (json, html) = (json.max((weight, 0)), html.max((weight, 0))),
            _ => {}
        }
    }
    json.0 > 0 && json > html
}

/// `0.8` as 800. What is no weight weighs nothing.
fn thousandths(text: &str) -> u16 {
    let weight = text.parse::<f32>().ok().filter(|weight| (0.0..=1.0).contains(weight)).unwrap_or(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
    let weight = (weight * 1_000.0).round() as u16;
    weight
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn json(path: &str, accept: &'static str) -> bool {
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
        Asked { path, headers: &headers, request_id: "", can_repeat: true }.wants_json()
    }

    #[test]
    fn browsers_get_pages_and_programs_get_json() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        assert!(!json("/catalog", browser) && !json("/", "*/*") && !json("/", ""));
        assert!(json("/catalog", "application/json"));
        assert!(json("/", "application/json, text/plain, */*"), "as axios asks");
        assert!(json("/", "text/html;q=0.5, application/problem+json"));
        assert!(!json("/", "text/html, application/json") && !json("/", "application/json;q=0"));
        assert!(json("/api", browser) && json("/api/v1/terms", "*/*") && !json("/apiary", "*/*"));
    }

    #[test]
    fn colours_are_the_readers() {
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("a=b; theme=dark"))]);
        let asked = Asked { path: "/", headers: &headers, request_id: "", can_repeat: true };
        assert_eq!(asked.theme(), Theme::Dark);
    }
}
