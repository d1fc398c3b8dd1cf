//! `bt up`: everything on one machine. This process is the supervisor: it keeps the database, starts each service and job
//! as a process of its own, and watches over them, until it is told to stop. Then everything is put away in order.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clock::Stopwatch;
use jiff::{SignedDuration, Timestamp};
use platform::desired::Build;
use platform::names::{Environment, ServiceKind, ServiceName};
use platform::ports::{RunStore as _, ViewStore as _, WishStore as _};
use platform::releases::{Neighbour, Release};
use platform::runtime::Purpose;
use platform::schedule::JobRuns;
use platform::view::{InstanceState, InstanceView, SupervisorView};
use processes::claim::Claim;
use processes::listeners::Listeners;
use processes::logs::follow::{LogConfig, LogFollower};
use processes::releases::ReleaseFolder;
use processes::runtime::{ProcessRuntime, RuntimeConfig};
use statefiles::StateFiles;
use supervisor::config::{Leaving, Pace};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::backups::RESTORE;
use crate::commands::{down, foreground, job, room, unless_stopped};
use crate::door::Ending;
use crate::house::NIGHTLY;
use crate::surroundings::HOUSE_ADDRESS;
use crate::watching::{Listener, Telling};
use crate::world::{Base, Sharing, World};

/// Releases that are kept beside those that are wished, for going back.
const RELEASES_KEPT: usize = 5;
/// How long `--detach` waits for the site; the first start loads everything.
const DETACH_PATIENCE: Duration = Duration::from_mins(10);
const MIB: u64 = 1024 * 1024;

pub(super) async fn run(world: &World, background: bool) -> anyhow::Result<Ending> {
    if background {
        // Whether we led a group of our own already makes no difference.
        let _ = processes::detach::leave_terminal();
    }
    let watch = Stopwatch::start();
    let _claim = Claim::take(&world.data_dir())?;
    if let Some(lost) = world.lost_database().await {
        anyhow::bail!(
            "the database: {lost}. Bring it back: {RESTORE}. To begin with an empty one instead, remove {} first",
            world.data_dir().join("status/backup.json").display()
        );
    }
    let listeners = Arc::new(open_listeners(world).await?);
    let work = async {
        let base = room::given(world, || world.open_base(Sharing::Own)).await?;
        let Some(base) = base else { return stopped_without_room(world).await };
        let done = room::given(world, || with_base(world, &base, Arc::clone(&listeners), watch)).await;
        base.close(&done).await;
        match done? {
            Some(()) => Ok(Ending::Fine),
            None => stopped_without_room(world).await,
        }
    };
    // Said at once: what follows takes as long as the longest answer.
    let stopping = async {
        world.shutdown.cancelled().await;
        tell_systemd(world, "STOPPING=1");
        std::future::pending().await
    };
    tokio::select! {
        done = work => done,
        never = stopping => never,
    }
}

/// What an earlier `bt up` left running was not taken over then.
async fn stopped_without_room(world: &World) -> anyhow::Result<Ending> {
    down::end_instances(world).await?;
    Ok(Ending::Fine)
}

async fn open_listeners(world: &World) -> anyhow::Result<Listeners> {
    let mut wanted = vec![(Listener::HTTP, world.settings.listen), (Listener::ADMIN, Listener::ANY_LOCAL_PORT)];
    wanted.extend(world.settings.edge_https_listen.0.map(|address| (Listener::HTTPS, address)));
    let open = Listeners::open(&world.data_dir(), &wanted).await;
    open.context("bt cannot listen where it should: choose other places by --listen, and --set edge.https_listen=ADDR:PORT or never")
}

