//! `bt down`: stops the `bt up` of a data directory, and a database that a killed one left behind.

use processes::claim::Claim;
use processes::postgres::Postgres;

use crate::door::Ending;
use crate::world::World;

pub(super) async fn run(world: &World) -> anyhow::Result<Ending> {
    let data_dir = world.data_dir();
    let was_running = Claim::stop_holder(&data_dir).await?;
    let was_left_behind = Postgres::stop_leftover(&data_dir).await?;
    world.screen.print(match (was_running, was_left_behind) {
        (true, _) => "stopped",
        (false, true) => "bt did not run; the database that it had left behind is stopped",
        (false, false) => "nothing runs here",
    });
    Ok(Ending::Fine)
}
