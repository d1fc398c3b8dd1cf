//! `bt serve`: one or more services by themselves, as pods and processes of a larger house do it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use catalog::published::PublishedCatalog;
use httpkit::config::HttpConfig;
use httpkit::health::{Readiness, health_routes, metrics_route};
use memory::keeper::CatalogMemory;
use telemetry::numbers::Numbers;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::command_line::Service;
use crate::commands::unless_stopped;
use crate::door::Ending;
use crate::world::{Base, Sharing, World};

const TIDY_NUMBERS_EVERY: Duration = Duration::from_secs(5);

pub(super) async fn run(world: &World, services: &[Service]) -> anyhow::Result<Ending> {
    let listener = listen(world).await?;
    let base = world.open_base(Sharing::Shared).await?;
    let served = serve(world, &base, listener, services).await;
    base.close(&served).await;
    served.map(|()| Ending::Fine)
}

async fn serve(world: &World, base: &Base, listener: TcpListener, services: &[Service]) -> anyhow::Result<()> {
    let Some(migrated) = unless_stopped(world, base.database.migrate()).await else { return Ok(()) };
    migrated?;
    let serving = build(world, base, services)?;
    world.screen.print(&format!("serving at {}", address(&listener)?));
    serving.run(listener, world.shutdown.clone(), std::future::ready(())).await;
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

/// Services on one listener, over one catalog in memory.
pub(super) struct Serving {
    pub(super) memory: CatalogMemory,
    router: Router,
    http: HttpConfig,
}

/// Puts services together, counting their numbers.
pub(super) fn build(world: &World, base: &Base, services: &[Service]) -> anyhow::Result<Serving> {
    let numbers = Numbers::begin()?;
    tokio::spawn(tidy(numbers.clone(), world.shutdown.clone()));
    let memory = CatalogMemory::new(memory::keeper::Config::default(), base.store(), Arc::clone(&world.clock));
    let catalog: Arc<dyn PublishedCatalog> = Arc::new(memory.clone());
    let mut router = Router::new();
    let mut http = HttpConfig::default();
    if services.contains(&Service::Web) {
        let render = Arc::new(move || numbers.render());
        let web = web::service::build(world.web_config(), Arc::clone(&catalog), Arc::clone(&world.clock), render);
        (router, http) = (router.merge(web.router()), web.http_config());
    } else {
        let ready = Arc::clone(&catalog);
        router = router.merge(health_routes(move || readiness(&*ready))).merge(metrics_route(move || numbers.render()));
    }
    if services.contains(&Service::Api) {
        router = router.merge(world.api(base, &catalog)?.router());
    }
    http.trusted_proxies.clone_from(&world.settings.trusted_proxies.list);
    Ok(Serving { memory, router, http })
}

fn readiness(catalog: &dyn PublishedCatalog) -> Readiness {
    match catalog.current().snapshot {
        Some(_) => Readiness::Ready,
        None => Readiness::NotReady(vec!["no catalog is loaded yet".to_owned()]),
    }
}

async fn tidy(numbers: Numbers, shutdown: CancellationToken) {
    let mut ticks = tokio::time::interval(TIDY_NUMBERS_EVERY);
    while shutdown.run_until_cancelled(ticks.tick()).await.is_some() {
        numbers.tidy();
    }
}

impl Serving {
    /// Serves until `shutdown`, then drains. Requests are answered from the first moment on: until the catalog is
    /// loaded with an answer that says so. It is not read before `filled`: a first load passes through states that
    /// nobody should see.
    pub(super) async fn run(
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
pub(super) fn address(listener: &TcpListener) -> anyhow::Result<String> {
    let address = listener.local_addr()?;
    let is_here = address.ip().is_loopback() || address.ip().is_unspecified();
    Ok(if is_here { format!("http://localhost:{}", address.port()) } else { format!("http://{address}") })
}
