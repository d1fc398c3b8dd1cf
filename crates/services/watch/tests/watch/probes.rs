//! The probes, over questions that answer as they are told.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use catalog::run::{LedgerEntry, RunId, RunOutcome, RunReport, RunRequest, Step};
use clock::ManualClock;
use jiff::{SignedDuration, Timestamp};
use platform::ports::{PortError, Probe};
use platform::status::thresholds::Room;
use platform::status::{Finding, Health, Part};
use watch::probes::aged::{DoneLately, Last};
use watch::probes::answers::HttpAnswers;
use watch::probes::certificates::{Certificates, Validity};
use watch::probes::disk::Disk;
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
async fn a_backup_is_judged_by_its_age_and_its_outcome() {
    let of = async |answer| DoneLately::backup(clock(), says(answer)).look().await;
    let done = |hours| Some(Last { done_at: Some(now() - SignedDuration::from_hours(hours)), failed: None });
    assert_eq!(of(done(3)).await.says, "The newest backup was 3 hours ago.");
    assert_eq!(of(done(30)).await, Finding::degraded("The newest backup was 30 hours ago.", "bt backup now"));
    assert_eq!(of(done(60)).await.health, Health::Down);
    assert_eq!(of(Some(Last::default())).await.health, Health::Degraded);
    assert_eq!(of(None).await.health, Health::Absent);
    let failed = Some(Last { failed: Some("It could not be restored.".to_owned()), ..done(3).unwrap() });
    let drill = DoneLately::drill(clock(), says(failed)).look().await;
    assert_eq!(drill, Finding::down("It could not be restored.", "bt backup drill"));
    assert_eq!(DoneLately::drill(clock(), fails()).look().await.health, Health::Unknown);
}

#[tokio::test]
async fn the_certificate_that_ends_first_counts() {
    let valid = |host: &str, days: i64| Validity {
        host: host.to_owned(),
        not_before: now() - SignedDuration::from_hours(24 * 60),
        not_after: now() + SignedDuration::from_hours(24 * days),
    };
    let of = async |all: Vec<Validity>| Certificates::new(clock(), says(all)).look().await;
    let found = of(vec![valid("a.example", 40), valid("b.example", 5), valid("c.example", 6)]).await;
    assert_eq!((found.health, found.says.as_str()), (Health::Degraded, "The certificate of b.example ends in 5 days."));
    assert_eq!(of(vec![valid("a.example", 40)]).await.health, Health::Up);
    assert_eq!(of(Vec::new()).await.health, Health::Absent);
    assert_eq!(Certificates::new(clock(), fails()).look().await.health, Health::Unknown);
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
