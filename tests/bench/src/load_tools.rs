//! The tools that press on a server: wrk, and nginx as the limit of what can be reached on this machine.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;

use crate::measured::Beside;

/// Connections held open at the same time.
pub(crate) const CONNECTIONS: u32 = 64;

/// How long each pressing takes, in seconds.
const SECONDS: u32 = 6;

/// How often, and how long apart, a started server is tried.
const CONNECT_TRIES: u32 = 100;
const CONNECT_PAUSE: Duration = Duration::from_millis(50);

/// What wrk said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pressed {
    pub(crate) requests_per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Answers that were no success, and broken connections.
    pub(crate) failed: u64,
}

/// Says what is missing, before anything is measured.
pub(crate) fn ensure_installed() -> anyhow::Result<()> {
    for (name, flag) in [("wrk", "--version"), ("nginx", "-v")] {
        let found = program(name).arg(flag).stdout(Stdio::null()).stderr(Stdio::null()).status();
        anyhow::ensure!(found.is_ok(), "{name} is not there: apt-get install wrk nginx-light");
    }
    Ok(())
}

/// Presses with one kind of request, written as a script of wrk.
pub(crate) fn press(address: &str, script: &str, folder: &Path) -> anyhow::Result<Pressed> {
    let path = folder.join("request.lua");
    fs::write(&path, script)?;
    let mut wrk = program("wrk");
    wrk.args(["--latency", "--timeout", "10s", "-t1"]).arg(format!("-c{CONNECTIONS}")).arg(format!("-d{SECONDS}s"));
    let output = wrk.arg("-s").arg(&path).arg(address).output().context("wrk cannot be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    read(&text).with_context(|| format!("wrk said something else:\n{text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// Reads what wrk prints.
pub(crate) fn read(text: &str) -> Option<Pressed> {
    let after = |name: &str| {
        let line = text.lines().map(str::trim).find(|line| line.starts_with(name))?;
        Some(line[name.len()..].trim().to_owned())
    };
    let broken = after("Socket errors:").map_or(0, |counts| {
        counts.split(|c: char| !c.is_ascii_digit()).filter_map(|count| count.parse::<u64>().ok()).sum()
    });
    let refused = after("Non-2xx or 3xx responses:").and_then(|count| count.parse().ok()).unwrap_or(0);
    Some(Pressed {
        requests_per_second: after("Requests/sec:")?.parse().ok()?,
        p50_ms: milliseconds(&after("50%")?)?,
        p99_ms: milliseconds(&after("99%")?)?,
        failed: broken + refused,
    })
}

/// `1.23ms`, `845.00us`, `1.02s`.
fn milliseconds(text: &str) -> Option<f64> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let value: f64 = text[..unit].parse().ok()?;
    match &text[unit..] {
        "us" => Some(value / 1000.0),
        "ms" => Some(value),
        "s" => Some(value * 1000.0),
        "m" => Some(value * 60_000.0),
        _ => None,
    }
}

/// An nginx that serves the files of a folder as they are, with the encoding that they are in.
pub(crate) fn nginx(folder: &Path, port: u16, encoding: &str) -> anyhow::Result<Beside> {
    let conf = folder.join("nginx.conf");
    let folder = folder.display();
    let text = format!(
        "master_process off;\nerror_log {folder}/nginx.log;\npid {folder}/nginx.pid;\ndaemon off;\nuser root;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n  access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000; etag on;\n\
         \x20 client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;\n\
         \x20 uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; default_type application/json;\n\
         \x20 server {{ listen 127.0.0.1:{port}; root {folder}; add_header Content-Encoding {encoding}; }}\n}}\n"
    );
    fs::write(&conf, text)?;
    let mut nginx = program("nginx");
    nginx.arg("-c").arg(&conf).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let nginx = Beside(nginx.spawn().context("nginx cannot be started")?);
    for _ in 0..CONNECT_TRIES {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(nginx);
        }
        std::thread::sleep(CONNECT_PAUSE);
    }
    anyhow::bail!("nginx did not listen; see {folder}/nginx.log")
}

#[expect(clippy::disallowed_methods, reason = "a chore starts programs for the developer")]
fn program(name: &str) -> Command {
    Command::new(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wrk_says_is_read() {
        let text = "  Latency Distribution\n     50%    2.47ms\n     75%    3.40ms\n     90%    4.10ms\n     99%  845.00us\n  \
                    120 requests in 1.0s, 30.18MB read\n  Socket errors: connect 0, read 2, write 0, timeout 1\n  \
                    Non-2xx or 3xx responses: 4\nRequests/sec:  25000.50\nTransfer/sec:     43.10MB\n";
        let expected = Pressed { requests_per_second: 25000.5, p50_ms: 2.47, p99_ms: 0.845, failed: 7 };
        assert_eq!(read(text), Some(expected));
        assert_eq!(read("unable to connect"), None);
    }
}
