//! How many connections are open at once: overall, and of one client.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use httpkit::client::{ClientAddress, ClientGroup, Network};
use metrics::Counter;

use crate::shards::Shards;

/// How many connections may be open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionLimitConfig {
    /// Overall.
    pub overall: usize,
    /// Of one client: an IPv4 address, or a /64 of IPv6.
    pub per_client: u32,
    /// Who is not limited as a client, such as trusted proxies, behind which there are many; the overall limit holds.
    pub exempt: Vec<Network>,
}

impl Default for ConnectionLimitConfig {
    fn default() -> Self {
        // A browser opens six to a host, and a dormitory shares one address: 256 are forty of its windows at once.
        Self { overall: 16_384, per_client: 256, exempt: Vec::new() }
    }
}

/// Counts connections.
pub struct ConnectionLimits {
    config: ConnectionLimitConfig,
    open: AtomicUsize,
    /// Only of clients that have one open: memory is bounded by the overall limit.
    by_client: Shards<Mutex<HashMap<ClientGroup, u32>>>,
    refused_overall: Counter,
    refused_client: Counter,
}

/// Why a connection is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooManyConnections {
    /// The house is full.
    #[error("{limit} connections are open, as many as there may be")]
    Overall {
        /// How many there may be.
        limit: usize,
    },
    /// This client has enough.
    #[error("{client} has {limit} connections open, as many as one client may have")]
    OfClient {
        /// Who.
        client: ClientGroup,
        /// How many it may have.
        limit: u32,
    },
}

/// The right to hold a connection open; ends with it.
#[derive(Debug)]
#[must_use = "the connection counts as closed when this is dropped"]
pub struct ConnectionPermit {
    limits: Arc<ConnectionLimits>,
    /// `None` for the exempt.
    client: Option<ClientGroup>,
}

impl ConnectionLimits {
    /// With nothing open.
    #[must_use]
    pub fn new(config: ConnectionLimitConfig) -> Arc<Self> {
        let refused = |by: &'static str| metrics::counter!("connections_refused_total", "limit" => by);
        Arc::new(Self {
            config,
            open: AtomicUsize::new(0),
            by_client: Shards::default(),
            refused_overall: refused("overall"),
            refused_client: refused("client"),
        })
    }

    /// Lets a connection in.
    ///
    /// # Errors
    /// When there are too many already; it should be closed at once.
    pub fn admit(self: &Arc<Self>, client: ClientAddress) -> Result<ConnectionPermit, TooManyConnections> {
        let limit = self.config.overall;
        if self.open.fetch_add(1, Ordering::Relaxed) >= limit {
            self.open.fetch_sub(1, Ordering::Relaxed);
            self.refused_overall.increment(1);
            return Err(TooManyConnections::Overall { limit });
        }
        // From here on, the permit's drop gives the place back.
        let mut permit = ConnectionPermit { limits: self.clone(), client: None };
        if !self.config.exempt.iter().any(|network| network.contains(client.0)) {
            self.count(client.group())?;
            permit.client = Some(client.group());
        }
        Ok(permit)
    }

    /// How many are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    fn count(&self, client: ClientGroup) -> Result<(), TooManyConnections> {
        let limit = self.config.per_client;
        let mut counts = self.by_client.of(&client).lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(client).or_default();
        if *count >= limit {
            if limit == 0 {
                counts.remove(&client);
            }
            self.refused_client.increment(1);
            return Err(TooManyConnections::OfClient { client, limit });
        }
        *count += 1;
        Ok(())
    }
}

impl std::fmt::Debug for ConnectionLimits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectionLimits").field("config", &self.config).field("open", &self.open()).finish()
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.limits.open.fetch_sub(1, Ordering::Relaxed);
        let Some(client) = self.client else { return };
        let mut counts = self.limits.by_client.of(&client).lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(text: &str) -> ClientAddress {
        ClientAddress(text.parse().unwrap())
    }

    fn limits(overall: usize, per_client: u32) -> Arc<ConnectionLimits> {
        let exempt = vec!["10.0.0.0/8".parse().unwrap()];
        ConnectionLimits::new(ConnectionLimitConfig { overall, per_client, exempt })
    }

    fn clients_known(limits: &ConnectionLimits) -> usize {
        limits.by_client.all().map(|shard| shard.lock().unwrap().len()).sum()
    }

    #[test]
    fn one_client_takes_nothing_from_another() {
        let limits = limits(10, 2);
        let _held = [limits.admit(client("192.0.2.1")).unwrap(), limits.admit(client("192.0.2.1")).unwrap()];
        let refused = limits.admit(client("192.0.2.1")).unwrap_err();
        assert_eq!(refused.to_string(), "192.0.2.1 has 2 connections open, as many as one client may have");
        let other = limits.admit(client("192.0.2.2"));
        assert!(other.is_ok());
    }

    #[test]
    fn a_network_of_one_household_is_one_client() {
        let limits = limits(10, 1);
        let _held = limits.admit(client("2001:db8:1:2::1")).unwrap();
        assert!(limits.admit(client("2001:db8:1:2:ffff::9")).is_err());
        assert!(limits.admit(client("2001:db8:1:3::1")).is_ok());
    }

    #[test]
    fn the_house_is_full_at_its_limit_also_for_proxies() {
        let limits = limits(3, 1);
        let _proxy: Vec<_> = (0..3).map(|_| limits.admit(client("10.0.0.1")).unwrap()).collect();
        assert_eq!(limits.admit(client("10.0.0.1")).unwrap_err(), TooManyConnections::Overall { limit: 3 });
        assert_eq!(limits.open(), 3, "the refused one does not count");
    }

    #[test]
    fn a_closed_connection_leaves_no_trace() {
        let limits = limits(10, 1);
        let held = limits.admit(client("192.0.2.1")).unwrap();
        assert!(limits.admit(client("192.0.2.1")).is_err());
        drop(held);
        assert_eq!((limits.open(), clients_known(&limits)), (0, 0));
        assert!(limits.admit(client("192.0.2.1")).is_ok());
    }

    #[test]
    fn many_at_once_are_counted_right() {
        let limits = limits(64, 8);
        std::thread::scope(|scope| {
            for thread in 0..4_u8 {
                let limits = &limits;
                scope.spawn(move || {
                    for round in 0..1_000_u32 {
                        let address = ClientAddress(std::net::IpAddr::from([192, 0, 2, (round % 5) as u8 + thread]));
                        drop(limits.admit(address));
                    }
                });
            }
        });
        assert_eq!((limits.open(), clients_known(&limits)), (0, 0));
    }
}
