//! Putting everything away: first the door and the jobs, then what answers, then what archives. Each may finish what it
//! has, within limits.

use platform::names::ServiceKind;
use platform::plan::Step;
use platform::plan::elapsed;
use platform::runtime::{Purpose, Seen, Stop};
use platform::schedule::plan_jobs;
use platform::view::Phase;

use crate::complaints::within;
use crate::service::Supervisor;

/// What goes first: requests stop coming in at the edge, while those that are there still have who answers them. Jobs
/// take the longest to end.
fn wave_of(purpose: &Purpose) -> usize {
    match purpose {
        Purpose::Job(_) => 0,
        Purpose::Service(name) => match name.kind {
            ServiceKind::Edge => 0,
            ServiceKind::Web | ServiceKind::Api | ServiceKind::Notifier => 1,
            // It archives what the others still write.
            ServiceKind::Backup => 2,
        },
    }
}

/// How many there are.
const WAVES: usize = 3;

impl Supervisor {
    pub(crate) async fn put_away(&mut self) {
        tracing::info!("putting everything away");
        self.state.phase = Phase::Stopping;
        self.show_phase().await;
        for wave in 0..WAVES {
            self.end_wave(wave).await;
        }
        self.keep().await;
        self.state.phase = Phase::Stopped;
        self.show_phase().await;
    }

    async fn end_wave(&mut self, wave: usize) {
        let since = self.ports.clock.now();
        let leaving = self.config.leaving;
        let (mut is_asked, mut is_killed) = (false, false);
        loop {
            let members = self.members_of(wave).await;
            let waited = elapsed(since, self.ports.clock.now());
            match &members {
                Some(members) if members.is_empty() => return,
                _ if waited >= leaving.gently + leaving.at_once => {
                    let members = members.unwrap_or_default();
                    let left: Vec<&str> = members.iter().map(|one| one.instance.0.as_str()).collect();
                    tracing::error!(left = left.join(", "), "could not be ended; left to the next start");
                    return;
                }
                Some(members) if !is_asked => {
                    is_asked = true;
                    self.ask_to_stop(members, Stop::Gently, "the house is being stopped").await;
                }
                Some(members) if !is_killed && waited >= leaving.gently => {
                    is_killed = true;
                    self.ask_to_stop(members, Stop::Now, "did not end in time").await;
                }
                // One waits for them, or cannot look and tries again.
                _ => {}
            }
            tokio::select! {
                () = self.ports.wake.notified() => {}
                () = tokio::time::sleep(self.config.pace.moving) => {}
            }
        }
    }

    async fn ask_to_stop(&mut self, members: &[Seen], how: Stop, why: &str) {
        let step = |one: &Seen| Step::Stop { instance: one.instance.clone(), how, why: why.to_owned() };
        let steps: Vec<Step> = members.iter().map(step).collect();
        self.act(&steps).await;
    }

    /// Those of a wave that still run; the ended ones are buried on the way. `None` when one cannot look.
    async fn members_of(&mut self, wave: usize) -> Option<Vec<Seen>> {
        let what = "looking at the processes";
        let seen = within(self.config.pace.answer_limit, what, self.ports.runtime.look()).await;
        let seen = self.complaints.hear(what, seen)?;
        self.account_for_jobs(&seen).await;
        let is_ended_service = |one: &&Seen| one.ended.is_some() && matches!(one.order.purpose, Purpose::Service(_));
        let ended = seen.iter().filter(is_ended_service);
        let steps: Vec<Step> = ended.map(|one| Step::Forget { instance: one.instance.clone() }).collect();
        self.act(&steps).await;
        Some(seen.into_iter().filter(|one| one.ended.is_none() && wave_of(&one.order.purpose) == wave).collect())
    }

    /// Runs that end now were interrupted: they are due again at the next start, and nobody is told that they failed.
    async fn account_for_jobs(&mut self, seen: &[Seen]) {
        let jobs = self.desired().await.jobs;
        let now = self.ports.clock.now();
        let plan = plan_jobs(&jobs, seen, &self.remembered.runs, Some("the house is being stopped"), now);
        self.remembered.runs = plan.book.clone();
        for (name, _) in &plan.ended {
            self.remembered.runs.interrupted(name);
        }
        self.act(&plan.steps).await;
    }

    async fn show_phase(&mut self) {
        let Some(mut view) = self.view.clone() else { return };
        view.at = self.ports.clock.now();
        view.supervisor = self.state.clone();
        if self.state.phase == Phase::Stopped {
            view.instances.clear();
            for service in &mut view.services {
                (service.ready, service.is_settled) = (0, false);
                "stopped".clone_into(&mut service.says);
            }
        }
        self.put_view(view).await;
    }
}
