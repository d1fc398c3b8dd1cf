//! `bt serve`: one or more services by themselves, as pods and processes of a larger house do it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use telemetry::numbers::Numbers;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use web::service::Web;

use crate::command_line::Service;
use crate::commands::unless_stopped;
use crate::door::Ending;
use crate::world::{Base, Sharing, World};

const TIDY_NUMBERS_EVERY: Duration = Duration::from_secs(5);

pub(super) async fn run(world: &World, services: &[Service]) -> anyhow::Result<Ending> {
    // There is one service so far; naming it twice starts it once.
    debug_assert!(services.iter().all(|service| *service == Service::Web));
    let listener = listen(world).await?;
    let base = world.open_base(Sharing::Shared).await?;
    let served = serve_web(world, &base, listener).await;
    base.close(&served).await;
    served.map(|()| Ending::Fine)
}

async fn serve_web(world: &World, base: &Base, listener: TcpListener) -> anyhow::Result<()> {
    let Some(migrated) = unless_stopped(world, base.database.migrate()).await else { return Ok(()) };
    migrated?;
    let web = build_web(world, base)?;
    world.screen.print(&format!("serving at {}", address(&listener)?));
    web.run(listener, world.shutdown.clone(), std::future::ready(())).await;
    Ok(())
}

/// Takes the port, before anything that takes time.
pub(super) async fn listen(world: &World) -> anyhow::Result<TcpListener> {
    let address = world.settings.listen;
    let bound = TcpListener::bind(address).await;
    bound.with_context(|| {
        format!(
            "cannot listen on {address}: stop what uses it, or choose another --listen, such as 127.0.0.1:{}",
            other_port(address)
        )
    })
}

fn other_port(address: SocketAddr) -> u16 {
    address.port().checked_add(1).unwrap_or(8080)
}

/// The site, counting its numbers.
pub(super) fn build_web(world: &World, base: &Base) -> anyhow::Result<Web> {
    let numbers = Numbers::begin()?;
    tokio::spawn(tidy(numbers.clone(), world.shutdown.clone()));
    let render = Arc::new(move || numbers.render());
    Ok(web::service::build(world.web_config(), base.store(), Arc::clone(&world.clock), render))
}

async fn tidy(numbers: Numbers, shutdown: CancellationToken) {
    let mut ticks = tokio::time::interval(TIDY_NUMBERS_EVERY);
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        numbers.tidy();
    }
}

/// Where a browser on this machine finds it.
pub(super) fn address(listener: &TcpListener) -> anyhow::Result<String> {
    let address = listener.local_addr()?;
    let is_here = address.ip().is_loopback() || address.ip().is_unspecified();
    Ok(if is_here { format!("http://localhost:{}", address.port()) } else { format!("http://{address}") })
}
