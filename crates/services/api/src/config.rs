//! The settings of the API.

use std::time::Duration;

use catalog::campus;
use httpkit::limits::RateLimitConfig;
use jiff::tz::TimeZone;

use crate::graphql::limits::Limits;

/// Settings with their defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The site's name, on the page of documentation.
    pub site_name: String,
    /// The address under which people know the site, such as `https://berkeleytime.com`, for what search engines keep;
    /// without a slash at its end.
    pub public_url: Option<String>,
    /// The address under which this very site is reached, `https://staging.berkeleytime.com` on staging: whose pages may
    /// ask for what is somebody's own, and by which cookie.
    pub own_url: Option<String>,
    /// Which build of the program this is: kept answers of another build are not this one's.
    pub release: String,
    /// How often one client may ask.
    pub rate_limit: RateLimitConfig,
    /// What one GraphQL operation may ask for.
    pub graphql: Limits,
    /// An operation that takes this long, or an answer that takes this long to be made, is logged.
    pub slow_operation: Duration,
    /// Whether `X-Test-Identity: <username>` makes a request that person's. For tests and demonstrations only: anybody
    /// can be anybody then.
    pub test_identities: bool,
    /// Whether the site lets people in as one of the made-up people: never beside a real sign-in provider.
    pub sample_people: bool,
    /// In which days are meant.
    pub time_zone: TimeZone,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            site_name: "Berkeleytime".to_owned(),
            public_url: None,
            own_url: None,
            release: String::new(),
            rate_limit: RateLimitConfig::default(),
            graphql: Limits::default(),
            slow_operation: Duration::from_millis(200),
            test_identities: false,
            sample_people: false,
            time_zone: campus::time_zone(),
        }
    }
}
