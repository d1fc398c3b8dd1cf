//! The same comparison over TLS and HTTP/2, by h2load: connections with several requests in flight on each.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};

use super::{Proxy, ROUNDS, SECONDS, program};
use crate::load_tools::Pressed;
use crate::say;

/// Connections, and requests in flight on each of them: a browser's many small ones, and many browsers.
const SHAPES: [(u32, u32); 3] = [(1, 32), (32, 8), (256, 1)];

pub(super) fn run(proxies: &[Proxy], folder: &Path) -> anyhow::Result<()> {
    say(
        "\n| HTTP/2 over TLS: connections × in flight | forwards | requests/s | p50 | p99 | failed |\n|---|---|---|---|---|---|",
    );
    for (connections, in_flight) in SHAPES {
        let mut best: Vec<Option<Pressed>> = vec![None; proxies.len()];
        for _ in 0..ROUNDS {
            for (proxy, best) in proxies.iter().zip(&mut best) {
                let pressed = press(proxy.https, connections, in_flight, folder)?;
                let is_faster = best.is_none_or(|best| best.requests_per_second < pressed.requests_per_second);
                *best = if is_faster { Some(pressed) } else { *best };
            }
        }
        for (proxy, best) in proxies.iter().zip(best) {
            let Some(Pressed { requests_per_second, p50_ms, p99_ms, failed }) = best else { continue };
            let name = proxy.name;
            say(&format!(
                "| {connections} × {in_flight} | {name} | {requests_per_second:.0} | {p50_ms:.2} ms | {p99_ms:.2} ms | {failed} |"
            ));
        }
    }
    Ok(())
}

fn press(port: u16, connections: u32, in_flight: u32, folder: &Path) -> anyhow::Result<Pressed> {
    let log = folder.join("h2load.log");
    // It only appends.
    let _ = fs::remove_file(&log);
    let mut h2load = program("h2load");
    h2load.args(["-t1", "--npn-list=h2"]).arg(format!("-c{connections}")).arg(format!("-m{in_flight}"));
    h2load.arg(format!("-D{SECONDS}")).arg(format!("--log-file={}", log.display()));
    let output = h2load.arg(format!("https://127.0.0.1:{port}/")).output().context("h2load cannot be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(text.contains("Application protocol: h2"), "h2load spoke no HTTP/2:\n{text}");
    read(&text, &fs::read_to_string(&log)?).with_context(|| format!("h2load said something else:\n{text}"))
}

/// Reads what h2load prints, and the time of each request from its log: `start, status, microseconds`.
fn read(text: &str, log: &str) -> Option<Pressed> {
    let rate =
        text.lines().find_map(|line| line.strip_prefix("finished in ")?.split(", ").nth(1)?.strip_suffix(" req/s"));
    let counts = text.lines().find_map(|line| line.strip_prefix("requests: "))?;
    let count = |name: &str| counts.split(", ").find_map(|each| each.strip_suffix(name)?.trim().parse::<u64>().ok());
    let mut times: Vec<u64> = log.lines().filter_map(|line| line.split('\t').nth(2)?.parse().ok()).collect();
    times.sort_unstable();
    let ms = |percent: usize| times.get(times.len() * percent / 100).map(|us| *us as f64 / 1000.0);
    Some(Pressed {
        requests_per_second: rate?.parse().ok()?,
        p50_ms: ms(50)?,
        p99_ms: ms(99)?,
        failed: count("failed")? + count("errored")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_h2load_says_is_read() {
        let text = "Application protocol: h2\n\nfinished in 4.00s, 25000.50 req/s, 1.2MB/s\n\
                    requests: 100 total, 100 started, 100 done, 97 succeeded, 2 failed, 1 errored, 0 timeout\n";
        let log: String = (0..100).map(|n| format!("15931{n}\t200\t{}\n", n * 10)).collect();
        let expected = Pressed { requests_per_second: 25000.5, p50_ms: 0.5, p99_ms: 0.99, failed: 3 };
        assert_eq!(read(text, &log), Some(expected));
        assert_eq!(read("could not connect", ""), None);
    }
}
