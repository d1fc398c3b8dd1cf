//! How others tell the watch what happened: a job failed, a service was given up.

use platform::alarm::event::Event;
use tokio::sync::mpsc;

/// Takes events. Clones tell the same watch.
#[derive(Clone, Debug)]
pub struct Events(pub(crate) mpsc::Sender<Event>);

impl Events {
    /// Tells the watch. Never waits: when too many wait to be heard already, this one is written to the log only.
    pub fn tell(&self, event: Event) {
        if let Err(error) = self.0.try_send(event) {
            let event = match &error {
                mpsc::error::TrySendError::Full(event) | mpsc::error::TrySendError::Closed(event) => event,
            };
            tracing::error!(about = event.key(), "the watch does not hear any more: no alarm is made of this event");
        }
    }
}
