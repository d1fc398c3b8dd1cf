//! `bt down`: stops the `bt up` of a data directory, and what a killed one left behind.

use std::sync::Arc;
use std::time::Duration;

use platform::ports::Runtime as _;
use processes::claim::Claim;
use processes::postgres::Postgres;
use processes::runtime::ProcessRuntime;
use serde_json::json;

use crate::commands::up;
use crate::door::Ending;
use crate::world::World;

/// How long services of a killed supervisor may take to finish their answers.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) async fn run(world: &World, as_json: bool) -> anyhow::Result<Ending> {
    let data_dir = world.data_dir();
    let was_running = Claim::stop_holder(&data_dir).await?;
    let left_behind = if data_dir.exists() { end_leftovers(world).await? } else { 0 };
    let database_left = Postgres::stop_leftover(&data_dir).await?;
    if as_json {
        let said = json!({ "was_running": was_running, "left_behind": left_behind, "database_left": database_left });
        world.screen.print(&said.to_string());
        return Ok(Ending::Fine);
    }
    world.screen.print(match (was_running, left_behind > 0 || database_left) {
        (true, _) => "stopped",
        (false, true) => "bt did not run; what it had left behind is stopped",
        (false, false) => "nothing runs here",
    });
    Ok(Ending::Fine)
}

/// How many processes a killed supervisor had left.
async fn end_leftovers(world: &World) -> anyhow::Result<usize> {
    let _claim = Claim::take(&world.data_dir())?;
    end_instances(world).await
}

/// Ends all instances of the house, and says how many ran. The caller has the data directory to itself.
pub(super) async fn end_instances(world: &World) -> anyhow::Result<usize> {
    let runtime = ProcessRuntime::open(up::runtime_config(world, None, Arc::default())).await?;
    let running = runtime.look().await?.iter().filter(|seen| seen.ended.is_none()).count();
    runtime.end_all(PATIENCE).await?;
    Ok(running)
}
