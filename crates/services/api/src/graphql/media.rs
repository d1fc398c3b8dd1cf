//! In which of two kinds of JSON an answer goes out, and which bodies are taken.

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};

/// The kind of an answer, by what the client accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    /// `application/json`: clients of 2021. Whatever was wrong with an operation, the status is 200.
    Json,
    /// `application/graphql-response+json`: an operation that was not run has the status 400.
    GraphQl,
}

impl Media {
    /// The kind that the client likes better; JSON when it does not say.
    pub(crate) fn accepted(headers: &HeaderMap) -> Self {
        let accepts = headers.get_all(ACCEPT).iter().filter_map(|accept| accept.to_str().ok());
        let ranges = accepts.flat_map(|accept| accept.split(','));
        let mut best: Option<(f32, Self)> = None;
        for (media, quality) in ranges.filter_map(kind_and_quality) {
            if best.is_none_or(|(highest, _)| quality > highest) {
                best = Some((quality, media));
            }
        }
        best.map_or(Self::Json, |(_, media)| media)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::GraphQl => "application/graphql-response+json",
        }
    }

    pub(crate) fn header(self) -> HeaderValue {
        HeaderValue::from_static(self.name())
    }

    /// The status of an answer without data.
    pub(crate) const fn refused(self) -> StatusCode {
        match self {
            Self::Json => StatusCode::OK,
            Self::GraphQl => StatusCode::BAD_REQUEST,
        }
    }
}

/// A media range that is one of ours, with its weight; refused ones are left out.
fn kind_and_quality(range: &str) -> Option<(Media, f32)> {
    let mut parts = range.split(';').map(str::trim);
    let media = match parts.next()?.to_ascii_lowercase().as_str() {
        "application/graphql-response+json" => Media::GraphQl,
        "application/json" | "application/*" | "*/*" => Media::Json,
        _ => return None,
    };
    let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |quality| quality.parse().ok())?;
    (quality > 0.0).then_some((media, quality))
}

/// Whether a browser asks for a page.
pub(crate) fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accept.split(',').any(|range| range.trim().starts_with("text/html"))
}

/// Whether a body is JSON. A form is not taken: any site could make a browser send one.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_s_wish_decides_and_json_is_the_usual() {
        let media = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            Media::accepted(&headers)
        };
        assert_eq!(Media::accepted(&HeaderMap::new()), Media::Json);
        assert_eq!(media("*/*"), Media::Json);
        assert_eq!(media("application/graphql-response+json, application/json;q=0.9"), Media::GraphQl);
        assert_eq!(media("application/json, application/graphql-response+json;q=0.9"), Media::Json);
        assert_eq!(media("application/graphql-response+json;q=0, */*"), Media::Json);
        assert_eq!(media("text/html"), Media::Json);
    }
}
