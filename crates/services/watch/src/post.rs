//! Messages on their way: what each sink has not taken yet.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use clock::Clock;
use platform::alarm::Alarm;
use platform::ports::AlarmSink;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::sink_queue::{Done, Letter, SinkQueue};

/// The messages on their way, and a task for each sink.
pub(crate) struct Post {
    sinks: Vec<(String, mpsc::UnboundedSender<Letter>)>,
    done: mpsc::Receiver<Done>,
    waiting: BTreeMap<u64, Alarm>,
    next: u64,
    held: usize,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Post {
    pub(crate) fn start(config: &Config, sinks: &[Arc<dyn AlarmSink>], clock: &Arc<dyn Clock>) -> Self {
        let (tell, done) = mpsc::channel(config.letters_held.max(1));
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let start = |sink: &Arc<dyn AlarmSink>| {
            // Bounded by the messages that are held.
            let (give, letters) = mpsc::unbounded_channel();
            let queue = SinkQueue::new(config.clone(), Arc::clone(sink), Arc::clone(clock), letters, tell.clone());
            tasks.spawn(queue.run(stop.clone()));
            (sink.name(), give)
        };
        let sinks = sinks.iter().map(start).collect();
        Self { sinks, done, waiting: BTreeMap::new(), next: 0, held: config.letters_held, stop, tasks }
    }

    /// Sends what an earlier watch could not.
    pub(crate) fn resume(&mut self, letters: Vec<Alarm>) {
        for mut alarm in letters {
            alarm.memory.awaits.retain(|name| self.sinks.iter().any(|(sink, _)| sink == name));
            if !alarm.memory.awaits.is_empty() {
                let number = self.hold(alarm);
                self.send(vec![number]);
            }
        }
    }

    /// Takes messages in; [`Self::send`] sends them.
    pub(crate) fn take(&mut self, letters: Vec<Alarm>) -> Vec<u64> {
        let mut taken = Vec::new();
        for mut alarm in letters {
            let (about, title) = (alarm.key.as_str(), alarm.title.as_str());
            if alarm.is_over {
                tracing::info!(about, title, text = alarm.text, "alarm is over");
            } else {
                tracing::warn!(about, title, text = alarm.text, "alarm");
            }
            metrics::counter!("alarms_total").increment(1);
            if self.waiting.len() >= self.held {
                tracing::error!(about, title, "too many messages wait to be sent: this one stays in the log only");
                continue;
            }
            alarm.memory.awaits = self.sinks.iter().map(|(name, _)| name.clone()).collect();
            if !alarm.memory.awaits.is_empty() {
                taken.push(self.hold(alarm));
            }
        }
        taken
    }

    pub(crate) fn send(&self, numbers: Vec<u64>) {
        for number in numbers {
            let Some(alarm) = self.waiting.get(&number) else { continue };
            for (name, give) in &self.sinks {
                if alarm.memory.awaits.contains(name) {
                    // It fails only when the sink's task has ended, which it does at the end alone.
                    let _ = give.send(Letter::new(number, alarm.clone()));
                }
            }
        }
    }

    /// The messages that some sink has not taken, to be kept.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = Alarm> {
        self.waiting.values().cloned()
    }

    /// Waits until a sink took a message, or gave one up.
    pub(crate) async fn delivery(&mut self) {
        match self.done.recv().await {
            Some(done) => self.note(&done),
            // No sinks: nothing will ever be delivered.
            None => std::future::pending().await,
        }
    }

    /// Ends the sinks' tasks; what is being sent may end first, so that it is not sent twice.
    pub(crate) async fn drain(&mut self, limit: Duration) {
        self.stop.cancel();
        self.tasks.close();
        let _ = tokio::time::timeout(limit, self.tasks.wait()).await;
        while let Ok(done) = self.done.try_recv() {
            self.note(&done);
        }
    }

    fn hold(&mut self, alarm: Alarm) -> u64 {
        self.next += 1;
        self.waiting.insert(self.next, alarm);
        self.next
    }

    fn note(&mut self, done: &Done) {
        if let Some(alarm) = self.waiting.get_mut(&done.number) {
            alarm.memory.awaits.retain(|name| *name != done.sink);
            if alarm.memory.awaits.is_empty() {
                self.waiting.remove(&done.number);
            }
        }
    }
}

/// No sink's task outlives its post, however the watch ends: another watch sends what is left.
impl Drop for Post {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
