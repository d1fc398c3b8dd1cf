//! The settings of the pages.

use std::time::Duration;

/// Settings with their defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The site's name, in the header and in titles.
    pub site_name: String,
    /// The address under which people know the site, such as `https://berkeleytime.com`, for canonical links; without
    /// a slash at its end.
    pub public_url: Option<String>,
    /// Whether cookies are sent over TLS only: true wherever the public address is `https`.
    pub secure_cookies: bool,
    /// Courses on one page of results.
    pub results_per_page: usize,
    /// How long a page waits for the enrollment history before it goes without.
    pub history_timeout: Duration,
    /// How often the published version is looked at, beside being told of it: a told word may be lost.
    pub version_check_interval: Duration,
    /// How long to wait before the catalog is loaded again after a failure.
    pub retry_pause: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            site_name: "Berkeleytime".to_owned(),
            public_url: None,
            secure_cookies: false,
            results_per_page: 50,
            history_timeout: Duration::from_secs(2),
            version_check_interval: Duration::from_secs(15),
            retry_pause: Duration::from_secs(1),
        }
    }
}
