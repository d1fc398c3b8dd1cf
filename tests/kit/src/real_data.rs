//! Captured real data, kept beside the repository and never in it. Tests that want it pass without it and say so.

use std::path::{Path, PathBuf};

/// The folder of the real data, by default `../shared/data` beside the checkout; `None` when it is not there.
/// `needed_for` says what the calling test leaves out then.
#[must_use]
#[expect(clippy::print_stdout, reason = "a test says on its own output what it left out")]
pub fn folder(name: &str, needed_for: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3)?;
    let folder = root.join("shared/data").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("left out, for want of the real data in shared/data/{name}: {needed_for}");
    None
}
