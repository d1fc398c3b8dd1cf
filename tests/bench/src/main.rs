//! `cargo xtask bench`: figures, measured in one run on the release build of `bt`, printed as docs/BENCHMARKS.md has
//! them. A program of its own, so that the other chores build without a database client.

use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, bail};

mod api;
mod edge;
mod house;
mod house_tree;
mod load_tools;
mod machine;
mod measured;
mod place;
mod questions;
mod replay;
mod running_house;
mod served;
mod shared_cache;
mod site;
mod snapshot;
mod standin;
mod update;
mod visitors;
mod writers;

/// What can be measured.
const NAMES: [&str; 8] = ["update", "replay", "load", "api", "site", "house", "edge", "kills"];

#[tokio::main]
async fn main() -> ExitCode {
    // Nobody else installs one in this process.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let names: Vec<String> = std::env::args().skip(1).collect();
    match run(&names).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Measures what is asked for; everything when nothing is.
async fn run(names: &[String]) -> anyhow::Result<()> {
    if let [snapshot::HOLD, url] = names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        return snapshot::hold(url).await;
    }
    if let Some(unknown) = names.iter().find(|name| !NAMES.contains(&name.as_str())) {
        bail!("nothing is measured by the name of `{unknown}`: choose from {}", NAMES.join(", "));
    }
    let wants = |name: &str| names.is_empty() || names.iter().any(|other| other == name);
    say(&machine::describe()?);
    if wants("edge") {
        edge::run()?;
    }
    if names == ["edge"] {
        return Ok(());
    }
    let bt = release_build()?;
    if wants("update") {
        update::run(&bt).await?;
    }
    if wants("replay") {
        replay::run(&bt).await?;
    }
    if wants("load") {
        snapshot::run(&bt).await?;
    }
    if wants("api") {
        api::run(&bt).await?;
    }
    if wants("site") {
        site::run(&bt).await?;
    }
    if wants("house") {
        house::run(&bt).await?;
    }
    if wants("kills") {
        house::run_kills(&bt).await?;
    }
    Ok(())
}

/// Builds `bt` as it is shipped and gives its path.
fn release_build() -> anyhow::Result<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "a chore starts programs for the developer")]
    let mut build = Command::new("cargo");
    build.args(["build", "--quiet", "--release", "--locked", "--package", "bt"]).stdin(Stdio::null());
    let status = build.status().context("cargo cannot be started")?;
    anyhow::ensure!(status.success(), "the release build failed");
    Ok(target_dir()?.join("release/bt"))
}

/// Where cargo builds: two folders above this program.
pub(crate) fn target_dir() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("this program does not know where it lies")?;
    let folder = program.ancestors().nth(2).context("this program does not lie in a target folder")?;
    Ok(folder.to_path_buf())
}

#[expect(clippy::print_stdout, reason = "figures are for the terminal")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}
