//! One run at a time, the ledger of all of them, and the records that could not be used.

use std::time::Duration;

use catalog::changes::Publication;
use catalog::class::ClassKey;
use catalog::fetched::{Fault, Identity, Origin, RecordKind};
use catalog::ports::StoreError;
use catalog::run::{
    ASKED_BY_COMMAND_LINE, ASKED_BY_FIRST_START, ASKED_BY_SCHEDULE, Job, RunId, RunOutcome, RunReport, RunRequest,
    Step, StepOutcome, StepReport, Tally,
};
use catalog::section::SectionId;
use catalog::stored::CatalogVersion;
use kit::sample::{self, code, nothing};

use super::samples::{campus, fall, noon};
use super::{Subject, begin, publish, request, succeeded};

pub(super) async fn one_run_at_a_time(subject: &impl Subject) {
    let store = subject.store();
    let first = begin(store, noon(1)).await.unwrap();
    let Err(error) = begin(store, noon(2)).await else { panic!("two runs at once") };
    let StoreError::RunInProgress { run, since } = error else { panic!("{error:?}") };
    assert_eq!((run, since), (first.id(), noon(1)));
    assert_eq!(store.ledger(10).await.unwrap().len(), 1, "the refused run leaves no line");
}

pub(super) async fn the_lock_is_free_after_a_run_finished(subject: &impl Subject) {
    let store = subject.store();
    let first = begin(store, noon(1)).await.unwrap();
    let first_id = first.id();
    first.finish(&succeeded(noon(1))).await.unwrap();
    let second = begin(store, noon(2)).await.unwrap();
    assert!(second.id() > first_id);
}

pub(super) async fn a_run_that_is_dropped_lets_go_and_is_marked_as_abandoned(subject: &impl Subject) {
    let store = subject.store();
    let first = begin(store, noon(1)).await.unwrap();
    assert_eq!(store.ledger(1).await.unwrap()[0].outcome, RunOutcome::Running);
    drop(first);
    let _second = begin(store, noon(2)).await.unwrap();
    let ledger = store.ledger(10).await.unwrap();
    let outcomes: Vec<_> = ledger.iter().map(|entry| (entry.outcome, entry.report.is_some())).collect();
    assert_eq!(outcomes, [(RunOutcome::Running, false), (RunOutcome::Abandoned, false)]);
}

pub(super) async fn a_run_that_lost_its_lock_publishes_nothing(subject: &impl Subject) {
    let store = subject.store();
    let mut run = begin(store, noon(1)).await.unwrap();
    subject.break_connections().await;
    let error = run.publish(&campus(noon(1))).await.unwrap_err();
    assert!(matches!(error, StoreError::LockLost { .. }), "{error:?}");
    assert_eq!(store.state().await.unwrap(), None);

    let mut next = begin(store, noon(2)).await.unwrap();
    next.publish(&campus(noon(2))).await.unwrap();
    let error = run.finish(&succeeded(noon(3))).await.unwrap_err();
    assert!(matches!(error, StoreError::LockLost { .. }), "marked as abandoned by the next run: {error:?}");
}

/// Nobody else has begun a run: its line of the ledger is still its own.
pub(super) async fn a_run_that_lost_its_lock_can_still_report(subject: &impl Subject) {
    let store = subject.store();
    let mut run = begin(store, noon(1)).await.unwrap();
    subject.break_connections().await;
    run.publish(&campus(noon(1))).await.unwrap_err();
    run.finish(&RunReport { outcome: RunOutcome::Failed, ..succeeded(noon(2)) }).await.unwrap();
    assert_eq!(store.ledger(1).await.unwrap()[0].outcome, RunOutcome::Failed);
}

pub(super) async fn the_newest_runs_of_each_job_are_found_behind_many_others(subject: &impl Subject) {
    let store = subject.store();
    let run = async |asked_by: &str, steps: &[Step], is_dry_run| {
        let request =
            RunRequest { steps: steps.to_vec(), asked_by: asked_by.to_owned(), is_dry_run, accepts_short: false };
        let run = store.begin_run(&request, noon(1)).await.unwrap();
        let id = run.id();
        run.finish(&succeeded(noon(1))).await.unwrap();
        id
    };
    run(ASKED_BY_FIRST_START, &Step::ALL, false).await;
    let nights = [run(ASKED_BY_SCHEDULE, &Step::ALL, false).await, run(ASKED_BY_SCHEDULE, &Step::ALL, false).await];
    let by_hand = run(ASKED_BY_COMMAND_LINE, &[Step::Enrollment], false).await;
    run(ASKED_BY_COMMAND_LINE, &Step::ALL, true).await;
    run("the past", &Step::ALL, false).await;
    let mut seats = Vec::new();
    for _ in 0..5 {
        seats.push(run(ASKED_BY_SCHEDULE, &[Step::Enrollment], false).await);
    }
    let newest = store.newest_runs(2).await.unwrap();
    let newest: Vec<_> = newest.iter().map(|entry| (Job::of(&entry.request).unwrap(), entry.id)).collect();
    let expected = [
        (Job::Seats, seats[4]),
        (Job::Seats, seats[3]),
        (Job::ByHand, by_hand),
        (Job::Nightly, nights[1]),
        (Job::Nightly, nights[0]),
    ];
    assert_eq!(newest, expected);
}

