//! Follows the route table: each thread gets the new one whole, and no connection notices.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::CancellationToken;

use crate::worker::Worker;

/// Takes the last known table, and then follows it in the background. Returns whether a table is known, now and later.
pub(crate) async fn follow_routes(workers: Vec<Arc<Worker>>, shutdown: CancellationToken) -> Arc<AtomicBool> {
    let known = Arc::new(AtomicBool::new(false));
    let mut follower = Follower { workers, seen: None, is_failing: false, known: known.clone() };
    follower.look().await;
    tokio::spawn(async move {
        let Some(worker) = follower.workers.first() else { return };
        let mut due = tokio::time::interval(worker.shared.config.routes_poll);
        loop {
            tokio::select! {
                () = shutdown.cancelled() => return,
                _ = due.tick() => follower.look().await,
            }
        }
    });
    known
}

struct Follower {
    workers: Vec<Arc<Worker>>,
    seen: Option<u64>,
    is_failing: bool,
    known: Arc<AtomicBool>,
}

impl Follower {
    async fn look(&mut self) {
        let Some(worker) = self.workers.first() else { return };
        match worker.shared.ports.routes.routes_since(self.seen).await {
            Ok(None) => self.is_failing = false,
            Ok(Some((mark, table))) => {
                for worker in &self.workers {
                    worker.follow(&table);
                }
                let (hosts, pools) = (table.hosts.len(), table.pools.len());
                tracing::info!(mark, hosts, pools, "a new route table holds");
                (self.seen, self.is_failing) = (Some(mark), false);
                self.known.store(true, Ordering::Relaxed);
            }
            // Said once: it is looked at several times a second.
            Err(error) if !self.is_failing => {
                tracing::error!(%error, "the route table cannot be read: the last one known holds");
                self.is_failing = true;
            }
            Err(_) => {}
        }
    }
}
