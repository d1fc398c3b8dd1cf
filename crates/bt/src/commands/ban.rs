//! `bt ban`: who may not come in.

use std::time::Duration;

use anyhow::Context;
use jiff::SignedDuration;
use platform::bans::{Ban, BanList, BanStore as _, BannedNetwork};

use crate::command_line::house;
use crate::door::Ending;
use crate::table::table;
use crate::world::World;

pub(super) async fn run(world: &World, what: &house::Ban) -> anyhow::Result<Ending> {
    let now = world.clock.now();
    let said = match what {
        house::Ban::List { json } => return list(world, json.json).await,
        house::Ban::Add { network, until, reason } => {
            let network: BannedNetwork = network.parse()?;
            anyhow::ensure!(!network.is_loopback(), "{network} is this machine itself, which is never kept out");
            let time = until.map(unsigned).transpose()?;
            world.files().change_bans(&|list| drop(list.ban_by_hand(network, time, reason, now))).await?;
            format!("{network} is kept out, within a second; `bt ban lift {network}` lets it in again")
        }
        house::Ban::Lift { network } => {
            let network: BannedNetwork = network.parse()?;
            let before = current(world).await?;
            if !before.in_force(now).any(|ban| ban.network == network) {
                let wider = before.in_force(now).map(|ban| ban.network).find(|banned| banned.covers(&network));
                match wider {
                    Some(wider) => anyhow::bail!("{network} is kept out with {wider}: `bt ban lift {wider}`"),
                    None => anyhow::bail!("{network} is not banned: `bt ban list` shows who is"),
                }
            }
            world
                .files()
                .change_bans(&|list| {
                    list.lift(network, now);
                })
                .await?;
            format!("{network} may come in again")
        }
    };
    world.screen.print(&said);
    Ok(Ending::Fine)
}

fn unsigned(time: SignedDuration) -> anyhow::Result<Duration> {
    Duration::try_from(time).context("a ban lasts some time")
}

async fn current(world: &World) -> anyhow::Result<BanList> {
    Ok(world.files().bans_since(None).await?.map(|(_, list)| list).unwrap_or_default())
}

async fn list(world: &World, as_json: bool) -> anyhow::Result<Ending> {
    let all = current(world).await?;
    let held: Vec<&Ban> = all.in_force(world.clock.now()).collect();
    if as_json {
        world.screen.print(&serde_json::to_string_pretty(&held)?);
        return Ok(Ending::Fine);
    }
    let rows: Vec<[String; 4]> = held.into_iter().map(|ban| row(world, ban)).collect();
    let text =
        if rows.is_empty() { "nobody is banned".to_owned() } else { table(["NETWORK", "UNTIL", "BY", "WHY"], &rows) };
    world.screen.print(&text);
    Ok(Ending::Fine)
}

fn row(world: &World, ban: &Ban) -> [String; 4] {
    let until = ban.until.map(|until| world.local(until));
    let until = until.unwrap_or_else(|| "it is lifted".to_owned());
    [ban.network.to_string(), until, ban.by.to_string(), ban.reason.clone()]
}
