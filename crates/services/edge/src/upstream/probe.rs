//! Asks each upstream whether it is ready, in the background: who is back is used again at once, and who is about to end
//! gets nothing new.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use http::StatusCode;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::config::UpstreamLimits;
use crate::upstream::connection::Connection;
use crate::upstream::pool::{Pool, Upstream};
use crate::worker::Worker;

const QUESTION: &[u8] = b"GET /readyz HTTP/1.1\r\nhost: edge\r\nconnection: close\r\n\r\n";

/// Probes until the shutdown.
pub(crate) async fn probe_upstreams(workers: Vec<Arc<Worker>>, shutdown: CancellationToken) {
    let Some(first) = workers.first() else { return };
    let limits = &first.shared.config.upstream;
    let mut due = tokio::time::interval(limits.probe_interval);
    due.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = due.tick() => {}
        }
        let pools = first.pools();
        let probes = pools.iter().flat_map(|pool| pool.members().into_iter().map(move |member| (pool, member)));
        join_all(probes.map(|(pool, member)| probe(&workers, pool, member, limits))).await;
    }
}

async fn probe(workers: &[Arc<Worker>], pool: &Pool, member: Arc<Upstream>, limits: &UpstreamLimits) {
    let is_ready = is_ready(member.address, limits.probe_timeout).await;
    if !member.health.note_probe(is_ready) {
        return;
    }
    tracing::info!(instance = %member.instance, is_ready, "an upstream's readiness changed");
    for worker in workers {
        for other in worker.pools().iter().filter(|other| other.service == pool.service) {
            other.changed.notify_waiters();
        }
    }
}

/// Whoever answers is ready, unless it says that it is not (503).
async fn is_ready(address: SocketAddr, limit: Duration) -> bool {
    let asking = async {
        let connection = Connection::open(address, limit, None).await.ok()?;
        let answered = connection.ask(QUESTION, false).await.ok()?;
        Some(answered.head.status)
    };
    matches!(timeout(limit, asking).await, Ok(Some(status)) if status != StatusCode::SERVICE_UNAVAILABLE)
}
