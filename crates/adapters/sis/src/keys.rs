//! The keys: how they travel, and how they never show up anywhere else.

use catalog::ports::SourceError;
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::api::Api;
use crate::config::KeyPair;

/// The most characters of an error's text that a message repeats.
pub(crate) const ERROR_TEXT_LENGTH_MAX: usize = 200;

/// The headers that open an API, marked so that nothing prints them.
///
/// # Errors
/// [`SourceError::Credentials`] when a key is missing or cannot travel in a header.
pub(crate) fn key_headers(api: Api, keys: &KeyPair) -> Result<HeaderMap, SourceError> {
    let mut headers = HeaderMap::new();
    for (name, secret) in [("app_id", &keys.app_id), ("app_key", &keys.app_key)] {
        let refuse = |problem: &str| {
            let message = format!("the {name} of the {} API {problem}", key_owner(api));
            SourceError::Credentials { api: api.name(), message }
        };
        if secret.expose_secret().is_empty() {
            return Err(refuse("is not set"));
        }
        let mut value = HeaderValue::from_str(secret.expose_secret())
            .map_err(|_| refuse("has characters in it that a header cannot carry"))?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}

/// An error's text, shortened and without the keys: some gateways repeat the key that they refuse.
pub(crate) fn without_keys(text: &str, keys: &KeyPair) -> String {
    let hide = |text: String, secret: &SecretString| match secret.expose_secret() {
        "" => text,
        secret => text.replace(secret, "[hidden]"),
    };
    let hidden = hide(hide(text.to_owned(), &keys.app_key), &keys.app_id);
    hidden.chars().take(ERROR_TEXT_LENGTH_MAX).collect()
}

/// As the keys are given out: by API, not by collection.
pub(crate) const fn key_owner(api: Api) -> &'static str {
    match api {
        Api::Terms => "Term",
        Api::Courses => "Course",
        Api::Classes | Api::Sections | Api::Enrollments => "Class",
    }
}
