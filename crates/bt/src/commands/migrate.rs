//! `bt migrate`: brings the database's schema up to date, unless that would hurt a release that runs beside this one.

use std::path::Path;

use anyhow::Context;
use platform::releases::Neighbour;

use crate::commands::unless_stopped;
use crate::door::Ending;
use crate::world::{Sharing, World};

pub(super) async fn run(world: &World, beside: &[String]) -> anyhow::Result<Ending> {
    let neighbours = beside.iter().map(|text| serde_json::from_str(text)).collect::<Result<Vec<Neighbour>, _>>();
    let neighbours = neighbours.context("--beside is written by `bt deploy`")?;
    let base = world.open_base(Sharing::Shared).await?;
    let migrated = unless_stopped(world, base.database.migrate_beside(&neighbours)).await;
    let migrated = migrated.transpose().map_err(anyhow::Error::from);
    base.close(&migrated).await;
    if migrated?.is_none() {
        return Ok(Ending::Failed);
    }
    world.screen.print(&format!("the schema is up to date: version {}", database::migrate::newest()));
    Ok(Ending::Fine)
}

/// Lets another build bring the schema up to what it expects.
pub(super) async fn by_program(world: &World, program: &Path, neighbours: &[Neighbour]) -> anyhow::Result<()> {
    let mut arguments = vec!["migrate".to_owned()];
    for neighbour in neighbours {
        arguments.extend(["--beside".to_owned(), serde_json::to_string(neighbour)?]);
    }
    arguments.extend(world.again.clone());
    let said = processes::releases::run(program, &arguments).await;
    said.map(drop).with_context(|| "the schema could not be prepared for this release, which is not deployed")
}
