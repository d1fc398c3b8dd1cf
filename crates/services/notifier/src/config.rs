//! How often is looked, how much at once, and what letters say of the site.

use std::time::Duration;

use accounts::alerts::SiteNews;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

/// The notifier's settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// The site's name, in letters.
    pub site_name: String,
    /// The address under which people know the site, without a slash at its end: letters link there.
    pub public_url: String,
    /// The campus's time zone: digests go out in its morning.
    pub zone: TimeZone,
    /// From one round to the next. Fifteen seconds: little beside the fifteen minutes between two updates of the seats.
    pub interval: Duration,
    /// How many watches are read at once. A few hundred are a few megabytes.
    pub watches_per_page: usize,
    /// How many letters are on their way at once. Mail servers take a handful of connections from one client.
    pub senders: usize,
    /// How long a letter is its taker's. Far longer than a mail may take: who is slow is not taken for dead.
    pub lease: SignedDuration,
    /// Whether made-up people of the sample sign-in get mail: only where it goes to a stand-in on this machine. Their
    /// addresses look like the campus's.
    pub mails_sample_people: bool,
    /// What is new on the site, for those who wish to hear of it.
    pub site_news: Option<SiteNews>,
}

impl Config {
    /// With the usual limits.
    #[must_use]
    pub fn new(site_name: impl Into<String>, public_url: impl Into<String>, zone: TimeZone) -> Self {
        Self {
            site_name: site_name.into(),
            public_url: public_url.into(),
            zone,
            interval: Duration::from_secs(15),
            watches_per_page: 300,
            senders: 4,
            lease: SignedDuration::from_mins(5),
            mails_sample_people: false,
            site_news: None,
        }
    }
}
