//! `bt migrate`: brings the database's schema up to date.

use crate::commands::unless_stopped;
use crate::door::Ending;
use crate::world::{Sharing, World};

pub(super) async fn run(world: &World) -> anyhow::Result<Ending> {
    let base = world.open_base(Sharing::Shared).await?;
    let migrated = unless_stopped(world, base.database.migrate()).await.transpose().map_err(anyhow::Error::from);
    base.close(&migrated).await;
    if migrated?.is_none() {
        return Ok(Ending::Failed);
    }
    world.screen.print(&format!("the schema is up to date: version {}", database::migrate::newest()));
    Ok(Ending::Fine)
}
