//! One certificate with its key, read from PEM and checked before anybody is served with it.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::parse_x509_certificate;

/// More certificates in one file than any authority sends: the longest chain known has five.
const CHAIN_LIMIT: usize = 10;

/// Why a text is no certificate that can be served.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// No PEM block of that kind is in it.
    #[error("there is no {what} in it (looked for `-----BEGIN …-----`)")]
    Missing {
        /// `certificate` or `private key`.
        what: &'static str,
    },
    /// A PEM block cannot be read.
    #[error("its {what} cannot be read")]
    Pem {
        /// `certificate` or `private key`.
        what: &'static str,
        /// Why.
        source: rustls::pki_types::pem::Error,
    },
    /// More than a chain can have.
    #[error("it has more than {CHAIN_LIMIT} certificates")]
    ChainTooLong,
    /// A certificate is not one of X.509.
    #[error("its certificate is not written as X.509 wants it")]
    X509(#[source] x509_parser::nom::Err<x509_parser::error::X509Error>),
    /// Its time of validity is beyond what is known.
    #[error("its time of validity is no time")]
    Validity,
    /// It names nothing.
    #[error("it names no host (it has no subject alternative name)")]
    NoName,
    /// The key is of a kind that cannot be used, or belongs to another certificate.
    #[error("its key cannot be used with it (another kind of key, or the key of another certificate)")]
    Key(#[source] rustls::Error),
}

/// A certificate with its chain and key. Cheap to clone.
#[derive(Clone)]
pub struct Certificate {
    names: Arc<[String]>,
    not_before: Timestamp,
    not_after: Timestamp,
    issuer: Arc<str>,
    serial: Arc<str>,
    is_self_issued: bool,
    certified: Arc<CertifiedKey>,
}

impl Certificate {
    /// Reads PEM: the certificate of the host first, then its chain; and the key, anywhere in `key_pem`. Both may be the
    /// same text. The key must belong to the certificate.
    ///
    /// # Errors
    /// What is wrong with it; its message completes "the file … cannot be used: ".
    pub fn from_pem(chain_pem: &str, key_pem: &str) -> Result<Self, CertificateError> {
        let chain = read_chain(chain_pem)?;
        let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).map_err(failed("private key"))?;
        Self::read(chain, |chain| CertifiedKey::from_der(chain, key, &provider()))
    }

    /// The same for the proof of a challenge. That its key belongs to it cannot be checked: it has an extension that is
    /// critical and that nobody but a certificate authority knows.
    pub(crate) fn proof_from_pem(pem: &str) -> Result<Self, CertificateError> {
        let chain = read_chain(pem)?;
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(failed("private key"))?;
        Self::read(chain, |chain| Ok(CertifiedKey::new(chain, provider().key_provider.load_private_key(key)?)))
    }

    fn read(
        chain: Vec<CertificateDer<'static>>,
        certify: impl FnOnce(Vec<CertificateDer<'static>>) -> Result<CertifiedKey, rustls::Error>,
    ) -> Result<Self, CertificateError> {
        let first = chain.first().ok_or(CertificateError::Missing { what: "certificate" })?;
        let (_, read) = parse_x509_certificate(first).map_err(CertificateError::X509)?;
        let names = names(&read);
        if names.is_empty() {
            return Err(CertificateError::NoName);
        }
        let moment = |time: x509_parser::time::ASN1Time| {
            Timestamp::from_second(time.timestamp()).map_err(|_| CertificateError::Validity)
        };
        let not_before = moment(read.validity().not_before)?;
        let not_after = moment(read.validity().not_after)?;
        let issuer = read.issuer().to_string();
        let serial = read.raw_serial_as_string();
        let is_self_issued = read.issuer().as_raw() == read.subject().as_raw();
        let certified = Arc::new(certify(chain).map_err(CertificateError::Key)?);
        let (names, issuer, serial) = (names.into(), issuer.into(), serial.into());
        Ok(Self { names, not_before, not_after, issuer, serial, is_self_issued, certified })
    }

    /// The hosts that it names, in small letters: `example.edu`, `*.example.edu`, `127.0.0.1`.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// From when it is valid.
    #[must_use]
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// Until when it is valid.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Who issued it, as in `CN=R10, O=Let's Encrypt, C=US`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Its number, in hexadecimal digits with colons: what the authority calls it.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// Whether it was issued by itself: nobody trusts it, it only stands in until there is a real one.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.is_self_issued
    }

    /// Whether it names this host, by itself or by a wildcard for its first label.
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        self.names.iter().any(|name| matches(name, host))
    }

    /// The certificate of the host, without its chain, in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        self.certified.cert.first().map_or(&[], |first| first.as_ref())
    }

    pub(crate) fn certified(&self) -> &Arc<CertifiedKey> {
        &self.certified
    }
}

