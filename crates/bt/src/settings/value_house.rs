//! The types of settings about the edge and its certificates.

use std::net::SocketAddr;

use super::value::Value;

/// The longest name of a host (RFC 1035), and the longest part of one.
const NAME_LIMIT: usize = 253;
const LABEL_LIMIT: usize = 63;

/// A host's name, in small letters, without a dot at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HostName(pub(crate) String);

impl Value for HostName {
    fn expects() -> String {
        "a host's name such as berkeleytime.com, without https:// and port".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        let name = text.trim_end_matches('.').to_ascii_lowercase();
        let is_label = |label: &str| {
            (1..=LABEL_LIMIT).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let is_name = name.len() <= NAME_LIMIT && name.contains('.') && name.split('.').all(is_label);
        if is_name { Ok(Self(name)) } else { Err(()) }
    }

    fn shown(&self) -> String {
        self.0.clone()
    }
}

/// Where TLS is spoken; `None` when it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HttpsListen(pub(crate) Option<SocketAddr>);

impl Value for HttpsListen {
    fn expects() -> String {
        format!("{}, or never", SocketAddr::expects())
    }

    fn parse(text: &str) -> Result<Self, ()> {
        if text == "never" {
            return Ok(Self(None));
        }
        SocketAddr::parse(text).map(|address| Self(Some(address)))
    }

    fn shown(&self) -> String {
        self.0.map_or_else(|| "never".to_owned(), |address| address.to_string())
    }
}

/// How a domain is proved (RFC 8555 §8, RFC 8737).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Challenge {
    Http,
    TlsAlpn,
    Dns,
}

impl Value for Challenge {
    fn expects() -> String {
        "http-01, tls-alpn-01 or dns-01".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        match text {
            "http-01" => Ok(Self::Http),
            "tls-alpn-01" => Ok(Self::TlsAlpn),
            "dns-01" => Ok(Self::Dns),
            _ => Err(()),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Http => "http-01".to_owned(),
            Self::TlsAlpn => "tls-alpn-01".to_owned(),
            Self::Dns => "dns-01".to_owned(),
        }
    }
}
