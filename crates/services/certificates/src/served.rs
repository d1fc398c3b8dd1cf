//! What is served: real certificates first, then those of the local authority, then what stands in.

use jiff::Timestamp;
use platform::certificates::HostName;
use tls::certificate::Certificate;
use tls::folder::CertificateFolder;
use tls::interim::self_signed;
use tls::local_authority::LocalAuthority;

/// By what people reach this machine without any domain.
const LOCAL_NAMES: [&str; 5] = ["localhost", "www.localhost", "staging.localhost", "127.0.0.1", "::1"];

/// The list for [`tls::certificates::Certificates::replace`]. `stored` are the real ones, those that are wanted first. A
/// host that none of them names gets one from the local authority where that may vouch for it, else one that nobody
/// trusts: the edge answers by HTTPS from its first second, whatever the authority does.
pub fn list(
    stored: Vec<Certificate>,
    hosts: &[HostName],
    folder: &CertificateFolder,
    now: Timestamp,
) -> Vec<Certificate> {
    let mut list = stored;
    let is_bare = |host: &&HostName| {
        !list.iter().any(|certificate| certificate.covers(host.as_str()) && certificate.not_after() > now)
    };
    let bare: Vec<String> = hosts.iter().filter(is_bare).map(ToString::to_string).collect();
    let (local, public): (Vec<String>, Vec<String>) = bare.into_iter().partition(|name| LocalAuthority::may_name(name));
    if !public.is_empty() {
        // Before the local one: who comes without a name comes for the site.
        list.extend(interim(&public, now));
    }
    let mut names: Vec<String> = LOCAL_NAMES.iter().map(|&name| name.to_owned()).collect();
    names.extend(local.into_iter().filter(|name| !LOCAL_NAMES.contains(&name.as_str())));
    match local_certificate(folder, &names, now) {
        Ok(certificate) => list.push(certificate),
        Err(error) => {
            tracing::warn!(error = %with_source(&error), "the local authority cannot be used");
            list.extend(interim(&names, now));
        }
    }
    list
}

fn local_certificate(
    folder: &CertificateFolder,
    names: &[String],
    now: Timestamp,
) -> Result<Certificate, tls::local_authority::LocalError> {
    LocalAuthority::open(&folder.local(), now)?.certificate(names, now)
}

fn interim(names: &[String], now: Timestamp) -> Option<Certificate> {
    match self_signed(names, now) {
        Ok(certificate) => Some(certificate),
        Err(error) => {
            tracing::warn!(error = %with_source(&error), "no certificate can be made that stands in");
            None
        }
    }
}

fn with_source(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
