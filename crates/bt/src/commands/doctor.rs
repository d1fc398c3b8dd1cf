//! `bt doctor`: tries the house from outside. Each line says what was tried, how it stands, and what to do.

mod certificates;
mod house;
mod line;
mod machine;
mod outside;
mod people;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use accounts::session::TOKEN_BYTES;
use accounts::sign_in::{Attempt, Beginning};
use cache::config::RedisConfig;
use cache::tier::RedisTier;
use catalog::academic_calendar::AcademicCalendar;
use catalog::announced::NoticeBoard;
use catalog::ports::{CatalogSource, CatalogStore};
use catalog::run::{LedgerEntry, RunOutcome};
use catalog::switches::SwitchBoard;
use database::connect::Database;
use jiff::Timestamp;
use platform::names::Environment;
use platform::view::SupervisorView;
use processes::postgres::Postgres;
use secrecy::SecretString;
use tokio::net::TcpListener;
use web::config::{SignIn, redirect_uri};

use self::line::{Line, Standing};
use self::outside::Way;
use crate::backups::RESTORE;
use crate::commands::unless_stopped;
use crate::door::Ending;
use crate::watching::{Listener, reachable};
use crate::world::World;

/// A catalog older than this has missed a night.
const AGE_HOURS_WANTED: i64 = 26;

/// Tells each line as soon as it is known, or all at the end as JSON. It has failed when something is wrong; warnings
/// alone are no failure.
pub(super) async fn run(world: &World, as_json: bool) -> anyhow::Result<Ending> {
    let tell = |line: &Line| {
        if !as_json {
            world.screen.print(&line.to_string());
        }
    };
    let lines = unless_stopped(world, look(world, &tell)).await.unwrap_or_default();
    if as_json {
        let all: Vec<_> = lines.iter().map(Line::as_json).collect();
        world.screen.print(&serde_json::to_string_pretty(&all)?);
    }
    let worst = lines.iter().map(|line| line.standing).max();
    Ok(if matches!(worst, None | Some(Standing::Wrong)) { Ending::Failed } else { Ending::Fine })
}

async fn look(world: &World, tell: &dyn Fn(&Line)) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut note = |line: Line| {
        tell(&line);
        lines.push(line);
    };
    machine::look(world).into_iter().for_each(&mut note);
    if world.settings.database_url.is_none() {
        note(postgres(world).await);
    }
    house::look(world).await.into_iter().for_each(&mut note);
    certificates::look(world).into_iter().for_each(&mut note);
    people::look(world).into_iter().for_each(&mut note);
    let ways = ways(world, world.running_view().await.ok().flatten().as_ref());
    note(port(world, ways.http).await);
    outside::look(world, &ways.all()).await.into_iter().for_each(&mut note);
    match store(world).await {
        Ok(store) => {
            note(Line::ok("database", "answers"));
            note(published(world, &*store).await);
            note(last_run(&*store).await);
            note(switches(&*store).await);
            note(calendar(world, &*store).await);
        }
        Err(line) => note(line),
    }
    if let Some(config) = world.redis_config() {
        note(shared_cache(&config).await);
    }
    if let Some(line) = sign_in(world).await {
        note(line);
    }
    note(sis(world).await);
    lines
}

/// Whether the provider answers, and what must be registered with it.
async fn sign_in(world: &World) -> Option<Line> {
    const WHAT: &str = "sign-in";
    let (provider, redirect_uri) = match world.sign_in(&Environment::production()) {
        Ok(SignIn::Provider { provider, own_url }) => (provider, redirect_uri(&own_url)),
        Ok(SignIn::Off | SignIn::Sample) => return None,
        Err(error) => {
            return Some(Line::fail(WHAT, format!("{error:#}"), "bt config explain, and put sign_in.* right"));
        }
    };
    let attempt = Attempt::new([[0; TOKEN_BYTES]; 3], "/");
    let beginning = Beginning {
        redirect_uri: &redirect_uri,
        state: attempt.state(),
        nonce: attempt.nonce(),
        code_challenge: &attempt.code_challenge(),
    };
    let registered = registered(world).join(", ");
    Some(match provider.begin(&beginning).await {
        Ok(_) => Line::ok(WHAT, format!("{} answers. Registered with it must be: {registered}", provider.name())),
        Err(error) => Line::warn(WHAT, format!("{:#}", anyhow::Error::from(error)))
            .mend("when it stays so: is sign_in.issuer right, and does this machine reach it?"),
    })
}

/// Where the provider sends people back to, one address for each environment that has one.
fn registered(world: &World) -> Vec<String> {
    let environments = world.settings.environments();
    environments.iter().filter_map(|one| world.settings.own_url(one)).map(|url| redirect_uri(&url)).collect()
}

/// Where the house listens for visitors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ways {
    http: SocketAddr,
    https: Option<SocketAddr>,
}

