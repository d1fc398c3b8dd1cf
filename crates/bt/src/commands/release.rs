//! `bt release` and `bt deploy`: the builds of the program on this machine, and which environment runs which.

use platform::names::{Environment, ReleaseName, ServiceKind, ServiceName};
use platform::ports::WishStore as _;
use platform::releases::{Neighbour, Release};
use platform::runtime::Purpose;
use platform::view::{InstanceState, InstanceView, ServiceView, SupervisorView};
use processes::releases::ReleaseFolder;

use crate::command_line::house::{self, Deploy, release_by_beginning};
use crate::commands::{ps, restart};
use crate::door::Ending;
use crate::table::table;
use crate::world::World;

/// What stands for the program that `bt up` itself is.
const OWN: &str = "own";

pub(super) async fn run(world: &World, what: &house::Release) -> anyhow::Result<Ending> {
    match what {
        house::Release::List { json } => list(world, json.json).await,
        house::Release::Add { program } => {
            let release =
                ReleaseFolder::of(&world.data_dir()).add(&world.folder.join(program), world.clock.now()).await?;
            world.screen.print(&format!(
                "release {}: `bt deploy staging {}`",
                release.name,
                ps::short(release.name.as_str())
            ));
            Ok(Ending::Fine)
        }
    }
}

async fn list(world: &World, as_json: bool) -> anyhow::Result<Ending> {
    let releases = ReleaseFolder::of(&world.data_dir()).list()?;
    if as_json {
        world.screen.print(&serde_json::to_string_pretty(&releases)?);
        return Ok(Ending::Fine);
    }
    let view = world.running_view().await?;
    let rows: Vec<[String; 4]> = releases.iter().map(|release| row(world, release, view.as_ref())).collect();
    world.screen.print(&table(["RELEASE", "ADDED", "SCHEMA", "RUNS AS"], &rows));
    Ok(Ending::Fine)
}

fn row(world: &World, release: &Release, view: Option<&SupervisorView>) -> [String; 4] {
    let mut runs_as: Vec<String> = view.map(|view| environments_of(view, &release.name)).unwrap_or_default();
    runs_as.dedup();
    [release.name.to_string(), world.local(release.added_at), release.schema.expects.to_string(), runs_as.join(", ")]
}

fn environments_of(view: &SupervisorView, release: &ReleaseName) -> Vec<String> {
    let runs_in = |name: &ServiceName| {
        let purpose = Purpose::Service(name.clone());
        let is_it = |one: &InstanceView| one.purpose == purpose && one.release == *release;
        view.instances.iter().any(|one| is_it(one) && one.state == InstanceState::Ready)
    };
    let told = view.services.iter().filter_map(|service| {
        let environment = service.service.environment.as_ref()?;
        match (runs_in(&service.service), service.release.as_ref() == Some(release)) {
            (true, _) => Some(environment.to_string()),
            // It was deployed, and another one is in its place.
            (false, true) => Some(format!("{environment}: not ready")),
            (false, false) => None,
        }
    });
    told.collect()
}

/// Puts a release in the place of another, after making sure that all can live on one database.
pub(super) async fn deploy(world: &World, arguments: &Deploy) -> anyhow::Result<Ending> {
    let environment = &arguments.environment;
    let folder = ReleaseFolder::of(&world.data_dir());
    let view = world.running_view().await?;
    let Some(view) = view else { anyhow::bail!("{}", ps::NOTHING_RUNS) };
    let services: Vec<ServiceName> =
        [ServiceKind::Web, ServiceKind::Api].map(|kind| ServiceName::of(kind, environment.clone())).to_vec();
    anyhow::ensure!(
        services.iter().all(|name| view.services.iter().any(|known| known.service == *name)),
        "there is no environment {environment} here: production and staging are"
    );
    let (wished, release) = chosen(&folder, &view, &arguments.release)?;
    let beside = neighbours(&folder, &view, environment)?;
    for (neighbour, other) in &beside {
        release.may_run_beside(other).map_err(|refused| anyhow::anyhow!("{}: {refused}", neighbour.environment))?;
    }
    // Its own program knows its migrations; ours may be older.
    let beside: Vec<Neighbour> = beside.into_iter().map(|(neighbour, _)| neighbour).collect();
    super::migrate::by_program(world, &release.program, &beside).await?;
    let change = |wishes: &mut platform::wishes::Wishes| {
        match &wished {
            Some(name) => wishes.releases.insert(environment.clone(), name.clone()),
            None => wishes.releases.remove(environment),
        };
    };
    world.files().change(&change).await?;
    let is_current = |view: &ServiceView| view.release.as_ref() == Some(&release.name);
    restart::settled(world, &services, is_current, false).await
}

/// The wish (none for the program of `bt up`), and the release that it means.
fn chosen(folder: &ReleaseFolder, view: &SupervisorView, text: &str) -> anyhow::Result<(Option<ReleaseName>, Release)> {
    let all = folder.list()?;
    let names: Vec<ReleaseName> = all.iter().map(|release| release.name.clone()).collect();
    let (wished, name) = match text {
        OWN => (None, view.supervisor.release.clone()),
        beginning => {
            let name = release_by_beginning(beginning, &names).map_err(anyhow::Error::msg)?.clone();
            (Some(name.clone()), name)
        }
    };
    let release = all.into_iter().find(|release| release.name == name);
    Ok((wished, release.ok_or_else(|| anyhow::anyhow!("release {name} is not on this machine any more"))?))
}

/// The releases of the other environments, and that of the house itself.
fn neighbours(
    folder: &ReleaseFolder,
    view: &SupervisorView,
    environment: &Environment,
) -> anyhow::Result<Vec<(Neighbour, Release)>> {
    let mut found: Vec<(Neighbour, Release)> = Vec::new();
    for service in view.services.iter().filter(|service| service.service.environment.as_ref() != Some(environment)) {
        let Some(name) = &service.release else { continue };
        if found.iter().any(|(neighbour, _)| neighbour.release == *name) {
            continue;
        }
        let Some(release) = folder.find(name)? else { continue };
        let environment = service.service.environment.clone().unwrap_or_else(Environment::production);
        let neighbour = Neighbour { environment, release: name.clone(), expects: release.schema.expects };
        found.push((neighbour, release));
    }
    Ok(found)
}
