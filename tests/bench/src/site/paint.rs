//! When a browser paints, with a processor four times slower than this machine's: measured by Chromium itself.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;

use super::addresses::Kind;
use crate::say;

/// Runs the browser over the first address of each kind; says what is missing where there is none.
pub(crate) fn run(site: &str, kinds: &[Kind]) -> anyhow::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../journeys");
    if !folder.join("node_modules").is_dir() {
        say("\nFirst paint was left out: run `npm ci` in tests/journeys, and have Chromium.");
        return Ok(());
    }
    #[expect(clippy::disallowed_methods, reason = "a chore starts programs for the developer")]
    let mut node = Command::new("node");
    node.current_dir(folder).arg("paint.mjs").arg(site).stdin(Stdio::null());
    node.args(kinds.iter().filter_map(|kind| kind.addresses.first()));
    let output = node.output().context("node cannot be started")?;
    anyhow::ensure!(output.status.success(), "paint.mjs failed: {}", String::from_utf8_lossy(&output.stderr));
    say(&format!("\n{}", String::from_utf8_lossy(&output.stdout)));
    Ok(())
}