impl Ways {
    fn all(self) -> Vec<Way> {
        let http = Way { scheme: "http", address: reachable(self.http) };
        let https = self.https.map(|address| Way { scheme: "https", address: reachable(address) });
        std::iter::once(http).chain(https).collect()
    }
}

/// As the running house says, which may have been started with other addresses than the settings have; else as it is set.
fn ways(world: &World, view: Option<&SupervisorView>) -> Ways {
    let set = Ways {
        http: world.settings.listen,
        https: world.settings.edge_https_listen.0.filter(|address| address.port() != 0),
    };
    view.and_then(|view| ways_of(&view.listens)).unwrap_or(set)
}

fn ways_of(listens: &BTreeMap<String, SocketAddr>) -> Option<Ways> {
    let http = listens.get(Listener::HTTP).copied()?;
    Some(Ways { http, https: listens.get(Listener::HTTPS).copied() })
}

/// Longer than Redis needs on any network that is worth it.
const CACHE_WAIT: Duration = Duration::from_secs(3);

async fn shared_cache(config: &RedisConfig) -> Line {
    const WHAT: &str = "cache";
    let tier = match RedisTier::start(config) {
        Ok(tier) => tier,
        Err(error) => {
            return Line::fail(WHAT, format!("cache.url is {error}"), "bt config explain, and put cache.url right");
        }
    };
    match tokio::time::timeout(CACHE_WAIT, tier.connected()).await {
        Ok(()) => Line::ok(WHAT, "answers"),
        Err(_) => Line::warn(WHAT, "does not answer, or refuses the password: answers are made anew until it does"),
    }
}

async fn switches(board: &dyn SwitchBoard) -> Line {
    const WHAT: &str = "switches";
    let off = match board.switches().await {
        Ok(switches) => {
            switches.iter().map(|off| format!("{} since {}", off.source.slug(), second(off.since))).collect()
        }
        Err(error) => vec![format!("cannot be read: {:#}", anyhow::Error::from(error))],
    };
    let off: Vec<String> = off;
    if off.is_empty() {
        Line::ok(WHAT, "everything is on")
    } else {
        Line::warn(WHAT, format!("off: {}", off.join(", "))).mend("bt switch on <source>, when the reason is gone")
    }
}

/// What nobody announced of this term and the next. That is how it is for months of each year, and no trouble: the line
/// is a good one all the same.
async fn calendar(world: &World, board: &dyn NoticeBoard) -> Line {
    const WHAT: &str = "calendar";
    let calendar = match board.announced().await {
        Ok(announced) => AcademicCalendar::new(announced),
        Err(error) => return Line::fail(WHAT, format!("{:#}", anyhow::Error::from(error)), "bt migrate"),
    };
    let today = world.clock.now().to_zoned(world.settings.campus_time_zone.0.clone()).date();
    let missing: Vec<String> = calendar
        .unannounced(today)
        .into_iter()
        .map(|one| format!("{}: {}", one.term.title(), one.what.join(", ")))
        .collect();
    if missing.is_empty() {
        Line::ok(WHAT, "phases, days and exam groups of this term and the next are known")
    } else {
        Line::ok(WHAT, missing.join("\n")).mend(format!("when the registrar has published them: {CALENDAR_IMPORT}"))
    }
}

const CALENDAR_IMPORT: &str = "bt import calendar FILE (docs/RUNBOOK.md, \"A new term\")";

async fn postgres(world: &World) -> Line {
    match Postgres::binaries(&world.postgres_config()).await {
        Ok(binaries) => Line::ok("postgres", binaries.to_string()),
        Err(error) => {
            let mend = "put that right, or name the folder of its programs in postgres.binaries (bt config explain)";
            Line::fail("postgres", error.to_string(), mend)
        }
    }
}

async fn port(world: &World, address: SocketAddr) -> Line {
    match TcpListener::bind(address).await {
        Ok(_) => Line::ok("port", format!("{address} is free; nothing is served there now")),
        Err(error) => match readiness(&format!("http://{}/readyz", reachable(address))).await {
            Some(true) => Line::ok("site", format!("{address} is ready")),
            Some(false) => {
                Line::warn("site", format!("{address} answers, but has no catalog yet, or no database any more"))
            }
            // With a domain, the edge answers to its names only; they are tried below.
            None if matches!(world.running_view().await, Ok(Some(_))) => {
                Line::ok("port", format!("{address} is the edge's"))
            }
            None => Line::fail(
                "port",
                format!("{address} cannot be used: {error}"),
                "bt up with another --listen; ss -ltnp shows who has it",
            ),
        },
    }
}

/// Whether our own site says there that it is ready; `None` when it is not ours.
async fn readiness(address: &str) -> Option<bool> {
    let text = reqwest::get(address).await.ok()?.text().await.ok()?;
    let said: serde_json::Value = serde_json::from_str(&text).ok()?;
    said.get("ready")?.as_bool()
}

