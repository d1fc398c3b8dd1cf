//! The settings of the pages.

use catalog::campus;
use jiff::tz::TimeZone;

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
    /// In which days and times of day are told.
    pub time_zone: TimeZone,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            site_name: "Berkeleytime".to_owned(),
            public_url: None,
            secure_cookies: false,
            results_per_page: 50,
            time_zone: campus::time_zone(),
        }
    }
}
