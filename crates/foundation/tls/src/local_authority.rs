//! An authority of our own, for machines without a public name: `https://localhost:8443` without a warning, once a
//! browser was told to trust it. It can vouch for this machine only: its certificate says so, and browsers hold it to that.

use std::fs::File;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use x509_parser::parse_x509_certificate;

use crate::certificate::{Certificate, CertificateError};
use crate::interim::lasts;
use crate::private_file::{self, FileError, failed, make_folder};

/// Ten years: each new authority has to be trusted by hand again.
const AUTHORITY_DAYS: i64 = 3650;
/// Far below the 398 days that browsers take, and renewed at a third of it without anybody noticing.
const LEAF_DAYS: i64 = 90;
/// A new certificate is made when less is left.
pub const LEAF_LEFT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// An authority that ends sooner than a leaf could is replaced.
const AUTHORITY_LEFT: SignedDuration = SignedDuration::from_hours(LEAF_DAYS * 24);
/// What it may vouch for: a domain stands for all names below it too (RFC 6761 keeps both for such uses).
const DOMAINS: [&str; 2] = ["localhost", "test"];
const ADDRESSES: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Why the authority could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// It may not vouch for this.
    #[error(
        "the local authority may not vouch for `{name}`: only for localhost, 127.0.0.1, ::1, and names that end in .localhost or .test"
    )]
    Name {
        /// What was asked for.
        name: String,
    },
    /// The key or certificate of the authority cannot be read.
    #[error("the local authority in {} cannot be read; remove that folder, and a new one is made", .folder.display())]
    Unreadable {
        /// Where it lies.
        folder: PathBuf,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The machine has no randomness, or the like.
    #[error("cannot make a certificate by ourselves")]
    Make(#[from] rcgen::Error),
    /// What was made cannot be used.
    #[error("cannot use the certificate that we made by ourselves")]
    Use(#[from] CertificateError),
}

/// The authority. Its key lies in a folder of its own, for the owner's eyes only.
#[derive(Debug)]
pub struct LocalAuthority {
    folder: PathBuf,
    certificate_pem: String,
    key_pem: String,
}

impl LocalAuthority {
    /// The authority in a folder; made there when there is none, or when it comes to its end.
    ///
    /// # Errors
    /// When it cannot be read or made.
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self, LocalError> {
        make_folder(folder)?;
        // Two processes that start at once must not make two.
        let lock_path = folder.join("lock");
        let lock = File::options().write(true).create(true).truncate(false).mode(0o600).open(&lock_path);
        let lock = lock.map_err(failed("open", &lock_path))?;
        lock.lock().map_err(failed("lock", &lock_path))?;
        let authority = match Self::read(folder)? {
            Some(authority) if authority.ends_at()?.duration_since(now) > AUTHORITY_LEFT => authority,
            _ => Self::make(folder, now)?,
        };
        drop(lock);
        Ok(authority)
    }

    /// The authority in a folder, when there is one; none is made.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(folder: &Path) -> Result<Option<Self>, LocalError> {
        let certificate_pem = private_file::read(&root_path(folder))?;
        let key_pem = private_file::read(&key_path(folder))?;
        Ok(match (certificate_pem, key_pem) {
            (Some(certificate_pem), Some(key_pem)) => {
                Some(Self { folder: folder.to_owned(), certificate_pem, key_pem })
            }
            _ => None,
        })
    }

    /// Its own certificate: what a browser must be told to trust.
    #[must_use]
    pub fn root_path(&self) -> PathBuf {
        root_path(&self.folder)
    }

    /// The same, as PEM.
    #[must_use]
    pub fn root_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// Whether it may vouch for a host.
    #[must_use]
    pub fn may_name(name: &str) -> bool {
        let name = name.strip_prefix("*.").unwrap_or(name).to_ascii_lowercase();
        let is_address = name.parse().is_ok_and(|address: IpAddr| ADDRESSES.contains(&address));
        let is_below = |domain: &&str| name.strip_suffix(*domain).is_some_and(|rest| rest.ends_with('.'));
        is_address || DOMAINS.contains(&name.as_str()) || DOMAINS.iter().any(is_below)
    }

    /// A certificate for these hosts: the one that was made before, as long as it names them all and has a month left.
    ///
    /// # Errors
    /// [`LocalError::Name`] when it may not vouch for one; else when none can be made or kept.
    pub fn certificate(&self, names: &[String], now: Timestamp) -> Result<Certificate, LocalError> {
        if let Some(name) = names.iter().find(|name| !Self::may_name(name)) {
            return Err(LocalError::Name { name: name.clone() });
        }
        if let Some(kept) = Self::made_last(&self.folder)?.filter(|kept| self.is_good(kept, names, now)) {
            return Ok(kept);
        }
        let (chain_pem, key_pem) = self.issue(names, now)?;
        let made = Certificate::from_pem(&chain_pem, &key_pem)?;
        private_file::write(&site_path(&self.folder), &format!("{key_pem}\n{chain_pem}\n"))?;
        Ok(made)
    }

    /// The certificate that was made last in a folder; none is made.
    ///
    /// # Errors
    /// When its file cannot be used.
    pub fn made_last(folder: &Path) -> Result<Option<Certificate>, LocalError> {
        let text = private_file::read(&site_path(folder))?;
        Ok(text.and_then(|text| Certificate::from_pem(&text, &text).ok()))
    }

    fn is_good(&self, kept: &Certificate, names: &[String], now: Timestamp) -> bool {
        let names_all = names.iter().all(|name| kept.names().contains(&name.to_ascii_lowercase()));
        let is_ours = CertificateDer::from_pem_slice(self.certificate_pem.as_bytes())
            .is_ok_and(|root| kept.certified().cert.get(1) == Some(&root));
        names_all && is_ours && kept.not_before() <= now && kept.not_after().duration_since(now) > LEAF_LEFT
    }

    fn issue(&self, names: &[String], now: Timestamp) -> Result<(String, String), LocalError> {
        let key = KeyPair::from_pem(&self.key_pem).map_err(|error| self.unreadable(error))?;
        let issuer = Issuer::from_ca_cert_pem(&self.certificate_pem, key).map_err(|error| self.unreadable(error))?;
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "bt on this machine");
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        lasts(&mut params, now, LEAF_DAYS);
        let leaf_key = KeyPair::generate()?;
        let leaf = params.signed_by(&leaf_key, &issuer)?;
        Ok((format!("{}{}", leaf.pem(), self.certificate_pem), leaf_key.serialize_pem()))
    }

    fn make(folder: &Path, now: Timestamp) -> Result<Self, LocalError> {
        let mut params = CertificateParams::default();
        let made_on = now.to_zoned(TimeZone::UTC).date();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, format!("bt local authority, made {made_on}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let domains = DOMAINS.iter().map(|&domain| GeneralSubtree::DnsName(domain.to_owned()));
        let addresses = ADDRESSES.iter().map(|&address| GeneralSubtree::IpAddress(exactly(address)));
        let permitted_subtrees = domains.chain(addresses).collect();
        params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
        lasts(&mut params, now, AUTHORITY_DAYS);
        let key = KeyPair::generate()?;
        let (certificate_pem, key_pem) = (params.self_signed(&key)?.pem(), key.serialize_pem());
        private_file::write(&key_path(folder), &key_pem)?;
        private_file::write(&root_path(folder), &certificate_pem)?;
        Ok(Self { folder: folder.to_owned(), certificate_pem, key_pem })
    }

    fn ends_at(&self) -> Result<Timestamp, LocalError> {
        let der = CertificateDer::from_pem_slice(self.certificate_pem.as_bytes());
        let der = der.map_err(|error| self.unreadable(error))?;
        let (_, read) = parse_x509_certificate(&der).map_err(|error| self.unreadable(error))?;
        let ends_at = Timestamp::from_second(read.validity().not_after.timestamp());
        ends_at.map_err(|error| self.unreadable(error))
    }

    fn unreadable(&self, source: impl std::error::Error + Send + Sync + 'static) -> LocalError {
        LocalError::Unreadable { folder: self.folder.clone(), source: Box::new(source) }
    }
}

fn root_path(folder: &Path) -> PathBuf {
    folder.join("authority.pem")
}

fn site_path(folder: &Path) -> PathBuf {
    folder.join("site.pem")
}

fn key_path(folder: &Path) -> PathBuf {
    folder.join("authority.key")
}

/// A net of one address.
fn exactly(address: IpAddr) -> CidrSubnet {
    match address {
        IpAddr::V4(address) => CidrSubnet::V4(address.octets(), [0xff; 4]),
        IpAddr::V6(address) => CidrSubnet::V6(address.octets(), [0xff; 16]),
    }
}
