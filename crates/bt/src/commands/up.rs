//! `bt up`: everything on one machine, in order: the port, the database, the source, the site; on the first start the
//! first load; then an update each night, until it is told to stop. Then everything is put away in the other order.

use std::future::pending;

use anyhow::Context;
use catalog::run::RunReport;
use clock::Stopwatch;
use jiff::Timestamp;
use jiff::civil::Time;
use memory::keeper::CatalogMemory;
use processes::claim::Claim;
use standin::server::Standin;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use updater::grades::{self, GradeFile};
use updater::request::{TermChoice, UpdateRequest};
use updater::words;

use crate::command_line::Service;
use crate::commands::{past, serve, unless_stopped, update};
use crate::door::Ending;
use crate::nightly;
use crate::world::{Base, Sharing, Source, World};

pub(super) async fn run(world: &World) -> anyhow::Result<Ending> {
    let watch = Stopwatch::start();
    let _claim = Claim::take(&world.data_dir())?;
    let listener = serve::listen(world).await?;
    let base = world.open_base(Sharing::Own).await?;
    let done = with_base(world, &base, listener, watch).await;
    base.close(&done).await;
    done.map(|()| Ending::Fine)
}

async fn with_base(world: &World, base: &Base, listener: TcpListener, watch: Stopwatch) -> anyhow::Result<()> {
    let Some(migrated) = unless_stopped(world, base.database.migrate()).await else { return Ok(()) };
    migrated?;
    let Some(source) = unless_stopped(world, world.open_source()).await else { return Ok(()) };
    let source = source?;
    let done = with_source(world, base, &source, listener, watch).await;
    source.close().await;
    done
}

/// The site answers from here on: during the first load with a page that says so.
async fn with_source(
    world: &World,
    base: &Base,
    source: &Source,
    listener: TcpListener,
    watch: Stopwatch,
) -> anyhow::Result<()> {
    let address = serve::address(&listener)?;
    let stop_site = world.shutdown.child_token();
    let serving = serve::build(world, base, &[Service::Web, Service::Api])?;
    let memory = serving.memory.clone();
    let (is_filled, filled) = oneshot::channel();
    let site = serving.run(listener, stop_site.clone(), async {
        // Without a sender there is nothing to wait for.
        let _ = filled.await;
    });
    let (_, filled) = tokio::join!(site, async {
        let start = match unless_stopped(world, fill(world, base, source, &memory, is_filled)).await {
            None => return Ok(()),
            Some(Ok(start)) => start,
            Some(Err(error)) => {
                stop_site.cancel();
                return Err(error);
            }
        };
        tracing::info!(seconds = watch.elapsed().as_secs(), address, "up");
        world.screen.print(&address);
        unless_stopped(world, async {
            if start == Start::Again {
                catch_up_on_grades(world, base, source).await;
            }
            every_night(world, base, source).await;
        })
        .await;
        Ok(())
    });
    filled
}

/// Whether anything was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    First,
    Again,
}

/// On the very first start: all terms, and the grades of the demo campus. Returns when the site shows what is there.
async fn fill(
    world: &World,
    base: &Base,
    source: &Source,
    memory: &CatalogMemory,
    is_filled: oneshot::Sender<()>,
) -> anyhow::Result<Start> {
    let store = base.store();
    let start = if was_loaded(base).await? { Start::Again } else { Start::First };
    if start == Start::First {
        first_load(world, base, source).await?;
    }
    // The site may have been stopped meanwhile.
    let _ = is_filled.send(());
    if let Some(state) = store.state().await? {
        memory.loaded_since(state.published_at).await;
    }
    Ok(start)
}

/// Whether a first load was ever completed. A past that was played, and killed before the present came, is none.
async fn was_loaded(base: &Base) -> anyhow::Result<bool> {
    let ledger = base.store().ledger(LEDGER_LINES).await?;
    Ok(ledger.iter().any(|entry| {
        let version = entry.report.as_ref().and_then(|report| report.version);
        version.is_some() && entry.request.asked_by != past::ASKED_BY
    }))
}

