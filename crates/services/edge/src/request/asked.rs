//! A request as the edge looks at it: who asks, for which host and path, under which number.

use std::net::IpAddr;
use std::sync::Arc;

use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, Version};
use httpkit::client::ClientAddress;
use httpkit::request_id::RequestId;

use crate::client::context::Client;
use crate::request::host::Host;
use crate::request::refusal::Refusal;

/// What is asked, and by whom.
pub(crate) struct Asked {
    pub(crate) client: Arc<Client>,
    pub(crate) parts: Parts,
    /// Who asks: the other end, or for whom a trusted proxy asks.
    pub(crate) address: ClientAddress,
    /// Whether it came by https, here or at a trusted proxy.
    pub(crate) is_secure: bool,
    pub(crate) id: RequestId,
}

impl Asked {
    pub(crate) fn new(client: Arc<Client>, parts: Parts) -> Self {
        let (mut address, mut is_secure) = (client.address, client.is_tls);
        if client.is_trusted {
            address = client.worker.shared.config.trusted_proxies.client(client.address.0, &parts.headers);
            is_secure |= parts.headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https");
        }
        let given = if client.is_trusted { given_id(&parts) } else { None };
        let id = given.unwrap_or_else(RequestId::fresh);
        Self { client, parts, address, is_secure, id }
    }

    pub(crate) fn path(&self) -> &str {
        self.parts.uri.path()
    }

    pub(crate) fn id_text(&self) -> &str {
        self.id.as_str()
    }

    pub(crate) fn scheme(&self) -> &'static str {
        if self.is_secure { "https" } else { "http" }
    }

    /// The address as `X-Forwarded-For` has it.
    pub(crate) fn with_address_text<T>(&self, then: impl FnOnce(&str) -> T) -> T {
        if self.address == self.client.address {
            then(&self.client.address_text)
        } else {
            then(&address_text(self.address.0))
        }
    }

    /// The host as it was written; empty when a request of HTTP/1.0 names none.
    pub(crate) fn host_text(&self) -> Result<&[u8], Refusal> {
        let authority = self.parts.uri.authority().map(|authority| Authority::as_str(authority).as_bytes());
        let mut hosts = self.parts.headers.get_all(HOST).iter().map(HeaderValue::as_bytes);
        let (host, another) = (hosts.next(), hosts.next());
        if another.is_some() {
            return Err(Refusal::BadRequest("a request needs exactly one Host"));
        }
        match (authority, host) {
            (Some(authority), Some(host)) if !authority.eq_ignore_ascii_case(host) => {
                Err(Refusal::BadRequest("the address and Host name different hosts"))
            }
            (Some(text), _) | (None, Some(text)) => Ok(text),
            (None, None) if self.parts.version == Version::HTTP_10 => Ok(b""),
            (None, None) => Err(Refusal::BadRequest("a request needs exactly one Host")),
        }
    }

    /// The host; `None` when a request of HTTP/1.0 names none.
    pub(crate) fn host(&self) -> Result<Option<Host>, Refusal> {
        let text = self.host_text()?;
        if text.is_empty() && self.parts.version == Version::HTTP_10 {
            return Ok(None);
        }
        Host::read(text).map(Some).ok_or(Refusal::BadRequest("Host is no name of a host"))
    }
}

/// The number that a trusted proxy gave. Nobody else may choose it: it could be made to look like another request's.
fn given_id(parts: &Parts) -> Option<RequestId> {
    parts.headers.get("x-request-id").and_then(RequestId::given)
}

/// An address as it is written in headers.
pub(crate) fn address_text(address: IpAddr) -> String {
    address.to_canonical().to_string()
}
