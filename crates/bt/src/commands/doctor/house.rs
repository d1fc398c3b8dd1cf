//! The house as its files tell it: the supervisor and its services, the jobs, and what the watch found of each part.

use jiff::{SignedDuration, Timestamp};
use platform::backups::notes::ShipperNote;
use platform::backups::ports::BackupNotes as _;
use platform::ports::{StatusStore, ViewStore};
use platform::schedule::Outcome;
use platform::status::overall::Overall;
use platform::status::thresholds::words;
use platform::status::{Health, Part, StatusReport};
use platform::view::{FRESH_FOR_SECONDS, JobView, Phase, ServiceView, SupervisorView};
use statefiles::StateFiles;

use super::line::Line;
use crate::world::World;

/// A job that is due for longer than this is late: the supervisor looks every second, and jobs wait for each other for
/// minutes.
const LATE: SignedDuration = SignedDuration::from_mins(30);
/// How long after the start of the supervisor a service that is not ready is only starting.
const STARTING: SignedDuration = SignedDuration::from_secs(30);
/// What helps when a file of the house's state cannot be read.
const UNREADABLE: &str = "bt ps; a file that is broken can be removed while nothing runs (bt down): it is made anew";
/// Parts at which the doctor looks by itself.
const LOOKED_AT: [Part; 2] = [Part::Database, Part::Disk];

pub(super) async fn look(world: &World) -> Vec<Line> {
    let (files, now) = (StateFiles::at(&world.data_dir()), world.clock.now());
    let mut lines = match files.view().await {
        Ok(view) => supervisor(view.as_ref(), world.is_claimed(), now),
        Err(error) => vec![Line::fail("supervisor", format!("{:#}", anyhow::Error::from(error)), UNREADABLE)],
    };
    // What everybody may read says only that something waits.
    if let Ok(Some(ShipperNote { trouble: Some(trouble), .. })) = files.shipper().await {
        lines.push(Line::warn("archive", trouble).mend("the runbook: the vault is full, or does not answer"));
    }
    match files.status().await {
        Ok(report) => lines.extend(parts(report.as_ref(), now)),
        Err(error) => lines.push(Line::fail("watch", format!("{:#}", anyhow::Error::from(error)), UNREADABLE)),
    }
    lines
}

/// `is_there`: whether a `bt up` runs, by the lock that dies with it.
fn supervisor(view: Option<&SupervisorView>, is_there: bool, now: Timestamp) -> Vec<Line> {
    const WHAT: &str = "supervisor";
    let Some(view) = view else {
        return match is_there {
            true => vec![Line::warn(WHAT, "is just starting")],
            false => vec![Line::warn(WHAT, "nothing was ever started here").mend("bt up --detach")],
        };
    };
    let (process, heard) = (view.supervisor.process, age(view.at, now));
    if !is_there && view.supervisor.phase == Phase::Stopped {
        return vec![Line::warn(WHAT, format!("it was stopped {heard} ago")).mend("bt up --detach")];
    }
    if !is_there {
        let text = format!("process {process} was killed. What it had started may go on, and nobody watches over it");
        return vec![Line::fail(WHAT, text, "bt up --detach")];
    }
    if now.duration_since(view.at) > SignedDuration::from_secs(FRESH_FOR_SECONDS) {
        let text =
            format!("process {process} runs, and has written nothing for {heard}: the disk is full, or it hangs");
        let mend = "when the disk is not full: kill -9 it, then bt up --detach, which takes over what runs";
        return vec![Line::fail(WHAT, text, mend)];
    }
    let since = age(view.supervisor.started_at, now);
    let mut lines = vec![Line::ok(WHAT, format!("process {process}, for {since}"))];
    lines.extend(view.problems.iter().map(|problem| Line::warn(WHAT, problem.clone())));
    lines.extend(view.unkept_limits.iter().map(|limit| Line::warn("limits", limit.clone())));
    if let Some(maintenance) = &view.wishes.maintenance {
        lines.push(Line::warn("maintenance", format!("the site is closed: {}", maintenance.reason)));
    }
    let is_starting = now.duration_since(view.supervisor.started_at) < STARTING;
    lines.extend(view.services.iter().map(|one| service(one, is_starting)));
    lines.extend(view.jobs.iter().map(|one| job(one, now)));
    lines
}

