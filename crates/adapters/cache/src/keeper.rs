//! What is to be kept waits in a bounded queue for a task that takes it to Redis. Requests never wait for that.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use redis::RedisError;
use tokio::sync::{mpsc, oneshot};

use crate::config::RedisConfig;
use crate::connection::Line;
use crate::figures::Figures;

/// The queue's end for requests.
pub(crate) struct Keeper {
    queue: mpsc::Sender<Order>,
    waiting_bytes: Arc<AtomicUsize>,
    limit_bytes: usize,
    figures: Arc<Figures>,
}

enum Order {
    Keep { key: Vec<u8>, bytes: Vec<u8>, life: Duration },
    Tell(oneshot::Sender<()>),
}

impl Keeper {
    /// With the task that empties the queue. It ends with the queue.
    pub(crate) fn start(line: Line, config: Arc<RedisConfig>, figures: Arc<Figures>) -> Self {
        let (queue, orders) = mpsc::channel(config.queue_limit.max(1));
        let waiting_bytes = Arc::new(AtomicUsize::new(0));
        let limit_bytes = config.queue_limit_bytes;
        tokio::spawn(work(orders, waiting_bytes.clone(), line, config, figures.clone()));
        Self { queue, waiting_bytes, limit_bytes, figures }
    }

    /// Queues bytes to be kept; drops them when the queue is full.
    pub(crate) fn keep(&self, key: Vec<u8>, bytes: Vec<u8>, life: Duration) {
        let size = bytes.len();
        let waiting = self.waiting_bytes.fetch_add(size, Ordering::Relaxed);
        let fits = waiting.saturating_add(size) <= self.limit_bytes;
        if !fits || self.queue.try_send(Order::Keep { key, bytes, life }).is_err() {
            self.waiting_bytes.fetch_sub(size, Ordering::Relaxed);
            self.figures.dropped.increment(1);
        }
    }

    /// Waits until what was queued before is kept, or given up.
    pub(crate) async fn settle(&self) {
        let (tell, told) = oneshot::channel();
        if self.queue.send(Order::Tell(tell)).await.is_ok() {
            let _ = told.await;
        }
    }
}

async fn work(
    mut orders: mpsc::Receiver<Order>,
    waiting_bytes: Arc<AtomicUsize>,
    line: Line,
    config: Arc<RedisConfig>,
    figures: Arc<Figures>,
) {
    while let Some(order) = orders.recv().await {
        match order {
            Order::Tell(tell) => drop(tell.send(())),
            Order::Keep { key, bytes, life } => {
                let size = bytes.len();
                let is_kept = keep(&line, &config, &key, &bytes, life).await;
                waiting_bytes.fetch_sub(size, Ordering::Relaxed);
                if is_kept {
                    figures.kept.increment(1);
                    figures.sent_bytes.increment(size as u64);
                } else {
                    figures.not_kept.increment(1);
                }
            }
        }
    }
}

async fn keep(line: &Line, config: &RedisConfig, key: &[u8], bytes: &[u8], life: Duration) -> bool {
    let Some(mut connection) = line.connection() else { return false };
    let life_ms = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
    if life_ms == 0 {
        return false;
    }
    let mut command = redis::cmd("SET");
    command.arg(key).arg(bytes).arg("PX").arg(life_ms);
    let done: Result<Result<(), RedisError>, _> =
        tokio::time::timeout(config.put_limit, command.exec_async(&mut connection)).await;
    match done {
        Ok(Ok(())) => {
            line.note_answer();
            true
        }
        Ok(Err(error)) => {
            // Such as "out of memory": it has no room, and what it has can still be read.
            tracing::debug!(%error, "the shared cache did not keep an answer");
            line.note_error(&error);
            false
        }
        Err(_) => {
            line.note_silence();
            false
        }
    }
}
