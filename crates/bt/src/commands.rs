//! What `bt` can do: one file per command.

mod about;
mod alarms;
mod announce;
mod backup;
mod ban;
mod certificates;
mod doctor;
mod down;
mod foreground;
mod import_calendar;
mod import_grades;
mod incident;
mod job;
mod logs;
mod maintenance;
mod migrate;
mod password;
mod past;
mod people;
mod ps;
mod release;
mod reports;
mod restart;
mod room;
mod schedule;
mod serve;
mod serve_backup;
mod serve_edge;
mod serve_notifier;
mod sis;
mod switch;
mod up;
mod update;

use crate::command_line::{Command, Import};
use crate::door::Ending;
use crate::world::{Base, Sharing, World};

/// Runs a command to its end, or until the world's shutdown.
pub(crate) async fn run(command: &Command, world: &World) -> anyhow::Result<Ending> {
    match command {
        Command::Up { detach: true, .. } => up::detached(world).await,
        Command::Up { background, .. } => up::run(world, *background).await,
        Command::Down { json } => down::run(world, json.json).await,
        Command::Serve { services, placement, .. } => serve::run(world, services, placement).await,
        Command::Job { job } => job::run(world, *job).await,
        Command::Update(arguments) => update::run(world, arguments).await,
        Command::Import { what: Import::Grades { files } } => import_grades::run(world, files).await,
        Command::Import { what: Import::Calendar { file } } => import_calendar::run(world, file.as_deref()).await,
        Command::Sis(arguments) => sis::run(world, arguments).await,
        Command::Switch { what } => switch::run(world, what.as_ref()).await,
        Command::Migrate { beside } => migrate::run(world, beside).await,
        Command::Ps { json } => ps::run(world, json.json).await,
        Command::Logs(arguments) => logs::run(world, arguments).await,
        Command::Restart(arguments) => restart::run(world, arguments).await,
        Command::Schedule { json } => schedule::run(world, json.json).await,
        Command::Release { what } => release::run(world, what).await,
        Command::Deploy(arguments) => release::deploy(world, arguments).await,
        Command::Maintenance { what } => maintenance::run(world, what).await,
        Command::Backup { what } => backup::run(world, what).await,
        Command::Certificates { what } => certificates::run(world, what.as_ref()).await,
        Command::Incident { what } => incident::run(world, what).await,
        Command::Reports { last } => reports::run(world, *last).await,
        Command::Alarm { what } => alarms::run(world, *what).await,
        Command::Ban { what } => ban::run(world, what).await,
        Command::People { what } => people::run(world, what).await,
        Command::Password { name } => password::run(world, name),
        Command::About { json } => about::run(world, json.json),
        Command::Doctor { json, .. } => doctor::run(world, json.json).await,
        // Answered at the door, which needs no world for it.
        Command::Config { .. } => Ok(Ending::Fine),
    }
}

/// Opens the database, asks it for some words, puts it away, and prints them.
async fn answer(world: &World, words: impl AsyncFnOnce(&Base) -> anyhow::Result<String>) -> anyhow::Result<Ending> {
    let base = world.open_base(Sharing::Shared).await?;
    let said = unless_stopped(world, words(&base)).await.transpose();
    base.close(&said).await;
    let Some(words) = said? else { return Ok(Ending::Failed) };
    world.screen.print(&words);
    Ok(Ending::Fine)
}

/// Does some work unless the shutdown comes first, which leaves it where it is: `None`.
async fn unless_stopped<T>(world: &World, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        () = world.shutdown.cancelled() => None,
        done = work => Some(done),
    }
}
