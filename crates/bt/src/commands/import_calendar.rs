//! `bt import calendar`: takes in what the registrar announced of terms' calendars, or tells what is held.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, anyhow};
use catalog::announced::{ANNOUNCED_BYTES_MAX, ANNOUNCED_EXAMPLE, Announced, NoticeBoard};

use crate::commands::unless_stopped;
use crate::door::Ending;
use crate::world::{Base, Sharing, World};

pub(super) async fn run(world: &World, file: Option<&Path>) -> anyhow::Result<Ending> {
    let announced = file.map(read).transpose()?;
    let base = world.open_base(Sharing::Shared).await?;
    let done = unless_stopped(world, announce(world, &base, announced.as_ref())).await.transpose();
    base.close(&done).await;
    let Some(words) = done? else { return Ok(Ending::Failed) };
    world.screen.print(&words);
    Ok(Ending::Fine)
}

/// Reads no more of a file than may be in it: whoever names the wrong one is told so at once.
fn read(path: &Path) -> anyhow::Result<Announced> {
    let name = path.display();
    let most = ANNOUNCED_BYTES_MAX as u64 + 1;
    let mut text = String::new();
    let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
    file.take(most).read_to_string(&mut text).with_context(|| format!("cannot read {name}"))?;
    Announced::parse(&text).map_err(|faults| anyhow!("nothing of {name} was taken in:\n{faults}"))
}

async fn announce(world: &World, base: &Base, announced: Option<&Announced>) -> anyhow::Result<String> {
    base.prepare().await?;
    let Some(announced) = announced else {
        let held = base.database.announced().await?;
        return Ok(if held.text().is_empty() {
            format!("nothing was imported; a file looks like this:\n\n{}", ANNOUNCED_EXAMPLE.trim_end())
        } else {
            held.text().trim_end().to_owned()
        });
    };
    let terms: Vec<String> = announced.terms().map(|term| term.title()).collect();
    let of = if terms.is_empty() { "nothing any more".to_owned() } else { terms.join(", ") };
    Ok(match base.database.announce(announced, world.clock.now()).await? {
        true => format!("announced: {of}; within two seconds the site follows"),
        false => format!("as before: {of}"),
    })
}