/// More than the runs of a past and of a month of nights.
const LEDGER_LINES: usize = 200;

async fn first_load(world: &World, base: &Base, source: &Source) -> anyhow::Result<()> {
    tracing::info!("the database is empty: loading all terms for the first time");
    if let Some(standin) = source.standin() {
        past::play(world, base, source, standin).await.context("the demo campus's past could not be played")?;
    }
    let request = UpdateRequest { terms: TermChoice::All, ..UpdateRequest::everything("first start") };
    let report = update::update(world, base, source, &request).await?;
    anyhow::ensure!(
        report.version.is_some(),
        "the first load brought nothing:\n{}\nPut that right and start again",
        words::report(&report)
    );
    match source.standin() {
        Some(standin) => import_demo_grades(world, base, standin).await,
        None => Ok(()),
    }
}

/// A demo campus grades its terms as they end. Importing what is there already changes nothing.
async fn import_demo_grades(world: &World, base: &Base, standin: &Standin) -> anyhow::Result<()> {
    let names = standin.grade_files();
    let files = names.into_iter().filter_map(|name| {
        let text = standin.grade_file(&name)?;
        Some(GradeFile { name, bytes: text.into_bytes() })
    });
    let files: Vec<GradeFile> = files.collect();
    let report =
        grades::import(&*base.store(), &files, world.clock.now()).await.context("the grades of the demo campus")?;
    tracing::info!(sections = report.import.given, new = report.import.added, "the grades of the demo campus are in");
    Ok(())
}

/// A first start that was killed between the catalog and its grades is finished here. Costs little when all is there,
/// but the site does not wait for it.
async fn catch_up_on_grades(world: &World, base: &Base, source: &Source) {
    let Some(standin) = source.standin() else { return };
    if let Err(error) = import_demo_grades(world, base, standin).await {
        tracing::error!(error = format!("{error:#}"), "the next night tries again");
    }
}

/// Updates each night; the first time at once when a night was missed. Never ends by itself.
async fn every_night(world: &World, base: &Base, source: &Source) {
    let Some(at) = world.settings.update_nightly_at.0 else { return pending().await };
    if was_missed(world, base, at).await {
        tracing::info!("the last nightly update was missed: making up for it");
        update_now(world, base, source).await;
    }
    loop {
        let Some(next) = nightly::next_night(world.clock.now(), at, &world.settings.campus_time_zone.0) else {
            return pending().await;
        };
        tracing::info!(at = %next, "the next nightly update");
        nightly::wait_until(&world.clock, next).await;
        update_now(world, base, source).await;
    }
}

async fn was_missed(world: &World, base: &Base, at: Time) -> bool {
    let last_night = nightly::last_night(world.clock.now(), at, &world.settings.campus_time_zone.0);
    let ledger = base.store().ledger(1).await.unwrap_or_default();
    let last_run: Option<Timestamp> = ledger.first().map(|entry| entry.started_at);
    last_run < last_night
}

/// A failure is told in the log and in the ledger, and the next night tries again.
async fn update_now(world: &World, base: &Base, source: &Source) {
    let outcome = update::update(world, base, source, &UpdateRequest::everything("schedule")).await;
    let outcome = match (outcome, source.standin()) {
        (Ok(report), Some(standin)) => import_demo_grades(world, base, standin).await.map(|()| report),
        (outcome, _) => outcome,
    };
    match outcome {
        Ok(report) => tell(&report),
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "the nightly update failed; yesterday's catalog stays");
        }
    }
}

fn tell(report: &RunReport) {
    if update::ending(report) == Ending::Fine {
        tracing::info!("the nightly update: {}", words::report(report));
    } else {
        tracing::error!("the nightly update is not whole: {}", words::report(report));
    }
}
