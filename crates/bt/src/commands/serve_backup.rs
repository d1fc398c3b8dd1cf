//! `bt serve backup`: brings what the database writes into the vault, all the time.

use std::sync::Arc;

use axum::Router;
use backup::shipper::{Shipper, ShipperConfig};
use httpkit::config::HttpConfig;
use httpkit::health::{Readiness, health_routes, metrics_route};
use telemetry::numbers::Numbers;

use crate::command_line::Placement;
use crate::commands::{announce, serve};
use crate::door::Ending;
use crate::world::World;

pub(super) async fn run(world: &World, placement: &Placement) -> anyhow::Result<Ending> {
    let numbers = Numbers::begin()?;
    tokio::spawn(serve::tidy(numbers.clone(), world.shutdown.clone()));
    let store = world.backups()?;
    let spool = Arc::new(world.database_files().spool()?);
    let shipper = Shipper::build(ShipperConfig::default(), spool, store.vault, store.notes, Arc::clone(&world.clock));
    let listener = serve::listen(world).await?;
    let address = listener.local_addr()?;
    announce::write(placement, address)?;
    // The first word of its log, which would not be there otherwise while all is well.
    world.screen.print(&format!("archiving; health at {}", serve::told(address)));
    // An unreachable vault is told on the status page; starting this process anew would not bring it back.
    let router = Router::new().merge(health_routes(|| Readiness::Ready)).merge(metrics_route(move || numbers.render()));
    let shutdown = world.shutdown.clone();
    tokio::join!(
        shipper.run(shutdown.clone()),
        httpkit::server::serve(listener, router, shutdown, HttpConfig::default())
    );
    Ok(Ending::Fine)
}
