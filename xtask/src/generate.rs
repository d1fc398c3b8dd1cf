//! `cargo xtask gen`: makes the files that are made of code. A test next to each maker holds them current.

use std::fs;

use anyhow::Context;

use crate::chore::{cargo, output_of, root, say};

pub(crate) fn run() -> anyhow::Result<()> {
    write("berkeleytime.example.toml", &["run", "--quiet", "--bin", "bt", "--", "config", "example"])?;
    write("docs/openapi.json", &["run", "--quiet", "--package", "api", "--example", "openapi"])
}

/// Puts what a program of ours says into a file.
fn write(file: &str, program: &[&str]) -> anyhow::Result<()> {
    let text = output_of(cargo(program))?;
    let path = root().join(file);
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    say(&format!("{file} is current"));
    Ok(())
}
