//! `cargo xtask gen`: makes the files that are made of code. A test next to each maker holds them current.

use std::fs;

use anyhow::Context;

use crate::chore::{cargo, output_of, root, say};

pub(crate) fn run() -> anyhow::Result<()> {
    let example = output_of(cargo(&["run", "--quiet", "--bin", "bt", "--", "config", "example"]))?;
    let path = root().join("berkeleytime.example.toml");
    fs::write(&path, example).with_context(|| format!("cannot write {}", path.display()))?;
    say("berkeleytime.example.toml is current");
    Ok(())
}