async fn with_base(world: &World, base: &Base, listeners: Arc<Listeners>, watch: Stopwatch) -> anyhow::Result<()> {
    let own = own_release(world)?;
    let files = Arc::new(world.files());
    let neighbours = neighbours(world, &files).await?;
    let Some(migrated) = unless_stopped(world, base.database.migrate_beside(&neighbours)).await else { return Ok(()) };
    migrated?;
    let is_loaded = job::was_loaded(&*base.store()).await?;
    if !is_loaded {
        make_first_load_due(&files, world.clock.now()).await?;
    }
    let wake = Arc::new(Notify::new());
    let runtime = ProcessRuntime::open(runtime_config(world, Some(Arc::clone(&listeners)), Arc::clone(&wake))).await?;
    let (watching, events) = world.watching(base, &listeners).await?;
    let config = supervisor_config(world, own, &listeners, is_loaded)?;
    let ports = supervisor::Ports {
        runtime: Arc::new(runtime),
        wishes: files.clone(),
        releases: Arc::new(ReleaseFolder::of(&world.data_dir())),
        routes: files.clone(),
        views: files.clone(),
        runs: files.clone(),
        clock: Arc::clone(&world.clock),
        observer: Arc::new(Telling(events)),
        wake,
    };
    let follower = LogFollower::open(log_config(world), Arc::clone(&world.clock))?;
    let following = CancellationToken::new();
    let followed = tokio::spawn(follower.run(following.clone()));
    let keeping = supervisor::build(config, ports).run(world.shutdown.clone());
    let shown = CancellationToken::new();
    let showing = foreground::show(world);
    let once_loaded = async {
        // A house that is being filled for the first time would only give alarms.
        if unless_stopped(world, job::until_loaded(&*base.store(), || {})).await.is_none() {
            return;
        }
        let telling = tell_when_up(world, &files, &listeners, watch, &shown);
        let watching = async {
            // One that does not get up is worth them.
            let up = tokio::time::timeout(START_LIMIT, shown.cancelled());
            if unless_stopped(world, up).await.is_some() {
                watching.run(world.shutdown.clone()).await;
            }
        };
        tokio::join!(telling, watching);
    };
    tokio::join!(keeping, once_loaded, showing);
    following.cancel();
    // It says itself what it could not write.
    let _ = followed.await;
    Ok(())
}

fn log_config(world: &World) -> LogConfig {
    LogConfig {
        rotate_bytes: world.settings.log_file_mib.get() * MIB,
        rotate_count: world.settings.log_files_kept.small() as usize,
        ..LogConfig::new(world.data_dir())
    }
}

/// The program itself, copied to where its services are started from.
fn own_release(world: &World) -> anyhow::Result<Release> {
    let folder = ReleaseFolder::of(&world.data_dir());
    Ok(folder.add_own(&crate::release::program()?, database::migrate::schema()?, world.clock.now())?)
}

/// The releases that were deployed by hand and run beside our own.
async fn neighbours(world: &World, files: &StateFiles) -> anyhow::Result<Vec<Neighbour>> {
    let folder = ReleaseFolder::of(&world.data_dir());
    let wished = files.wishes().await?.releases;
    folder.prune(&wished.values().cloned().collect::<Vec<_>>(), RELEASES_KEPT)?;
    let mut neighbours = Vec::new();
    for (environment, name) in wished {
        // One that is not here any more is told by the supervisor, and runs nothing.
        let Some(release) = folder.find(&name)? else { continue };
        neighbours.push(Neighbour { environment, release: name, expects: release.schema.expects });
    }
    Ok(neighbours)
}

/// The first load is the nightly update that was always missed.
async fn make_first_load_due(files: &StateFiles, now: Timestamp) -> anyhow::Result<()> {
    let mut remembered = files.remembered().await?.unwrap_or_default();
    let long_ago = now.checked_sub(SignedDuration::from_hours(48)).unwrap_or(now);
    // The run of a killed supervisor may be at it already.
    if !remembered.runs.is_running(&NIGHTLY.parse()?) {
        remembered.runs.jobs.insert(NIGHTLY.parse()?, JobRuns::new(long_ago));
    }
    Ok(files.put_remembered(&remembered).await?)
}

/// Every process is given our settings, and what programs expect of an environment.
pub(super) fn runtime_config(world: &World, listeners: Option<Arc<Listeners>>, wake: Arc<Notify>) -> RuntimeConfig {
    // Each process listens at an address of its own, and would know nothing of the house's.
    let address = listeners.as_ref().and_then(|listeners| listeners.address(Listener::HTTP));
    let address = address.map(|address| (HOUSE_ADDRESS.to_owned(), super::serve::told(address)));
    RuntimeConfig {
        data_dir: world.data_dir(),
        environment: world.variables.clone().into_iter().chain([allocator()]).chain(address).collect(),
        folder: world.folder.clone(),
        listeners,
        clock: Arc::clone(&world.clock),
        wake,
    }
}

/// One arena, and what is free goes back to the system after a second: services idle most of the day.
fn allocator() -> (String, String) {
    let settings = "narenas:1,background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0";
    ("_RJEM_MALLOC_CONF".to_owned(), settings.to_owned())
}

