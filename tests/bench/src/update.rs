//! The nightly job against the stand-in without latency: a first night, a quiet one, one with many changed counts.

use std::path::Path;

use crate::measured::{Measured, succeed};
use crate::place::{Place, settings};
use crate::say;
use crate::standin::Standin;

const TERM: &str = "spring-2027";
/// Phase 1 of the term is under way.
const FIRST_NIGHT: &str = "2026-10-28T16:00:00Z";
/// How far the clock is moved for a night in which about 2,000 counts change, found by trying.
const BUSY_NIGHT: &str = "2026-10-28T21:00:00Z";

pub(crate) async fn run(bt: &Path) -> anyhow::Result<()> {
    say("\nThe nightly job (10,000 courses, about 12,000 sections; stand-in and Postgres on the same machine)\n");
    say("| night | goal | wall | peak memory | classes and sections; counts |\n|---|---|---|---|---|");
    let standin = Standin::start(bt, &[], &["--seed", "1", "--set", "demo.courses=10000", "--at", FIRST_NIGHT]).await?;
    let place = Place::fresh("update").await?;
    let settings = settings(&place, &standin.base_url());
    succeed(bt, &settings, &["migrate"])?;
    let update = ["update", "--term", TERM];
    row("into an empty database", "10 s", &succeed(bt, &settings, &update)?);
    row("nothing changed", "3 s", &succeed(bt, &settings, &update)?);
    standin.control(&format!(r#"{{"at": "{BUSY_NIGHT}"}}"#)).await?;
    row("about 2,000 changed counts", "3 s", &succeed(bt, &settings, &update)?);
    place.leave().await
}

fn row(night: &str, goal: &str, measured: &Measured) {
    let lines = measured.text.lines().filter(|line| line.starts_with("class") || line.starts_with("enrollment"));
    let said: Vec<&str> = lines.filter_map(|line| line.split("; ").nth(1)).collect();
    let (wall, peak) = (measured.wall.as_secs_f64(), measured.peak_mib);
    say(&format!("| {night} | ≤ {goal}, ≤ 250 MiB | {wall:.2} s | {peak} MiB | {} |", said.join("; ")));
}