pub(super) async fn the_ledger_tells_what_each_run_did(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let request = RunRequest {
        steps: vec![Step::Enrollment, Step::Course],
        asked_by: "command line".to_owned(),
        is_dry_run: true,
        accepts_short: true,
    };
    let run = store.begin_run(&request, noon(2)).await.unwrap();
    let id = run.id();
    let report = full_report();
    run.finish(&report).await.unwrap();

    let ledger = store.ledger(10).await.unwrap();
    assert_eq!(ledger.len(), 2);
    assert_eq!((ledger[0].id, &ledger[0].request, ledger[0].started_at), (id, &request, noon(2)));
    assert_eq!(ledger[0].report.as_ref(), Some(&report));
    assert_eq!(ledger[0].outcome, RunOutcome::Incomplete);
    assert_eq!(ledger[1].request, super::request());
    assert_eq!(ledger[1].report.as_ref().unwrap().version, Some(CatalogVersion(1)));
    assert_eq!(store.ledger(1).await.unwrap(), ledger[..1]);
}

fn full_report() -> RunReport {
    let tally = Tally { requests: 113, known: 9, fetched: 8, added: 7, changed: 6, retired: 5, quarantined: 4 };
    let step =
        |step, term, outcome| StepReport { step, term, outcome, duration: Duration::from_micros(1_234_567), tally };
    let steps = vec![
        step(Step::Term, None, StepOutcome::Unchanged),
        step(Step::Course, None, StepOutcome::Published),
        step(Step::Class, Some(fall()), StepOutcome::Refused("only 4 of 9 sections came".to_owned())),
        step(Step::Enrollment, Some(fall()), StepOutcome::Failed("no answer\nafter 5 tries".to_owned())),
        step(Step::Playlist, None, StepOutcome::DryRun),
    ];
    let (outcome, origin, version) = (RunOutcome::Incomplete, Some(Origin::Replay), Some(CatalogVersion(41)));
    RunReport { outcome, ended_at: noon(3), origin, version, steps }
}

pub(super) async fn quarantined_records_are_kept_with_their_raw_text(subject: &impl Subject) {
    let store = subject.store();
    let class = ClassKey::new(fall(), code("COMPSCI 61A"), "6W1", "001");
    let identities = [
        None,
        Some(Identity::Term(fall())),
        Some(Identity::Course(code("COMPSCI 61A"))),
        Some(Identity::Class(class)),
        Some(Identity::Section(SectionId(8_921))),
    ];
    let faults: Vec<Fault> = identities.into_iter().map(fault).collect();
    let mut run = begin(store, noon(1)).await.unwrap();
    let id = run.id();
    run.quarantine(&faults[..3]).await.unwrap();
    run.quarantine(&[]).await.unwrap();
    run.quarantine(&faults[3..]).await.unwrap();
    drop(run);

    let newest_first: Vec<(RunId, Fault)> = faults.iter().rev().map(|fault| (id, fault.clone())).collect();
    assert_eq!(store.quarantine(10).await.unwrap(), newest_first, "kept though nothing was published");
    assert_eq!(store.quarantine(2).await.unwrap(), newest_first[..2]);
}

fn fault(identity: Option<Identity>) -> Fault {
    Fault {
        kind: RecordKind::Section,
        term: identity.is_some().then(fall),
        identity,
        path: "meetings[0].startTime".to_owned(),
        reason: "`25:00:00` is no time of day".to_owned(),
        raw: "{\"id\": 8921,\n\t\"startTime\": \"25:00:00\\u0000\"}".to_owned(),
    }
}

pub(super) async fn quarantine_keeps_only_the_newest(subject: &impl Subject) {
    let store = subject.store();
    let numbered = |number: usize| Fault { path: number.to_string(), ..fault(None) };
    let mut run = begin(store, noon(1)).await.unwrap();
    run.quarantine(&(0..1_500).map(numbered).collect::<Vec<_>>()).await.unwrap();
    run.quarantine(&(1_500..2_600).map(numbered).collect::<Vec<_>>()).await.unwrap();
    let kept = store.quarantine(10_000).await.unwrap();
    assert_eq!(kept.len(), 2_000);
    assert_eq!((kept[0].1.path.as_str(), kept[1_999].1.path.as_str()), ("2599", "600"));

    let mut publication: Publication = nothing(noon(2));
    publication.courses.added = vec![sample::course("AFTER 1")];
    run.publish(&publication).await.unwrap();
    run.finish(&RunReport { steps: Vec::new(), ..succeeded(noon(2)) }).await.unwrap();
    assert_eq!(store.ledger(1).await.unwrap()[0].request, request());
}
