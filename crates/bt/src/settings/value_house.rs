//! The types of settings about the edge, its certificates, backups and mail.

use std::net::SocketAddr;
use std::str::FromStr;

use acme::config::Directory;
use admission::forwarded::ForwardedBy;
use mail::smtp::MailAddress;
use platform::certificates::{Challenge, HostName};
use vault::config::VaultPlace;

use super::value::Value;

impl Value for HostName {
    fn expects() -> String {
        "a host's name such as berkeleytime.com, without https:// and port".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        let name: Self = text.trim_end_matches('.').parse().map_err(drop)?;
        // One that the whole world can ask for.
        if name.as_str().contains('.') && !name.is_wildcard() { Ok(name) } else { Err(()) }
    }

    fn shown(&self) -> String {
        self.to_string()
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

/// A value that is shown as it was written.
#[derive(Clone, Debug)]
pub(crate) struct AsWritten<T> {
    pub(crate) value: T,
    text: String,
}

impl<T: FromStr> AsWritten<T> {
    fn read(text: &str) -> Result<Self, ()> {
        let value = text.parse().map_err(drop)?;
        Ok(Self { value, text: text.to_owned() })
    }
}

impl Value for AsWritten<Directory> {
    fn expects() -> String {
        "letsencrypt, letsencrypt-staging or the address of another ACME directory, which begins with https://"
            .to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        Self::read(text)
    }

    fn shown(&self) -> String {
        self.text.clone()
    }
}

impl Value for AsWritten<VaultPlace> {
    fn expects() -> String {
        "a folder, or s3://BUCKET/PREFIX?endpoint=https://HOST&region=NAME without keys (backup.s3_key_id and backup.s3_key are for those)".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        Self::read(text)
    }

    fn shown(&self) -> String {
        self.text.clone()
    }
}

impl Value for MailAddress {
    fn expects() -> String {
        "one mail address, ops@example.edu or Name <ops@example.edu>".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        text.parse().map_err(drop)
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Value for ForwardedBy {
    fn expects() -> String {
        "x-forwarded-for or forwarded".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        match text.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(Self::XForwardedFor),
            "forwarded" => Ok(Self::Forwarded),
            _ => Err(()),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::XForwardedFor => "x-forwarded-for".to_owned(),
            Self::Forwarded => "forwarded".to_owned(),
        }
    }
}

impl Value for Challenge {
    fn expects() -> String {
        "http-01, tls-alpn-01 or dns-01".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        [Self::Http01, Self::TlsAlpn01, Self::Dns01].into_iter().find(|known| known.to_string() == text).ok_or(())
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}
