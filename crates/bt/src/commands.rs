//! What `bt` can do: one file per command.

mod doctor;
mod down;
mod import_grades;
mod migrate;
mod past;
mod serve;
mod sis;
mod switch;
mod up;
mod update;

use crate::command_line::{Command, Import};
use crate::door::Ending;
use crate::world::World;

/// Runs a command to its end, or until the world's shutdown.
pub(crate) async fn run(command: &Command, world: &World) -> anyhow::Result<Ending> {
    match command {
        Command::Up(_) => up::run(world).await,
        Command::Down => down::run(world).await,
        Command::Serve { services, .. } => serve::run(world, services).await,
        Command::Update(arguments) => update::run(world, arguments).await,
        Command::Import { what: Import::Grades { files } } => import_grades::run(world, files).await,
        Command::Sis(arguments) => sis::run(world, arguments).await,
        Command::Switch { what } => switch::run(world, what.as_ref()).await,
        Command::Migrate => migrate::run(world).await,
        Command::Doctor(_) => doctor::run(world).await,
        // Answered at the door, which needs no world for it.
        Command::Config { .. } => Ok(Ending::Fine),
    }
}

/// Does some work unless the shutdown comes first, which leaves it where it is: `None`.
async fn unless_stopped<T>(world: &World, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        () = world.shutdown.cancelled() => None,
        done = work => Some(done),
    }
}
