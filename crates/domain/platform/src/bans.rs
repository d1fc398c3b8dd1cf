//! Bans: clients that are kept out for a while, because of what they did or because a person said so.
//!
//! Rules say which refused requests count, and how many of them within which time are too many. The list says who is out
//! and until when; it is kept by a [`BanStore`], so that bans outlive a restart and the command line can change them.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::names::as_strings;
use crate::ports::PortError;

/// Bans that are kept, those that ended included. Beyond it the one that ended first is forgotten, then the one that
/// would end first: a list that grows without end would be the next way to harm us.
pub const BAN_LIMIT: usize = 10_000;

/// The longest reason that is kept, in characters.
pub const REASON_LIMIT: usize = 200;

/// Why a request was refused, where that says something about who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offence {
    /// 401 after a password that was wrong; asking without one is none.
    WrongPassword,
    /// 400: a request that no honest program writes, such as one with two lengths.
    HostileInput,
    /// 404.
    NotFound,
    /// 429.
    TooManyRequests,
}

impl Offence {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::WrongPassword, Self::HostileInput, Self::NotFound, Self::TooManyRequests];
}

/// How many offences within which time are too many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BanRule {
    /// Its name, as it stands in the list of bans: `passwords`.
    pub name: String,
    /// What counts.
    pub offences: Vec<Offence>,
    /// How many are too many.
    pub count: u32,
    /// Within which time, in seconds.
    pub within_seconds: u32,
}

/// When a client is banned, and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BanPolicy {
    /// The rules; none bans nobody by itself.
    pub rules: Vec<BanRule>,
    /// How long the first ban lasts, in seconds. Each further one lasts twice as long.
    pub first_seconds: u32,
    /// How long the longest lasts, in seconds.
    pub longest_seconds: u32,
    /// How long after its end a ban still counts as the one before, in seconds.
    pub remembered_seconds: u32,
}

/// How many offences of each kind are too many; 0 for as many as anybody likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BanCounts {
    /// Wrong passwords in ten minutes.
    pub wrong_passwords: u32,
    /// Requests in a minute that no honest program writes.
    pub hostile_requests: u32,
    /// Addresses in a minute that do not exist.
    pub missing_pages: u32,
    /// Requests in a minute beyond what a client may ask.
    pub refused_requests: u32,
}

impl Default for BanCounts {
    fn default() -> Self {
        Self {
            // A person who has forgotten a password tries five or six; a campus office shares one address.
            wrong_passwords: 20,
            hostile_requests: 20,
            // A scanner for known holes asks hundreds a minute; a reader with old bookmarks a few.
            missing_pages: 200,
            // Who goes on for that long after being told to wait does not listen.
            refused_requests: 1_000,
        }
    }
}

impl Default for BanPolicy {
    fn default() -> Self {
        Self::counting(BanCounts::default())
    }
}

impl BanPolicy {
    /// The usual rules and times, with these counts.
    #[must_use]
    pub fn counting(counts: BanCounts) -> Self {
        let rule = |name: &str, offence, count, within_seconds| BanRule {
            name: name.to_owned(),
            offences: vec![offence],
            count,
            within_seconds,
        };
        let mut rules = vec![
            rule("passwords", Offence::WrongPassword, counts.wrong_passwords, 600),
            rule("hostile-input", Offence::HostileInput, counts.hostile_requests, 60),
            rule("missing-pages", Offence::NotFound, counts.missing_pages, 60),
            rule("too-many-requests", Offence::TooManyRequests, counts.refused_requests, 60),
        ];
        rules.retain(|rule| rule.count > 0);
        Self { rules, first_seconds: 3_600, longest_seconds: 86_400, remembered_seconds: 7 * 86_400 }
    }

    /// How long the next ban of a client lasts that was banned `before` times lately.
    #[must_use]
    pub fn duration(&self, before: u32) -> Duration {
        let doubled = u64::from(self.first_seconds).saturating_mul(1_u64.checked_shl(before).unwrap_or(u64::MAX));
        Duration::from_secs(doubled.min(u64::from(self.longest_seconds)))
    }
}

