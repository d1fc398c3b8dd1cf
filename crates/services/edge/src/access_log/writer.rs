//! The queue between requests and the log, and the thread that empties it.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use clock::{Clock, SystemClock};
use metrics::Counter;

use crate::access_log::line;

/// While lines come, the writer sleeps between two looks: to wake it for each line would cost the request more than the
/// line itself.
const PAUSE: Duration = Duration::from_millis(20);

/// How long the writer waits for a first line before it looks whether it should end.
const IDLE_WAIT: Duration = Duration::from_millis(500);

/// What is written at once.
const BATCH_BYTES: usize = 256 * 1024;

/// Where lines are put.
#[derive(Clone)]
pub(super) struct Queue {
    sender: SyncSender<Box<[u8]>>,
    shared: Arc<Shared>,
}

struct Shared {
    dropped: AtomicU64,
    dropped_figure: Counter,
    is_ending: AtomicBool,
}

/// The thread that writes.
#[derive(Debug)]
pub struct Writer {
    thread: JoinHandle<()>,
    shared: Arc<Shared>,
}

impl Writer {
    /// Writes what is in the queue and ends; waits for it, so not for async threads. Lines that come later are dropped.
    pub fn end(self) {
        self.shared.is_ending.store(true, Ordering::Release);
        if self.thread.join().is_err() {
            tracing::error!("the writer of the access log had panicked");
        }
    }
}

impl Queue {
    pub(super) fn put(&self, line: Box<[u8]>) {
        if self.sender.try_send(line).is_err() {
            self.shared.dropped.fetch_add(1, Ordering::Relaxed);
            self.shared.dropped_figure.increment(1);
        }
    }

    pub(super) fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("dropped", &self.dropped()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("dropped", &self.dropped).finish_non_exhaustive()
    }
}

pub(super) fn start(target: Box<dyn Write + Send>, queue_lines: usize) -> io::Result<(Queue, Writer)> {
    let (sender, receiver) = sync_channel(queue_lines.max(1));
    let shared = Arc::new(Shared {
        dropped: AtomicU64::new(0),
        dropped_figure: metrics::counter!("access_log_dropped_total"),
        is_ending: AtomicBool::new(false),
    });
    let mut work = Work { receiver, target, shared: shared.clone(), told_dropped: 0, is_failing: false };
    let thread = thread::Builder::new().name("access-log".to_owned()).spawn(move || work.run())?;
    Ok((Queue { sender, shared: shared.clone() }, Writer { thread, shared }))
}

struct Work {
    receiver: Receiver<Box<[u8]>>,
    target: Box<dyn Write + Send>,
    shared: Arc<Shared>,
    /// How many dropped lines the log has been told of.
    told_dropped: u64,
    is_failing: bool,
}

impl Work {
    fn run(&mut self) {
        loop {
            // Asked before the look: what was put before the end is still seen.
            let is_ending = self.shared.is_ending.load(Ordering::Acquire);
            match self.receiver.recv_timeout(if is_ending { Duration::ZERO } else { IDLE_WAIT }) {
                Ok(first) => self.write_all(first),
                Err(RecvTimeoutError::Timeout) if !is_ending => {}
                Err(_) => {
                    self.tell_dropped();
                    return;
                }
            }
        }
    }

    /// Writes until there was nothing for a while.
    fn write_all(&mut self, first: Box<[u8]>) {
        let mut batch = first.into_vec();
        loop {
            while batch.len() < BATCH_BYTES
                && let Ok(line) = self.receiver.try_recv()
            {
                batch.extend_from_slice(&line);
            }
            if batch.is_empty() {
                return;
            }
            self.write(&batch);
            batch.clear();
            self.tell_dropped();
            if !self.shared.is_ending.load(Ordering::Acquire) {
                thread::sleep(PAUSE);
            }
        }
    }

    fn tell_dropped(&mut self) {
        let dropped = self.shared.dropped.load(Ordering::Relaxed);
        if dropped > self.told_dropped {
            self.write(&line::of_dropped(SystemClock.now(), dropped - self.told_dropped));
            self.told_dropped = dropped;
        }
    }

    /// A full disk is told once, and once when it is over.
    fn write(&mut self, bytes: &[u8]) {
        let written = self.target.write_all(bytes).and_then(|()| self.target.flush());
        match written {
            Err(error) if !self.is_failing => {
                tracing::error!(%error, "the access log cannot be written: its lines are lost until it can");
                self.is_failing = true;
            }
            Ok(()) if self.is_failing => {
                tracing::info!("the access log is written again");
                self.is_failing = false;
            }
            _ => {}
        }
    }
}
