//! Upstreams of one service, as one thread uses them: kept connections, choice by load, and waiting while none is there.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::BytesMut;
use platform::names::{InstanceId, ServiceName};
use tokio::sync::Notify;

use crate::client::state::Ticks;
use crate::config::UpstreamLimits;
use crate::figures::PoolFigures;
use crate::upstream::connection::Connection;
use crate::upstream::health::Health;

/// One upstream.
pub(crate) struct Upstream {
    pub(crate) instance: InstanceId,
    pub(crate) address: SocketAddr,
    pub(crate) health: Arc<Health>,
    /// Requests that this thread has under way there.
    load: AtomicU32,
    kept: Mutex<Vec<Kept>>,
    /// It is in the table no longer: what is under way ends, nothing new begins.
    has_left: AtomicBool,
}

/// A connection that waits for its next request.
struct Kept {
    connection: Connection,
    since: u64,
}

/// All upstreams of a service.
pub(crate) struct Pool {
    pub(crate) service: ServiceName,
    pub(crate) figures: PoolFigures,
    members: Mutex<Vec<Arc<Upstream>>>,
    /// Told when a member came, or became better.
    pub(crate) changed: Notify,
    waiting: AtomicUsize,
    turn: AtomicUsize,
}

impl Upstream {
    pub(crate) fn new(instance: InstanceId, address: SocketAddr, health: Arc<Health>) -> Self {
        let (load, kept, has_left) = (AtomicU32::new(0), Mutex::default(), AtomicBool::new(false));
        Self { instance, address, health, load, kept, has_left }
    }

    /// A kept connection, the youngest first; `None` when a new one is needed.
    pub(crate) fn take_kept(&self, ticks: &Ticks, limits: &UpstreamLimits) -> Option<Connection> {
        let mut kept = lock(&self.kept);
        while let Some(last) = kept.pop() {
            if is_old(&last, ticks, limits) {
                // The others are older still.
                kept.clear();
            } else if last.connection.is_usable() {
                return Some(last.connection);
            }
        }
        None
    }

    /// Keeps a connection whose answer is complete.
    pub(crate) fn keep(&self, mut connection: Connection, ticks: &Ticks, limits: &UpstreamLimits) {
        let mut kept = lock(&self.kept);
        if !self.has_left.load(Ordering::Relaxed) && kept.len() < limits.keep_connections {
            // Its room goes to the next one that reads: a few warm pages serve all connections.
            connection.buffer = BytesMut::new();
            kept.push(Kept { connection, since: ticks.now() });
        }
    }

    /// Closes all kept connections: one of them turned out to be dead, and the others are as old.
    pub(crate) fn forget_kept(&self) {
        lock(&self.kept).clear();
    }

    /// Closes what was not used for long.
    fn tidy(&self, ticks: &Ticks, limits: &UpstreamLimits) {
        lock(&self.kept).retain(|kept| !is_old(kept, ticks, limits));
    }

    fn leave(&self) {
        self.has_left.store(true, Ordering::Relaxed);
        lock(&self.kept).clear();
    }
}

fn is_old(kept: &Kept, ticks: &Ticks, limits: &UpstreamLimits) -> bool {
    u128::from(ticks.now().saturating_sub(kept.since)) > limits.keep_idle.as_millis()
}

/// A request that is under way at an upstream.
pub(crate) struct Load(pub(crate) Arc<Upstream>);

impl Drop for Load {
    fn drop(&mut self) {
        self.0.load.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A request that waits for an upstream.
pub(crate) struct Waiting<'a>(&'a Pool);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    pub(crate) fn new(service: ServiceName) -> Self {
        let figures = PoolFigures::new(&service);
        let (members, waiting, turn) = (Mutex::default(), AtomicUsize::new(0), AtomicUsize::new(0));
        Self { service, figures, members, changed: Notify::new(), waiting, turn }
    }

    /// Takes over the upstreams of a new table; those that stay keep their connections.
    pub(crate) fn replace(
        &self,
        upstreams: &[platform::routes::Upstream],
        mut health: impl FnMut(SocketAddr) -> Arc<Health>,
    ) {
        let mut members = lock(&self.members);
        let is_same = |member: &Arc<Upstream>, wanted: &platform::routes::Upstream| {
            member.address == wanted.address && member.instance == wanted.instance
        };
        let taken_over = upstreams.iter().map(|wanted| match members.iter().find(|member| is_same(member, wanted)) {
            Some(member) => member.clone(),
            None => Arc::new(Upstream::new(wanted.instance.clone(), wanted.address, health(wanted.address))),
        });
        let next: Vec<_> = taken_over.collect();
        for member in members.iter().filter(|member| !next.iter().any(|other| Arc::ptr_eq(other, member))) {
            member.leave();
        }
        *members = next;
        drop(members);
        self.changed.notify_waiters();
    }

