//! `bt doctor`: tries the house from outside. Each line says what was tried, how it stands, and what to do.

use std::fmt;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use cache::config::RedisConfig;
use cache::tier::RedisTier;
use catalog::ports::{CatalogSource, CatalogStore};
use catalog::run::{LedgerEntry, RunOutcome};
use catalog::switches::SwitchBoard;
use database::connect::Database;
use jiff::Timestamp;
use processes::postgres::Postgres;
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::commands::unless_stopped;
use crate::door::Ending;
use crate::world::World;

/// Below this, a night's update may not fit any more.
const FREE_BYTES_WANTED: u64 = 1 << 30;
/// A catalog older than this has missed a night.
const AGE_HOURS_WANTED: i64 = 26;

/// How a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Ok,
    Warn,
    Fail,
}

/// What was found.
struct Finding {
    standing: Standing,
    what: &'static str,
    text: String,
}

impl Finding {
    fn ok(what: &'static str, text: impl Into<String>) -> Self {
        Self { standing: Standing::Ok, what, text: text.into() }
    }

    fn warn(what: &'static str, text: impl Into<String>) -> Self {
        Self { standing: Standing::Warn, what, text: text.into() }
    }

    fn fail(what: &'static str, text: impl Into<String>) -> Self {
        Self { standing: Standing::Fail, what, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let standing = match self.standing {
            Standing::Ok => "ok  ",
            Standing::Warn => "warn",
            Standing::Fail => "FAIL",
        };
        write!(f, "{standing}  {:<15} {}", self.what, self.text.replace('\n', "\n                       "))
    }
}

pub(super) async fn run(world: &World) -> anyhow::Result<Ending> {
    let findings = unless_stopped(world, look(world)).await.unwrap_or_default();
    let has_failed = findings.is_empty() || findings.iter().any(|finding| finding.standing == Standing::Fail);
    Ok(if has_failed { Ending::Failed } else { Ending::Fine })
}

async fn look(world: &World) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |finding: Finding| {
        world.screen.print(&finding.to_string());
        findings.push(finding);
    };
    note(data_directory(world));
    if world.settings.database_url.is_none() {
        note(postgres(world).await);
    }
    note(port(world).await);
    match store(world).await {
        Ok(store) => {
            note(Finding::ok("database", "answers"));
            note(published(world, &*store).await);
            note(last_run(&*store).await);
            note(switches(&*store).await);
        }
        Err(finding) => note(finding),
    }
    if let Some(config) = world.redis_config() {
        note(shared_cache(&config).await);
    }
    note(sis(world).await);
    findings
}

/// Longer than Redis needs on any network that is worth it.
const CACHE_WAIT: Duration = Duration::from_secs(3);

async fn shared_cache(config: &RedisConfig) -> Finding {
    const WHAT: &str = "cache";
    let tier = match RedisTier::start(config) {
        Ok(tier) => tier,
        Err(error) => return Finding::fail(WHAT, format!("cache.url is {error}")),
    };
    match tokio::time::timeout(CACHE_WAIT, tier.connected()).await {
        Ok(()) => Finding::ok(WHAT, "answers"),
        Err(_) => Finding::warn(WHAT, "does not answer, or refuses the password: answers are made anew until it does"),
    }
}

async fn switches(board: &dyn SwitchBoard) -> Finding {
    const WHAT: &str = "switches";
    let off = match board.switches().await {
        Ok(switches) => {
            switches.iter().map(|off| format!("{} since {}", off.source.slug(), second(off.since))).collect()
        }
        Err(error) => vec![format!("cannot be read: {:#}", anyhow::Error::from(error))],
    };
    let off: Vec<String> = off;
    if off.is_empty() {
        Finding::ok(WHAT, "everything is on")
    } else {
        Finding::warn(WHAT, format!("off: {}", off.join(", ")))
    }
}

fn data_directory(world: &World) -> Finding {
    const WHAT: &str = "data directory";
    let folder = world.data_dir();
    let probe = folder.join(".doctor");
    let tried = fs::create_dir_all(&folder).and_then(|()| fs::write(&probe, "")).and_then(|()| fs::remove_file(&probe));
    if let Err(error) = tried {
        return Finding::fail(
            WHAT,
            format!("{} cannot be written: {error}; choose another --data-dir", folder.display()),
        );
    }
    let Ok(found) = rustix::fs::statvfs(&folder) else {
        return Finding::warn(WHAT, format!("{}; how much is free there is unknown", folder.display()));
    };
    let free = found.f_bavail * found.f_frsize;
    let text = format!("{}, {:.1} GB free", folder.display(), free as f64 / 1e9);
    if free < FREE_BYTES_WANTED { Finding::warn(WHAT, format!("{text}: make room")) } else { Finding::ok(WHAT, text) }
}

