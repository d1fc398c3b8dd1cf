//! How a service tells the supervisor where it listens: one file, written whole, once the port is taken.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context;
use serde_json::json;

use crate::command_line::Placement;

/// Writes the file when there is one to write.
pub(super) fn write(placement: &Placement, address: SocketAddr) -> anyhow::Result<()> {
    let Some(file) = &placement.announce else { return Ok(()) };
    let text = json!({ "process": std::process::id(), "address": address }).to_string();
    put(file, &text).with_context(|| format!("cannot announce the address in {}", file.display()))
}

fn put(file: &Path, text: &str) -> std::io::Result<()> {
    let unfinished = file.with_extension("part");
    fs::write(&unfinished, text)?;
    fs::rename(&unfinished, file)
}
