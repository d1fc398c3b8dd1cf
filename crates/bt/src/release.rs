//! Which build of the program this is.

use std::path::PathBuf;

use anyhow::Context;

/// Where the program lies.
///
/// # Errors
/// When the system does not say so.
pub(crate) fn program() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("the program does not know where it lies")
}
