//! `bt serve notifier`: tells people by mail what happened to the classes that they follow.

use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use catalog::published::PublishedCatalog;
use httpkit::config::HttpConfig;
use httpkit::health::{health_routes, metrics_route};
use memory::keeper::CatalogMemory;
use notifier::config::Config;
use notifier::service::{Notifier, Ports};
use telemetry::numbers::Numbers;
use tokio::sync::Notify;

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
    let wake = Arc::new(Notify::new());
    let notifier = world.notifier(base, &catalog, Arc::clone(&wake))?;
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
    let mut publications = memory.changes();
    let waking = async {
        while publications.changed().await.is_ok() {
            wake.notify_one();
        }
    };
    let shutdown = world.shutdown.clone();
    tokio::join!(
        unless_stopped(world, following),
        unless_stopped(world, waking),
        notifier.run(shutdown.clone()),
        httpkit::server::serve(listener, router, shutdown, HttpConfig::default())
    );
    Ok(())
}

/// A mail server there is a stand-in: made-up people have addresses of the real campus, and get mail by it alone.
const ON_THIS_MACHINE: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

impl World {
    /// The settings and the ports. Without an address to link to, mail goes to a stand-in on this machine only.
    fn notifier(
        &self,
        base: &Base,
        catalog: &Arc<dyn PublishedCatalog>,
        wake: Arc<Notify>,
    ) -> anyhow::Result<Notifier> {
        let server = self.mail_server(Vec::new())?;
        let is_stand_in = server.as_ref().is_some_and(|server| ON_THIS_MACHINE.contains(&server.host.as_str()));
        let public_url = self.settings.public_url();
        // Letters to a stand-in lead to the house on this machine, while nobody has said where people know the site.
        let here = self.house_address.clone().filter(|_| is_stand_in);
        let is_known = public_url.is_some() || here.is_some();
        if server.is_some() && !is_known {
            tracing::warn!(
                "no mail about followed classes is sent: site.public_url is not set, and letters link there"
            );
        }
        // The team knows its own site: its mail needs no address to link to, and names the path alone.
        let team = server.as_ref().zip(self.settings.reports_mail_to.as_ref());
        let report_mail = team.map(|(server, to)| mail::reports::build(server, to).context("reports.mail_to"));
        let report_mail = report_mail.transpose()?;
        let server = server.filter(|_| is_known);
        let mail = server.map(|server| mail::letters::build(&server).context("mail.smtp_url")).transpose()?;
        let links_to = public_url.or(here).unwrap_or_default();
        let zone = self.settings.campus_time_zone.0.clone();
        let config = Config {
            mails_sample_people: is_stand_in,
            site_news: web::service::news(),
            ..Config::new(self.settings.site_name.clone(), links_to, zone)
        };
        let ports = Ports {
            catalog: Arc::clone(catalog),
            outbox: Arc::new(base.database.clone()),
            mail: mail.map(|letters| Arc::new(letters) as _),
            reports: Arc::new(base.database.clone()),
            report_mail: report_mail.map(|reports| Arc::new(reports) as _),
            wake,
            clock: Arc::clone(&self.clock),
            chance: chance(),
        };
        Ok(notifier::service::build(config, ports))
    }
}
