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
    /// By a provider that proves who they are. It sends browsers back to an address that it was told before, so that
    /// nobody is signed in by it where that address is unknown; what a request says of its host is not believed.
    Provider {
        /// Who proves it.
        provider: Arc<dyn IdentityProvider>,
        /// Where this very site is reached, as [`Config::own_url`] has it.
        own_url: String,
    },
}

/// Where a provider sends the browser back to.
pub(crate) const CALLBACK: &str = "/sign-in/callback";

/// The address that must be registered with a provider for a site that is reached at `own_url`.
#[must_use]
pub fn redirect_uri(own_url: &str) -> String {
    format!("{own_url}{CALLBACK}")
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("Off"),
            Self::Sample => f.write_str("Sample"),
            Self::Provider { provider, own_url } => {
                f.debug_struct("Provider").field("provider", &provider.name()).field("own_url", own_url).finish()
            }
        }
    }
}

/// Settings with their defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The site's name, in the header and in titles.
    pub site_name: String,
    /// The address under which people know the site, such as `https://berkeleytime.com`, without a slash at its end: for
    /// what search engines keep, and for what is given away, such as shared schedules and calendars. Also on staging:
    /// the data is the same, and staging may ask for a password that no calendar program has.
    pub public_url: Option<String>,
    /// The address under which this very site is reached: `https://staging.berkeleytime.com` on staging. One signs in
    /// there, and its pages alone may change anything.
    pub own_url: Option<String>,
    /// Whether cookies are sent over TLS only: true wherever that address is `https`.
    pub secure_cookies: bool,
    /// Whether there is a mail server: without one news is shown here and nowhere else.
    pub sends_mail: bool,
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
            own_url: None,
            secure_cookies: false,
            sends_mail: true,
            results_per_page: 30,
            time_zone: campus::time_zone(),
        }
    }
}