fn service(view: &ServiceView, is_starting: bool) -> Line {
    let name = view.service.to_string();
    let mend = format!("bt logs {name}, then bt restart {name}");
    if let Some(given_up) = &view.given_up {
        let text = format!("failed {} times: {}", given_up.failures, given_up.why);
        return match (&view.service.environment, given_up.is_served) {
            (Some(environment), true) => {
                let text = format!("the release {} {text}; the one before serves on", given_up.release);
                let mend = format!("bt logs {name}, then bt deploy {environment} RELEASE with one that works");
                Line::warn(name, text).mend(mend)
            }
            _ if view.ready > 0 => Line::warn(name, text).mend(mend),
            _ => Line::fail(name, text, mend),
        };
    }
    if view.ready == 0 && is_starting {
        return Line::warn(name, format!("is starting: {}", view.says));
    }
    if view.ready == 0 && view.replicas > 0 {
        return Line::fail(name, view.says.clone(), mend);
    }
    if !view.is_settled {
        return Line::warn(name, view.says.clone());
    }
    Line::ok(name, view.says.clone())
}

fn job(view: &JobView, now: Timestamp) -> Line {
    let what = format!("job {}", view.job);
    if view.running_since.is_some() {
        return Line::ok(what, "runs now");
    }
    if let Some(next) = view.next_at
        && now.duration_since(next) > LATE
    {
        let why = if view.waits.is_empty() { String::new() } else { format!(": {}", view.waits) };
        return Line::warn(what, format!("was due {} ago{why}", age(next, now))).mend("bt schedule");
    }
    let Some(run) = &view.last else { return Line::ok(what, "has not run yet") };
    let ago = age(run.ended_at, now);
    match &run.outcome {
        Outcome::Fine => Line::ok(what, format!("last run {ago} ago")),
        Outcome::Failed(how) | Outcome::Unknown(how) => {
            Line::warn(what, format!("the last run, {ago} ago, did not end well: {how}"))
                .mend(format!("bt logs {}", view.job))
        }
    }
}

fn parts(report: Option<&StatusReport>, now: Timestamp) -> Vec<Line> {
    const WHAT: &str = "watch";
    let Some(report) = report else { return vec![Line::warn(WHAT, "has not looked yet").mend("bt up")] };
    if report.is_stale(now) {
        let text = format!("looked {} ago for the last time; /status says so too", age(report.at, now));
        return vec![Line::warn(WHAT, text).mend("bt up")];
    }
    let Overall { health, says } = report.overall();
    let mut lines = vec![match health {
        Health::Up | Health::Absent => Line::ok(WHAT, says),
        Health::Unknown | Health::Degraded => Line::warn(WHAT, says),
        Health::Down => Line::fail(WHAT, says, "what the lines of these parts say, then bt logs"),
    }];
    let is_told = |part: Part, health: Health| health != Health::Absent && !LOOKED_AT.contains(&part);
    let told = report.parts.iter().filter(|state| is_told(state.part, state.finding.health));
    lines.extend(told.map(|state| Line::of_part(state.part, &state.finding)));
    lines
}

