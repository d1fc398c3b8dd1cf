//! The probes, over questions that answer as they are told.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use catalog::run::{LedgerEntry, RunId, RunOutcome, RunReport, RunRequest, Step};
use clock::ManualClock;
use jiff::{SignedDuration, Timestamp};
use platform::certificates::findings::Level;
use platform::ports::{PortError, Probe};
use platform::status::thresholds::Room;
use platform::status::{Finding, Health, Part};
use watch::probes::answers::HttpAnswers;
use watch::probes::certificates::{Certificates, Certified};
use watch::probes::disk::Disk;
use watch::probes::found::Found;
use watch::probes::night::judge;
use watch::probes::ping::Ping;
use watch::probes::seldom::{A_MINUTE, Seldom};
use watch::probes::{Ask, ask};

fn now() -> Timestamp {
    "2026-11-22T20:00:00Z".parse().unwrap()
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(now()))
}

fn says<T: Clone + Send + Sync + 'static>(answer: T) -> Ask<T> {
    ask(move || std::future::ready(Ok(answer.clone())))
}

fn fails<T: Send + 'static>() -> Ask<T> {
    ask(|| std::future::ready(Err(PortError::plain("cannot connect to 10.0.0.7:5432 as bt"))))
}

fn hangs<T: Send + 'static>() -> Ask<T> {
    ask(std::future::pending)
}

#[tokio::test(start_paused = true)]
async fn what_does_not_answer_is_down_in_words_without_an_address() {
    for question in [fails(), hangs()] {
        let found = HttpAnswers::new(Part::Api, "bt restart api@production", question).look().await;
        assert_eq!(found, Finding::down("It does not answer.", "bt restart api@production"));
    }
    let api = HttpAnswers::new(Part::Api, "bt restart api@production", says(503));
    assert_eq!((api.part(), api.look().await.health), (Part::Api, Health::Down));
    assert_eq!(HttpAnswers::new(Part::Api, "x", says(200)).look().await.health, Health::Up);
}

#[tokio::test(start_paused = true)]
async fn a_database_is_needed_and_a_cache_is_only_wanted() {
    for question in [fails(), hangs()] {
        assert_eq!(Ping::needed(Part::Database, "bt up", Arc::clone(&question)).look().await.health, Health::Down);
        assert_eq!(Ping::wanted(Part::Cache, "bt doctor", question).look().await.health, Health::Degraded);
    }
    let found = Ping::needed(Part::Database, "bt up", says(())).look().await;
    assert_eq!((found.health, found.latency_ms.is_some()), (Health::Up, true));
}

#[tokio::test]
async fn what_a_rule_found_is_passed_on() {
    let found = Finding::down("The drill could not restore the newest backup", "bt backup drill");
    assert_eq!(Found::new(Part::Drill, says(found.clone())).look().await, found);
    assert_eq!(Found::new(Part::Drill, fails()).look().await.health, Health::Unknown);
}

#[tokio::test]
async fn each_level_of_a_certificate_s_trouble_has_its_own_advice() {
    let tried = Finding::degraded("The certificate of bt.example ends in 5 days.", "Tried 7 times; the last said: x");
    let mut advice = Vec::new();
    for level in [Level::Late, Level::Week, Level::Day, Level::Ended] {
        let answer = Certified { finding: tried.clone(), level: Some(level) };
        let found = Certificates::new(says(answer)).look().await;
        assert_eq!((found.health, found.says.as_str()), (Health::Degraded, tried.says.as_str()));
        advice.push(found.mend.unwrap());
    }
    advice.dedup();
    assert_eq!(advice.len(), 4);
    assert!(advice.iter().all(|mend| mend.contains("bt certificates renew") && !mend.contains("Tried")), "{advice:?}");
    assert!(advice[3].starts_with("at once, browsers refuse the site: `bt certificates renew`"), "{advice:?}");
    let absent = Certified { finding: Finding::absent(), level: None };
    assert_eq!(Certificates::new(says(absent)).look().await, Finding::absent());
    assert_eq!(Certificates::new(fails()).look().await.health, Health::Unknown);
}

#[tokio::test]
async fn a_full_disk_is_down() {
    let room = Room { free_bytes: 100 << 20, all_bytes: 100 << 30, free_files: 1, all_files: 1 };
    let found = Disk::new(says(room)).look().await;
    assert_eq!((found.health, found.says.as_str()), (Health::Down, "Nearly full: 0 % is free, 100.0 MiB."));
    assert_eq!(Disk::new(fails()).look().await.health, Health::Unknown);
}

fn run(hours_ago: i64, outcome: RunOutcome, step: Step) -> LedgerEntry {
    let started_at = now() - SignedDuration::from_hours(hours_ago);
    let request = RunRequest {
        steps: vec![Step::Term, step],
        asked_by: "schedule".to_owned(),
        is_dry_run: false,
        accepts_short: false,
    };
    let report = RunReport { outcome, ended_at: started_at, origin: None, version: None, steps: Vec::new() };
    let report = (!matches!(outcome, RunOutcome::Running | RunOutcome::Abandoned)).then_some(report);
    LedgerEntry { id: RunId(1), request, started_at, report, outcome }
}

#[test]
fn the_night_is_judged_by_the_ledger() {
    use RunOutcome::{Failed, Incomplete, Running, Succeeded};
    let of = |runs: &[(i64, RunOutcome, Step)]| {
        let ledger: Vec<LedgerEntry> = runs.iter().map(|(hours, outcome, step)| run(*hours, *outcome, *step)).collect();
        judge(&ledger, now()).health
    };
    assert_eq!(of(&[(10, Succeeded, Step::Class)]), Health::Up);
    assert_eq!(of(&[(0, Running, Step::Class), (24, Succeeded, Step::Class)]), Health::Up);
    // The enrollments of every quarter of an hour are not the night.
    assert_eq!(of(&[(0, Succeeded, Step::Enrollment), (30, Succeeded, Step::Class)]), Health::Degraded);
    assert_eq!(of(&[(2, Failed, Step::Class), (26, Succeeded, Step::Class)]), Health::Degraded);
    assert_eq!(of(&[(2, Incomplete, Step::Class), (26, Succeeded, Step::Class)]), Health::Degraded);
    assert_eq!(of(&[(2, Failed, Step::Class), (51, Succeeded, Step::Class)]), Health::Down);
    assert_eq!(of(&[]), Health::Degraded);
}

#[tokio::test]
async fn a_dear_look_is_taken_once_a_minute() {
    let (clock, asked) = (clock(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&asked);
    let question = ask(move || {
        counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok(()))
    });
    let probe = Seldom::new(Arc::new(Ping::needed(Part::Database, "bt up", question)), A_MINUTE, clock.clone());
    for _ in 0..12 {
        assert_eq!(probe.look().await.health, Health::Up);
        clock.advance(std::time::Duration::from_secs(10));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}
