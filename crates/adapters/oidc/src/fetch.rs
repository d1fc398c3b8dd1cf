//! Requests to the provider, with a limit on time and on size.

use std::time::Duration;

use accounts::sign_in::SignInError;
use http::StatusCode;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde::de::DeserializeOwned;

/// The largest answer that is read. Google's keys have 2 KB, those of large Azure tenants 30.
const ANSWER_LIMIT_BYTES: usize = 256 * 1024;

const CONNECT_LIMIT: Duration = Duration::from_secs(4);

/// An answer that was read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
}

/// The client. Redirects are not followed: they could lead a secret elsewhere.
pub(crate) fn client(request_limit: Duration) -> Result<Client, reqwest::Error> {
    Client::builder()
        .user_agent(concat!("bt/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_LIMIT)
        .timeout(request_limit)
        .build()
}

/// Sends a request and reads the answer. `what` was tried; no address and no secret stands in it.
pub(crate) async fn send(request: RequestBuilder, what: &str) -> Result<Answer, SignInError> {
    // An error of the library names the address with its parameters: those stay out of the log.
    let failed = |error: reqwest::Error| down(what, Some(Box::new(error.without_url())));
    let mut response = request.send().await.map_err(failed)?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(failed)? {
        if body.len() + piece.len() > ANSWER_LIMIT_BYTES {
            return Err(down(&format!("{what}: the answer has more than {ANSWER_LIMIT_BYTES} bytes"), None));
        }
        body.extend_from_slice(&piece);
    }
    Ok(Answer { status, body })
}

/// Fetches a public document.
pub(crate) async fn document<T: DeserializeOwned>(client: &Client, url: &str, what: &str) -> Result<T, SignInError> {
    let answer = send(client.get(url), what).await?;
    if answer.status != StatusCode::OK {
        return Err(down(&format!("{what}: it answered {}", answer.status), None));
    }
    read(&answer.body, what)
}

/// Reads JSON.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8], what: &str) -> Result<T, SignInError> {
    serde_json::from_slice(body).map_err(|error| down(what, Some(Box::new(error))))
}

pub(crate) fn down(what: &str, source: Option<Box<dyn std::error::Error + Send + Sync>>) -> SignInError {
    SignInError::ProviderDown { what: what.to_owned(), source }
}

/// Whether secrets may be sent there: over TLS, or without leaving this machine.
pub(crate) fn is_safe(url: &str) -> bool {
    let Ok(uri) = url.parse::<http::Uri>() else { return false };
    let Some(host) = uri.host() else { return false };
    match uri.scheme_str() {
        Some("https") => true,
        Some("http") => matches!(host, "127.0.0.1" | "[::1]" | "localhost"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_over_tls_or_stay_on_this_machine() {
        for safe in ["https://a.example/token", "http://127.0.0.1:8080/token", "http://localhost/t", "http://[::1]:1/"]
        {
            assert!(is_safe(safe), "{safe}");
        }
        for unsafe_one in ["http://a.example/", "ftp://a.example/", "/token", "", "http://localhost.a.example/"] {
            assert!(!is_safe(unsafe_one), "{unsafe_one}");
        }
    }
}
