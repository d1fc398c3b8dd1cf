//! Bans at the edge: offences are counted, bans are kept in the store, and the store's list is followed.
//!
//! At a request there is one look at a table in memory ([`Bans::find`]); at a refused one, a count ([`Bans::note`]).
//! Everything that waits for a disk is done by the [`BanKeeper`], so a ban that a person adds or lifts on the command
//! line holds within a second, here and in every other edge that follows the same list.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use admission::bans::{BanTable, Banned};
use admission::strikes::{StrikeRule, Strikes};
use catalog::ports::with_causes;
use clock::Clock;
use httpkit::client::{ClientAddress, ClientGroup, Network};
use jiff::{SignedDuration, Timestamp};
use metrics::Counter;
use platform::bans::{BanList, BanPolicy, BanRule, BanStore, BannedNetwork, Offence};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// How often the list is looked at: a lift is waited for by a person.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Clients that are counted for each rule at the same time.
const CLIENTS_COUNTED: usize = 50_000;

/// Bans that wait for the store. Beyond it they hold here, and are lost with this process.
const QUEUE: usize = 1_024;

/// Who is banned when, and who never.
#[derive(Clone, Debug, Default)]
pub struct BanConfig {
    /// The rules.
    pub policy: BanPolicy,
    /// Never banned: trusted proxies at least, since behind one there are many.
    pub exempt: Vec<Network>,
    /// Whether the machine itself may be banned too. For tests and drills.
    pub loopback_too: bool,
}

/// Who is out, and who is about to be.
pub struct Bans {
    table: BanTable,
    policy: BanPolicy,
    counted: Vec<Strikes<ClientGroup>>,
    clock: Arc<dyn Clock>,
    made: mpsc::Sender<(ClientGroup, usize)>,
    made_figure: Counter,
}

impl Bans {
    /// Nobody is out until the keeper has read the list.
    #[must_use]
    pub fn new(config: BanConfig, store: Arc<dyn BanStore>, clock: Arc<dyn Clock>) -> (Arc<Self>, BanKeeper) {
        let mut exempt = config.exempt;
        if !config.loopback_too {
            exempt.extend(["127.0.0.0/8", "::1"].into_iter().filter_map(|network| network.parse::<Network>().ok()));
        }
        let (made, to_keep) = mpsc::channel(QUEUE);
        let bans = Arc::new(Self {
            table: BanTable::new(exempt, clock.clone()),
            counted: config.policy.rules.iter().map(|rule| Strikes::new(strikes(rule), CLIENTS_COUNTED)).collect(),
            policy: config.policy,
            clock,
            made,
            made_figure: metrics::counter!("bans_made_total"),
        });
        let keeper = BanKeeper { bans: bans.clone(), store, to_keep, seen: None, is_failing: false };
        (bans, keeper)
    }

    /// Whether this client is out.
    #[must_use]
    pub fn find(&self, client: ClientAddress) -> Option<Banned> {
        self.table.find(client)
    }

    /// Counts what a client did, and bans it at once when that was one too many. Never waits.
    pub fn note(&self, client: ClientAddress, offence: Offence) {
        if self.table.is_exempt(client) {
            return;
        }
        let (group, now) = (client.group(), self.clock.now());
        for (place, (rule, counted)) in self.policy.rules.iter().zip(&self.counted).enumerate() {
            if rule.offences.contains(&offence) && counted.note(group, now) {
                self.made_figure.increment(1);
                // Out from now on; how long it really is, the list knows, which remembers earlier bans.
                self.table.add(group, Some(later(now, self.policy.duration(0))));
                if self.made.try_send((group, place)).is_err() {
                    tracing::warn!(client = %group, rule = rule.name, "a ban holds here only: too many wait to be kept");
                }
            }
        }
    }

    fn follow(&self, list: &BanList) {
        let now = self.clock.now();
        let network = |network: BannedNetwork| network.to_string().parse::<Network>().ok();
        let held: Vec<_> = list.in_force(now).filter_map(|ban| Some((network(ban.network)?, ban.until))).collect();
        self.table.replace(&held);
    }
}

impl fmt::Debug for Bans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bans").field("table", &self.table).field("policy", &self.policy).finish_non_exhaustive()
    }
}

fn strikes(rule: &BanRule) -> StrikeRule {
    StrikeRule { count: rule.count, within: Duration::from_secs(rule.within_seconds.into()) }
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// Brings bans into the store, and the store's list to the table.
pub struct BanKeeper {
    bans: Arc<Bans>,
    store: Arc<dyn BanStore>,
    to_keep: mpsc::Receiver<(ClientGroup, usize)>,
    seen: Option<u64>,
    is_failing: bool,
}

impl BanKeeper {
    /// Runs until the shutdown; then keeps what was made before it, and ends.
    pub async fn run(mut self, shutdown: CancellationToken) {
        let mut looks = tokio::time::interval(LOOK_INTERVAL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                _ = looks.tick() => self.look().await,
                made = self.to_keep.recv() => match made {
                    Some((client, rule)) => self.keep(client, rule).await,
                    None => break,
                },
            }
        }
        while let Ok((client, rule)) = self.to_keep.try_recv() {
            self.keep(client, rule).await;
        }
    }

    /// Follows the list, when it has changed.
    pub async fn look(&mut self) {
        match self.store.bans_since(self.seen).await {
            Ok(Some((seen, list))) => {
                self.seen = Some(seen);
                self.bans.follow(&list);
                self.is_failing = false;
            }
            Ok(None) => self.is_failing = false,
            Err(error) if !self.is_failing => {
                self.is_failing = true;
                tracing::error!(error = with_causes(&error), "the list of bans cannot be read: the last one holds");
            }
            Err(_) => {}
        }
    }

    async fn keep(&mut self, client: ClientGroup, rule: usize) {
        let (Ok(network), Some(rule)) = (client.to_string().parse::<BannedNetwork>(), self.bans.policy.rules.get(rule))
        else {
            return;
        };
        let (now, policy) = (self.bans.clock.now(), &self.bans.policy);
        let change = |list: &mut BanList| {
            list.ban_by_rule(network, rule, policy, now);
        };
        match self.store.change_bans(&change).await {
            Ok(list) => {
                tracing::warn!(client = %network, rule = rule.name, "a client was banned");
                self.bans.follow(&list);
            }
            Err(error) => tracing::error!(
                client = %network,
                error = with_causes(&error),
                "a ban could not be kept: it holds in this process only"
            ),
        }
    }
}

impl fmt::Debug for BanKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BanKeeper").field("bans", &self.bans).field("seen", &self.seen).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "bans/tests.rs"]
mod tests;
