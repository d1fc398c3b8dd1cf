//! The catalog engine: how long a process takes to hold the catalog, in how much memory, and what a question costs it
//! then. The measured part runs in a process of its own, so that its memory is its own.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use catalog::filter::find;
use catalog::ports::CatalogStore as _;
use catalog::snapshot::Snapshot;
use clock::Stopwatch;
use database::config::DatabaseConfig;
use database::connect::Database;
use processes::postgres::{Postgres, PostgresConfig};

use crate::questions::{Question, kinds};
use crate::{api, say};

/// As many as the goal names.
const COURSES: &str = "demo.courses=10000";

/// The name of the measured part, and how it is told the database.
pub(crate) const HOLD: &str = "hold-the-catalog";

/// How often the catalog is loaded; the best counts, since others run beside it.
const LOADS: usize = 3;

/// For how long the questions of a kind are asked.
const ASKED_FOR: Duration = Duration::from_millis(700);

/// Fills a demo campus and measures a process that holds it.
pub(crate) async fn run(bt: &Path) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("bt-bench-load-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    say("\nThe catalog in memory: a demo campus of 10,000 courses is being made");
    api::fill(bt, &folder.display().to_string(), COURSES)?;
    let postgres = Postgres::start(PostgresConfig::new(&folder)).await?;
    let held = hold_apart(&postgres.url());
    postgres.stop().await;
    fs::remove_dir_all(&folder).context("the folder of the measurement stays")?;
    held
}

fn hold_apart(url: &str) -> anyhow::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "a chore starts programs for the developer")]
    let mut program = Command::new(std::env::current_exe()?);
    let status = program.args([HOLD, url]).stdin(Stdio::null()).status()?;
    anyhow::ensure!(status.success(), "the measured part failed");
    Ok(())
}

/// The measured part.
pub(crate) async fn hold(url: &str) -> anyhow::Result<()> {
    let store = Database::connect(&DatabaseConfig::new(url.to_owned())).await?;
    let (mut best, mut least) = (Duration::MAX, Duration::MAX);
    let mut kept = None;
    for _ in 0..LOADS {
        drop(kept.take());
        let before = processor_time();
        let (snapshot, reading, building) = load(&store).await?;
        least = least.min(processor_time() - before);
        if kept.is_none() && best == Duration::MAX {
            say(&held(&snapshot, reading, building));
        }
        best = best.min(reading + building);
        kept = Some(snapshot);
    }
    say(&format!(
        "\nRead and built, the best of {LOADS}: {:.2} s (goal ≤ 1 s), {:.2} s of it processor time of this process",
        best.as_secs_f64(),
        least.as_secs_f64()
    ));
    let Some(snapshot) = kept else { return Ok(()) };
    say("\n| questions, no two equal | asked | p50 | p99 | slowest |\n|---|---|---|---|---|");
    for (name, questions) in kinds(&snapshot) {
        say(&row(&snapshot, name, &questions));
    }
    Ok(())
}

async fn load(store: &Database) -> anyhow::Result<(Snapshot, Duration, Duration)> {
    let watch = Stopwatch::start();
    let data = store.load().await?;
    let reading = watch.elapsed();
    let watch = Stopwatch::start();
    let snapshot = Snapshot::build(data);
    Ok((snapshot, reading, watch.elapsed()))
}

/// What the process holds after its first load, and for how much.
fn held(snapshot: &Snapshot, reading: Duration, building: Duration) -> String {
    let terms = snapshot.terms().iter().filter(|term| !term.offerings.is_empty()).count();
    format!(
        "\n{} courses, {terms} terms, {} sections, {} grade rows, {} playlists: read in {:.2} s, built in {:.2} s; \
         {} MiB resident (goal ≤ 200 MB), {} MiB at the peak",
        snapshot.courses().len(),
        snapshot.section_count(),
        snapshot.grades().len(),
        snapshot.all_playlists().len(),
        reading.as_secs_f64(),
        building.as_secs_f64(),
        status_mib("VmRSS:"),
        status_mib("VmHWM:"),
    )
}

/// Processor time that all threads have used so far: on a busy machine it says more than the clock.
fn processor_time() -> Duration {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let used = tasks.filter_map(|task| {
        let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(used.sum())
}

fn status_mib(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(field));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

/// Asks the questions in turn; searching, filtering, counting and sorting are all in it.
fn row(snapshot: &Snapshot, name: &str, questions: &[Question]) -> String {
    let whole = Stopwatch::start();
    let mut times: Vec<Duration> = Vec::new();
    for question in questions.iter().cycle() {
        let watch = Stopwatch::start();
        std::hint::black_box(find(snapshot, question));
        times.push(watch.elapsed());
        if whole.elapsed() > ASKED_FOR {
            break;
        }
    }
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1)));
    let micros = |time: Option<&Duration>| time.map_or(0, Duration::as_micros);
    format!(
        "| {name} | {} | {} µs | {} µs | {} µs |",
        times.len(),
        micros(at(50)),
        micros(at(99)),
        micros(times.last())
    )
}
