//! HTTPS to an authority: with limits, and with an ear for `Retry-After`, which the ACME library keeps to itself.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use jiff::Timestamp;
use reqwest::redirect::Policy;

/// A chain of certificates has 10 KB; a directory less.
const ANSWER_LIMIT: usize = 1024 * 1024;
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// The way to one authority. Clones share what was heard.
#[derive(Clone)]
pub(crate) struct Transport {
    client: reqwest::Client,
    clock: Arc<dyn clock::Clock>,
    retry_after: Arc<Mutex<Option<Duration>>>,
}

/// No HTTPS is possible.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TransportError {
    #[error("cannot read the root certificate {path}")]
    Root { path: String, source: std::io::Error },
    #[error("{path} is no root certificate in PEM")]
    NoRoot { path: String, source: reqwest::Error },
    #[error("cannot set up HTTPS")]
    Client(#[source] reqwest::Error),
}

impl Transport {
    pub(crate) fn new(
        root: Option<&Path>,
        request_limit: Duration,
        clock: Arc<dyn clock::Clock>,
    ) -> Result<Self, TransportError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("bt/", env!("CARGO_PKG_VERSION")))
            // An authority's answers are signed for by its address: nobody may send us elsewhere.
            .redirect(Policy::none())
            .no_proxy()
            .https_only(true)
            .connect_timeout(CONNECT_LIMIT)
            .timeout(request_limit);
        if let Some(path) = root {
            let shown = path.display().to_string();
            let pem = std::fs::read(path).map_err(|source| TransportError::Root { path: shown.clone(), source })?;
            let roots = reqwest::Certificate::from_pem_bundle(&pem);
            builder = builder.tls_certs_merge(roots.map_err(|source| TransportError::NoRoot { path: shown, source })?);
        }
        let client = builder.build().map_err(TransportError::Client)?;
        Ok(Self { client, clock, retry_after: Arc::default() })
    }

    /// How long the authority asked us to wait in its last answer.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        *self.retry_after.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(self, request: Request<BodyWrapper<Bytes>>) -> Result<BytesResponse, Error> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_or_else(|never| match never {}, http_body_util::Collected::to_bytes);
        let mut asked = self.client.request(parts.method, parts.uri.to_string()).headers(parts.headers);
        if !body.is_empty() {
            asked = asked.body(body);
        }
        let mut answer = asked.send().await.map_err(|error| Error::Other(Box::new(error)))?;
        let told = answer.headers().get(http::header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let told = told.and_then(|text| retry_after(text, self.clock.now()));
        *self.retry_after.lock().unwrap_or_else(PoisonError::into_inner) = told;
        let mut text = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| Error::Other(Box::new(error)))? {
            if text.len() + piece.len() > ANSWER_LIMIT {
                return Err(Error::Other(format!("the answer has more than {ANSWER_LIMIT} bytes").into()));
            }
            text.extend_from_slice(&piece);
        }
        let status = answer.status();
        // A load balancer's page is no problem document, and the library would only say that it is no JSON.
        if status.is_server_error() && serde_json::from_slice::<serde_json::Value>(&text).is_err() {
            return Err(Error::Other(format!("the authority answered {status}").into()));
        }
        let mut rebuilt = Response::new(Full::new(Bytes::from(text)));
        *rebuilt.status_mut() = status;
        *rebuilt.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(BytesResponse::from(rebuilt))
    }
}

impl HttpClient for Transport {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        Box::pin(self.clone().send(request))
    }
}

/// Seconds, or a date.
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = Timestamp::try_from(httpdate::parse_http_date(text).ok()?).ok()?;
    Some(Duration::try_from(moment.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_seconds_or_as_a_date() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        assert_eq!(retry_after(" 90 ", now), Some(Duration::from_secs(90)));
        assert_eq!(retry_after("Sun, 22 Nov 2026 10:02:00 GMT", now), Some(Duration::from_mins(2)));
        assert_eq!(retry_after("Sun, 22 Nov 2026 09:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }
}
