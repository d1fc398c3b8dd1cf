//! The types of settings: how each is read from text, what it must be, and how it is shown.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use httpkit::client::Network;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use secrecy::SecretString;
use sis::config::{CoursesVersion, TermsVersion};
use telemetry::lines::{Filter, Format};

/// What stands for a secret wherever values are shown.
const HIDDEN: &str = "(set, not shown)";

/// A type that a setting can have.
pub(crate) trait Value: Sized {
    const IS_SECRET: bool = false;
    /// Whether the file has it without quotes.
    const IS_BARE: bool = false;
    /// Whether it may be a list in the file, instead of a text with commas.
    const IS_LIST: bool = false;
    /// What a text must be to be read: `expected …`.
    fn expects() -> String;
    /// The value of a setting that is left out; `None` when it may not be.
    fn absent() -> Option<Self> {
        None
    }
    fn parse(text: &str) -> Result<Self, ()>;
    fn shown(&self) -> String;
}

/// A setting that may be left out.
impl<T: Value> Value for Option<T> {
    const IS_SECRET: bool = T::IS_SECRET;
    const IS_BARE: bool = T::IS_BARE;
    const IS_LIST: bool = T::IS_LIST;

    fn expects() -> String {
        T::expects()
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn parse(text: &str) -> Result<Self, ()> {
        T::parse(text).map(Some)
    }

    fn shown(&self) -> String {
        self.as_ref().map_or_else(|| "(not set)".to_owned(), T::shown)
    }
}

impl Value for bool {
    const IS_BARE: bool = true;

