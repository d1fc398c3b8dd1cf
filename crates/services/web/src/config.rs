//! The settings of the pages.

use std::fmt;
use std::sync::Arc;

use accounts::sign_in::IdentityProvider;
use catalog::campus;
use jiff::tz::TimeZone;

/// How people sign in. There is one way or none: made-up people never stand beside a real provider.
#[derive(Clone, Default)]
pub enum SignIn {
    /// Nobody can.
    #[default]
    Off,
    /// Anybody as one of the made-up people, while the catalog in memory is a made-up one.
    Sample,
    /// By a provider that proves who they are.
    Provider(Arc<dyn IdentityProvider>),
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("Off"),
            Self::Sample => f.write_str("Sample"),
            Self::Provider(provider) => f.debug_tuple("Provider").field(&provider.name()).finish(),
        }
    }
}

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
            results_per_page: 30,
            time_zone: campus::time_zone(),
        }
    }
}
