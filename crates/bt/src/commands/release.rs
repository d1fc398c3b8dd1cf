//! `bt release` and `bt deploy`: the builds of the program on this machine, and which environment runs which.

use platform::names::{Environment, ReleaseName, ServiceKind, ServiceName};
use platform::ports::{ViewStore as _, WishStore as _};
use platform::releases::{Neighbour, Release};
use platform::runtime::Purpose;
use platform::status::thresholds::bytes;
use platform::view::{InstanceState, InstanceView, Phase, ServiceView, SupervisorView};
use platform::wishes::Wishes;
use processes::releases::ReleaseFolder;
use serde::Serialize;

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
        house::Release::Remove { release } => remove(world, release).await,
    }
}

async fn remove(world: &World, beginning: &str) -> anyhow::Result<Ending> {
    let folder = ReleaseFolder::of(&world.data_dir());
    let names: Vec<ReleaseName> = folder.list()?.into_iter().map(|release| release.name).collect();
    let name = release_by_beginning(beginning, &names).map_err(anyhow::Error::msg)?;
    // Also what a killed supervisor saw: what it had started may live on.
    let view = world.files().view().await?.filter(|view| view.supervisor.phase != Phase::Stopped);
    let uses = uses(&world.files().wishes().await?, view.as_ref(), name);
    anyhow::ensure!(
        uses.is_empty(),
        "release {name} is not removed: {}. Deploy another one there first, with `bt deploy ENVIRONMENT RELEASE`",
        uses.join(", ")
    );
    let freed = bytes(folder.remove(name)?);
    world.screen.print(&format!("release {name} is removed: {freed} of the disk are free again"));
    Ok(Ending::Fine)
}

/// What needs a release: a wish for it, and each process of it.
fn uses(wishes: &Wishes, view: Option<&SupervisorView>, release: &ReleaseName) -> Vec<String> {
    let wished = wishes.releases.iter().filter(|(_, wished)| *wished == release);
    let mut uses: Vec<String> = wished.map(|(environment, _)| format!("it is deployed to {environment}")).collect();
    let Some(view) = view else { return uses };
    if view.supervisor.release == *release {
        uses.push("it is the program of `bt up`".to_owned());
    }
    let runs = |one: &&InstanceView| one.release == *release && one.state != InstanceState::Ended;
    uses.extend(view.instances.iter().filter(runs).map(|one| format!("{} runs it", one.instance)));
    uses
}

async fn list(world: &World, as_json: bool) -> anyhow::Result<Ending> {
    let folder = ReleaseFolder::of(&world.data_dir());
    let releases =
        folder.list()?.into_iter().map(|release| Listed { size_bytes: folder.bytes_of(&release.name), release });
    let releases: Vec<Listed> = releases.collect();
    if as_json {
        world.screen.print(&serde_json::to_string_pretty(&releases)?);
        return Ok(Ending::Fine);
    }
    let view = world.running_view().await?;
    let rows: Vec<[String; 5]> = releases.iter().map(|listed| row(world, listed, view.as_ref())).collect();
    world.screen.print(&table(["RELEASE", "ADDED", "SIZE", "SCHEMA", "RUNS AS"], &rows));
    Ok(Ending::Fine)
}

/// A release, with what it takes on the disk.
#[derive(Serialize)]
struct Listed {
    #[serde(flatten)]
    release: Release,
    size_bytes: u64,
}

fn row(world: &World, listed: &Listed, view: Option<&SupervisorView>) -> [String; 5] {
    let Listed { release, size_bytes } = listed;
    let mut runs_as: Vec<String> = view.map(|view| environments_of(view, &release.name)).unwrap_or_default();
    runs_as.dedup();
    let (name, schema) = (release.name.to_string(), release.schema.expects.to_string());
    [name, world.local(release.added_at), bytes(*size_bytes), schema, runs_as.join(", ")]
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
    let Some(view) = view else { anyhow::bail!("{}", ps::why_nothing(world).await?) };
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
    let change = |wishes: &mut Wishes| {
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

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use platform::names::InstanceId;
    use platform::view::SupervisorState;

    use super::*;

    const OWN_NAME: &str = "aaaaaaaa";

    fn instance(release: &str, state: InstanceState) -> InstanceView {
        InstanceView {
            instance: InstanceId("web@staging.7".to_owned()),
            purpose: Purpose::Service("web@staging".parse().unwrap()),
            release: release.parse().unwrap(),
            nonce: 0,
            is_current: false,
            state,
            says: String::new(),
            process: 7,
            started_at: Timestamp::UNIX_EPOCH,
            address: None,
            memory_bytes: 0,
            cpu_ms: 0,
            cpu_permille: 0,
        }
    }

    fn view(instances: Vec<InstanceView>) -> SupervisorView {
        SupervisorView {
            at: Timestamp::UNIX_EPOCH,
            supervisor: SupervisorState {
                process: 1,
                release: OWN_NAME.parse().unwrap(),
                started_at: Timestamp::UNIX_EPOCH,
                phase: Phase::Running,
            },
            wishes: Wishes::default(),
            services: Vec::new(),
            instances,
            jobs: Vec::new(),
            unkept_limits: Vec::new(),
            problems: Vec::new(),
            listens: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn a_release_is_needed_where_it_is_deployed_and_where_it_still_runs() {
        let release = |name: &str| name.parse::<ReleaseName>().unwrap();
        let mut wishes = Wishes::default();
        wishes.releases.insert(Environment::staging(), release("bbbbbbbb"));
        // The one before is on its way out, an older one has ended.
        let seen = [("cccccccc", InstanceState::Stopping), ("dddddddd", InstanceState::Ended)];
        let view = view(seen.map(|(name, state)| instance(name, state)).to_vec());
        let of = |name: &str| uses(&wishes, Some(&view), &release(name));
        assert_eq!(of("bbbbbbbb"), ["it is deployed to staging"], "also when it is not ready yet");
        assert_eq!(of("cccccccc"), ["web@staging.7 runs it"]);
        assert_eq!(of(OWN_NAME), ["it is the program of `bt up`"]);
        assert_eq!(of("dddddddd"), Vec::<String>::new());
        assert_eq!(uses(&wishes, None, &release("bbbbbbbb")), ["it is deployed to staging"], "while nothing runs too");
    }
}
