//! `bt job`: what the schedule of `bt up` starts, each in a process of its own: a job that breaks down takes nothing
//! with it, and what it needed of memory is free afterwards.

use std::time::Duration;

use anyhow::Context;
use catalog::announced::{Announced, NoticeBoard};
use catalog::ports::CatalogStore;
use catalog::run::{ASKED_BY_FIRST_START, ASKED_BY_SCHEDULE, Step};
use standin::server::Standin;
use updater::grades::{self, GradeFile};
use updater::request::{TermChoice, UpdateRequest};
use updater::words;

use crate::command_line::Job;
use crate::commands::{past, unless_stopped, update};
use crate::door::Ending;
use crate::world::{Base, Sharing, Source, World};

/// How often a job is tried that broke down, and the pause before the next time: longer than a database takes to be
/// started anew. The first load would otherwise wait for the next night when somebody stopped the house meanwhile.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_secs(5);

pub(super) async fn run(world: &World, job: Job) -> anyhow::Result<Ending> {
    for attempt in 1..ATTEMPTS {
        match once(world, job).await {
            Err(error) if !world.shutdown.is_cancelled() => {
                tracing::warn!(attempt, error = format!("{error:#}"), "the job broke down and is tried again");
            }
            done => return done,
        }
        if unless_stopped(world, tokio::time::sleep(PAUSE)).await.is_none() {
            return Ok(Ending::Failed);
        }
    }
    once(world, job).await
}

async fn once(world: &World, job: Job) -> anyhow::Result<Ending> {
    let base = world.open_base(Sharing::Shared).await?;
    let done = unless_stopped(world, with_base(world, &base, job)).await.transpose();
    base.close(&done).await;
    // Asked to stop: what it had not published stays unpublished, and the next run begins anew.
    Ok(done?.unwrap_or(Ending::Failed))
}

async fn with_base(world: &World, base: &Base, job: Job) -> anyhow::Result<Ending> {
    let is_loaded = was_loaded(&*base.store()).await?;
    if job == Job::Enrollments && !is_loaded {
        tracing::info!("nothing is loaded yet: there are no seats to look at");
        return Ok(Ending::Fine);
    }
    let source = world.open_source().await?;
    let done = match job {
        Job::Nightly if is_loaded => every_night(world, base, &source).await,
        Job::Nightly => first_load(world, base, &source).await,
        Job::Enrollments => enrollments(world, base, &source).await,
    };
    source.close().await;
    done
}

/// Whether a first load was ever completed. A past that was played, and killed before the present came, is none.
pub(super) async fn was_loaded(store: &dyn CatalogStore) -> anyhow::Result<bool> {
    let ledger = store.ledger(LEDGER_LINES).await?;
    Ok(ledger.iter().any(|entry| {
        let version = entry.report.as_ref().and_then(|report| report.version);
        version.is_some() && entry.request.asked_by != past::ASKED_BY
    }))
}

/// Waits until the first load is over. Until then `meanwhile` is called at each look; a database that does not answer is
/// asked again.
pub(super) async fn until_loaded(store: &dyn CatalogStore, meanwhile: impl Fn()) {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    loop {
        looks.tick().await;
        match was_loaded(store).await {
            Ok(true) => return,
            Ok(false) => meanwhile(),
            Err(_) => {}
        }
    }
}

/// How often one looks whether the first load is over.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// More than the runs of a past and of a month of nights.
const LEDGER_LINES: usize = 200;

/// On the very first start: all terms, and the past and the grades of the demo campus.
async fn first_load(world: &World, base: &Base, source: &Source) -> anyhow::Result<Ending> {
    tracing::info!("the database is empty: loading all terms for the first time");
    announce_demo_phases(world, base, source).await?;
    if let Some(standin) = source.standin() {
        past::play(world, base, source, standin).await.context("the demo campus's past could not be played")?;
    }
    let request = UpdateRequest { terms: TermChoice::All, ..UpdateRequest::everything(ASKED_BY_FIRST_START) };
    let report = update::update(world, base, source, &request).await?;
    anyhow::ensure!(
        report.version.is_some(),
        "the first load brought nothing:\n{}\nPut that right; the next start tries again",
        words::report(&report)
    );
    import_demo_grades(world, base, source).await?;
    Ok(Ending::Fine)
}

async fn every_night(world: &World, base: &Base, source: &Source) -> anyhow::Result<Ending> {
    let report = update::update(world, base, source, &UpdateRequest::everything(ASKED_BY_SCHEDULE)).await?;
    announce_demo_phases(world, base, source).await?;
    import_demo_grades(world, base, source).await?;
    let ending = update::ending(&report);
    match ending {
        Ending::Fine => tracing::info!("the nightly update: {}", words::report(&report)),
        Ending::Failed => tracing::error!("the nightly update is not whole: {}", words::report(&report)),
    }
    Ok(ending)
}

async fn enrollments(world: &World, base: &Base, source: &Source) -> anyhow::Result<Ending> {
    let request = UpdateRequest { steps: vec![Step::Enrollment], ..UpdateRequest::everything(ASKED_BY_SCHEDULE) };
    let report = update::update(world, base, source, &request).await?;
    tracing::info!("seats and waitlists: {}", words::report(&report));
    Ok(update::ending(&report))
}

/// A demo campus announces its enrollment phases as its terms become known. What a person imported stays.
async fn announce_demo_phases(world: &World, base: &Base, source: &Source) -> anyhow::Result<()> {
    let Some(standin) = source.standin() else { return Ok(()) };
    let held = base.database.announced().await?;
    if held.text().is_empty() || Standin::has_made_up(held.text()) {
        let announced = Announced::parse(&standin.announced()).context("the phases of the demo campus")?;
        base.database.announce(&announced, world.clock.now()).await?;
    }
    Ok(())
}

/// A demo campus grades its terms as they end. Importing what is there already changes nothing.
async fn import_demo_grades(world: &World, base: &Base, source: &Source) -> anyhow::Result<()> {
    let Some(standin) = source.standin() else { return Ok(()) };
    let files = demo_grades(standin);
    let imported = grades::import(&*base.store(), &files, world.clock.now()).await;
    let report = imported.context("the grades of the demo campus")?;
    tracing::info!(sections = report.import.given, new = report.import.added, "the grades of the demo campus are in");
    Ok(())
}

fn demo_grades(standin: &Standin) -> Vec<GradeFile> {
    let names = standin.grade_files();
    let files = names.into_iter().filter_map(|name| {
        let text = standin.grade_file(&name)?;
        Some(GradeFile { name, bytes: text.into_bytes() })
    });
    files.collect()
}
