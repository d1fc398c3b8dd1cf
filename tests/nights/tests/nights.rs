//! Good nights and bad ones: what is published, and what stays.

use std::collections::HashSet;
use std::time::Duration;

use catalog::course::CourseCode;
use catalog::fetched::Origin;
use catalog::ports::{CatalogStore, StoreError};
use catalog::run::{RunOutcome, Step, StepOutcome};
use nights::world::{FALL, SPRING, World, at, everything, fingerprint, outcome, steps, term_id};
use standin::faults::{Api, Breakage, MalformedRecord, PageOf, PartialTerm, ServerErrors, TooManyRequests};
use updater::nightly::UpdateError;
use updater::request::{TermChoice, UpdateRequest};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);

#[tokio::test]
async fn a_first_night_fills_an_empty_database_and_the_same_night_again_changes_nothing() {
    let world = World::demo().await;
    let report = world.night(FALL).await.unwrap();
    assert_eq!(report.outcome, RunOutcome::Succeeded, "{report:?}");
    let first = world.published().await;
    assert_eq!(first.state.unwrap().origin, Origin::Demo);
    assert!(first.sections.len() > 200 && first.counts.len() == first.sections.len());
    let code = CourseCode::parse("COMPSCI 61A").unwrap();
    assert!(first.courses.iter().any(|course| course.value.value.code == code));
    assert!(
        first
            .playlists
            .iter()
            .any(|playlist| playlist.value.key.name == "Fall 2026" && playlist.value.courses.contains(&code))
    );

    let again = world.night(FALL).await.unwrap();
    assert_eq!(again.outcome, RunOutcome::Succeeded);
    let changed: Vec<_> = again.steps.iter().filter(|step| step.outcome != StepOutcome::Unchanged).collect();
    assert!(changed.is_empty(), "{changed:?}");
    assert_eq!(fingerprint(&world.published().await), fingerprint(&first));
}

#[tokio::test]
async fn counts_move_with_the_clock_and_each_observation_can_be_read_back() {
    let world = World::demo().await;
    let mut nights = Vec::new();
    for _ in 0..4 {
        world.night(SPRING).await.unwrap();
        nights.push(world.published().await.counts);
        world.later(DAY);
    }
    assert!(nights.windows(2).all(|pair| pair[0] != pair[1]), "a term that is being enrolled for moves every day");
    let sections: Vec<_> = nights[3].keys().map(|(_, section)| *section).collect();
    let runs = world.store.enrollment(term_id(SPRING), &sections).await.unwrap();
    for night in &nights {
        for ((_, section), seen) in night {
            let run = runs
                .iter()
                .find(|run| run.section == *section && run.first_seen <= seen.seen_at && seen.seen_at <= run.last_seen);
            assert_eq!(run.map(|run| run.counts), Some(seen.counts));
        }
    }
}

#[tokio::test]
async fn the_enrollment_step_alone_asks_for_what_changed() {
    let world = World::demo().await;
    world.night(SPRING).await.unwrap();
    let before = world.published().await;
    world.later(HOUR);
    let report = world.run(&steps(SPRING, &[Step::Enrollment])).await.unwrap();
    let tally = report.steps.iter().find(|step| step.step == Step::Enrollment).unwrap().tally;
    assert!(tally.fetched < before.sections.len(), "{tally:?}");

    let whole = World::demo().await;
    whole.later(HOUR);
    whole.night(SPRING).await.unwrap();
    let (partly, wholly) = (world.published().await, whole.published().await);
    let counts = |data: &catalog::data::CatalogData| {
        let mut counts: Vec<_> =
            data.counts.iter().map(|(key, seen)| (*key, seen.counts.enrolled, seen.counts.waitlisted)).collect();
        counts.sort_unstable();
        counts
    };
    assert_eq!(counts(&partly), counts(&wholly), "asking for changes gives what asking for everything gives");
}

