//! Crashes, bad releases, full disks, and supervisors that end at the worst moment.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use platform::names::Environment;
use platform::wishes::Wishes;
use tracing_subscriber::fmt::MakeWriter;

use super::machine::Machine;
use super::{NEW, NOON, OLD, WEB, begun, config, run, run_and, service, view, whole};
use crate::service::build;

#[tokio::test]
async fn a_killed_process_is_back_within_two_seconds() {
    let (machine, mut supervisor) = begun().await;
    for name in ["edge", WEB, "api@production", "backup", "notifier", "web@staging"] {
        machine.kill(name);
        run(&mut supervisor, &machine, 2).await;
        assert_eq!(machine.running(), whole(0), "{name}");
        run(&mut supervisor, &machine, 10).await;
    }
    assert_eq!(service(&machine, WEB).restarts, 1);
    assert!(machine.state().heard.is_empty(), "{:?}", machine.state().heard);
}

#[tokio::test]
async fn a_bad_release_is_told_once_and_the_old_one_serves() {
    let (machine, mut supervisor) = begun().await;
    machine.state().bad.insert(NEW.parse().unwrap());
    machine.state().wishes.releases.insert(Environment::production(), NEW.parse().unwrap());
    run_and(&mut supervisor, &machine, 120, |machine| assert!(machine.is_served(WEB))).await;
    let web = service(&machine, WEB);
    let given_up = web.given_up.unwrap();
    assert!(given_up.is_served && given_up.failures == 5 && given_up.instance.is_some(), "{given_up:?}");
    assert!(web.says.contains("exit code 1") && web.says.contains("the older one serves"), "{}", web.says);
    assert!(!web.is_settled);
    let heard = machine.state().heard.clone();
    assert_eq!(heard, ["web@production gave up: exit code 1", "api@production gave up: exit code 1"]);
    machine.state().wishes.releases.clear();
    run(&mut supervisor, &machine, 10).await;
    assert!(service(&machine, WEB).is_settled);
    assert_eq!(machine.state().heard[2..].len(), 2, "and that it is over: {:?}", machine.state().heard);
}

/// Lets a supervisor run until it has made so many calls; then it is gone, in the middle of a call.
async fn run_until_killed(machine: &Machine, calls: usize) {
    let mut supervisor = build(config(), machine.ports());
    machine.light_fuse(calls);
    tokio::select! {
        () = machine.blown() => {}
        () = run(&mut supervisor, machine, 60) => {}
    }
    machine.put_out_fuse();
}

#[tokio::test]
async fn a_supervisor_that_is_killed_at_any_call_is_followed_by_one_that_goes_on() {
    for calls in 0..90 {
        let (machine, _gone) = begun().await;
        let before = machine.state().processes.len();
        machine.state().wishes.restarts.insert(WEB.parse().unwrap(), 1);
        run_until_killed(&machine, calls).await;
        machine.pass(Duration::from_secs(1));
        let mut next = build(config(), machine.ports());
        run_and(&mut next, &machine, 20, |machine| assert!(machine.is_served(WEB), "after {calls} calls")).await;
        assert_eq!(machine.running(), whole(1), "after {calls} calls");
        assert_eq!(machine.state().processes.len(), before, "after {calls} calls");
        let starts = machine.state().log.iter().filter(|line| *line == "start web@production").count();
        assert_eq!(starts, 2, "after {calls} calls the old one was taken over, not started anew");
    }
}

#[tokio::test]
async fn a_job_runs_once_wherever_its_supervisor_is_killed() {
    for calls in 0..40 {
        let machine = Machine::new("2026-11-22T19:59:30Z");
        let mut first = build(config(), machine.ports());
        run(&mut first, &machine, 28).await;
        drop(first);
        machine.pass(Duration::from_secs(3));
        run_until_killed(&machine, calls).await;
        let mut next = build(config(), machine.ports());
        run(&mut next, &machine, 30).await;
        let starts = machine.state().log.iter().filter(|line| *line == "start enrollments").count();
        assert_eq!(starts, 1, "after {calls} calls: {:?}", machine.state().log);
    }
}

