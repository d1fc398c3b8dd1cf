//! `bt serve notifier`: tells people by mail what happened to the classes that they follow.

use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use catalog::published::PublishedCatalog;
use httpkit::config::HttpConfig;
use httpkit::health::{health_routes, metrics_route};
use memory::keeper::CatalogMemory;
use notifier::config::Config;
use notifier::service::Ports;
use telemetry::numbers::Numbers;

use crate::command_line::Placement;
use crate::commands::{announce, job, serve, unless_stopped};
use crate::door::Ending;
use crate::signing_in::chance;
use crate::world::{Base, Sharing, World};

pub(super) async fn run(world: &World, placement: &Placement) -> anyhow::Result<Ending> {
    let base = world.open_base(Sharing::Shared).await?;
    let served = serve(world, &base, placement).await;
    base.close(&served).await;
    served.map(|()| Ending::Fine)
}

async fn serve(world: &World, base: &Base, placement: &Placement) -> anyhow::Result<()> {
    let Some(prepared) = unless_stopped(world, serve::prepare(base, placement)).await else { return Ok(()) };
    prepared?;
    let numbers = Numbers::begin()?;
    tokio::spawn(serve::tidy(numbers.clone(), world.shutdown.clone()));
    let memory = CatalogMemory::new(memory::keeper::Config::default(), base.store(), Arc::clone(&world.clock));
    let catalog: Arc<dyn PublishedCatalog> = Arc::new(memory.clone());
    let notifier = notifier::service::build(world.notifier_config()?, world.notifier_ports(base, &catalog)?);
    let listener = serve::listen(world).await?;
    let address = listener.local_addr()?;
    announce::write(placement, address)?;
    world.screen.print(&format!("telling people; health at {}", serve::told(address)));
    let router = Router::new()
        .merge(health_routes(move || serve::readiness(&*catalog)))
        .merge(metrics_route(move || numbers.render()));
    // A first load passes through states that nobody should be told of.
    let store = base.store();
    let following = async {
        job::until_loaded(&*store, || memory.await_first_load()).await;
        memory.keep_current().await;
    };
    let shutdown = world.shutdown.clone();
    tokio::join!(
        unless_stopped(world, following),
        notifier.run(shutdown.clone()),
        httpkit::server::serve(listener, router, shutdown, HttpConfig::default())
    );
    Ok(())
}

/// Where letters lead when nobody has said where people know the site. Only a stand-in on this machine gets those.
const SITE_ON_THIS_MACHINE: &str = "http://localhost:8080";

impl World {
    fn notifier_config(&self) -> anyhow::Result<Config> {
        let public_url = self.public_url().unwrap_or_else(|| SITE_ON_THIS_MACHINE.to_owned());
        let zone = self.settings.campus_time_zone.0.clone();
        Ok(Config {
            mails_sample_people: self.mails_on_this_machine()?,
            ..Config::new(self.settings.site_name.clone(), public_url, zone)
        })
    }

    fn notifier_ports(&self, base: &Base, catalog: &Arc<dyn PublishedCatalog>) -> anyhow::Result<Ports> {
        let is_known = self.public_url().is_some() || self.mails_on_this_machine()?;
        let server = self.mail_server(Vec::new())?;
        if server.is_some() && !is_known {
            tracing::warn!(
                "no mail about followed classes is sent: site.public_url is not set, and letters link there"
            );
        }
        let server = server.filter(|_| is_known);
        let mail = server.map(|server| mail::letters::build(&server).context("mail.smtp_url")).transpose()?;
        Ok(Ports {
            catalog: Arc::clone(catalog),
            outbox: Arc::new(base.database.clone()),
            mail: mail.map(|letters| Arc::new(letters) as _),
            clock: Arc::clone(&self.clock),
            chance: chance(),
        })
    }

    /// Whether the mail server is a stand-in on this machine: made-up people have addresses of the real campus.
    fn mails_on_this_machine(&self) -> anyhow::Result<bool> {
        let server = self.mail_server(Vec::new())?;
        Ok(server.is_some_and(|server| ["localhost", "127.0.0.1", "::1"].contains(&server.host.as_str())))
    }
}
