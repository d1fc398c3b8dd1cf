//! The stand-in as a program of its own beside the measured one, and its control endpoint.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use anyhow::Context as _;

use crate::measured::{Beside, Settings, command};

/// A running `bt sis`.
pub(crate) struct Standin {
    address: String,
    client: reqwest::Client,
    _program: Beside,
}

impl Standin {
    /// Starts one on a free port of loopback and waits until it says where it listens.
    pub(crate) async fn start(bt: &Path, settings: Settings<'_>, arguments: &[&str]) -> anyhow::Result<Self> {
        let port = free_port()?;
        let address = format!("127.0.0.1:{port}");
        let mut all = vec!["sis", "--listen", address.as_str()];
        all.extend(arguments);
        let mut child = command(bt, settings, &all).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let errors = child.stderr.take().context("the stand-in has no stderr")?;
        // Its log must be read, or it stops when the pipe is full.
        std::thread::spawn(move || BufReader::new(errors).lines().map_while(Result::ok).for_each(drop));
        let standin = Self { address, client: reqwest::Client::new(), _program: Beside(child) };
        standin.wait_until_it_answers().await?;
        Ok(standin)
    }

    /// Where its API begins.
    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/sis", self.address)
    }

    /// Changes its state: see the stand-in's list of faults.
    pub(crate) async fn control(&self, change: &str) -> anyhow::Result<()> {
        let request = self.client.post(format!("http://{}/standin/control", self.address));
        let answer = request.header("content-type", "application/json").body(change.to_owned()).send().await?;
        let status = answer.status();
        anyhow::ensure!(status.is_success(), "the stand-in refused {change}: {}", answer.text().await?);
        Ok(())
    }

    async fn wait_until_it_answers(&self) -> anyhow::Result<()> {
        for _ in 0..300 {
            if self.client.get(format!("http://{}/standin/control", self.address)).send().await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        anyhow::bail!("the stand-in did not answer within 30 s")
    }
}

fn free_port() -> anyhow::Result<u16> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").context("no free port on loopback")?;
    Ok(listener.local_addr()?.port())
}
