//! `bt alarms`: what is raised now, and a trial of the way to the people who get them.

use std::time::Duration;

use platform::ports::{StatusStore as _, WishStore as _};
use watch::test_fire::test_fire;

use crate::command_line::house;
use crate::door::Ending;
use crate::world::World;

/// Longer than a slow mail server takes to greet.
const TRIAL_LIMIT: Duration = Duration::from_secs(30);

pub(super) async fn run(world: &World, what: house::Alarms) -> anyhow::Result<Ending> {
    match what {
        house::Alarms::List { json } => list(world, json.json).await,
        house::Alarms::Test => test(world).await,
    }
}

async fn list(world: &World, as_json: bool) -> anyhow::Result<Ending> {
    let open = world.files().open_alarms().await?;
    if as_json {
        world.screen.print(&serde_json::to_string_pretty(&open)?);
        return Ok(Ending::Fine);
    }
    let lines: Vec<String> = open.iter().map(|alarm| format!("{}\n  {}", alarm.title, alarm.text)).collect();
    world.screen.print(if lines.is_empty() { "no alarm is raised".to_owned() } else { lines.join("\n") }.as_str());
    if world.files().wishes().await?.maintenance.is_some() {
        world
            .screen
            .print("nobody is told while maintenance is on; what still lasts is told after `bt maintenance off`");
    }
    Ok(Ending::Fine)
}

async fn test(world: &World) -> anyhow::Result<Ending> {
    let sinks = world.alarm_sinks()?;
    anyhow::ensure!(!sinks.is_empty(), "nobody gets alarms: set alarms.mail_to with mail.smtp_url, or alarms.webhook");
    let mut ending = Ending::Fine;
    for fired in test_fire(&sinks, &*world.clock, TRIAL_LIMIT).await {
        match fired.taken {
            Ok(()) => world.screen.print(&format!("{}: taken", fired.sink)),
            Err(error) => {
                ending = Ending::Failed;
                world.screen.complain(&format!("{}: {}", fired.sink, catalog::ports::with_causes(&error)));
            }
        }
    }
    Ok(ending)
}
