//! A certificate that nobody trusts, served until there is a real one: a browser can be told to go on, and the edge
//! can answer by HTTPS from its first second.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};

use crate::certificate::{Certificate, CertificateError};

/// Its lifetime: it is made anew at each start.
const DAYS: i64 = 90;

/// Why none could be made.
#[derive(Debug, thiserror::Error)]
pub enum InterimError {
    /// A name is none, or the machine has no randomness.
    #[error("cannot make a certificate by ourselves")]
    Make(#[from] rcgen::Error),
    /// What was made cannot be used.
    #[error("cannot use the certificate that we made by ourselves")]
    Use(#[from] CertificateError),
}

/// A certificate of these names, issued by itself. Its key is nowhere but in memory.
///
/// # Errors
/// When a name is none.
pub fn self_signed(names: &[String], now: Timestamp) -> Result<Certificate, InterimError> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "bt: stands in until there is a real certificate");
    lasts(&mut params, now, DAYS);
    let key = KeyPair::generate()?;
    let made = params.self_signed(&key)?;
    Ok(Certificate::from_pem(&made.pem(), &key.serialize_pem())?)
}

/// From the beginning of yesterday (UTC), since clocks of visitors go wrong, to the beginning of a later day.
pub(crate) fn lasts(params: &mut CertificateParams, now: Timestamp, days: i64) {
    let today = now.to_zoned(TimeZone::UTC).date();
    let midnight =
        |date: Date| rcgen::date_time_ymd(date.year().into(), date.month().unsigned_abs(), date.day().unsigned_abs());
    params.not_before = midnight(today.saturating_sub(Span::new().days(1)));
    params.not_after = midnight(today.saturating_add(Span::new().days(days)));
}
