//! `bt switch`: turns a source off or on while everything runs, and tells what is off.

use catalog::switches::{Source, SwitchBoard, SwitchedOff, Switches};

use crate::command_line::Switch;
use crate::commands::answer;
use crate::door::Ending;
use crate::world::{Base, World};

pub(super) async fn run(world: &World, what: Option<&Switch>) -> anyhow::Result<Ending> {
    answer(world, async |base: &Base| switch(world, base, what).await).await
}

async fn switch(world: &World, base: &Base, what: Option<&Switch>) -> anyhow::Result<String> {
    base.prepare().await?;
    let database = &base.database;
    let now = world.clock.now();
    Ok(match what {
        None => listed(world, &database.switches().await?),
        Some(Switch::Off { source, reason }) => match database.switch_off(*source, reason, now).await? {
            true => format!("{source}: off; within two seconds nothing of it is shown, and the reason is told"),
            false => format!("{source}: off already, for this reason"),
        },
        Some(Switch::On { source }) => match database.switch_on(*source, now).await? {
            true => format!("{source}: on; within two seconds it is shown again"),
            false => format!("{source}: on already"),
        },
    })
}

fn listed(world: &World, switches: &Switches) -> String {
    let width = Source::ALL.map(|source| source.slug().len()).into_iter().max().unwrap_or_default();
    let line = |source: Source| {
        let state = switches.off(source).map_or_else(|| "on".to_owned(), |off| told(world, off));
        format!("{:width$}  {state}", source.slug())
    };
    Source::ALL.map(line).join("\n")
}

fn told(world: &World, off: &SwitchedOff) -> String {
    format!("off since {}: {}", world.local(off.since), off.reason)
}