fn supervisor_config(
    world: &World,
    own: Release,
    listeners: &Listeners,
    is_loaded: bool,
) -> anyhow::Result<supervisor::Config> {
    let house = world.house(Build { release: own.name, program: own.program }, world.has_backups())?;
    let hosts = world.hosts(&house);
    let pace = Pace::default();
    // Nothing else can make the site ready then.
    let jobs_wait = if is_loaded { pace.jobs_wait } else { SignedDuration::ZERO };
    let process = std::process::id();
    let names = [Listener::HTTP, Listener::HTTPS];
    let listens = names.into_iter().filter_map(|name| Some((name.to_owned(), listeners.address(name)?))).collect();
    let pace = Pace { jobs_wait, ..pace };
    Ok(supervisor::Config { house, hosts, process, listens, pace, leaving: Leaving::default() })
}

/// How long a house may take to get up, once it has something to show, before its watch begins.
const START_LIMIT: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long one look at a page may take.
const LOOK_LIMIT: Duration = Duration::from_secs(2);

/// Says the site's address once it can be visited.
async fn tell_when_up(
    world: &World,
    files: &StateFiles,
    listeners: &Listeners,
    watch: Stopwatch,
    shown: &CancellationToken,
) {
    let waiting = unless_stopped(world, async {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        let Ok(client) = reqwest::Client::builder().timeout(LOOK_LIMIT).build() else { return };
        while !is_up(files, &client).await {
            looks.tick().await;
        }
    });
    if waiting.await.is_none() {
        return;
    }
    let Some(address) = listeners.address(Listener::HTTP) else { return };
    let address = super::serve::told(address);
    tracing::info!(seconds = watch.elapsed().as_secs_f64(), address, "up");
    world.screen.print(&address);
    shown.cancel();
    tell_systemd(world, "READY=1");
}

fn tell_systemd(world: &World, state: &str) {
    let Some(socket) = &world.notify_socket else { return };
    if let Err(error) = processes::systemd::notify(socket, state) {
        tracing::warn!(%error, state, "systemd does not hear");
    }
}

/// Whether visitors can come in and are shown something. Services are ready during the first load too, to say so.
async fn is_up(files: &StateFiles, client: &reqwest::Client) -> bool {
    let Ok(Some(view)) = files.view().await else { return false };
    if view.supervisor.process != std::process::id() || !answers(&view) {
        return false;
    }
    for (kind, page) in [(ServiceKind::Web, "/catalog"), (ServiceKind::Api, "/api/v1/status")] {
        let name = Purpose::Service(ServiceName::of(kind, Environment::production()));
        let ready = |one: &&InstanceView| one.purpose == name && one.state == InstanceState::Ready;
        let Some(address) = view.instances.iter().find(ready).and_then(|one| one.address) else { return false };
        let shown = client.get(format!("http://{address}{page}")).send().await;
        if !shown.is_ok_and(|answer| answer.status().is_success()) {
            return false;
        }
    }
    true
}

fn answers(view: &SupervisorView) -> bool {
    let needed =
        [ServiceName::of_house(ServiceKind::Edge), ServiceName::of(ServiceKind::Web, Environment::production())];
    needed.iter().all(|name| view.services.iter().any(|service| service.service == *name && service.ready > 0))
}

/// Starts the same once more, without the terminal.
pub(super) async fn detached(world: &World) -> anyhow::Result<Ending> {
    let mut arguments = ["up", "--background", "--listen"].map(str::to_owned).to_vec();
    arguments.push(world.settings.listen.to_string());
    arguments.extend(world.again.clone());
    let files = world.files();
    let begun = world.clock.now();
    let is_up = async || match files.view().await {
        Ok(Some(view)) => view.supervisor.started_at >= begun && answers(&view),
        _ => false,
    };
    let program = crate::release::program()?;
    let data_dir = world.data_dir();
    let starting = processes::detach::start(&program, &arguments, &data_dir, DETACH_PATIENCE, is_up);
    let process = tokio::select! {
        started = starting => started?,
        () = room::lacking(world) => anyhow::bail!(
            "the disk of {} is full, so nothing can be started: free some of it (the runbook: disk full). bt waits for that \
             in the background; `bt ps` shows it, `bt down` ends it",
            data_dir.display()
        ),
    };
    world.screen.print(&format!("bt runs in the background (process {process}): `bt ps`, `bt logs -f`, `bt down`"));
    Ok(Ending::Fine)
}
