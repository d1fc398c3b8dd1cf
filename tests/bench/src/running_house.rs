//! A whole `bt up` that is measured: started, settled, stopped, started again.

use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use clock::Stopwatch;
use serde_json::Value;

use crate::house_tree::{Process, tree};
use crate::measured::command;

/// A house is quiet when it took less than this of a processor, in milliseconds, in a stretch of time. After a first load the
/// database puts its tables in order for a while.
const QUIET_MS: u64 = 150;
const QUIET_FOR: Duration = Duration::from_secs(5);
/// Longer than a first load on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(300);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A running `bt up`.
pub(crate) struct House {
    bt: PathBuf,
    pub(crate) data: PathBuf,
    program: Option<Child>,
}

impl House {
    const ADDRESS: &str = "127.0.0.1:18080";

    /// One that is not started yet.
    pub(crate) fn at(bt: &Path, data: &Path) -> Self {
        Self { bt: bt.to_owned(), data: data.to_owned(), program: None }
    }

    pub(crate) fn site() -> String {
        format!("http://{}", Self::ADDRESS)
    }

    pub(crate) fn call(&self, arguments: &[&str]) -> std::process::Command {
        let data = self.data.display().to_string();
        let mut all = arguments.to_vec();
        all.extend(["--data-dir", &data, "--set", "api.test_identities=true", "--set", "api.requests_per_minute=0"]);
        all.extend(["--set", "edge.requests_per_minute=0", "--set", "edge.connections_per_client=4096"]);
        command(&self.bt, &[], &all)
    }

    /// Starts it, and gives how long the first page took.
    pub(crate) async fn start(&mut self) -> anyhow::Result<Duration> {
        let watch = Stopwatch::start();
        self.spawn()?;
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
        let page = format!("{}/catalog", Self::site());
        loop {
            let answer = client.get(&page).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(watch.elapsed());
            }
            anyhow::ensure!(watch.elapsed() < START_LIMIT, "the site is not there after {START_LIMIT:?}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn spawn(&mut self) -> anyhow::Result<()> {
        let mut up = self.call(&["up", "--listen", Self::ADDRESS, "--set", "edge.https_listen=never"]);
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.data.join("up.log"))?;
        up.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.program = Some(up.spawn().context("bt cannot be started")?);
        Ok(())
    }

    /// As systemd would.
    pub(crate) fn start_again_if_killed(&mut self) -> anyhow::Result<()> {
        if self.program.as_mut().is_some_and(|program| matches!(program.try_wait(), Ok(Some(_)))) {
            self.spawn()?;
        }
        Ok(())
    }

    pub(crate) fn stop(&mut self) -> anyhow::Result<()> {
        self.call(&["down"]).stdout(Stdio::null()).status().context("bt down cannot be started")?;
        if let Some(mut program) = self.program.take() {
            program.wait()?;
        }
        Ok(())
    }

    fn view(&self) -> anyhow::Result<Value> {
        let said = self.call(&["ps", "--json"]).stderr(Stdio::null()).output().context("bt ps cannot be started")?;
        Ok(serde_json::from_slice(&said.stdout)?)
    }

    /// Waits until no job runs and everything that is wished is ready.
    pub(crate) async fn wait_for_jobs(&self) -> anyhow::Result<()> {
        let watch = Stopwatch::start();
        loop {
            let view = self.view().unwrap_or_default();
            let works =
                view["jobs"].as_array().is_some_and(|jobs| jobs.iter().any(|job| !job["running_since"].is_null()));
            let services = view["services"].as_array().cloned().unwrap_or_default();
            let is_settled = !services.is_empty() && services.iter().all(|service| service["is_settled"] == true);
            if is_settled && !works {
                return Ok(());
            }
            anyhow::ensure!(watch.elapsed() < START_LIMIT, "the house is not settled after {START_LIMIT:?}");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Waits until nothing of it works any more.
    pub(crate) async fn wait_until_quiet(&self) -> anyhow::Result<()> {
        self.wait_for_jobs().await?;
        let watch = Stopwatch::start();
        let used = || self.processes().iter().map(|process| process.cpu_ms).sum::<u64>();
        loop {
            let before = used();
            tokio::time::sleep(QUIET_FOR).await;
            if used().saturating_sub(before) < QUIET_MS {
                return Ok(());
            }
            anyhow::ensure!(watch.elapsed() < START_LIMIT, "the house is not quiet after {START_LIMIT:?}");
        }
    }

    pub(crate) fn processes(&self) -> Vec<Process> {
        tree(&self.data, self.program.as_ref().map(Child::id))
    }
}
