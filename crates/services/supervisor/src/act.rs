//! Acting: carries out steps, one after the other, and notes what could not be started.

use platform::names::{JobName, ServiceName};
use platform::plan::Step;
use platform::ports::PortError;
use platform::runtime::{Order, Purpose, Stop};
use platform::schedule::{JobPlan, Outcome, Run};

use crate::complaints::within;
use crate::service::Supervisor;

impl Supervisor {
    /// Does what was planned. What fails is told, and planned again at the next look.
    pub(crate) async fn act(&mut self, steps: &[Step]) {
        let limit = self.config.pace.answer_limit;
        for step in steps {
            match step {
                Step::Start { order, why } => self.start(order, why).await,
                Step::Stop { instance, how, why } => {
                    let what = format!("stopping {instance}");
                    tracing::info!(%instance, how = words(*how), why, "stopping");
                    let stopped = within(limit, &what, self.ports.runtime.stop(instance, *how)).await;
                    let _told = self.complaints.hear(&what, stopped);
                }
                Step::Forget { instance } => {
                    let what = format!("removing the traces of {instance}");
                    let forgotten = within(limit, &what, self.ports.runtime.forget(instance)).await;
                    let _told = self.complaints.hear(&what, forgotten);
                }
            }
        }
    }

    async fn start(&mut self, order: &Order, why: &str) {
        let what = match &order.purpose {
            Purpose::Service(name) => format!("starting {name}"),
            Purpose::Job(name) => format!("starting the job {name}"),
        };
        let started = within(self.config.pace.answer_limit, &what, self.ports.runtime.start(order)).await;
        let problem = started.as_ref().err().map(told);
        let started = self.complaints.hear(&what, started);
        let now = self.ports.clock.now();
        match (&order.purpose, started) {
            (Purpose::Service(name), Some(instance)) => {
                metrics::counter!("supervisor_starts_total", "service" => name.to_string()).increment(1);
                tracing::info!(service = %name, %instance, release = %order.release, why, "started");
            }
            (Purpose::Service(name), None) => {
                self.remembered.plan.start_failed(name, order, problem.unwrap_or_default(), now);
            }
            (Purpose::Job(name), Some(instance)) => {
                tracing::info!(job = %name, %instance, why, "started");
                self.remembered.runs.started(name, instance);
            }
            (Purpose::Job(name), None) => {
                let run = self.remembered.runs.start_failed(name, problem.unwrap_or_default(), now);
                if let Some(run) = run {
                    self.tell_job(name, &run);
                }
            }
        }
    }

    /// Tells which runs are over.
    pub(crate) fn tell_ended(&self, jobs: &JobPlan) {
        for (name, run) in &jobs.ended {
            self.tell_job(name, run);
        }
    }

    fn tell_job(&self, name: &JobName, run: &Run) {
        let seconds = run.ended_at.duration_since(run.started_at).as_secs();
        let outcome = match &run.outcome {
            Outcome::Fine => {
                tracing::info!(job = %name, seconds, "the job is done");
                "fine"
            }
            Outcome::Failed(why) => {
                tracing::error!(job = %name, seconds, why, "the job failed; `bt logs {name}` shows what it said");
                "failed"
            }
            Outcome::Unknown(why) => {
                tracing::warn!(job = %name, seconds, why, "nobody saw the job end; it is run once more");
                "unknown"
            }
        };
        metrics::counter!("supervisor_jobs_total", "job" => name.to_string(), "outcome" => outcome).increment(1);
        self.ports.observer.job_ended(name, run);
    }

    /// Tells which services were given up, and which are well again: once each.
    pub(crate) fn tell_given_up(&mut self, service: &ServiceName, given_up: Option<&platform::view::GivenUp>) {
        match given_up {
            Some(given_up) if self.told_given_up.insert(service.clone()) => {
                let (release, why) = (&given_up.release, &given_up.why);
                tracing::error!(
                    %service, %release, failures = given_up.failures, why, is_served = given_up.is_served,
                    "given up for a while; `bt logs {service}` shows what it said, another wish (`bt deploy`, `bt restart`) tries again"
                );
                self.ports.observer.gave_up(service, given_up);
            }
            None if self.told_given_up.remove(service) => {
                tracing::info!(%service, "no longer given up");
                self.ports.observer.recovered(service);
            }
            _ => {}
        }
    }
}

fn told(error: &PortError) -> String {
    catalog::ports::with_causes(error)
}

fn words(how: Stop) -> &'static str {
    match how {
        Stop::Gently => "gently",
        Stop::Now => "at once",
    }
}