#[tokio::test]
async fn a_malformed_record_goes_into_quarantine_and_the_rest_goes_on() {
    let world = World::demo().await;
    world.night(FALL).await.unwrap();
    let before = world.published().await;
    let victim = before.sections[11].id;
    world.later(DAY);
    world.break_with(|faults| {
        let how = Breakage::BadTime;
        faults.malformed_record =
            Some(MalformedRecord { api: Some(Api::Sections), index: None, section_id: Some(victim.0), how });
    });
    let report = world.night(FALL).await.unwrap();
    assert_eq!(report.outcome, RunOutcome::Succeeded);
    let (_, fault) = &world.store.quarantine(10).await.unwrap()[0];
    assert!(fault.raw.contains(&victim.0.to_string()) && !fault.path.is_empty(), "{fault:?}");
    let after = world.published().await;
    let same = |data: &catalog::data::CatalogData| data.sections.iter().find(|section| section.id == victim).cloned();
    assert_eq!(same(&after), same(&before), "what is held of the unreadable section stays");
    assert_eq!(after.sections.len(), before.sections.len());
}

#[tokio::test]
async fn an_emptied_term_publishes_nothing_of_it_and_says_so() {
    let world = World::demo().await;
    world.night(FALL).await.unwrap();
    let before = world.published().await;
    world.later(DAY);
    world.break_with(|faults| faults.empty_term = Some(term_id(FALL)));
    let report = world.night(FALL).await.unwrap();
    assert_eq!(report.outcome, RunOutcome::Incomplete);
    let reason = outcome(&report, Step::Class).reason().unwrap().to_owned();
    assert!(reason.starts_with("too few classes: 0 of "), "{reason}");
    let after = world.published().await;
    assert_eq!(fingerprint(&after), fingerprint(&before));
    let source =
        after.sources.iter().find(|source| source.step == Step::Class && source.term == Some(term_id(FALL))).unwrap();
    assert_eq!(source.as_of, before.sources.iter().find(|other| other.step == Step::Class).unwrap().as_of);
    assert_eq!(source.trouble.as_ref().unwrap().1, reason, "pages can tell");

    world.mend();
    assert_eq!(world.night(FALL).await.unwrap().outcome, RunOutcome::Succeeded);
    assert!(world.published().await.sources.iter().all(|source| source.trouble.is_none()));
}

#[tokio::test]
async fn a_partial_term_is_refused_until_a_person_accepts_it_and_what_vanished_is_kept() {
    let world = World::demo().await;
    world.night(FALL).await.unwrap();
    let before = world.published().await;
    world.later(DAY);
    world.break_with(|faults| faults.partial_term = Some(PartialTerm { term: term_id(FALL), share: 0.5 }));
    let refused = world.night(FALL).await.unwrap();
    assert!(matches!(outcome(&refused, Step::Class), StepOutcome::Refused(_)));
    assert_eq!(world.published().await.sections.len(), before.sections.len());

    let accepted = world.run(&UpdateRequest { accepts_short: true, ..everything(FALL) }).await.unwrap();
    assert_eq!(accepted.outcome, RunOutcome::Succeeded);
    let short = world.published().await;
    assert!(short.sections.len() < before.sections.len());
    assert_eq!(short.courses.len(), before.courses.len(), "courses are not deleted");

    world.mend();
    world.later(DAY);
    world.night(FALL).await.unwrap();
    let ids =
        |data: &catalog::data::CatalogData| data.sections.iter().map(|section| section.id).collect::<HashSet<_>>();
    assert_eq!(ids(&world.published().await), ids(&before), "what vanished was retired, not lost, and is back");
}

