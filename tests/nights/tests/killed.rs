//! The real `bt update`, killed at fifty moments: readers have yesterday or today, whole, and the next run completes.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::process::Stdio;
use std::time::Duration;

use catalog::ports::CatalogStore;
use catalog::run::RunOutcome;
use clock::Stopwatch;
use kit::bt;
use nights::world::{FALL, World, fingerprint};

const KILLS: u32 = 50;
const HOUR: Duration = Duration::from_secs(3_600);

/// A night by the real binary, killed after `patience` when it is given. Says whether it came to its end.
async fn night_of_bt(world: &World, patience: Option<Duration>) -> bool {
    let mut command = tokio::process::Command::from(bt::command());
    command.args(["update", "--term", FALL]).envs(world.settings()).stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.kill_on_drop(true).spawn().unwrap();
    let Some(patience) = patience else {
        let output = child.wait_with_output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        return true;
    };
    match tokio::time::timeout(patience, child.wait_with_output()).await {
        Ok(output) => {
            let output = output.unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            true
        }
        // The child is dropped with the wait, and killed (SIGKILL) by that.
        Err(_) => false,
    }
}

/// How long a night takes at least, the first one left out: it writes everything.
async fn shortest_night(world: &World) -> Duration {
    let mut nights = Vec::new();
    for _ in 0..4 {
        let watch = Stopwatch::start();
        night_of_bt(world, None).await;
        nights.push(watch.elapsed());
        world.later(HOUR);
    }
    assert_eq!(world.store.ledger(10).await.unwrap().len(), 4, "bt did its nights");
    nights[1..].iter().min().copied().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_fifty_moments_readers_have_yesterday_or_today_whole() {
    let world = World::demo().await;
    world.break_with(|faults| faults.latency_ms = 3);
    let whole = shortest_night(&world).await;
    let mut killed = 0;
    for attempt in 0..KILLS {
        let yesterday = fingerprint(&world.published().await);
        world.later(HOUR);
        // Spread over a little more than a whole night: early, in the middle of fetching, while publishing, too late.
        let patience = whole * (attempt + 1) * 11 / (KILLS * 10);
        let ended = night_of_bt(&world, Some(patience)).await;
        killed += u32::from(!ended);
        let after = world.published().await;
        let seen = fingerprint(&after);
        if seen != yesterday {
            night_of_bt(&world, None).await;
            assert_eq!(
                seen,
                fingerprint(&world.published().await),
                "killed after {patience:?}: neither yesterday nor today"
            );
        }
    }
    assert!(killed > KILLS / 2, "only {killed} of {KILLS} runs were killed");

    world.later(HOUR);
    night_of_bt(&world, None).await;
    let ledger = world.store.ledger(200).await.unwrap();
    assert!(ledger.iter().all(|entry| entry.outcome != RunOutcome::Running), "a dead run is not running");
    assert!(ledger.iter().any(|entry| entry.outcome == RunOutcome::Abandoned));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_in_the_middle_publishes_nothing_and_the_next_run_completes() {
    let world = World::demo().await;
    world.night(FALL).await.unwrap();
    let yesterday = fingerprint(&world.published().await);
    world.later(HOUR * 24);
    world.break_with(|faults| faults.latency_ms = 5);
    let updater = world.updater();
    let request = nights::world::everything(FALL);
    let gone = Gone { world: &world, done: std::sync::atomic::AtomicBool::new(false) };
    let result = updater.run(&request, &gone).await;
    assert!(result.is_err(), "{result:?}");
    assert_eq!(fingerprint(&world.published().await), yesterday);
    assert_eq!(world.night(FALL).await.unwrap().outcome, RunOutcome::Succeeded);
}

/// Cuts every connection of the database when the job is about to publish.
struct Gone<'a> {
    world: &'a World,
    done: std::sync::atomic::AtomicBool,
}

impl catalog::ports::FetchWatch for Gone<'_> {
    fn arrived(&self, _: catalog::fetched::RecordKind, _: Option<catalog::term::TermId>, _: usize) {}
}

impl updater::progress::Progress for Gone<'_> {
    fn fetching(&self, _: catalog::fetched::RecordKind, _: Option<catalog::term::TermId>, _: usize) {}

    fn publishing(&self) {
        if !self.done.swap(true, std::sync::atomic::Ordering::Relaxed) {
            tokio::task::block_in_place(|| {
                tokio::runtime::Handle::current().block_on(self.world.postgres.kill_connections());
            });
        }
    }

    fn ended(&self, _: &catalog::run::StepReport) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_publishes_nothing_says_so_and_the_next_run_completes() {
    let world = World::demo().await;
    world.night(FALL).await.unwrap();
    let yesterday = fingerprint(&world.published().await);
    world.later(HOUR * 24 * 30);
    // The server's own answer on a full disk (SQLSTATE 53100), given where the last of the counts are written.
    let mut connection = world.postgres.connection().await;
    let full = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
         CREATE TRIGGER full_disk BEFORE UPDATE ON enrollment_runs FOR EACH STATEMENT EXECUTE FUNCTION full_disk();";
    sqlx::raw_sql(full).execute(&mut connection).await.unwrap();
    let error = world.night(FALL).await.unwrap_err();
    let told = format!("{error:?}");
    assert!(told.contains("No space left on device"), "{told}");
    assert_eq!(fingerprint(&world.published().await), yesterday);
    let ledger = world.store.ledger(1).await.unwrap();
    assert_eq!(ledger[0].outcome, RunOutcome::Failed);
    sqlx::raw_sql("DROP TRIGGER full_disk ON enrollment_runs").execute(&mut connection).await.unwrap();
    assert_eq!(world.night(FALL).await.unwrap().outcome, RunOutcome::Succeeded);
}
