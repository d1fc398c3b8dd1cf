//! Who is kept out now. The list itself, its rules and where it is kept are another's business; this is the copy that
//! is asked at every request.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use clock::Clock;
use httpkit::client::{ClientAddress, ClientGroup, Network};
use jiff::Timestamp;

use crate::shards::Shards;

/// A network that is out, and until when; `None` for no end.
pub type BannedNetwork = (Network, Option<Timestamp>);

/// Who is out.
pub struct BanTable {
    clock: Arc<dyn Clock>,
    /// Never out, whatever the list says, such as trusted proxies: who bans a proxy bans everybody behind it.
    exempt: Vec<Network>,
    /// How many bans there are: mostly none, and then no lock is taken.
    count: AtomicUsize,
    shards: Shards<RwLock<Shard>>,
}

#[derive(Default)]
struct Shard {
    clients: HashMap<ClientGroup, Option<Timestamp>>,
    /// What is wider or narrower than one client; the same in all shards.
    ranges: Arc<[BannedNetwork]>,
}

/// A client is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Banned {
    /// How long still, in whole seconds; `None` until a person lifts it.
    pub wait: Option<Duration>,
}

impl BanTable {
    /// An empty table.
    #[must_use]
    pub fn new(exempt: Vec<Network>, clock: Arc<dyn Clock>) -> Self {
        Self { clock, exempt, count: AtomicUsize::new(0), shards: Shards::default() }
    }

    /// Whether this client is out.
    #[must_use]
    pub fn find(&self, client: ClientAddress) -> Option<Banned> {
        if self.count.load(Ordering::Acquire) == 0 {
            return None;
        }
        let group = client.group();
        let shard = self.shards.of(&group).read().unwrap_or_else(PoisonError::into_inner);
        let of_client = shard.clients.get(&group).copied();
        let of_range =
            || shard.ranges.iter().filter(|(network, _)| network.contains(client.0)).map(|(_, until)| *until);
        let mut ends = of_client.into_iter().chain(of_range()).peekable();
        ends.peek()?;
        let now = self.clock.now();
        let held: Vec<Option<Timestamp>> = ends.filter(|until| until.is_none_or(|until| until > now)).collect();
        drop(shard);
        if held.is_empty() || self.is_exempt(client) {
            return None;
        }
        // The ban that lasts longest is the one that counts.
        let wait = if held.contains(&None) { None } else { held.into_iter().flatten().max().map(|end| wait(now, end)) };
        Some(Banned { wait })
    }

    /// Whether a client is never banned.
    #[must_use]
    pub fn is_exempt(&self, client: ClientAddress) -> bool {
        self.exempt.iter().any(|network| network.contains(client.0))
    }

    /// Takes over a new list, whole.
    pub fn replace(&self, bans: &[BannedNetwork]) {
        let ranges: Arc<[BannedNetwork]> =
            bans.iter().filter(|(network, _)| network.as_group().is_none()).copied().collect();
        // Nobody is let in meanwhile who is in both lists: each shard is swapped at once.
        if !bans.is_empty() {
            self.count.store(bans.len(), Ordering::Release);
        }
        let mut by_shard: HashMap<usize, HashMap<ClientGroup, Option<Timestamp>>> = HashMap::new();
        for (group, until) in bans.iter().filter_map(|(network, until)| Some((network.as_group()?, *until))) {
            by_shard.entry(self.shards.place_of(&group)).or_default().insert(group, until);
        }
        for (place, shard) in self.shards.all().enumerate() {
            let clients = by_shard.remove(&place).unwrap_or_default();
            let ranges = ranges.clone();
            *shard.write().unwrap_or_else(PoisonError::into_inner) = Shard { clients, ranges };
        }
        self.count.store(bans.len(), Ordering::Release);
    }

    /// Keeps a client out from now on, before the list that says so has come round.
    pub fn add(&self, client: ClientGroup, until: Option<Timestamp>) {
        let mut shard = self.shards.of(&client).write().unwrap_or_else(PoisonError::into_inner);
        if shard.clients.insert(client, until).is_none() {
            self.count.fetch_add(1, Ordering::Release);
        }
    }
}

impl std::fmt::Debug for BanTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BanTable").field("count", &self.count).finish_non_exhaustive()
    }
}

fn wait(now: Timestamp, until: Timestamp) -> Duration {
    let left = Duration::try_from(until.duration_since(now)).unwrap_or_default();
    Duration::from_secs(left.as_secs() + u64::from(left.subsec_nanos() > 0))
}

#[cfg(test)]
mod tests {
    use clock::ManualClock;

    use super::*;

    fn client(text: &str) -> ClientAddress {
        ClientAddress(text.parse().unwrap())
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).unwrap()
    }

    fn table(bans: &[(&str, Option<i64>)]) -> (ManualClock, BanTable) {
        let clock = ManualClock::new(at(0));
        let table = BanTable::new(vec!["10.0.0.0/8".parse().unwrap()], Arc::new(clock.clone()));
        table.replace(&read(bans));
        (clock, table)
    }

    fn read(bans: &[(&str, Option<i64>)]) -> Vec<BannedNetwork> {
        bans.iter().map(|(network, until)| (network.parse().unwrap(), until.map(at))).collect()
    }

    #[test]
    fn a_ban_holds_until_its_end() {
        let (clock, table) = table(&[("192.0.2.7", Some(60))]);
        assert_eq!(table.find(client("192.0.2.7")), Some(Banned { wait: Some(Duration::from_secs(60)) }));
        assert_eq!(table.find(client("192.0.2.8")), None);
        clock.advance(Duration::from_millis(59_500));
        assert_eq!(table.find(client("::ffff:192.0.2.7")), Some(Banned { wait: Some(Duration::from_secs(1)) }));
        clock.advance(Duration::from_millis(500));
        assert_eq!(table.find(client("192.0.2.7")), None);
    }

    #[test]
    fn ranges_hold_for_all_in_them_and_the_longest_ban_counts() {
        let (_, table) = table(&[("198.51.100.0/24", Some(10)), ("198.51.100.9", Some(60)), ("2001:db8::/48", None)]);
        let wait = |text: &str| table.find(client(text)).map(|banned| banned.wait.map(|wait| wait.as_secs()));
        assert_eq!(wait("198.51.100.1"), Some(Some(10)));
        assert_eq!(wait("198.51.100.9"), Some(Some(60)));
        assert_eq!(wait("2001:db8:0:ffff::1"), Some(None));
        assert_eq!(wait("2001:db8:1::1"), None);
    }

    #[test]
    fn a_trusted_proxy_is_never_out() {
        let (_, table) = table(&[("10.0.0.0/8", None), ("10.0.0.9", None)]);
        assert_eq!(table.find(client("10.0.0.9")), None);
    }

    #[test]
    fn a_new_list_replaces_the_old_one() {
        let (_, table) = table(&[("192.0.2.7", None)]);
        table.add(client("192.0.2.8").group(), Some(at(5)));
        assert!(table.find(client("192.0.2.8")).is_some(), "at once");
        table.replace(&read(&[("192.0.2.8", Some(60))]));
        assert!(table.find(client("192.0.2.7")).is_none() && table.find(client("192.0.2.8")).is_some());
        table.replace(&[]);
        assert_eq!(table.find(client("192.0.2.8")), None);
    }
}
