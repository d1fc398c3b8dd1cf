//! Which build of the program this is.

use std::fs;

use answers::key::Key;
use anyhow::Context;

/// A hash of the program's own file: two builds differ in it even when nobody counted a version up. It takes as long as
/// reading the file.
///
/// # Errors
/// When the file cannot be read, for instance because it was replaced while the program started.
pub(crate) fn of_this_program() -> anyhow::Result<String> {
    let file = std::env::current_exe().context("the program does not know where it lies")?;
    let bytes = fs::read(&file).with_context(|| format!("the program cannot read itself at {}", file.display()))?;
    Ok(Key::of("program", "").bytes(&bytes).finish().to_string())
}