#[tokio::test]
async fn an_outage_in_the_middle_is_no_end_of_the_list() {
    let world = World::demo().await;
    world.night(FALL).await.unwrap();
    let before = fingerprint(&world.published().await);
    for (api, step) in [(Api::Courses, Step::Course), (Api::Classes, Step::Class), (Api::Sections, Step::Class)] {
        world.later(HOUR);
        world.break_with(|faults| faults.outage_from_page = Some(PageOf { api: Some(api), page: 2 }));
        let report = world.night(FALL).await.unwrap();
        let outcome = outcome(&report, step);
        assert!(matches!(outcome, StepOutcome::Failed(_)), "{api:?}: {outcome:?}");
    }
    let after = world.published().await;
    let courses_and_sections =
        |text: &str| text.lines().filter(|line| !line.starts_with('(')).map(ToOwned::to_owned).collect::<Vec<_>>();
    assert_eq!(courses_and_sections(&fingerprint(&after)), courses_and_sections(&before));
}

#[tokio::test]
async fn a_truncated_answer_and_a_burst_of_errors_are_asked_for_again() {
    let world = World::demo().await;
    world.break_with(|faults| {
        faults.server_errors = Some(ServerErrors { count: 2 });
        faults.too_many_requests = Some(TooManyRequests { count: 2, retry_after_seconds: 0 });
    });
    assert_eq!(world.night(FALL).await.unwrap().outcome, RunOutcome::Succeeded);
    world.break_with(|faults| faults.truncate_body = Some(PageOf { api: Some(Api::Sections), page: 1 }));
    let report = world.night(FALL).await.unwrap();
    assert!(
        matches!(outcome(&report, Step::Class), StepOutcome::Failed(_)),
        "a body that stays truncated is a failure"
    );
    assert_eq!(report.outcome, RunOutcome::Incomplete);
}

#[tokio::test]
async fn without_good_keys_nothing_is_fetched_and_the_ledger_says_why() {
    let mut world = World::demo().await;
    world.lose_keys();
    let error = world.night(FALL).await.unwrap_err();
    assert!(matches!(error, UpdateError::Terms(_)), "{error:?}");
    let ledger = world.store.ledger(1).await.unwrap();
    assert_eq!(ledger[0].outcome, RunOutcome::Failed);
    let reason = ledger[0].report.as_ref().unwrap().steps[0].outcome.reason().unwrap().to_owned();
    assert!(reason.contains("credentials"), "{reason}");
}

#[tokio::test]
async fn two_runs_at_once_are_one_run_and_a_clear_refusal() {
    let world = World::demo().await;
    // Longer than the two seconds that a run waits for a dead holder to be noticed.
    world.break_with(|faults| faults.latency_ms = 300);
    let (updater, other) = (world.updater(), world.updater());
    let request = everything(FALL);
    let silent = updater::progress::Silent;
    let (first, second) = tokio::join!(updater.run(&request, &silent), other.run(&request, &silent));
    let refusals: Vec<_> = [&first, &second].into_iter().filter_map(|result| result.as_ref().err()).collect();
    assert_eq!(refusals.len(), 1, "{first:?} {second:?}");
    assert!(matches!(refusals[0], UpdateError::Store(StoreError::RunInProgress { .. })), "{:?}", refusals[0]);
}

#[tokio::test]
async fn a_dry_run_tells_the_changes_and_publishes_nothing() {
    let world = World::demo().await;
    let report = world.run(&UpdateRequest { is_dry_run: true, ..everything(FALL) }).await.unwrap();
    assert_eq!((report.outcome, report.version), (RunOutcome::DryRun, None));
    assert!(report.steps.iter().any(|step| step.step == Step::Class && step.tally.added > 200));
    assert!(world.published().await.state.is_none());
}

#[tokio::test]
async fn data_of_another_origin_is_refused() {
    let world = World::demo().await;
    world.night(FALL).await.unwrap();
    let Some(folder) = kit::real_data::folder("berkeley-sis-2016-2017", "a replay into a database of demo data") else {
        return;
    };
    let moment = "2017-04-12T12:00:00Z";
    let replay = World::new(standin::config::StandinConfig::replay(folder, at(moment)), moment).await;
    let source = replay.updater_into(&world);
    let error = source.run(&everything("fall-2016"), &updater::progress::Silent).await.unwrap_err();
    assert!(error.to_string().contains("the database holds demo data and the source gives replay data"), "{error}");
}

