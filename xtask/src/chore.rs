//! Running other programs, and speaking.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A word to whoever started the chore.
#[expect(clippy::print_stdout, reason = "a chore speaks to the terminal")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// A `cargo` in the folder of the workspace.
#[expect(clippy::disallowed_methods, reason = "chores are made of other programs")]
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    // Its words are read: colours would be in the way.
    command.args(arguments).current_dir(root()).env("CARGO_TERM_COLOR", "never");
    command
}

/// Whether a subcommand of cargo is installed.
pub(crate) fn has(subcommand: &str) -> bool {
    let mut command = cargo(&[subcommand, "--version"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Runs a program, showing what it says. Gives each line to `hear` as well.
///
/// # Errors
/// When it cannot be started or heard.
pub(crate) fn listen_to(mut command: Command, mut hear: impl FnMut(&str)) -> anyhow::Result<bool> {
    let (hearing, speaking) = std::io::pipe().context("no pipe")?;
    let errors = speaking.try_clone().context("no pipe")?;
    let mut child = command.stdout(speaking).stderr(errors).spawn().context("cannot start a program")?;
    // It holds the speaking ends: without this, hearing would never end.
    drop(command);
    for line in BufReader::new(hearing).lines() {
        let line = line.context("cannot hear a program")?;
        say(&line);
        hear(&line);
    }
    Ok(child.wait().context("cannot wait for a program")?.success())
}

/// Runs a program and takes what it says on stdout.
///
/// # Errors
/// When it cannot be started, or fails.
pub(crate) fn output_of(mut command: Command) -> anyhow::Result<String> {
    let output = command.stderr(Stdio::inherit()).output().context("cannot start a program")?;
    anyhow::ensure!(output.status.success(), "a program failed: {command:?}");
    String::from_utf8(output.stdout).context("a program spoke something else than text")
}
