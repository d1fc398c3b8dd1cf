//! `bt serve`: one or more services by themselves, as pods and processes of a larger house do it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use admission::forwarded::ForwardedBy;
use anyhow::Context;
use axum::Router;
use catalog::published::PublishedCatalog;
use httpkit::client::Network;
use httpkit::config::HttpConfig;
use httpkit::health::{Readiness, health_routes, metrics_route};
use memory::keeper::CatalogMemory;
use platform::names::Environment;
use telemetry::numbers::Numbers;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::command_line::{Placement, Service};
use crate::commands::{announce, job, unless_stopped};
use crate::door::Ending;
use crate::signing_in::sweep;
use crate::world::{Base, Sharing, World};

const TIDY_NUMBERS_EVERY: Duration = Duration::from_secs(5);

/// Bytes of a head for what the edge adds to a client's: who asks, for which host, under which number. A host has at most
/// 255 bytes and is said three times.
const SAID_BY_THE_EDGE: usize = 2048;

/// Where the edge of this machine asks from.
const THIS_MACHINE: [&str; 2] = ["127.0.0.0/8", "::1"];

pub(super) async fn run(world: &World, services: &[Service], placement: &Placement) -> anyhow::Result<Ending> {
    match services {
        [Service::Edge] => return super::serve_edge::run(world, placement).await,
        [Service::Backup] => return super::serve_backup::run(world, placement).await,
        [Service::Notifier] => return super::serve_notifier::run(world, placement).await,
        _ => {}
    }
    let alone = services.iter().find(|service| matches!(service, Service::Edge | Service::Backup | Service::Notifier));
    anyhow::ensure!(
        alone.is_none(),
        "edge, backup and notifier are each served by themselves: leave out the other services"
    );
    let listener = listen(world).await?;
    announce::write(placement, listener.local_addr()?)?;
    let base = world.open_base(Sharing::Shared).await?;
    let served = serve(world, &base, listener, services, placement).await;
    base.close(&served).await;
    served.map(|()| Ending::Fine)
}

async fn serve(
    world: &World,
    base: &Base,
    listener: TcpListener,
    services: &[Service],
    placement: &Placement,
) -> anyhow::Result<()> {
    let Some(prepared) = unless_stopped(world, prepare(base, placement)).await else { return Ok(()) };
    prepared?;
    let serving = build(world, base, services, placement)?;
    world.screen.print(&format!("serving at {}", address(&listener)?));
    let (store, memory) = (base.store(), serving.memory.clone());
    // A first load passes through states that nobody should see.
    let filled = async move { job::until_loaded(&*store, || memory.await_first_load()).await };
    serving.run(listener, world.shutdown.clone(), filled).await;
    Ok(())
}

/// Under a supervisor a service only looks whether the schema fits; by itself it brings the schema up to date.
pub(super) async fn prepare(base: &Base, placement: &Placement) -> anyhow::Result<()> {
    match &placement.announce {
        Some(_) => base.check_schema().await,
        None => base.prepare().await,
    }
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

/// Services on one listener, over one catalog in memory.
struct Serving {
    memory: CatalogMemory,
    router: Router,
    http: HttpConfig,
}

/// Puts services together, counting their numbers.
fn build(world: &World, base: &Base, services: &[Service], placement: &Placement) -> anyhow::Result<Serving> {
    let numbers = Numbers::begin()?;
    tokio::spawn(tidy(numbers.clone(), world.shutdown.clone()));
    let memory = CatalogMemory::new(memory::keeper::Config::default(), base.store(), Arc::clone(&world.clock));
    let catalog: Arc<dyn PublishedCatalog> = Arc::new(memory.clone());
    let environment = placement.environment.clone().unwrap_or_else(Environment::production);
    let mut router = Router::new();
    let mut http = HttpConfig::default();
    if services.contains(&Service::Web) {
        let render = Arc::new(move || numbers.render());
        let ports = world.web_ports(base, &catalog, render, &environment)?;
        let web = web::service::build(world.web_config(&environment), ports);
        (router, http) = (router.merge(web.router()), web.http_config());
        tokio::spawn(sweep(base.database.clone(), Arc::clone(&world.clock), world.shutdown.clone()));
    } else {
        let ready = Arc::clone(&catalog);
        router = router.merge(health_routes(move || readiness(&*ready))).merge(metrics_route(move || numbers.render()));
    }
    if services.contains(&Service::Api) {
        router = router.merge(world.api(base, &catalog, &environment)?.router());
    }
    // Of the headers that name a client a service itself reads this one only.
    if world.settings.trusted_header == ForwardedBy::XForwardedFor {
        http.trusted_proxies.clone_from(&world.settings.trusted_proxies.list);
    }
    // What the edge lets in, with what it says itself, is not refused behind it.
    http.header_limit_bytes = world.settings.edge_head_kib.small() as usize * 1024 + SAID_BY_THE_EDGE;
    if placement.announce.is_some() {
        // The edge of this machine says for whom it asks.
        http.trusted_proxies.extend(THIS_MACHINE.iter().filter_map(|network| network.parse::<Network>().ok()));
    }
    Ok(Serving { memory, router, http })
}

pub(super) fn readiness(catalog: &dyn PublishedCatalog) -> Readiness {
    let current = catalog.current();
    match current.snapshot {
        Some(_) => Readiness::Ready,
        None if current.awaits_first_load => Readiness::Ready,
        None => Readiness::NotReady(vec!["no catalog is loaded yet".to_owned()]),
    }
}

pub(super) async fn tidy(numbers: Numbers, shutdown: CancellationToken) {
    let mut ticks = tokio::time::interval(TIDY_NUMBERS_EVERY);
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        numbers.tidy();
    }
}

impl Serving {
    /// Serves until `shutdown`, then drains. Requests are answered from the first moment on: until the catalog is
    /// loaded with an answer that says so. It is not read before `filled`.
    async fn run(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
        filled: impl Future<Output = ()> + Send + 'static,
    ) {
        let keep_current = self.memory.keep_current();
        let following = tokio::spawn(async move {
            filled.await;
            keep_current.await;
        });
        httpkit::server::serve(listener, self.router, shutdown, self.http).await;
        following.abort();
    }
}

/// Where a browser on this machine finds it.
fn address(listener: &TcpListener) -> anyhow::Result<String> {
    Ok(told(listener.local_addr()?))
}

pub(super) fn told(address: SocketAddr) -> String {
    let is_here = address.ip().is_loopback() || address.ip().is_unspecified();
    if is_here { format!("http://localhost:{}", address.port()) } else { format!("http://{address}") }
}