    fn expects() -> String {
        "true or false".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        text.parse().map_err(drop)
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Value for String {
    fn expects() -> String {
        "a text that is not empty".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        if text.trim().is_empty() { Err(()) } else { Ok(text.to_owned()) }
    }

    fn shown(&self) -> String {
        self.clone()
    }
}

impl Value for PathBuf {
    fn expects() -> String {
        "a path".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        if text.is_empty() { Err(()) } else { Ok(Self::from(text)) }
    }

    fn shown(&self) -> String {
        self.display().to_string()
    }
}

impl Value for SocketAddr {
    fn expects() -> String {
        "an address and a port such as 127.0.0.1:8080 or [::1]:8080".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        // People write the name of the one host that every machine knows.
        text.replace("localhost:", "127.0.0.1:").parse().map_err(drop)
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Value for Filter {
    fn expects() -> String {
        "a level (error, warn, info, debug, trace), or levels by module such as info,sqlx=warn".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        text.parse().map_err(drop)
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Value for Format {
    fn expects() -> String {
        Self::WORDS.join(", ")
    }

    fn parse(text: &str) -> Result<Self, ()> {
        text.parse().map_err(drop)
    }

    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Value for CoursesVersion {
    fn expects() -> String {
        "v5 or v4".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        match text {
            "v4" => Ok(Self::V4),
            "v5" => Ok(Self::V5),
            _ => Err(()),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::V4 => "v4".to_owned(),
            Self::V5 => "v5".to_owned(),
        }
    }
}

impl Value for TermsVersion {
    fn expects() -> String {
        "v2 or v1".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        match text {
            "v1" => Ok(Self::V1),
            "v2" => Ok(Self::V2),
            _ => Err(()),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::V1 => "v1".to_owned(),
            Self::V2 => "v2".to_owned(),
        }
    }
}

/// A whole number within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count<const MIN: u64, const MAX: u64>(u64);

impl<const MIN: u64, const MAX: u64> Count<MIN, MAX> {
    pub(crate) fn get(self) -> u64 {
        self.0
    }

    /// For limits that are narrower than 32 bits anyway.
    pub(crate) fn small(self) -> u32 {
        u32::try_from(self.0).unwrap_or(u32::MAX)
    }
}

impl<const MIN: u64, const MAX: u64> Value for Count<MIN, MAX> {
    const IS_BARE: bool = true;

    fn expects() -> String {
        format!("a whole number from {MIN} to {MAX}")
    }

    fn parse(text: &str) -> Result<Self, ()> {
        match text.parse() {
            Ok(number) if (MIN..=MAX).contains(&number) => Ok(Self(number)),
            _ => Err(()),
        }
    }

    fn shown(&self) -> String {
        self.0.to_string()
    }
}

/// A whole number of seconds within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seconds<const MIN: u64, const MAX: u64>(u64);

impl<const MIN: u64, const MAX: u64> Seconds<MIN, MAX> {
    pub(crate) fn get(self) -> Duration {
        Duration::from_secs(self.0)
    }
}

impl<const MIN: u64, const MAX: u64> Value for Seconds<MIN, MAX> {
    const IS_BARE: bool = true;

    fn expects() -> String {
        format!("a whole number of seconds from {MIN} to {MAX}")
    }

    fn parse(text: &str) -> Result<Self, ()> {
        Count::<MIN, MAX>::parse(text).map(|count| Self(count.get()))
    }

    fn shown(&self) -> String {
        self.0.to_string()
    }
}

/// A value that nobody may see: given by itself, or as `<name>_file` by the path of a file that holds it.
#[derive(Clone, Debug)]
pub(crate) struct Secret(pub(crate) SecretString);

impl Value for Secret {
    const IS_SECRET: bool = true;

    fn expects() -> String {
        "a text that is not empty".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        if text.is_empty() { Err(()) } else { Ok(Self(text.into())) }
    }

    fn shown(&self) -> String {
        HIDDEN.to_owned()
    }
}

/// Where a Postgres is, with the password to it.
#[derive(Clone, Debug)]
pub(crate) struct DatabaseUrl(pub(crate) SecretString);

impl Value for DatabaseUrl {
    const IS_SECRET: bool = true;

    fn expects() -> String {
        "an address such as postgres://USER:PASSWORD@HOST/DATABASE".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        // libpq's way of naming a socket, `postgres://user@/name?host=/folder`, has no host where the URL standard
        // wants one; the database adapter reads it all the same.
        match reqwest::Url::parse(&text.replacen("@/", "@localhost/", 1)) {
            Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") => Ok(Self(text.into())),
            _ => Err(()),
        }
    }

    fn shown(&self) -> String {
        HIDDEN.to_owned()
    }
}

/// Networks after commas; none when empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Networks {
    pub(crate) list: Vec<Network>,
    text: String,
}

impl Value for Networks {
    const IS_LIST: bool = true;

    fn expects() -> String {
        "addresses or networks after commas, such as 127.0.0.1, 10.0.0.0/8, fd00::/8".to_owned()
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn parse(text: &str) -> Result<Self, ()> {
        let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
        let list = words.map(|word| word.parse().map_err(|_| ())).collect::<Result<_, _>>()?;
        Ok(Self { list, text: text.to_owned() })
    }

    fn shown(&self) -> String {
        if self.list.is_empty() { "(not set)".to_owned() } else { self.text.clone() }
    }
}

/// Where a Redis or Valkey is, password included.
#[derive(Clone, Debug)]
pub(crate) struct CacheUrl(pub(crate) SecretString);

impl Value for CacheUrl {
    const IS_SECRET: bool = true;

    fn expects() -> String {
        "an address such as redis://:PASSWORD@HOST:6379/0 or unix:///run/redis.sock".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        match reqwest::Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "redis" | "unix" | "redis+unix") => Ok(Self(text.into())),
            _ => Err(()),
        }
    }

    fn shown(&self) -> String {
        HIDDEN.to_owned()
    }
}

/// Where an HTTP API begins.
#[derive(Clone, Debug)]
pub(crate) struct HttpUrl(pub(crate) String);

impl HttpUrl {
    /// Whether it leads to this machine, where only a stand-in can be.
    pub(crate) fn is_on_this_machine(&self) -> bool {
        let url = reqwest::Url::parse(&self.0).ok();
        url.and_then(|url| url.host_str().map(|host| ["localhost", "127.0.0.1", "[::1]"].contains(&host))) == Some(true)
    }
}

impl Value for HttpUrl {
    fn expects() -> String {
        "an address that begins with https:// or http://, without a password".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        match reqwest::Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.password().is_none() => Ok(Self(text.into())),
            _ => Err(()),
        }
    }

    fn shown(&self) -> String {
        self.0.clone()
    }
}

/// A time of each night, or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nightly(pub(crate) Option<Time>);

impl Value for Nightly {
    fn expects() -> String {
        "a time of day such as 02:00, or never".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        if text == "never" {
            return Ok(Self(None));
        }
        Time::strptime("%H:%M", text).map(|time| Self(Some(time))).map_err(drop)
    }

    fn shown(&self) -> String {
        self.0.map_or_else(|| "never".to_owned(), |time| time.strftime("%H:%M").to_string())
    }
}

/// A time zone of the tz database.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Zone(pub(crate) TimeZone);

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Value for Zone {
    fn expects() -> String {
        "a time zone such as America/Los_Angeles".to_owned()
    }

    fn parse(text: &str) -> Result<Self, ()> {
        TimeZone::get(text).map(Self).map_err(drop)
    }

    fn shown(&self) -> String {
        self.0.iana_name().unwrap_or("UTC").to_owned()
    }
}
