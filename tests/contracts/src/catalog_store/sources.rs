//! How current each source is, and its trouble.

use std::time::Duration;

use catalog::data::SourceState;
use catalog::ports::CatalogStore;
use catalog::run::{RunOutcome, RunReport, RunRequest, Step, StepOutcome, StepReport, Tally};
use catalog::stored::CatalogVersion;
use kit::sample::nothing;

use super::samples::{campus, fall, noon};
use super::{Subject, begin, publish, request, succeeded};

fn refused_classes() -> RunReport {
    let step = StepReport {
        step: Step::Class,
        term: Some(fall()),
        outcome: StepOutcome::Refused("only 4 of 9 sections came".to_owned()),
        duration: Duration::from_secs(1),
        tally: Tally::default(),
    };
    RunReport { outcome: RunOutcome::Incomplete, steps: vec![step], ..succeeded(noon(2)) }
}

async fn classes_of(store: &dyn CatalogStore) -> SourceState {
    let sources = store.load().await.unwrap().sources;
    sources.into_iter().find(|source| (source.step, source.term) == (Step::Class, Some(fall()))).unwrap()
}

pub(super) async fn trouble_is_told_until_the_source_is_accepted_again(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let run = begin(store, noon(2)).await.unwrap();
    run.finish(&refused_classes()).await.unwrap();

    let troubled = classes_of(store).await;
    assert_eq!(troubled.as_of, Some(noon(1)), "yesterday's stays");
    assert_eq!(troubled.trouble, Some((noon(2), "only 4 of 9 sections came".to_owned())));
    let state = store.state().await.unwrap().unwrap();
    assert_eq!(state.version, CatalogVersion(2), "readers load again, to tell of the trouble");

    let mut better = nothing(noon(3));
    better.as_of = vec![(Step::Class, Some(fall()), noon(3))];
    publish(store, &better).await;
    let accepted = classes_of(store).await;
    assert_eq!((accepted.as_of, accepted.trouble), (Some(noon(3)), None));
}

pub(super) async fn a_dry_run_tells_no_trouble(subject: &impl Subject) {
    let store = subject.store();
    publish(store, &campus(noon(1))).await;
    let dry = RunRequest { is_dry_run: true, ..request() };
    let run = store.begin_run(&dry, noon(2)).await.unwrap();
    run.finish(&refused_classes()).await.unwrap();
    assert_eq!(classes_of(store).await.trouble, None);
    assert_eq!(store.state().await.unwrap().unwrap().version, CatalogVersion(1));
}
