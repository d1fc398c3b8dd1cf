//! The whole house on one machine: how long until the first page, what it needs when nobody asks, what visitors notice
//! of replacements and of killed processes, and how long a lost database takes to come back.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use clock::Stopwatch;
use rustix::process::{Pid, Signal, kill_process};

use crate::house_tree::{Process, resident_mib};
use crate::measured::command;
use crate::running_house::House;
use crate::say;
use crate::visitors::{Tally, Visitors};
use crate::writers::Writers;

/// How long the idle house is watched.
const IDLE: Duration = Duration::from_secs(60);
/// Replacements under load: each service half of them.
const REPLACEMENTS: u32 = 100;
/// Between two killed processes, and how long that goes on.
const KILL_EVERY: Duration = Duration::from_secs(2);
const KILLING: Duration = Duration::from_secs(600);

/// Starts, idle hours and replacements.
pub(crate) async fn run(bt: &Path) -> anyhow::Result<()> {
    within(bt, Part::Peace).await
}

/// Killed processes, and a lost database.
pub(crate) async fn run_kills(bt: &Path) -> anyhow::Result<()> {
    within(bt, Part::War).await
}

/// What is measured of a house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Peace,
    War,
}

async fn within(bt: &Path, part: Part) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("bt-bench-house-{}", std::process::id()));
    std::fs::create_dir_all(&folder).context("no folder for the measurement")?;
    let measured = measure(bt, &folder, part).await;
    let _ = command(bt, &[], &["down", "--data-dir", &folder.display().to_string()]).status();
    let _ = std::fs::remove_dir_all(&folder);
    measured
}

async fn measure(bt: &Path, folder: &Path, part: Part) -> anyhow::Result<()> {
    say("\n## The house\n\n| what | figure |\n|---|---|");
    let mut house = House::at(bt, folder);
    let first = house.start().await?;
    house.wait_for_jobs().await?;
    say(&format!("| `bt up` with nothing there, to the first page | {:.1} s |", first.as_secs_f64()));
    if part == Part::War {
        kills(&mut house).await?;
        return restore(&mut house);
    }
    house.stop()?;
    let again = house.start().await?;
    say(&format!("| `bt up` with data there, to the first page | {:.2} s |", again.as_secs_f64()));
    idle(&house).await?;
    replacements(&house).await
}

async fn idle(house: &House) -> anyhow::Result<()> {
    house.wait_until_quiet().await?;
    let before: u64 = house.processes().iter().map(|process| process.cpu_ms).sum();
    tokio::time::sleep(IDLE).await;
    let processes = house.processes();
    let after: u64 = processes.iter().map(|process| process.cpu_ms).sum();
    let used = after.saturating_sub(before);
    let permille = used * 1000 / u64::try_from(IDLE.as_millis())?;
    say(&format!("| idle: all {} processes, resident | {} MiB |", processes.len(), resident_mib(&processes)));
    say(&format!("| idle: processor, of one core | {:.1} % |", permille as f64 / 10.0));
    let mut named: Vec<(String, u64)> =
        processes.iter().map(|process| (process.name.clone(), process.resident_kib)).collect();
    named.sort_by_key(|(_, kib)| std::cmp::Reverse(*kib));
    let words: Vec<String> = named.iter().map(|(name, kib)| format!("{name} {}", kib / 1024)).collect();
    say(&format!("| idle: MiB by process | {} |", words.join(", ")));
    Ok(())
}

async fn replacements(house: &House) -> anyhow::Result<()> {
    let visitors = Visitors::come(&House::site());
    let watch = Stopwatch::start();
    for turn in 0..REPLACEMENTS {
        let service = if turn % 2 == 0 { "web@production" } else { "api@production" };
        let mut restart = tokio::process::Command::from(house.call(&["restart", service]));
        let done = restart.stdout(Stdio::null()).output().await.context("bt restart cannot be started")?;
        anyhow::ensure!(done.status.success(), "bt restart failed: {}", String::from_utf8_lossy(&done.stderr));
    }
    let took = watch.elapsed();
    let tally = visitors.leave().await;
    say(&format!("| {REPLACEMENTS} replacements of web and api under load | {} |", tally.words()));
    say(&format!("| one replacement | {:.2} s |", took.as_secs_f64() / f64::from(REPLACEMENTS)));
    Ok(())
}

/// Kills one process after the other; whoever kills `bt up` starts it again, as systemd would.
async fn kills(house: &mut House) -> anyhow::Result<()> {
    house.wait_for_jobs().await?;
    let visitors = Visitors::come(&House::site());
    let writers = Writers::begin(&House::site());
    let watch = Stopwatch::start();
    let (mut turn, mut killed) = (0_usize, BTreeSet::new());
    while watch.elapsed() < KILLING {
        tokio::time::sleep(KILL_EVERY).await;
        let victims: Vec<Process> = house.processes().into_iter().filter(|process| process.name != "edge").collect();
        // Spread over all of them; which is next does not depend on when.
        turn = turn.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let Some(victim) = victims.get((turn >> 33) % victims.len().max(1)) else { continue };
        killed.insert(victim.name.clone());
        if let Some(pid) = i32::try_from(victim.id).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::KILL);
        }
        house.start_again_if_killed()?;
    }
    house.start_again_if_killed()?;
    let tally: Tally = visitors.leave().await;
    let words = killed.into_iter().collect::<Vec<_>>().join(", ");
    say(&format!(
        "| a process killed every {} s for {} min ({words}) | {} |",
        KILL_EVERY.as_secs(),
        KILLING.as_secs() / 60,
        tally.words()
    ));
    house.wait_for_jobs().await?;
    say(&format!("| writes of people's data meanwhile | {} |", writers.end().await?));
    Ok(())
}

fn restore(house: &mut House) -> anyhow::Result<()> {
    let watch = Stopwatch::start();
    let done = house.call(&["backup", "now"]).output()?;
    anyhow::ensure!(done.status.success(), "bt backup now failed: {}", String::from_utf8_lossy(&done.stderr));
    say(&format!("| backup of the demo database | {:.1} s |", watch.elapsed().as_secs_f64()));
    house.stop()?;
    let watch = Stopwatch::start();
    let into = house.data.join("restored").display().to_string();
    let done = house.call(&["backup", "restore", "--into", &into]).output()?;
    anyhow::ensure!(done.status.success(), "bt backup restore failed: {}", String::from_utf8_lossy(&done.stderr));
    say(&format!("| restore of the newest backup | {:.1} s |", watch.elapsed().as_secs_f64()));
    Ok(())
}
