//! The one place where a program is started.

use std::collections::BTreeMap;
use std::path::Path;

use tokio::process::Command;

/// A program that inherits nothing of our environment: what `bt` was given there (keys, passwords) is not for it.
pub(crate) fn bare(program: &Path) -> Command {
    let mut command = inheriting(program);
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C").env("TZ", "UTC");
    command
}

/// A program with these variables and no others.
pub(crate) fn with_environment(program: &Path, environment: &BTreeMap<String, String>) -> std::process::Command {
    let mut command = inheriting(program).into_std();
    command.env_clear().envs(environment);
    command
}

/// A program of the person at the keyboard, which needs their settings (proxies, certificates).
#[expect(clippy::disallowed_methods, reason = "the one place that starts programs")]
pub(crate) fn inheriting(program: &Path) -> Command {
    Command::new(program)
}
