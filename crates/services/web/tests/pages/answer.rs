//! An answer with what tests ask of it.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use httpkit::page::Promise;

/// A finished answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) promise: Option<Promise>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Self {
            status: parts.status,
            headers: parts.headers,
            promise: parts.extensions.get::<Promise>().cloned(),
            body: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    /// The values of an attribute, in order.
    pub(crate) fn attributes(&self, name: &str) -> Vec<&str> {
        let start = format!(" {name}=\"");
        self.body.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    }

    /// The opening tags of a kind, attributes and all.
    pub(crate) fn tags(&self, kind: &str) -> Vec<&str> {
        let start = format!("<{kind}");
        let tags = self.body.split(&start).skip(1).filter_map(|rest| rest.split('>').next());
        tags.filter(|tag| tag.is_empty() || tag.starts_with(' ')).collect()
    }

    /// The codes of the courses in a list of results, in order.
    pub(crate) fn codes(&self) -> Vec<&str> {
        self.body.split("class=\"result-code\">").skip(1).filter_map(|rest| rest.split('<').next()).collect()
    }
}