/// The addresses that a ban is for: `192.0.2.7`, `2001:db8:1:2::/64`, `198.51.100.0/24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BannedNetwork {
    first: IpAddr,
    bits: u8,
}

/// One household has a whole /64 of IPv6: to ban a single address of it would ban nobody.
const IPV6_CLIENT_BITS: u8 = 64;

/// A typing error must not close the door to a continent: the widest ranges that may be banned.
const WIDEST_IPV4_BITS: u8 = 8;
const WIDEST_IPV6_BITS: u8 = 19;

/// A text that is no range of addresses that may be banned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` cannot be banned: {why}")]
pub struct InvalidBannedNetwork {
    text: String,
    why: &'static str,
}

impl FromStr for BannedNetwork {
    type Err = InvalidBannedNetwork;

    /// A single IPv6 address stands for its /64.
    fn from_str(text: &str) -> Result<Self, InvalidBannedNetwork> {
        let refused = |why| InvalidBannedNetwork { text: text.to_owned(), why };
        let no_address = "expected an address or a range of addresses, such as 192.0.2.7 or 198.51.100.0/24";
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address = address.parse::<IpAddr>().map_err(|_| refused(no_address))?.to_canonical();
        let (most, usual, widest) = match address {
            IpAddr::V4(_) => (32, 32, WIDEST_IPV4_BITS),
            IpAddr::V6(_) => (128, IPV6_CLIENT_BITS, WIDEST_IPV6_BITS),
        };
        let bits = bits.map_or(Ok(usual), |bits| bits.parse::<u8>().map_err(|_| refused(no_address)))?;
        if bits > most {
            return Err(refused(no_address));
        }
        if bits < widest {
            return Err(refused("the range is too wide: at most a /8 of IPv4 or a /19 of IPv6"));
        }
        Ok(Self { first: first_of(address, bits), bits })
    }
}

impl BannedNetwork {
    /// Whether these are this machine's own addresses, which an edge never keeps out.
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        match self.first {
            IpAddr::V4(address) => address.is_loopback(),
            IpAddr::V6(address) => address.is_loopback() || address.is_unspecified(),
        }
    }

    /// Whether all addresses of the other are among these.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        let is_same_kind = self.first.is_ipv4() == other.first.is_ipv4();
        is_same_kind && self.bits <= other.bits && first_of(other.first, self.bits) == self.first
    }
}

fn first_of(address: IpAddr, bits: u8) -> IpAddr {
    let free = |width: u8| u32::from(width.saturating_sub(bits));
    match address {
        IpAddr::V4(address) => {
            let kept = u32::MAX.checked_shl(free(32)).unwrap_or(0);
            IpAddr::V4((u32::from(address) & kept).into())
        }
        IpAddr::V6(address) => {
            let kept = u128::MAX.checked_shl(free(128)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(address) & kept))
        }
    }
}

impl fmt::Display for BannedNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = if self.first.is_ipv4() { 32 } else { 128 };
        let text = if self.bits == whole { self.first.to_string() } else { format!("{}/{}", self.first, self.bits) };
        f.pad(&text)
    }
}

as_strings!(BannedNetwork: InvalidBannedNetwork);

/// Who banned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BannedBy {
    /// A rule, by name.
    Rule(String),
    /// A person, on the command line.
    Person,
}

impl fmt::Display for BannedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(name) => f.pad(&format!("rule {name}")),
            Self::Person => f.pad("by hand"),
        }
    }
}

/// One ban.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ban {
    /// Who is out.
    pub network: BannedNetwork,
    /// Since when.
    pub since: Timestamp,
    /// Until when; `None` until a person lifts it.
    pub until: Option<Timestamp>,
    /// Who banned.
    pub by: BannedBy,
    /// Why, for people: `20 wrong passwords in 10 minutes`.
    pub reason: String,
    /// How many bans of the same client came before, lately.
    pub before: u32,
}

