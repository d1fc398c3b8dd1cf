//! `bt maintenance`: closes the site for work, and opens it again.

use platform::ports::WishStore as _;
use platform::wishes::Maintenance;

use crate::command_line::house;
use crate::door::Ending;
use crate::world::World;

/// The longest reason, in characters: it is one line on a page.
const REASON_LIMIT: usize = 300;

pub(super) async fn run(world: &World, what: &house::Maintenance) -> anyhow::Result<Ending> {
    let reason = match what {
        house::Maintenance::Off => None,
        house::Maintenance::On { reason } => Some(checked(reason)?),
    };
    world.files().change(&|wishes| wishes.maintenance = reason.clone().map(|reason| Maintenance { reason })).await?;
    world.screen.print(match reason {
        Some(_) => "the site closes within two seconds, and no alarms are sent; /status stays open. `bt maintenance off` ends it",
        None => "the site opens within two seconds; of what is still wrong, alarms come",
    });
    Ok(Ending::Fine)
}

fn checked(reason: &str) -> anyhow::Result<String> {
    let reason = reason.trim();
    anyhow::ensure!(!reason.is_empty(), "the reason is empty, and visitors want to know it");
    let length = reason.chars().count();
    anyhow::ensure!(length <= REASON_LIMIT, "the reason has {length} characters; at most {REASON_LIMIT} fit");
    anyhow::ensure!(!reason.contains(char::is_control), "the reason has to be one line");
    Ok(reason.to_owned())
}