#[tokio::test]
async fn a_supervisor_that_comes_back_starts_nothing_anew() {
    let (machine, supervisor) = begun().await;
    drop(supervisor);
    machine.pass(Duration::from_secs(30));
    let starts = machine.state().log.len();
    let mut next = build(config(), machine.ports());
    run_and(&mut next, &machine, 30, |machine| assert!(machine.is_served(WEB))).await;
    assert_eq!(machine.state().log.len(), starts, "{:?}", machine.state().log);
}

/// What was logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn with(&self, text: &str) -> usize {
        let bytes = self.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap().lines().filter(|line| line.contains(text)).count()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_full_disk_is_told_once_stops_nothing_and_is_mended() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_writer(lines.clone()).with_ansi(false).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let (machine, mut supervisor) = begun().await;
    let full = ["put_routes", "put_view", "put_remembered", "wishes", "start"];
    machine.state().broken.extend(full);
    machine.kill("web@staging");
    run_and(&mut supervisor, &machine, 60, |machine| assert!(machine.is_served(WEB))).await;
    assert_eq!(lines.with("does not work"), full.len(), "once for each");
    machine.state().broken.clear();
    run(&mut supervisor, &machine, 60).await;
    assert_eq!(lines.with("works again"), full.len());
    assert_eq!(machine.running(), whole(0));
    assert!(view(&machine).problems.is_empty(), "{:?}", view(&machine).problems);
}

#[tokio::test]
async fn what_does_not_work_is_in_the_view() {
    let (machine, mut supervisor) = begun().await;
    machine.state().broken.insert("put_routes");
    machine.state().wishes.restarts.insert(WEB.parse().unwrap(), 1);
    run_and(&mut supervisor, &machine, 60, |machine| assert!(machine.is_served(WEB))).await;
    let problems = view(&machine).problems;
    assert!(problems[0].contains("the route table") && problems[0].contains("no space left"), "{problems:?}");
    assert!(machine.running().contains(&format!("{WEB} {OLD} 0")), "what the edge sends requests to is not stopped");
    machine.state().broken.clear();
    run_and(&mut supervisor, &machine, 20, |machine| assert!(machine.is_served(WEB))).await;
    assert_eq!(machine.running(), whole(1));
}

#[tokio::test]
async fn what_is_not_tried_any_more_is_no_problem_any_more() {
    let (machine, mut supervisor) = begun().await;
    machine.state().broken.extend(["start", "program"]);
    machine.state().wishes.releases.insert(Environment::staging(), NEW.parse().unwrap());
    machine.state().wishes.restarts.insert(WEB.parse().unwrap(), 1);
    run(&mut supervisor, &machine, 20).await;
    let problems = view(&machine).problems.join("\n");
    for told in ["starting web@production", "looking for release bbbbbbbb", "which is not on this machine"] {
        assert!(problems.contains(told), "{told}: {problems}");
    }
    machine.state().wishes = Wishes::default();
    run(&mut supervisor, &machine, 10).await;
    assert!(view(&machine).problems.is_empty(), "{:?}", view(&machine).problems);
    assert_eq!(machine.running(), whole(0));
}

#[tokio::test]
async fn wishes_that_cannot_be_read_at_the_start_are_the_last_ones_that_were_acted_on() {
    let (machine, mut supervisor) = begun().await;
    machine.state().wishes.releases.insert(Environment::production(), NEW.parse().unwrap());
    run(&mut supervisor, &machine, 20).await;
    drop(supervisor);
    machine.state().broken.insert("wishes");
    let starts = machine.state().log.len();
    let mut next = build(config(), machine.ports());
    run(&mut next, &machine, 20).await;
    assert_eq!(machine.state().log.len(), starts);
}

#[tokio::test]
async fn nothing_is_done_while_one_cannot_look() {
    let machine = Machine::new(NOON);
    machine.state().broken.insert("look");
    let mut supervisor = build(config(), machine.ports());
    run(&mut supervisor, &machine, 20).await;
    assert!(machine.state().log.is_empty());
    machine.state().broken.clear();
    run(&mut supervisor, &machine, 20).await;
    assert_eq!(machine.running(), whole(0));
}
