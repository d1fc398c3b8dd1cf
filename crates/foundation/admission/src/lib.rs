//! Who may come in: limits, bans, passwords, and who it is that asks.
//!
//! Everything here is asked for each connection or request, so nothing waits for a lock that all of them share: state
//! that changes lies in shards chosen by the client, under a secret of this process.
//!
//! | you want | use |
//! |---|---|
//! | connections at once, overall and per client | [`connections::ConnectionLimits`] |
//! | requests per client | `httpkit::limits::RateLimits::take_one`, which says `RateLimit` and `Retry-After` too |
//! | to keep out who is banned | [`bans::BanTable`] |
//! | to count what a client did wrong | [`strikes::Strikes`] |
//! | Basic auth against files of passwords | [`passwords::Passwords`]; a line for such a file: [`passwords::password_line`] |
//! | only some networks | [`allow::AllowList`] |
//! | the client behind a proxy | [`proxy_protocol::ProxyProtocol`] for connections, [`forwarded::TrustedProxies`] for requests |

pub mod allow;
pub mod bans;
pub mod connections;
pub mod forwarded;
pub mod passwords;
pub mod proxy_protocol;
mod shards;
pub mod strikes;
