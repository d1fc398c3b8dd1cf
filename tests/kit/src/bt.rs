//! The real program, as built beside the tests.

use std::path::PathBuf;
use std::process::Command;

/// The program's path.
///
/// # Panics
/// When it is not built.
#[must_use]
pub fn path() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it lies");
    let folder = test.ancestors().nth(2).expect("a test lies in deps/ of the target folder");
    let program = folder.join("bt");
    assert!(
        program.is_file(),
        "{} is not built: `make test` builds it first, or run `cargo build -p bt`",
        program.display()
    );
    program
}

/// A call of the program that sees no settings but those that it is given.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the kit is where tests start programs")]
pub fn command() -> Command {
    let mut command = Command::new(path());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("BT_")) {
        command.env_remove(name);
    }
    command
}
