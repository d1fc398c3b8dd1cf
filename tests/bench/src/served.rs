//! The API as a process of its own, as it is measured.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;

use crate::measured::{Beside, Settings, command};

/// A running `bt serve api`.
pub(crate) struct Server {
    /// `http://localhost:port`.
    pub(crate) address: String,
    program: Beside,
}

impl Server {
    /// Starts it on a data directory that was filled before, and waits until it says where it listens.
    pub(crate) fn start(bt: &Path, data: &str, settings: Settings<'_>) -> anyhow::Result<Self> {
        let mut arguments = vec!["serve", "api", "--listen", "127.0.0.1:0", "--data-dir", data];
        // One client stands for many here.
        arguments.extend(["--set", "api.requests_per_minute=0"]);
        let mut serve = command(bt, settings, &arguments);
        let mut child = serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("bt cannot be started")?;
        let says = child.stdout.take().context("bt has no stdout")?;
        let program = Beside(child);
        let mut lines = BufReader::new(says).lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.strip_prefix("serving at ").map(str::to_owned));
        Ok(Self { address: address.context("bt serve api ended before it served")?, program })
    }

    /// Processor time that all threads have used so far.
    pub(crate) fn processor_time(&self) -> anyhow::Result<Duration> {
        let mut total = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.program.0.id()))? {
            let text = fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
            total += text.split(' ').next().and_then(|ns| ns.parse::<u64>().ok()).unwrap_or(0);
        }
        Ok(Duration::from_nanos(total))
    }

    /// Memory that it holds now.
    pub(crate) fn resident_mib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.program.0.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) / 1024
    }
}
