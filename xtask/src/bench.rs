//! `cargo xtask bench`: figures, measured in one run on release builds, printed as the tables of docs/BENCHMARKS.md.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};

mod machine;
mod measured;
mod place;
mod replay;
mod standin;
mod update;

/// What can be measured.
pub(crate) const NAMES: [&str; 2] = ["update", "replay"];

/// Measures what is asked for; everything when nothing is.
pub(crate) async fn run(names: &[String]) -> anyhow::Result<()> {
    if let Some(unknown) = names.iter().find(|name| !NAMES.contains(&name.as_str())) {
        bail!("nothing is measured by the name of `{unknown}`: choose from {}", NAMES.join(", "));
    }
    let wants = |name: &str| names.is_empty() || names.iter().any(|other| other == name);
    let bt = release_build()?;
    say(&machine::describe()?);
    if wants("update") {
        update::run(&bt).await?;
    }
    if wants("replay") {
        replay::run(&bt).await?;
    }
    Ok(())
}

/// Builds `bt` as it is shipped and gives its path.
fn release_build() -> anyhow::Result<PathBuf> {
    let status = cargo(&["build", "--quiet", "--release", "--package", "bt"])?.wait()?;
    anyhow::ensure!(status.success(), "the release build failed");
    Ok(target_dir()?.join("release/bt"))
}

#[expect(clippy::disallowed_methods, reason = "xtask is what starts programs for the developer")]
fn cargo(arguments: &[&str]) -> anyhow::Result<Child> {
    Command::new("cargo").args(arguments).stdin(Stdio::null()).spawn().context("cargo cannot be started")
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
