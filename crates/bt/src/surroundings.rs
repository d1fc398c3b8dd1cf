//! What the machine tells this process: environment, folder, terminal. Read once, here.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::io::{IsTerminal, stderr};
use std::path::PathBuf;

/// By this variable `bt up` tells its processes where the house is reached. No setting: releases that do not know it live on.
pub(crate) const HOUSE_ADDRESS: &str = "BERKELEYTIME_SITE";

/// The surroundings at the start.
#[derive(Debug)]
pub(crate) struct Surroundings {
    /// The folder in which `bt` was started.
    pub(crate) folder: PathBuf,
    /// The variables that begin with `BT_`.
    pub(crate) settings: BTreeMap<String, String>,
    /// What every program expects of an environment, beside those.
    pub(crate) basics: BTreeMap<String, String>,
    /// Where systemd listens, when it started us.
    pub(crate) notify_socket: Option<OsString>,
    /// Where the house is reached on this machine, when a `bt up` started us.
    pub(crate) house_address: Option<String>,
    /// Where this person's own files are.
    pub(crate) home: Option<PathBuf>,
    /// The folders of the PATH.
    pub(crate) path: Vec<PathBuf>,
    /// Whether stderr is a terminal.
    pub(crate) is_terminal: bool,
    /// Whether text may have colours there.
    pub(crate) is_colored: bool,
}

impl Surroundings {
    pub(crate) fn look() -> Self {
        let is_terminal = stderr().is_terminal();
        Self {
            folder: env::current_dir().unwrap_or_default(),
            settings: settings(),
            basics: basics(),
            notify_socket: variable("NOTIFY_SOCKET"),
            house_address: variable(HOUSE_ADDRESS).and_then(|address| address.into_string().ok()),
            home: variable("HOME").map(PathBuf::from),
            path: path(),
            is_terminal,
            is_colored: is_terminal && !is_set("NO_COLOR"),
        }
    }
}

fn settings() -> BTreeMap<String, String> {
    let all = env::vars_os().map(|(name, value)| (name.to_string_lossy().into_owned(), value));
    let ours = all.filter(|(name, _)| name.starts_with("BT_"));
    ours.map(|(name, value)| (name, value.to_string_lossy().into_owned())).collect()
}

/// Where programs and homes are, and how people write and count their hours here.
const BASICS: [&str; 6] = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"];

fn basics() -> BTreeMap<String, String> {
    BASICS.into_iter().filter_map(|name| Some((name.to_owned(), variable(name)?.into_string().ok()?))).collect()
}

fn path() -> Vec<PathBuf> {
    variable("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

fn is_set(name: &str) -> bool {
    variable(name).is_some_and(|value| !value.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name)
}
