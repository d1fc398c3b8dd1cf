//! People on the site while something happens to it: a few at once, each reading one page after the other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clock::Stopwatch;
use tokio::task::JoinSet;

/// As many at once. Each waits for its answer before it asks again.
const VISITORS: usize = 16;
/// What they read, in turns.
const PAGES: [&str; 5] = ["/", "/catalog", "/catalog?q=data", "/api/v1/status", "/api/v1/terms"];
const PAUSE: Duration = Duration::from_millis(5);
/// Longer than the edge holds a request.
const PATIENCE: Duration = Duration::from_secs(20);

/// Visitors who are there.
pub(crate) struct Visitors {
    leaving: Arc<AtomicBool>,
    all: JoinSet<Tally>,
}

/// What they saw.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    requests: u64,
    /// By what it was: `502`, `503 without the page`, `broken connection`.
    failed: BTreeMap<String, u64>,
    slowest_ms: u128,
}

impl Visitors {
    pub(crate) fn come(site: &str) -> Self {
        let leaving = Arc::new(AtomicBool::new(false));
        let mut all = JoinSet::new();
        for number in 0..VISITORS {
            all.spawn(visit(site.to_owned(), number, Arc::clone(&leaving)));
        }
        Self { leaving, all }
    }

    pub(crate) async fn leave(self) -> Tally {
        self.leaving.store(true, Ordering::Relaxed);
        self.all.join_all().await.into_iter().fold(Tally::default(), Tally::and)
    }
}

async fn visit(site: String, number: usize, leaving: Arc<AtomicBool>) -> Tally {
    let mut tally = Tally::default();
    let Ok(client) = reqwest::Client::builder().timeout(PATIENCE).build() else { return tally };
    for page in PAGES.iter().cycle().skip(number) {
        if leaving.load(Ordering::Relaxed) {
            break;
        }
        let watch = Stopwatch::start();
        let seen = ask(&client, &format!("{site}{page}")).await;
        tally.requests += 1;
        tally.slowest_ms = tally.slowest_ms.max(watch.elapsed().as_millis());
        if let Err(what) = seen {
            *tally.failed.entry(what).or_default() += 1;
        }
        tokio::time::sleep(PAUSE).await;
    }
    tally
}

async fn ask(client: &reqwest::Client, address: &str) -> Result<(), String> {
    let answer = client.get(address).send().await.map_err(|error| broken(&error))?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| broken(&error))?;
    if status.is_success() {
        return Ok(());
    }
    // The edge's own page leads to the status page, and its problem document too.
    let has_page = text.contains("/status");
    Err(if has_page { status.as_u16().to_string() } else { format!("{} without the page", status.as_u16()) })
}

fn broken(error: &reqwest::Error) -> String {
    let what = if error.is_timeout() { "no answer in time" } else { "broken connection" };
    what.to_owned()
}

impl Tally {
    fn and(mut self, other: Self) -> Self {
        self.requests += other.requests;
        self.slowest_ms = self.slowest_ms.max(other.slowest_ms);
        for (what, count) in other.failed {
            *self.failed.entry(what).or_default() += count;
        }
        self
    }

    /// `120,000 requests, 0 failed, slowest 210 ms`.
    pub(crate) fn words(&self) -> String {
        let failed: u64 = self.failed.values().sum();
        let share = failed as f64 * 100.0 / self.requests.max(1) as f64;
        let kinds: Vec<String> = self.failed.iter().map(|(what, count)| format!("{count} × {what}")).collect();
        let kinds = if kinds.is_empty() { String::new() } else { format!(": {}", kinds.join(", ")) };
        format!("{} requests, {failed} failed ({share:.3} %{kinds}), slowest {} ms", self.requests, self.slowest_ms)
    }
}
