//! Tries the way of an alarm, so that nobody learns on the day of a fire that it does not work.

use std::sync::Arc;
use std::time::Duration;

use clock::Clock;
use platform::alarm::Alarm;
use platform::ports::{AlarmSink, PortError};

use crate::sink_queue::send;

/// How it went with one sink.
#[derive(Debug)]
pub struct Fired {
    /// The sink.
    pub sink: String,
    /// Whether it took the message.
    pub taken: Result<(), PortError>,
}

/// Sends a message that says it is a test to each sink, once, at the same time. `limit` bounds each.
pub async fn test_fire(sinks: &[Arc<dyn AlarmSink>], clock: &dyn Clock, limit: Duration) -> Vec<Fired> {
    let alarm = Alarm::new(
        "test",
        clock.now(),
        "This is a test of the alarms",
        "Somebody asked for it with `bt alarm test`. Nothing is wrong, nothing is to be done.",
    );
    let sending: Vec<_> = sinks
        .iter()
        .map(|sink| {
            let (sink, alarm) = (Arc::clone(sink), alarm.clone());
            tokio::spawn(async move { Fired { sink: sink.name(), taken: send(&sink, &alarm, limit).await } })
        })
        .collect();
    let mut fired = Vec::with_capacity(sending.len());
    for task in sending {
        match task.await {
            Ok(one) => fired.push(one),
            Err(error) => fired.push(Fired {
                sink: "a sink".to_owned(),
                taken: Err(PortError::new("the sink of alarms broke", error)),
            }),
        }
    }
    fired
}