async fn store(world: &World) -> Result<Arc<Database>, Line> {
    const WHAT: &str = "database";
    let url: SecretString = match &world.settings.database_url {
        Some(url) => url.0.clone(),
        None => match Postgres::url_of_running(&world.data_dir()) {
            Ok(Some(url)) => match world.lost_database().await {
                // Its server may answer for a while yet.
                Some(lost) => {
                    return Err(Line::fail(WHAT, lost, format!("bt down, then {RESTORE}, then bt up --detach")));
                }
                None => url.into(),
            },
            Ok(None) => match world.lost_database().await {
                Some(lost) => return Err(Line::fail(WHAT, lost, RESTORE)),
                None => return Err(Line::warn(WHAT, "no `bt up` keeps it").mend("bt up --detach")),
            },
            Err(error) => return Err(Line::fail(WHAT, error.to_string(), "bt logs supervisor")),
        },
    };
    let mend = match &world.settings.database_url {
        Some(_) => "bt config explain, when database.url is wrong; else whoever keeps that database",
        None => "bt logs supervisor -n 50, then the runbook: the database does not start",
    };
    match Database::connect(&world.database_config(url)).await {
        Ok(database) => Ok(Arc::new(database)),
        Err(error) => Err(Line::fail(WHAT, format!("{:#}", anyhow::Error::from(error)), mend)),
    }
}

async fn published(world: &World, store: &dyn CatalogStore) -> Line {
    const WHAT: &str = "catalog";
    match store.state().await {
        Ok(None) => Line::warn(WHAT, "is empty").mend("bt update --all-terms"),
        Ok(Some(state)) => {
            let text = format!(
                "version {} of {} data, published {}",
                state.version.0,
                state.origin.slug(),
                state.published_at
            );
            let age = world.clock.now().duration_since(state.published_at).as_hours();
            if age > AGE_HOURS_WANTED {
                Line::warn(WHAT, format!("{text}, {age} hours ago")).mend("bt update")
            } else {
                Line::ok(WHAT, text)
            }
        }
        Err(error) => Line::fail(WHAT, format!("{:#}", anyhow::Error::from(error)), "bt migrate"),
    }
}

async fn last_run(store: &dyn CatalogStore) -> Line {
    const WHAT: &str = "last update";
    match store.ledger(1).await.map(|ledger| ledger.into_iter().next()) {
        Ok(Some(entry)) => told(&entry),
        Ok(None) => Line::warn(WHAT, "there was none"),
        Err(error) => Line::fail(WHAT, format!("{:#}", anyhow::Error::from(error)), "bt migrate"),
    }
}

fn told(entry: &LedgerEntry) -> Line {
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
        RunOutcome::Succeeded | RunOutcome::DryRun | RunOutcome::Running => Line::ok(WHAT, text),
        RunOutcome::Incomplete | RunOutcome::Failed | RunOutcome::Abandoned => {
            Line::warn(WHAT, text).mend("bt update; when less came and that is right: bt update --accept-short")
        }
    }
}

fn second(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

async fn sis(world: &World) -> Line {
    const WHAT: &str = "sis";
    if world.sis_keys().is_none() {
        return Line::ok(WHAT, "no keys are set: a made-up demo campus stands in for it");
    }
    let source = match world.open_source().await {
        Ok(source) => source,
        Err(error) => return Line::fail(WHAT, format!("{error:#}"), "bt config explain, and put sis.* right"),
    };
    let today = world.clock.now().to_zoned(world.settings.campus_time_zone.0.clone()).date();
    let finding = match source.sis.terms(today, 0).await {
        Ok(terms) => Line::ok(
            WHAT,
            format!(
                "{} answers and takes the key of the Term API: {} terms",
                world.settings.sis_base_url.0,
                terms.records.len()
            ),
        ),
        Err(error) => Line::fail(
            WHAT,
            format!("{:#}", anyhow::Error::from(error)),
            "when it stays so: bt config explain, are sis.base_url and the keys right? Then bt update --dry-run",
        ),
    };
    source.close().await;
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_in_are_those_of_the_running_house() {
        let at = |text: &str| text.parse::<SocketAddr>().unwrap();
        let both = [("http", "0.0.0.0:8081"), ("https", "127.0.0.1:8444"), ("admin", "127.0.0.1:9")];
        let listens = both.map(|(name, address)| (name.to_owned(), at(address)));
        let ways = ways_of(&BTreeMap::from(listens)).unwrap();
        assert_eq!(ways, Ways { http: at("0.0.0.0:8081"), https: Some(at("127.0.0.1:8444")) });
        let told: Vec<_> = ways.all().iter().map(|way| (way.scheme, way.address)).collect();
        assert_eq!(told, [("http", at("127.0.0.1:8081")), ("https", at("127.0.0.1:8444"))]);
        assert_eq!(ways_of(&BTreeMap::new()), None, "a house of an older release does not say it");
    }
}
