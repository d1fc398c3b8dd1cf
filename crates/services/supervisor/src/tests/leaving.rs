//! Putting everything away.

use std::time::Duration;

use platform::schedule::Outcome;
use platform::view::Phase;
use tokio_util::sync::CancellationToken;

use super::machine::Machine;
use super::{NOON, SERVICES, WEB, config, run, view};
use crate::config::{Config, Pace};
use crate::service::build;

/// The loop without waiting: time passes with each look.
fn quick() -> Config {
    let pace = Pace { moving: Duration::from_millis(1), calm: Duration::from_millis(1), ..Pace::default() };
    Config { pace, ..config() }
}

/// Everything that was asked to stop or killed, in order.
fn ends(machine: &Machine) -> Vec<String> {
    machine.state().log.iter().filter(|line| !line.starts_with("start")).cloned().collect()
}

#[tokio::test]
async fn the_door_closes_first_then_what_answers_then_what_archives() {
    let machine = Machine::new(NOON);
    let mut supervisor = build(quick(), machine.ports());
    run(&mut supervisor, &machine, 20).await;
    machine.state().each_look = Some(Duration::from_millis(100));
    supervisor.put_away().await;
    assert!(machine.running().is_empty(), "{:?}", machine.running());
    assert!(machine.state().processes.is_empty(), "no trace is left");
    let ends = ends(&machine);
    assert_eq!(
        (ends[0].as_str(), ends[SERVICES - 1].as_str(), ends.len()),
        ("stop edge", "stop backup", SERVICES),
        "{ends:?}"
    );
    let view = view(&machine);
    assert_eq!(view.supervisor.phase, Phase::Stopped);
    assert!(view.instances.is_empty());
}

#[tokio::test]
async fn what_does_not_end_is_killed_after_its_time() {
    let machine = Machine::new(NOON);
    machine.state().stubborn.insert(WEB.parse().unwrap());
    let mut supervisor = build(quick(), machine.ports());
    run(&mut supervisor, &machine, 20).await;
    machine.state().each_look = Some(Duration::from_millis(500));
    supervisor.put_away().await;
    assert!(machine.running().is_empty());
    let killed: Vec<String> = ends(&machine).into_iter().filter(|line| line.starts_with("kill")).collect();
    assert_eq!(killed, ["kill web@production"]);
}

#[tokio::test]
async fn a_job_that_ends_with_the_house_is_no_failure_and_runs_again() {
    let machine = Machine::new("2026-11-22T19:59:30Z");
    let mut supervisor = build(quick(), machine.ports());
    run(&mut supervisor, &machine, 60).await;
    assert!(machine.running().contains(&"job enrollments".to_owned()), "{:?}", machine.running());
    machine.state().each_look = Some(Duration::from_millis(100));
    supervisor.put_away().await;
    let heard = machine.state().heard.clone();
    assert!(heard.is_empty(), "{heard:?}");
    let remembered = machine.state().remembered.clone().unwrap();
    let last = remembered.runs.jobs[&"enrollments".parse().unwrap()].last.clone().unwrap();
    assert!(matches!(last.outcome, Outcome::Unknown(_)), "{last:?}");
    machine.state().each_look = None;
    let mut next = build(quick(), machine.ports());
    run(&mut next, &machine, 60).await;
    assert!(machine.running().contains(&"job enrollments".to_owned()), "{:?}", machine.running());
}

#[tokio::test]
async fn one_that_cannot_look_any_more_still_comes_to_its_end() {
    let machine = Machine::new(NOON);
    let mut supervisor = build(quick(), machine.ports());
    run(&mut supervisor, &machine, 20).await;
    machine.state().broken.insert("look");
    let clock = machine.clone();
    let passing = async {
        loop {
            clock.pass(Duration::from_secs(1));
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = supervisor.put_away() => {}
        () = passing => {}
    }
    assert_eq!(machine.running().len(), SERVICES, "they are left to the next start");
}

#[tokio::test]
async fn the_loop_runs_by_itself_and_ends_when_it_is_told() {
    let machine = Machine::new(NOON);
    machine.state().each_look = Some(Duration::from_millis(200));
    let shutdown = CancellationToken::new();
    let supervisor = build(quick(), machine.ports());
    let (watcher, stop) = (machine.clone(), shutdown.clone());
    let watch = async move {
        while !watcher.state().view.as_ref().is_some_and(|view| {
            view.services.len() == SERVICES && view.services.iter().all(|service| service.is_settled)
        }) {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    tokio::join!(supervisor.run(shutdown), watch);
    assert!(machine.running().is_empty());
}
