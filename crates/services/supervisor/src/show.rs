//! Showing: the view is written when something changed, and from time to time for its figures.

use std::collections::BTreeSet;

use jiff::Timestamp;
use platform::desired::Desired;
use platform::plan::{Observed, Plan, elapsed};
use platform::schedule::JobPlan;
use platform::view::{Sight, SupervisorView, make};

use crate::complaints::within;
use crate::service::Supervisor;

/// The processor time of an instance over a span of some seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CpuSample {
    since: Timestamp,
    cpu_ms: u64,
    permille: u32,
}

/// The shortest span over which processor time means something, in milliseconds: the kernel counts in hundredths of a
/// second.
const SPAN_MS: i128 = 2000;

impl CpuSample {
    pub(crate) fn after(old: Option<Self>, cpu_ms: u64, now: Timestamp) -> Self {
        let Some(old) = old else { return Self { since: now, cpu_ms, permille: 0 } };
        let span = now.duration_since(old.since).as_millis();
        if (0..SPAN_MS).contains(&span) {
            return old;
        }
        let used = u128::from(cpu_ms.saturating_sub(old.cpu_ms)) * 1000;
        let permille = used / u128::try_from(span).unwrap_or(u128::MAX).max(1);
        Self { since: now, cpu_ms, permille: u32::try_from(permille).unwrap_or(u32::MAX) }
    }
}

impl Supervisor {
    pub(crate) async fn show(&mut self, desired: &Desired, observed: &[Observed], plan: &Plan, jobs: &JobPlan) {
        let cpu_permille = self.cpu.iter().map(|(instance, sample)| (instance.clone(), sample.permille)).collect();
        // What was done since the plan (a start that failed) is shown too.
        let mut plan = plan.clone();
        plan.memory.clone_from(&self.remembered.plan);
        let jobs = JobPlan { book: self.remembered.runs.clone(), ..jobs.clone() };
        let mut view = make(&Sight {
            supervisor: &self.state,
            wishes: &self.remembered.wishes,
            desired,
            observed,
            plan: &plan,
            jobs: &jobs,
            cpu_permille: &cpu_permille,
            now: self.ports.clock.now(),
        });
        self.drop_old_complaints(&view);
        view.listens.clone_from(&self.config.listens);
        view.unkept_limits = self.ports.runtime.unkept_limits();
        view.problems.extend(self.complaints.all());
        for service in &view.services {
            self.tell_given_up(&service.service, service.given_up.as_ref());
            let labels = [("service", service.service.to_string())];
            metrics::gauge!("supervisor_ready", &labels).set(service.ready);
            metrics::gauge!("supervisor_restarts", &labels).set(service.restarts);
        }
        self.put_view(view).await;
    }

    /// What failed and is not tried any more, because something else is wished or it is gone, is nobody's concern.
    fn drop_old_complaints(&mut self, view: &SupervisorView) {
        let unsettled = view.services.iter().filter(|service| !service.is_settled);
        let mut concerns: BTreeSet<String> = unsettled.map(|service| format!("starting {}", service.service)).collect();
        concerns.extend(view.jobs.iter().map(|job| format!("starting the job {}", job.job)));
        concerns.extend(view.wishes.releases.values().map(|release| format!("looking for release {release}")));
        for instance in view.instances.iter().map(|instance| &instance.instance) {
            concerns.extend([format!("stopping {instance}"), format!("removing the traces of {instance}")]);
        }
        let passing = ["starting ", "looking for ", "stopping ", "removing "];
        let is_lasting = |what: &str| !passing.iter().any(|start| what.starts_with(start));
        self.complaints.drop_unless(|what| is_lasting(what) || concerns.contains(what));
    }

    pub(crate) async fn put_view(&mut self, view: SupervisorView) {
        let is_due = self.view.as_ref().is_none_or(|old| {
            elapsed(old.at, view.at) >= self.config.pace.view_every || without_figures(old) != without_figures(&view)
        });
        if !is_due {
            return;
        }
        let what = "writing what `bt ps` shows";
        let put = within(self.config.pace.answer_limit, what, self.ports.views.put_view(&view)).await;
        if self.complaints.hear(what, put).is_some() {
            self.view = Some(view);
        }
    }
}

/// What one waits for. A sentence counts seconds down, and figures always change.
fn without_figures(view: &SupervisorView) -> SupervisorView {
    let mut view = view.clone();
    view.at = Timestamp::UNIX_EPOCH;
    for service in &mut view.services {
        service.says.clear();
    }
    for instance in &mut view.instances {
        (instance.memory_bytes, instance.cpu_ms, instance.cpu_permille) = (0, 0, 0);
    }
    view
}