#[tokio::test]
async fn a_new_term_appears_by_itself() {
    let world = World::demo().await;
    let coming = UpdateRequest { terms: TermChoice::Coming, ..UpdateRequest::everything("a test") };
    world.run(&coming).await.unwrap();
    let newest = world.published().await.terms.last().unwrap().id;
    world.later(DAY * 365);
    let report = world.run(&coming).await.unwrap();
    assert_eq!(report.outcome, RunOutcome::Succeeded, "{report:?}");
    let data = world.published().await;
    assert!(data.terms.last().unwrap().id > newest);
    assert!(
        data.sections.iter().any(|section| section.class.term > newest),
        "its sections came without anybody's doing"
    );
}

#[tokio::test]
async fn a_term_that_is_not_published_yet_leaves_no_trace_of_having_been_looked_at() {
    let world = World::demo().await;
    let unpublished = "summer-2027";
    let report = world.night(unpublished).await.unwrap();
    assert_eq!(report.outcome, RunOutcome::Succeeded, "{report:?}");
    let data = world.published().await;
    assert!(data.sources.iter().all(|source| source.term != Some(term_id(unpublished))), "{:?}", data.sources);
    // It was looked at with a clock that goes ahead of the campus's, as on the first start of a demo.
    world.move_to(at("2027-03-01T18:00:00Z"));
    world.clock.advance(DAY);
    let report = world.night(unpublished).await.unwrap();
    assert_eq!(report.outcome, RunOutcome::Succeeded, "{report:?}");
    assert!(world.published().await.counts.keys().any(|(term, _)| *term == term_id(unpublished)));
}

#[tokio::test]
async fn that_nothing_changed_is_an_observation_of_its_own_moment() {
    let world = World::demo().await;
    world.night(SPRING).await.unwrap();
    let moment = at("2026-10-20T17:00:00Z");
    world.move_to(moment);
    // The job's clock goes ahead of the campus's, as when a past is played.
    world.clock.advance(DAY * 20);
    let report = world.run(&steps(SPRING, &[Step::Enrollment])).await.unwrap();
    assert_eq!(*outcome(&report, Step::Enrollment), StepOutcome::Unchanged);
    assert!(world.published().await.counts.values().all(|seen| seen.seen_at == moment));
}

#[tokio::test]
async fn counts_older_than_those_held_are_refused() {
    let world = World::demo().await;
    world.later(DAY);
    world.night(SPRING).await.unwrap();
    let before = fingerprint(&world.published().await);
    world.move_to(at(nights::world::OCTOBER));
    let report = world.night(SPRING).await.unwrap();
    let reason = outcome(&report, Step::Enrollment).reason().unwrap_or_default().to_owned();
    assert!(reason.contains("are already held"), "{reason}");
    let counts =
        |text: &str| text.lines().filter(|line| line.starts_with('(')).map(ToOwned::to_owned).collect::<Vec<_>>();
    assert_eq!(counts(&fingerprint(&world.published().await)), counts(&before));
}

#[tokio::test]
async fn a_night_when_the_clocks_change_is_a_night_like_any_other() {
    for (moment, term) in [("2027-03-14T09:30:00Z", "spring-2027"), ("2026-11-01T08:30:00Z", "fall-2026")] {
        let world = World::demo().await;
        world.move_to(at(moment));
        world.night(term).await.unwrap();
        let before = world.published().await;
        for _ in 0..3 {
            world.later(HOUR);
            let report = world.run(&steps(term, &[Step::Enrollment])).await.unwrap();
            assert_eq!(report.outcome, RunOutcome::Succeeded, "{moment}: {report:?}");
        }
        let after = world.published().await;
        let times = |data: &catalog::data::CatalogData| {
            data.sections
                .iter()
                .flat_map(|section| section.meetings.clone())
                .map(|meeting| meeting.time)
                .collect::<Vec<_>>()
        };
        assert_eq!(times(&after), times(&before), "a class at ten stays at ten");
        assert!(after.counts.values().all(|seen| seen.seen_at == world.now()));
    }
}
