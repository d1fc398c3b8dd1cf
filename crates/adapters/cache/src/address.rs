//! Where Redis is. The password is inside, and never printed.

use redis::{Client, IntoConnectionInfo};
use secrecy::{ExposeSecret, SecretString};

/// A client for the address, and the address as it may be shown.
pub(crate) fn client_of(url: &SecretString) -> Result<(Client, String), InvalidUrl> {
    // What the parser says of a wrong address may quote it, password and all.
    let info = url.expose_secret().into_connection_info().map_err(|_| InvalidUrl)?;
    let shown = info.addr().to_string();
    let client = Client::open(info).map_err(|_| InvalidUrl)?;
    Ok((client, shown))
}

/// A text that is no address of a Redis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not the address of a Redis: expected redis://:password@host:6379/0, rediss://… for TLS, or unix:///path/of/the/socket"
)]
pub struct InvalidUrl;

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(url: &str) -> Result<String, InvalidUrl> {
        client_of(&SecretString::from(url)).map(|(_, shown)| shown)
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        assert_eq!(shown("redis://:secret@cache.example:6380/3"), Ok("cache.example:6380".to_owned()));
        assert_eq!(shown("rediss://reader:secret@cache.example"), Ok("cache.example:6379".to_owned()));
        assert_eq!(shown("unix:///run/redis.sock?pass=secret"), Ok("/run/redis.sock".to_owned()));
    }

    #[test]
    fn what_is_no_address_is_refused_without_being_quoted() {
        for wrong in ["", "cache.example:6379", "http://:secret@cache.example", "redis://:secret@cache.example:port"] {
            let error = shown(wrong).unwrap_err();
            assert!(!error.to_string().contains("secret@"), "{error}");
        }
    }
}