    /// The least loaded of those that are well; one that says it is not ready only when no other is there. Those that
    /// were tried are left out.
    pub(crate) fn choose(&self, tried: &[SocketAddr]) -> Option<Load> {
        let members = lock(&self.members);
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let count = members.len();
        let mut best: Option<(&Arc<Upstream>, (bool, u32))> = None;
        for member in members.iter().cycle().skip(turn % count.max(1)).take(count) {
            if tried.contains(&member.address) || !member.health.is_in() {
                continue;
            }
            let rank = (!member.health.is_ready(), member.load.load(Ordering::Relaxed));
            if best.is_none_or(|(_, least)| rank < least) {
                best = Some((member, rank));
            }
        }
        let (chosen, _) = best?;
        chosen.load.fetch_add(1, Ordering::Relaxed);
        Some(Load(chosen.clone()))
    }

    /// Whether one may be tried.
    pub(crate) fn has_usable(&self) -> bool {
        lock(&self.members).iter().any(|member| member.health.is_in())
    }

    /// A place among those who wait; `None` when there are too many.
    pub(crate) fn wait(&self, limit: usize) -> Option<Waiting<'_>> {
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let place = Waiting(self);
        (before < limit).then_some(place)
    }

    /// Closes connections that were not used for long.
    pub(crate) fn tidy(&self, ticks: &Ticks, limits: &UpstreamLimits) {
        for member in self.members() {
            member.tidy(ticks, limits);
        }
    }

    /// The upstreams of this moment.
    pub(crate) fn members(&self) -> Vec<Arc<Upstream>> {
        lock(&self.members).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wanted(port: u16) -> platform::routes::Upstream {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        platform::routes::Upstream { instance: InstanceId(format!("web.{port}")), address }
    }

    fn pool(ports: &[u16]) -> Pool {
        let pool = Pool::new("web@production".parse().unwrap());
        let upstreams: Vec<_> = ports.iter().copied().map(wanted).collect();
        pool.replace(&upstreams, |_| Arc::new(Health::new()));
        pool
    }

    #[test]
    fn the_least_loaded_is_chosen_and_equals_take_turns() {
        let pool = pool(&[1, 2, 3]);
        let under_way: Vec<Load> = (0..3).map(|_| pool.choose(&[]).unwrap()).collect();
        let mut ports: Vec<u16> = under_way.iter().map(|load| load.0.address.port()).collect();
        ports.sort_unstable();
        assert_eq!(ports, [1, 2, 3]);
    }

    #[test]
    fn who_failed_is_left_out_and_who_is_unready_comes_last() {
        let pool = pool(&[1, 2]);
        let members = pool.members();
        members[0].health.note_probe(false);
        let first = pool.choose(&[]).unwrap();
        let second = pool.choose(&[]).unwrap();
        assert_eq!((first.0.address.port(), second.0.address.port()), (2, 2));
        members[1].health.note_failure(&UpstreamLimits::default());
        assert_eq!(pool.choose(&[]).unwrap().0.address.port(), 1);
        members[0].health.note_failure(&UpstreamLimits::default());
        assert!(pool.choose(&[]).is_none());
    }

    #[test]
    fn the_queue_has_an_end() {
        let pool = pool(&[]);
        let first = pool.wait(1);
        assert!(first.is_some());
        assert!(pool.wait(1).is_none());
        drop(first);
        assert!(pool.wait(1).is_some());
    }

    proptest! {
        #[test]
        fn loads_never_differ_by_more_than_one(ports in proptest::collection::btree_set(1_u16..50, 1..6), requests in 1_usize..60) {
            let ports: Vec<u16> = ports.into_iter().collect();
            let pool = pool(&ports);
            let _under_way: Vec<Load> = (0..requests).map(|_| pool.choose(&[]).unwrap()).collect();
            let loads: Vec<u32> = pool.members().iter().map(|member| member.load.load(Ordering::Relaxed)).collect();
            let (least, most) = (loads.iter().min().unwrap(), loads.iter().max().unwrap());
            prop_assert!(most - least <= 1);
        }

        #[test]
        fn who_stays_in_the_table_stays_as_it_is(
            before in proptest::collection::btree_set(1_u16..9, 0..6),
            after in proptest::collection::btree_set(1_u16..9, 0..6),
        ) {
            let pool = pool(&before.iter().copied().collect::<Vec<_>>());
            let old = pool.members();
            let upstreams: Vec<_> = after.iter().copied().map(wanted).collect();
            pool.replace(&upstreams, |_| Arc::new(Health::new()));
            for member in old {
                let stays = pool.members().iter().any(|other| Arc::ptr_eq(other, &member));
                prop_assert_eq!(stays, after.contains(&member.address.port()));
                prop_assert_eq!(member.has_left.load(Ordering::Relaxed), !stays);
            }
        }
    }
}
