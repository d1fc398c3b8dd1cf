//! What `bt up` shows while it runs at a terminal: what its services and jobs say, as `bt logs -f` would.

use processes::logs::read::{LogQuery, LogReader};

use crate::commands::{logs, unless_stopped};
use crate::world::World;

/// Shows it until the end. Elsewhere than at a terminal nobody reads along: `bt logs` has it all.
pub(super) async fn show(world: &World) {
    if !world.screen.is_terminal {
        return;
    }
    // When the logs cannot be read, the follower says so already.
    let query = LogQuery { since: Some(world.clock.now()), ..LogQuery::default() };
    let Ok(mut reader) = LogReader::open(&world.data_dir(), &query) else { return };
    while let Some(Ok(lines)) = unless_stopped(world, reader.wait()).await {
        for line in &lines {
            world.screen.relay(&logs::told(line));
        }
    }
}