impl Ban {
    /// Whether it is in force.
    #[must_use]
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// All bans: those in force, and those that ended and are remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BanList {
    /// In the order in which they were made; one for each network.
    pub bans: Vec<Ban>,
}

impl BanList {
    /// Those in force.
    pub fn in_force(&self, now: Timestamp) -> impl Iterator<Item = &Ban> {
        self.bans.iter().filter(move |ban| ban.holds_at(now))
    }

    /// Bans by a rule, twice as long as the time before, and returns the ban. Who is out already stays out as it was.
    pub fn ban_by_rule(&mut self, network: BannedNetwork, rule: &BanRule, policy: &BanPolicy, now: Timestamp) -> Ban {
        self.forget(policy, now);
        let held = self.bans.iter().find(|ban| ban.network == network);
        if let Some(held) = held.filter(|ban| ban.holds_at(now)) {
            return held.clone();
        }
        let before = held.map_or(0, |ban| ban.before.saturating_add(1));
        let until = later(now, policy.duration(before));
        let reason = format!("{} offences of the rule `{}` in {} seconds", rule.count, rule.name, rule.within_seconds);
        let by = BannedBy::Rule(rule.name.clone());
        let ban = Ban { network, since: now, until: Some(until), by, reason: bounded(&reason), before };
        self.put(ban.clone(), now);
        ban
    }

    /// Bans by hand; `None` until it is lifted by hand. A ban of the same network is replaced.
    pub fn ban_by_hand(&mut self, network: BannedNetwork, time: Option<Duration>, reason: &str, now: Timestamp) -> Ban {
        let until = time.map(|time| later(now, time));
        let ban = Ban { network, since: now, until, by: BannedBy::Person, reason: bounded(reason), before: 0 };
        self.put(ban.clone(), now);
        ban
    }

    /// Lifts the ban of exactly this network and forgets that it was. Says whether there was one in force.
    pub fn lift(&mut self, network: BannedNetwork, now: Timestamp) -> bool {
        let held = self.bans.iter().any(|ban| ban.network == network && ban.holds_at(now));
        self.bans.retain(|ban| ban.network != network);
        held
    }

    fn put(&mut self, ban: Ban, now: Timestamp) {
        self.bans.retain(|other| other.network != ban.network);
        if self.bans.len() >= BAN_LIMIT {
            // Bans without an end are a person's word: they go last.
            let ends = |ban: &Ban| (ban.holds_at(now), ban.until.unwrap_or(Timestamp::MAX));
            let first = (0..self.bans.len()).min_by_key(|place| self.bans.get(*place).map(ends));
            first.map(|place| self.bans.remove(place));
        }
        self.bans.push(ban);
    }

    fn forget(&mut self, policy: &BanPolicy, now: Timestamp) {
        let remembered = Duration::from_secs(policy.remembered_seconds.into());
        self.bans.retain(|ban| ban.until.is_none_or(|until| later(until, remembered) > now));
    }
}

fn later(from: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    from.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// One line of bounded length: it is shown in a table.
fn bounded(reason: &str) -> String {
    let words = |c: char| if c.is_control() { ' ' } else { c };
    reason.chars().map(words).take(REASON_LIMIT).collect()
}

/// Keeps the bans.
#[async_trait]
pub trait BanStore: Send + Sync {
    /// The list, when it is another than the one of `seen`, with a mark to ask again by; `None` when nothing changed. A
    /// store that never had a list answers with an empty one.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn bans_since(&self, seen: Option<u64>) -> Result<Option<(u64, BanList)>, PortError>;
    /// Changes the list, one writer at a time, and returns the new one.
    ///
    /// # Errors
    /// When it cannot be kept; then nothing has changed.
    async fn change_bans(&self, change: &(dyn for<'a> Fn(&'a mut BanList) + Sync)) -> Result<BanList, PortError>;
}

#[cfg(test)]
#[path = "bans_tests.rs"]
mod tests;