fn age(from: Timestamp, now: Timestamp) -> String {
    words(now.duration_since(from))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use platform::status::Finding;
    use platform::status::history::{Findings, fold};
    use platform::view::{GivenUp, SupervisorState};
    use platform::wishes::Wishes;

    use super::super::line::Standing;
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T20:00:00Z".parse().unwrap()
    }

    fn ago(minutes: i64) -> Timestamp {
        now() - SignedDuration::from_mins(minutes)
    }

    fn web() -> ServiceView {
        ServiceView {
            service: "web@production".parse().unwrap(),
            release: None,
            nonce: 0,
            replicas: 1,
            ready: 1,
            is_settled: true,
            given_up: None,
            restarts: 0,
            says: "1 of 1 ready".to_owned(),
        }
    }

    fn nightly() -> JobView {
        JobView {
            job: "nightly".parse().unwrap(),
            schedule: "0 2 * * *".to_owned(),
            running_since: None,
            last: None,
            succeeded_at: None,
            next_at: Some(now() + SignedDuration::from_hours(9)),
            waits: String::new(),
        }
    }

    fn view() -> SupervisorView {
        let release = "0123456789abcdef".parse().unwrap();
        SupervisorView {
            at: now(),
            supervisor: SupervisorState { process: 7, release, started_at: ago(90), phase: Phase::Running },
            wishes: Wishes::default(),
            services: vec![web()],
            instances: Vec::new(),
            jobs: vec![nightly()],
            unkept_limits: Vec::new(),
            problems: Vec::new(),
            listens: BTreeMap::new(),
        }
    }

    fn told(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| format!("{:?} {} {}", line.standing, line.what, line.text)).collect()
    }

    #[test]
    fn a_house_that_runs_is_told_line_by_line() {
        let expected = [
            "Ok supervisor process 7, for 90 minutes",
            "Ok web@production 1 of 1 ready",
            "Ok job nightly has not run yet",
        ];
        assert_eq!(told(&supervisor(Some(&view()), true, now())), expected);
    }

    #[test]
    fn a_supervisor_that_was_killed_is_wrong_and_one_that_was_stopped_is_not() {
        let killed = "Wrong supervisor process 7 was killed. What it had started may go on, and nobody watches over it";
        assert_eq!(told(&supervisor(Some(&view()), false, now())), [killed], "from the first moment");
        let mut stopped = SupervisorView { at: ago(5), ..view() };
        assert_eq!(told(&supervisor(Some(&stopped), false, now())), [killed]);
        stopped.supervisor.phase = Phase::Stopped;
        assert_eq!(
            told(&supervisor(Some(&stopped), false, now())),
            ["Warning supervisor it was stopped 5 minutes ago"]
        );
        assert_eq!(supervisor(None, false, now())[0].mend.as_deref(), Some("bt up --detach"));
    }

    #[test]
    fn a_supervisor_that_cannot_write_is_not_said_to_be_killed() {
        let silent = supervisor(Some(&SupervisorView { at: ago(5), ..view() }), true, now());
        let says =
            "Wrong supervisor process 7 runs, and has written nothing for 5 minutes: the disk is full, or it hangs";
        assert_eq!(told(&silent), [says]);
        assert!(silent[0].mend.as_deref().is_some_and(|mend| mend.starts_with("when the disk is not full")));
    }

    #[test]
    fn a_service_that_was_given_up_is_wrong_unless_the_old_one_serves() {
        let given_up = |is_served| GivenUp {
            release: "0123456789abcdef".parse().unwrap(),
            failures: 5,
            failed_at: ago(1),
            why: "exit code 1".to_owned(),
            instance: None,
            is_served,
            again_at: now(),
        };
        let of =
            |is_served, ready| service(&ServiceView { given_up: Some(given_up(is_served)), ready, ..web() }, false);
        assert_eq!(of(false, 0).standing, Standing::Wrong);
        assert_eq!(of(true, 1).standing, Standing::Warning);
        assert_eq!(of(false, 0).mend.as_deref(), Some("bt logs web@production, then bt restart web@production"));
        let mend = "bt logs web@production, then bt deploy production RELEASE with one that works";
        assert_eq!(of(true, 1).mend.as_deref(), Some(mend));
        assert_eq!(service(&ServiceView { ready: 0, ..web() }, false).standing, Standing::Wrong);
        assert_eq!(service(&ServiceView { ready: 0, ..web() }, true).standing, Standing::Warning);
        assert_eq!(service(&ServiceView { is_settled: false, ..web() }, false).standing, Standing::Warning);
    }

    #[test]
    fn a_job_that_is_late_or_failed_is_told() {
        let late = job(&JobView { next_at: Some(ago(45)), waits: "the backup runs".to_owned(), ..nightly() }, now());
        assert_eq!((late.standing, late.text.as_str()), (Standing::Warning, "was due 45 minutes ago: the backup runs"));
        let running = JobView { next_at: Some(ago(45)), running_since: Some(ago(45)), ..nightly() };
        assert_eq!(job(&running, now()).standing, Standing::Ok);
        let run = platform::schedule::Run {
            scheduled_for: ago(60),
            started_at: ago(60),
            ended_at: ago(50),
            outcome: Outcome::Failed("exit code 1".to_owned()),
            instance: None,
        };
        let failed = job(&JobView { last: Some(run), ..nightly() }, now());
        assert_eq!(failed.text, "the last run, 50 minutes ago, did not end well: exit code 1");
        assert_eq!(failed.mend.as_deref(), Some("bt logs nightly"));
    }

    #[test]
    fn what_the_watch_found_is_told_unless_it_is_old() {
        let found = Findings::from([
            (Part::Web, Finding::up("It answers.")),
            (Part::Drill, Finding::down("The drill failed.", "bt backup drill")),
        ]);
        let zone = jiff::tz::TimeZone::UTC;
        let report = fold(None, &found, Vec::new(), now(), &zone);
        let lines = parts(Some(&report), now());
        let expected = [
            "Warning watch The site works. Behind the scenes, this needs care: the restore drill.",
            "Ok site It answers.",
            "Wrong restore drill The drill failed.",
        ];
        assert_eq!(told(&lines), expected);
        assert_eq!(lines[2].mend.as_deref(), Some("bt backup drill"));
        let lost = Findings::from([(Part::Database, Finding::down("It does not answer.", "bt doctor"))]);
        let report_of_lost = fold(None, &lost, Vec::new(), now(), &zone);
        let lines = parts(Some(&report_of_lost), now());
        assert_eq!((lines[0].what.as_str(), lines[0].standing), ("watch", Standing::Wrong), "{lines:?}");
        let stale = parts(Some(&report), now() + SignedDuration::from_mins(10));
        assert_eq!((stale.len(), stale[0].standing), (1, Standing::Warning));
    }
}
