//! What can be set: where SIS is, the keys, and every limit of talking to it.

use std::time::Duration;

use catalog::campus;
use jiff::tz::TimeZone;
use secrecy::SecretString;

use crate::backoff::Backoff;

/// How to reach SIS. Every limit has a name here.
#[derive(Clone, Debug)]
pub struct SisConfig {
    /// Where the APIs begin: `https://gateway.api.berkeley.edu/sis`, or a stand-in's `http://127.0.0.1:PORT/sis`.
    pub base_url: String,
    /// The keys, one pair for each API.
    pub keys: Keys,
    /// Which Course API to ask.
    pub courses_version: CoursesVersion,
    /// Which Term API to ask.
    pub terms_version: TermsVersion,
    /// Records asked for at a time. SIS documents 100 as the most.
    pub page_size: u32,
    /// The smallest page to fall back to when SIS fails on larger ones.
    pub page_size_min: u32,
    /// The most pages of one fetch before it counts as a server that never ends.
    pub pages_max: u32,
    /// Pages in flight at once.
    pub concurrency: usize,
    /// How long one request may take, body included.
    pub request_timeout: Duration,
    /// The most bytes of one page, uncompressed.
    pub page_bytes_max: usize,
    /// How often a failed request is tried again.
    pub retries: u32,
    /// How long to wait before trying again.
    pub backoff: Backoff,
    /// The longest `Retry-After` that is waited for; a longer one ends the fetch at once.
    pub retry_after_max: Duration,
    /// How long all fetches of one run may take together. A run begins with its terms.
    pub run_budget: Duration,
    /// The campus's: SIS tells moments in it, without saying so.
    pub time_zone: TimeZone,
}

impl SisConfig {
    /// A configuration with the limits that suit the university's gateway.
    #[must_use]
    pub fn new(base_url: impl Into<String>, keys: Keys) -> Self {
        Self {
            base_url: base_url.into(),
            keys,
            courses_version: CoursesVersion::V5,
            terms_version: TermsVersion::V2,
            page_size: 100,
            page_size_min: 25,
            // At 100 records a page, eight times the longest sweep seen (330 pages).
            pages_max: 2_640,
            concurrency: 6,
            // The 2021 job gave up after 10 s and lost courses by it; SIS has been seen to take longer.
            request_timeout: Duration::from_secs(30),
            // A page of 100 sections is about 0.25 MB; one of the longest sections ever seen would be 2.6 MB.
            page_bytes_max: 32 * 1024 * 1024,
            retries: 4,
            backoff: Backoff { base: Duration::from_millis(500), max: Duration::from_secs(20) },
            retry_after_max: Duration::from_secs(120),
            run_budget: Duration::from_secs(30 * 60),
            time_zone: campus::time_zone(),
        }
    }
}

/// The keys of the three APIs. SIS gives out each pair separately.
#[derive(Clone, Debug)]
pub struct Keys {
    /// For the Course API.
    pub courses: KeyPair,
    /// For the Class API: classes, sections and their enrollment.
    pub classes: KeyPair,
    /// For the Term API.
    pub terms: KeyPair,
}

impl Keys {
    /// The same pair for all three, as the stand-in wants it.
    #[must_use]
    pub fn same(pair: &KeyPair) -> Self {
        Self { courses: pair.clone(), classes: pair.clone(), terms: pair.clone() }
    }
}

/// What the headers `app_id` and `app_key` carry. Neither is ever logged.
#[derive(Clone, Debug)]
pub struct KeyPair {
    /// The application's id.
    pub app_id: SecretString,
    /// Its key.
    pub app_key: SecretString,
}

impl KeyPair {
    /// Puts a pair together.
    #[must_use]
    pub fn new(app_id: impl Into<SecretString>, app_key: impl Into<SecretString>) -> Self {
        Self { app_id: app_id.into(), app_key: app_key.into() }
    }
}

/// The versions of the Course API that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoursesVersion {
    /// In use from 2022 to 2025.
    V4,
    /// Today's.
    V5,
}

/// The versions of the Term API that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermsVersion {
    /// The wrapped one, until 2024.
    V1,
    /// Today's.
    V2,
}

/// A configuration that cannot work.
#[derive(Debug, thiserror::Error)]
pub enum InvalidConfig {
    /// The base URL is no http or https address.
    #[error("`{0}` is no address of SIS: expected https://HOST/sis (or http:// for a stand-in)")]
    BaseUrl(String),
    /// A limit is zero.
    #[error("`{0}` must be at least 1")]
    Zero(&'static str),
    /// The HTTP client could not be made, as without trusted certificates on the machine.
    #[error("the HTTP client for SIS could not be made")]
    Client(#[source] reqwest::Error),
}

impl SisConfig {
    /// Checks everything that can be checked without asking SIS.
    ///
    /// # Errors
    /// [`InvalidConfig`] says which value is wrong.
    pub(crate) fn check(&self) -> Result<(), InvalidConfig> {
        let url = reqwest::Url::parse(&self.base_url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        if url.is_none() {
            return Err(InvalidConfig::BaseUrl(self.base_url.clone()));
        }
        let limits = [
            ("page_size", u64::from(self.page_size)),
            ("page_size_min", u64::from(self.page_size_min)),
            ("pages_max", u64::from(self.pages_max)),
            ("concurrency", self.concurrency as u64),
            ("page_bytes_max", self.page_bytes_max as u64),
        ];
        match limits.into_iter().find(|(_, limit)| *limit == 0) {
            Some((name, _)) => Err(InvalidConfig::Zero(name)),
            None => Ok(()),
        }
    }
}