/// A certificate as everybody may see it, without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicCertificate {
    der: CertificateDer<'static>,
    names: Vec<String>,
    not_after: Timestamp,
    renewal_id: Option<String>,
}

impl PublicCertificate {
    /// Reads PEM: the first certificate of it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_pem(chain_pem: &str) -> Result<Self, CertificateError> {
        let der = CertificateDer::from_pem_slice(chain_pem.as_bytes()).map_err(failed("certificate"))?;
        let (_, read) = parse_x509_certificate(&der).map_err(CertificateError::X509)?;
        let not_after = Timestamp::from_second(read.validity().not_after.timestamp());
        let not_after = not_after.map_err(|_| CertificateError::Validity)?;
        let (names, renewal_id) = (names(&read), renewal_id(&read));
        Ok(Self { names, not_after, renewal_id, der })
    }

    /// The hosts that it names, in small letters.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Until when it is valid.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// How its authority calls it when it gives advice on renewing (RFC 9773, 4.1); `None` when it does not name the
    /// key of its authority.
    #[must_use]
    pub fn renewal_id(&self) -> Option<&str> {
        self.renewal_id.as_deref()
    }
}

fn renewal_id(certificate: &X509Certificate<'_>) -> Option<String> {
    let key = certificate.iter_extensions().find_map(|extension| match extension.parsed_extension() {
        ParsedExtension::AuthorityKeyIdentifier(authority) => authority.key_identifier.as_ref(),
        _ => None,
    })?;
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    Some(format!("{}.{}", encode(key.0), encode(certificate.raw_serial())))
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.certified.cert == other.certified.cert
    }
}

impl Eq for Certificate {}

/// The key is never shown.
impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Certificate");
        shown.field("names", &self.names).field("not_after", &self.not_after).field("issuer", &self.issuer);
        shown.finish_non_exhaustive()
    }
}

/// What the process installed, else the one that all of ours use.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    match CryptoProvider::get_default() {
        Some(installed) => Arc::clone(installed),
        None => Arc::new(rustls::crypto::aws_lc_rs::default_provider()),
    }
}

/// Whether a name of a certificate means a host: the same, or a wildcard in place of exactly one label.
fn matches(name: &str, host: &str) -> bool {
    if name.eq_ignore_ascii_case(host) {
        return true;
    }
    let Some(parent) = name.strip_prefix("*.") else { return false };
    host.split_once('.').is_some_and(|(label, rest)| !label.is_empty() && rest.eq_ignore_ascii_case(parent))
}

fn read_chain(pem: &str) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let mut chain = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        if chain.len() == CHAIN_LIMIT {
            return Err(CertificateError::ChainTooLong);
        }
        chain.push(certificate.map_err(failed("certificate"))?);
    }
    Ok(chain)
}

fn failed(what: &'static str) -> impl FnOnce(rustls::pki_types::pem::Error) -> CertificateError {
    move |error| match error {
        rustls::pki_types::pem::Error::NoItemsFound => CertificateError::Missing { what },
        source => CertificateError::Pem { what, source },
    }
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else { return Vec::new() };
    let named = extension.value.general_names.iter().filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
        GeneralName::IPAddress(bytes) => address(bytes),
        _ => None,
    });
    named.collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(four).to_string());
    }
    let sixteen = <[u8; 16]>::try_from(bytes).ok()?;
    Some(std::net::Ipv6Addr::from(sixteen).to_string())
}
