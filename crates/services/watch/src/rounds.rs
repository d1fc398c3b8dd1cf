//! A round: all probes at the same time, each bounded, none able to harm the others.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use clock::Stopwatch;
use platform::ports::Probe;
use platform::status::history::Findings;
use platform::status::overall::worst;
use platform::status::{Finding, Part};
use tokio::task::{AbortHandle, JoinError};

/// The probes, and what is left running of their last looks.
pub(crate) struct Rounds {
    probes: Vec<Looking>,
    limit: Duration,
}

struct Looking {
    probe: Arc<dyn Probe>,
    /// The last look, when it did not end in time. It was told to stop, but code that blocks does not hear that.
    stuck: Option<AbortHandle>,
}

impl Rounds {
    pub(crate) fn new(probes: Vec<Arc<dyn Probe>>, limit: Duration) -> Self {
        Self { probes: probes.into_iter().map(|probe| Looking { probe, stuck: None }).collect(), limit }
    }

    pub(crate) async fn look(&mut self) -> Findings {
        let watch = Stopwatch::start();
        // All are started first; they run at the same time while we wait for one after the other.
        let looks: Vec<_> = self.probes.iter_mut().map(|looking| looking.start(self.limit)).collect();
        let mut found: BTreeMap<Part, Vec<Finding>> = BTreeMap::new();
        for look in looks {
            let (part, finding) = look.await;
            found.entry(part).or_default().push(finding);
        }
        metrics::histogram!("watch_round_seconds").record(watch.elapsed().as_secs_f64());
        found.into_iter().map(|(part, findings)| (part, worst(findings))).collect()
    }
}

impl Looking {
    fn start(&mut self, limit: Duration) -> impl Future<Output = (Part, Finding)> + use<'_> {
        let part = self.probe.part();
        let is_stuck = self.stuck.as_ref().is_some_and(|stuck| !stuck.is_finished());
        let started = (!is_stuck).then(|| {
            let probe = Arc::clone(&self.probe);
            let deadline = tokio::time::sleep(limit);
            (tokio::spawn(async move { probe.look().await }), deadline)
        });
        async move {
            let Some((mut look, deadline)) = started else {
                return (part, late(limit));
            };
            tokio::select! {
                biased;
                ended = &mut look => {
                    self.stuck = None;
                    (part, ended.unwrap_or_else(|error| panicked(part, &error)))
                }
                () = deadline => {
                    look.abort();
                    self.stuck = Some(look.abort_handle());
                    (part, late(limit))
                }
            }
        }
    }
}

fn late(limit: Duration) -> Finding {
    let says = format!("It did not answer within {} seconds.", limit.as_secs());
    Finding::degraded(says, "see what it waits for: `bt doctor`")
}

fn panicked(part: Part, error: &JoinError) -> Finding {
    tracing::error!(part = part.slug(), %error, "the look at a part broke; this is a fault of the program");
    Finding {
        mend: Some("the log of `bt up` says what broke; please report it".to_owned()),
        ..Finding::unknown("The look at it broke.")
    }
}