async fn postgres(world: &World) -> Finding {
    match Postgres::binaries(&world.postgres_config()).await {
        Ok(binaries) => Finding::ok("postgres", binaries.to_string()),
        Err(error) => Finding::fail("postgres", error.to_string()),
    }
}

async fn port(world: &World) -> Finding {
    let address = world.settings.listen;
    match TcpListener::bind(address).await {
        Ok(_) => Finding::ok("port", format!("{address} is free; nothing is served there now")),
        Err(error) => match readiness(&format!("http://{address}/readyz")).await {
            Some(true) => Finding::ok("site", format!("{address} is ready")),
            Some(false) => {
                Finding::warn("site", format!("{address} answers, but has no catalog yet, or no database any more"))
            }
            None => Finding::fail("port", format!("{address} cannot be used: {error}; choose another --listen")),
        },
    }
}

/// Whether our own site says there that it is ready; `None` when it is not ours.
async fn readiness(address: &str) -> Option<bool> {
    let text = reqwest::get(address).await.ok()?.text().await.ok()?;
    let said: serde_json::Value = serde_json::from_str(&text).ok()?;
    said.get("ready")?.as_bool()
}

async fn store(world: &World) -> Result<Arc<Database>, Finding> {
    const WHAT: &str = "database";
    let url: SecretString = match &world.settings.database_url {
        Some(url) => url.0.clone(),
        None => match Postgres::url_of_running(&world.data_dir()) {
            Ok(Some(url)) => url.into(),
            Ok(None) => return Err(Finding::warn(WHAT, "does not run; `bt up` starts it")),
            Err(error) => return Err(Finding::fail(WHAT, error.to_string())),
        },
    };
    match Database::connect(&world.database_config(url)).await {
        Ok(database) => Ok(Arc::new(database)),
        Err(error) => Err(Finding::fail(WHAT, format!("{:#}", anyhow::Error::from(error)))),
    }
}

async fn published(world: &World, store: &dyn CatalogStore) -> Finding {
    const WHAT: &str = "catalog";
    match store.state().await {
        Ok(None) => Finding::warn(WHAT, "is empty; `bt update --all-terms` fills it"),
        Ok(Some(state)) => {
            let text = format!(
                "version {} of {} data, published {}",
                state.version.0,
                state.origin.slug(),
                state.published_at
            );
            let age = world.clock.now().duration_since(state.published_at).as_hours();
            if age > AGE_HOURS_WANTED {
                Finding::warn(WHAT, format!("{text}, {age} hours ago"))
            } else {
                Finding::ok(WHAT, text)
            }
        }
        Err(error) => Finding::fail(WHAT, format!("{:#}; has `bt migrate` been run?", anyhow::Error::from(error))),
    }
}

async fn last_run(store: &dyn CatalogStore) -> Finding {
    const WHAT: &str = "last update";
    match store.ledger(1).await.map(|ledger| ledger.into_iter().next()) {
        Ok(Some(entry)) => told(&entry),
        Ok(None) => Finding::warn(WHAT, "there was none"),
        Err(error) => Finding::fail(WHAT, format!("{:#}", anyhow::Error::from(error))),
    }
}

fn told(entry: &LedgerEntry) -> Finding {
    const WHAT: &str = "last update";
    let mut text = format!("run {} of {}: {}", entry.id.0, second(entry.started_at), entry.outcome.slug());
    let steps = entry.report.iter().flat_map(|report| &report.steps);
    for step in steps {
        if let Some(reason) = step.outcome.reason() {
            let term = step.term.map(|term| format!(" {}", term.slug())).unwrap_or_default();
            text.push_str(&format!("\n{}{term} was {}: {reason}", step.step, step.outcome.slug()));
        }
    }
    match entry.outcome {
        RunOutcome::Succeeded | RunOutcome::DryRun | RunOutcome::Running => Finding::ok(WHAT, text),
        RunOutcome::Incomplete | RunOutcome::Failed | RunOutcome::Abandoned => Finding::warn(
            WHAT,
            format!("{text}\nrun `bt update`; when less came and that is right: `bt update --accept-short`"),
        ),
    }
}

fn second(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

async fn sis(world: &World) -> Finding {
    const WHAT: &str = "sis";
    if world.sis_keys().is_none() {
        return Finding::ok(WHAT, "no keys are set: a made-up demo campus stands in for it");
    }
    let source = match world.open_source().await {
        Ok(source) => source,
        Err(error) => return Finding::fail(WHAT, format!("{error:#}")),
    };
    let today = world.clock.now().to_zoned(world.settings.campus_time_zone.0.clone()).date();
    let finding = match source.sis.terms(today, 0).await {
        Ok(terms) => Finding::ok(
            WHAT,
            format!(
                "{} answers and takes the key of the Term API: {} terms",
                world.settings.sis_base_url.0,
                terms.records.len()
            ),
        ),
        Err(error) => Finding::fail(WHAT, format!("{:#}", anyhow::Error::from(error))),
    };
    source.close().await;
    finding
}
