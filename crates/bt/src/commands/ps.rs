//! `bt ps`: what runs here, and how it is.

use jiff::{SpanRound, Timestamp, Unit};
use platform::ports::ViewStore as _;
use platform::runtime::Purpose;
use platform::view::{InstanceView, Phase, ServiceView, SupervisorView};

use crate::door::Ending;
use crate::table::table;
use crate::world::World;

const MIB: u64 = 1024 * 1024;
/// As many digits of a release as tell it from others.
pub(super) const SHORT_RELEASE: usize = 8;

pub(super) async fn run(world: &World, as_json: bool) -> anyhow::Result<Ending> {
    let running = world.running_view().await?;
    let ending = if running.is_some() { Ending::Fine } else { Ending::Failed };
    if as_json {
        world.screen.print(&serde_json::to_string_pretty(&running)?);
        return Ok(ending);
    }
    let now = world.clock.now();
    let text = match running {
        Some(view) if view.is_fresh(now) => told(&view, now),
        Some(view) => format!("{}\n{}", stale(&view, now), told(&view, now)),
        None => why_nothing(world).await?,
    };
    world.screen.print(&text);
    Ok(ending)
}

/// The supervisor lives and does not write: what is shown is what was.
fn stale(view: &SupervisorView, now: Timestamp) -> String {
    format!(
        "this is how it was {} ago: bt up cannot write it anew (is the disk full?), or hangs. `bt doctor`",
        ago(view.at, now)
    )
}

/// Why there is nothing to show, by what was seen last.
fn absent(last: Option<&SupervisorView>) -> String {
    match last {
        // Without one that runs, one that did not stop was killed.
        Some(view) if view.supervisor.phase != Phase::Stopped => format!(
            "bt up (process {}) was killed. What it had started may go on, and nobody watches over it: `bt up --detach` takes \
             it over, `bt down` ends it",
            view.supervisor.process
        ),
        _ => NOTHING_RUNS.to_owned(),
    }
}

/// Why a command that needs a `bt up` finds none, and what to do.
pub(super) async fn why_nothing(world: &World) -> anyhow::Result<String> {
    Ok(absent(world.files().view().await?.as_ref()))
}

const NOTHING_RUNS: &str = "nothing runs here: `bt up` starts it";

fn told(view: &SupervisorView, now: Timestamp) -> String {
    let supervisor = &view.supervisor;
    let mut text = format!(
        "bt up: process {}, release {}, for {}\n\n",
        supervisor.process,
        short(supervisor.release.as_str()),
        ago(supervisor.started_at, now)
    );
    let rows: Vec<[String; 8]> = view.instances.iter().map(|instance| row(instance, now)).collect();
    text += &table(["INSTANCE", "STATE", "RELEASE", "FOR", "MEMORY", "CPU", "PROCESS", "ADDRESS"], &rows);
    for service in view.services.iter().filter(|service| !service.is_settled || service.given_up.is_some()) {
        text += &format!("\n{}: {}", service.service, words(service));
    }
    for limit in &view.unkept_limits {
        text += &format!("\nnot limited: {limit}");
    }
    for problem in &view.problems {
        text += &format!("\nwrong: {problem}");
    }
    text
}

fn words(service: &ServiceView) -> String {
    match &service.given_up {
        None => service.says.clone(),
        Some(given_up) => format!("{}; `bt logs {}` tells more ({})", service.says, service.service, given_up.why),
    }
}

fn row(instance: &InstanceView, now: Timestamp) -> [String; 8] {
    let name = match &instance.purpose {
        Purpose::Service(_) => instance.instance.to_string(),
        Purpose::Job(job) => format!("{job} (job)"),
    };
    let state = match instance.says.as_str() {
        "" => instance.state.to_string(),
        says => format!("{}: {says}", instance.state),
    };
    [
        name,
        state,
        short(instance.release.as_str()).to_owned(),
        ago(instance.started_at, now),
        format!("{} MiB", instance.memory_bytes / MIB),
        format!("{:.1} %", f64::from(instance.cpu_permille) / 10.0),
        instance.process.to_string(),
        instance.address.map(|address| address.to_string()).unwrap_or_default(),
    ]
}

/// The beginning of a release's name.
pub(super) fn short(release: &str) -> &str {
    release.get(..SHORT_RELEASE).unwrap_or(release)
}

/// How long ago, in words: `3h 12m`.
pub(super) fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(then).as_secs().max(0);
    let smallest = if seconds < 60 { Unit::Second } else { Unit::Minute };
    let span = jiff::Span::new().seconds(seconds);
    let largest = if seconds < 86_400 { Unit::Hour } else { Unit::Day };
    let rounding = SpanRound::new().smallest(smallest).largest(largest).mode(jiff::RoundMode::Trunc);
    // Days are of 24 hours here.
    span.round(rounding.days_are_24_hours()).map(|span| format!("{span:#}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use platform::view::SupervisorState;
    use platform::wishes::Wishes;

    use super::*;

    #[test]
    fn a_supervisor_that_was_killed_is_named_with_what_takes_over() {
        let view = |phase| SupervisorView {
            at: Timestamp::UNIX_EPOCH,
            supervisor: SupervisorState {
                process: 7,
                release: "0123456789abcdef".parse().unwrap(),
                started_at: Timestamp::UNIX_EPOCH,
                phase,
            },
            wishes: Wishes::default(),
            services: Vec::new(),
            instances: Vec::new(),
            jobs: Vec::new(),
            unkept_limits: Vec::new(),
            problems: Vec::new(),
            listens: BTreeMap::new(),
        };
        let killed = absent(Some(&view(Phase::Running)));
        assert!(killed.contains("process 7) was killed") && killed.contains("`bt up --detach`"), "{killed}");
        assert_eq!(absent(Some(&view(Phase::Stopped))), NOTHING_RUNS);
        assert_eq!(absent(None), NOTHING_RUNS);
    }

    #[test]
    fn ages_are_told_in_few_words() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let told = |then: &str| ago(then.parse().unwrap(), now);
        assert_eq!(told("2026-11-22T11:59:18Z"), "42s");
        assert_eq!(told("2026-11-22T08:48:10Z"), "3h 11m");
        assert_eq!(told("2026-11-20T11:00:00Z"), "2d 1h");
        assert_eq!(told("2026-11-22T12:00:05Z"), "0s");
    }
}
