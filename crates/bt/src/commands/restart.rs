//! `bt restart`: a rolling replacement of one service, awaited.

use std::time::Duration;

use platform::names::ServiceName;
use platform::ports::{ViewStore as _, WishStore as _};
use platform::view::ServiceView;

use crate::command_line::house::Restart;
use crate::commands::{ps, unless_stopped};
use crate::door::Ending;
use crate::world::World;

const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Longer than the longest start of a service and its predecessor's drain.
const PATIENCE: Duration = Duration::from_mins(3);

pub(super) async fn run(world: &World, arguments: &Restart) -> anyhow::Result<Ending> {
    let service = &arguments.service;
    let view = world.running_view().await?;
    let Some(view) = view else { anyhow::bail!("{}", ps::why_nothing(world).await?) };
    let names: Vec<String> = view.services.iter().map(|known| known.service.to_string()).collect();
    anyhow::ensure!(
        view.services.iter().any(|known| known.service == *service),
        "there is no service {service} here: expected one of {}",
        names.join(", ")
    );
    let wishes = world.files().change(&|wishes| *wishes.restarts.entry(service.clone()).or_default() += 1).await?;
    let nonce = wishes.restarts.get(service).copied().unwrap_or_default();
    let is_done = |view: &ServiceView| view.nonce >= nonce;
    settled(world, std::slice::from_ref(service), is_done, arguments.json.json).await
}

/// Waits until services are as they are wished, and says how that went.
pub(super) async fn settled(
    world: &World,
    services: &[ServiceName],
    is_current: impl Fn(&ServiceView) -> bool,
    as_json: bool,
) -> anyhow::Result<Ending> {
    let waiting = tokio::time::timeout(PATIENCE, unless_stopped(world, watch(world, services, is_current)));
    let ended = match waiting.await {
        Err(_) => anyhow::bail!("not done after {} s: `bt ps` shows how it is", PATIENCE.as_secs()),
        Ok(None) => return Ok(Ending::Failed),
        Ok(Some(ended)) => ended?,
    };
    if as_json {
        world.screen.print(&serde_json::to_string_pretty(&ended)?);
    }
    let mut ending = Ending::Fine;
    for service in &ended {
        match &service.given_up {
            Some(given_up) => {
                ending = Ending::Failed;
                let meanwhile = if given_up.is_served { "the one before serves on" } else { "nothing serves" };
                let (name, why) = (&service.service, &given_up.why);
                world.screen.complain(&format!("{name}: {why}; {meanwhile}. `bt logs {name}` tells more"));
            }
            None if !as_json => world.screen.print(&format!("{}: {}", service.service, service.says)),
            None => {}
        }
    }
    Ok(ending)
}

async fn watch(
    world: &World,
    services: &[ServiceName],
    is_current: impl Fn(&ServiceView) -> bool,
) -> anyhow::Result<Vec<ServiceView>> {
    let mut looks = tokio::time::interval(LOOK_EVERY);
    loop {
        looks.tick().await;
        let Some(view) = world.files().view().await? else { continue };
        let ours = view.services.into_iter().filter(|view| services.contains(&view.service));
        let ours: Vec<ServiceView> = ours.collect();
        let is_over = |view: &ServiceView| is_current(view) && (view.is_settled || view.given_up.is_some());
        if ours.len() == services.len() && ours.iter().all(is_over) {
            return Ok(ours);
        }
    }
}
