//! `bt update`: the nightly job, now.

use catalog::run::{ASKED_BY_COMMAND_LINE, RunOutcome, RunReport};
use updater::request::{TermChoice, UpdateRequest};
use updater::words;

use crate::command_line::Update;
use crate::commands::unless_stopped;
use crate::door::Ending;
use crate::progress;
use crate::world::{Base, Sharing, Source, World};

pub(super) async fn run(world: &World, arguments: &Update) -> anyhow::Result<Ending> {
    let base = world.open_base(Sharing::Shared).await?;
    let updated = unless_stopped(world, open_and_update(world, &base, &request(arguments))).await.transpose();
    base.close(&updated).await;
    let Some(report) = updated? else {
        world.screen.complain("stopped; nothing of this update was published");
        return Ok(Ending::Failed);
    };
    world.screen.print(&words::report(&report));
    Ok(ending(&report))
}

async fn open_and_update(world: &World, base: &Base, request: &UpdateRequest) -> anyhow::Result<RunReport> {
    base.prepare().await?;
    let source = world.open_source().await?;
    let report = update(world, base, &source, request).await;
    source.close().await;
    report
}

/// One run, with its progress on the screen.
pub(super) async fn update(
    world: &World,
    base: &Base,
    source: &Source,
    request: &UpdateRequest,
) -> anyhow::Result<RunReport> {
    let progress = progress::on(&world.screen);
    Ok(world.updater(world.updater_config(), base, source).run(request, &*progress).await?)
}

fn request(arguments: &Update) -> UpdateRequest {
    let terms = match () {
        () if arguments.all_terms => TermChoice::All,
        () if arguments.terms.is_empty() => TermChoice::Coming,
        () => TermChoice::These(arguments.terms.clone()),
    };
    UpdateRequest {
        steps: arguments.steps.clone(),
        terms,
        is_dry_run: arguments.dry_run,
        accepts_short: arguments.accept_short,
        asked_by: ASKED_BY_COMMAND_LINE.to_owned(),
    }
}

/// Whether every step was published or had nothing to change.
pub(super) fn ending(report: &RunReport) -> Ending {
    let is_unhappy = report.steps.iter().any(|step| step.outcome.reason().is_some());
    match report.outcome {
        RunOutcome::Succeeded | RunOutcome::DryRun if !is_unhappy => Ending::Fine,
        _ => Ending::Failed,
    }
}
