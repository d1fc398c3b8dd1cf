//! One sink: its messages in order, tried again with growing waits until they are taken or too old.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use catalog::ports::with_causes;
use clock::Clock;
use jiff::SignedDuration;
use platform::alarm::Alarm;
use platform::ports::{AlarmSink, PortError};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::config::Config;

/// After so many failures the next message gets its turn: it may be this one alone that is refused.
const TRIES_IN_FRONT: u32 = 3;

/// A message for one sink.
pub(crate) struct Letter {
    number: u64,
    alarm: Alarm,
    tries: u32,
}

impl Letter {
    pub(crate) fn new(number: u64, alarm: Alarm) -> Self {
        Self { number, alarm, tries: 0 }
    }
}

/// That a sink is done with a message: it took it, or it was given up.
pub(crate) struct Done {
    pub(crate) number: u64,
    pub(crate) sink: String,
}

/// The messages of one sink.
pub(crate) struct SinkQueue {
    config: Config,
    name: String,
    sink: Arc<dyn AlarmSink>,
    clock: Arc<dyn Clock>,
    letters: mpsc::UnboundedReceiver<Letter>,
    done: mpsc::Sender<Done>,
    queue: VecDeque<Letter>,
    /// How often in a row nothing was taken.
    failures: u32,
}

impl SinkQueue {
    pub(crate) fn new(
        config: Config,
        sink: Arc<dyn AlarmSink>,
        clock: Arc<dyn Clock>,
        letters: mpsc::UnboundedReceiver<Letter>,
        done: mpsc::Sender<Done>,
    ) -> Self {
        Self { config, name: sink.name(), sink, clock, letters, done, queue: VecDeque::new(), failures: 0 }
    }

    /// Sends until it is told to stop. A message that is being sent then is not cut off.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        while let Some(letter) = self.next(&stop).await {
            match send(&self.sink, &letter.alarm, self.config.send_limit).await {
                Ok(()) => {
                    self.failures = 0;
                    self.close(letter).await;
                }
                Err(error) => {
                    let wait = self.not_taken(letter, &error).await;
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(wait) => {}
                    }
                }
            }
        }
    }

    async fn next(&mut self, stop: &CancellationToken) -> Option<Letter> {
        if stop.is_cancelled() {
            return None;
        }
        while let Ok(letter) = self.letters.try_recv() {
            self.queue.push_back(letter);
        }
        if let Some(letter) = self.queue.pop_front() {
            return Some(letter);
        }
        tokio::select! {
            () = stop.cancelled() => None,
            letter = self.letters.recv() => letter,
        }
    }

    /// Puts a message back, or gives it up; returns how long to wait.
    async fn not_taken(&mut self, mut letter: Letter, error: &PortError) -> Duration {
        self.failures = self.failures.saturating_add(1);
        letter.tries = letter.tries.saturating_add(1);
        let (sink, title, error) = (self.name.as_str(), letter.alarm.title.as_str(), with_causes(error));
        // Each doubling once: 1, 2, 4, 8.
        if letter.tries.is_power_of_two() {
            tracing::warn!(sink, title, tries = letter.tries, error, "an alarm was not taken; it is tried again");
        }
        let age = self.clock.now().duration_since(letter.alarm.at);
        let wait = backoff(&self.config, self.failures);
        if age >= SignedDuration::try_from(self.config.give_up_after).unwrap_or(SignedDuration::MAX) {
            tracing::error!(sink, title, error, "an alarm is given up: it was not taken for too long");
            self.close(letter).await;
        } else if letter.tries.is_multiple_of(TRIES_IN_FRONT) {
            self.queue.push_back(letter);
        } else {
            self.queue.push_front(letter);
        }
        wait
    }

    async fn close(&self, letter: Letter) {
        // It fails only when the watch is gone.
        let _ = self.done.send(Done { number: letter.number, sink: self.name.clone() }).await;
    }
}

/// Sends one message, bounded in time; a sink that panics has not taken it.
pub(crate) async fn send(sink: &Arc<dyn AlarmSink>, alarm: &Alarm, limit: Duration) -> Result<(), PortError> {
    let (sink, alarm) = (Arc::clone(sink), alarm.clone());
    let mut sending = tokio::spawn(async move { sink.send(&alarm).await });
    match tokio::time::timeout(limit, &mut sending).await {
        Ok(Ok(sent)) => sent,
        Ok(Err(error)) => Err(PortError::new("the sink of alarms broke", error)),
        Err(_) => {
            sending.abort();
            Err(PortError::plain(format!("it did not take the alarm within {} seconds", limit.as_secs())))
        }
    }
}

fn backoff(config: &Config, failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    config.first_retry.saturating_mul(1 << doublings).min(config.longest_retry)
}
