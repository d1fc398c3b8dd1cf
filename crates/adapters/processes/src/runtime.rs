//! Instances as processes of this machine. They outlive the supervisor: the next one adopts them.
//!
//! # Never an unknown child
//! Each instance has a folder `<data dir>/run/instances/<id>` with its record, written before the process is started
//! and completed after, and each process carries the folder's path in its environment ([`kernel::MARK`]). Whenever a
//! supervisor is killed, the next one finds by the record or by the mark what there is. A process is known by its number
//! and its start together, and signals go through a process file descriptor: another process that got the number is
//! never taken for ours.
//!
//! # What a process is given
//! The settings that the door hands on and those of its order, nothing else of our environment; a process group of its
//! own, so that Ctrl-C at the terminal reaches the supervisor alone; files for stdout and stderr, which no death of a
//! supervisor closes; the listeners of the house as stdin, when its order says so, else nothing.

mod adopt;
mod cgroup;
mod handle;
pub(crate) mod kernel;
mod memory_watch;
mod readiness;
pub(crate) mod record;
mod spawn;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use clock::{Clock, Stopwatch};
use platform::names::InstanceId;
use platform::ports::{PortError, Runtime};
use platform::runtime::{Ended, Order, Readiness, Seen, Stop};
use rustix::process::Signal;
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::{CancellationToken, DropGuard};

use self::cgroup::Cgroups;
use self::handle::{Ending, Handle};
use self::record::{InstanceFolder, Record};
use crate::listeners::Listeners;

/// How often all of `/proc` is searched for processes of ours that nobody knows: some milliseconds each time.
const SEARCH_EVERY: Duration = Duration::from_secs(10);
/// How long a killed process may take to be gone.
const KILL_LIMIT: Duration = Duration::from_secs(5);
const END_LOOK_EVERY: Duration = Duration::from_millis(10);
/// A starting process is asked often for its address, for visitors may be waiting.
const ANNOUNCEMENT_LOOK_EVERY: Duration = Duration::from_millis(10);
/// After a minute of such looks it is asked only when somebody else looks.
const ANNOUNCEMENT_LOOKS: u32 = 6000;

/// What running processes needs to know.
pub struct RuntimeConfig {
    /// The data directory.
    pub data_dir: PathBuf,
    /// The whole environment of every process, beside its order's: settings (`BT_…`), `PATH`, `HOME`, `LANG`, `TZ`,
    /// `TMPDIR`. It may hold secrets: it is written nowhere.
    pub environment: BTreeMap<String, String>,
    /// The folder in which processes work: relative paths in settings count from it.
    pub folder: PathBuf,
    /// For orders that take them.
    pub listeners: Option<Arc<Listeners>>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Notified when an instance ended, or said where it listens.
    pub wake: Arc<Notify>,
}

impl fmt::Debug for RuntimeConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.environment.keys().collect();
        let mut shown = f.debug_struct("RuntimeConfig");
        shown.field("data_dir", &self.data_dir).field("environment", &names);
        shown.field("folder", &self.folder).field("listeners", &self.listeners).finish_non_exhaustive()
    }
}

/// Runs instances as processes. Dropping it leaves them running.
#[derive(Debug)]
pub struct ProcessRuntime {
    shared: Arc<Shared>,
    _stopping: DropGuard,
}

struct Shared {
    config: RuntimeConfig,
    /// Without links, for it is compared with the marks of processes.
    instances_folder: PathBuf,
    cgroups: Result<Cgroups, String>,
    known: Mutex<Known>,
    stopping: CancellationToken,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("config", &self.config).field("cgroups", &self.cgroups).finish_non_exhaustive()
    }
}

/// What is known of all instances.
struct Known {
    instances: BTreeMap<InstanceId, Instance>,
    /// The last one that was given to an instance.
    number: u64,
    /// Those whose start is under way.
    starting: BTreeSet<InstanceId>,
    searched: Stopwatch,
}

struct Instance {
    record: Record,
    folder: InstanceFolder,
    /// `None` when it has ended.
    handle: Option<Handle>,
    address: Option<SocketAddr>,
    /// Set when we stopped it for its memory.
    stopped_for: Option<String>,
}

impl ProcessRuntime {
    /// Finds what earlier supervisors left running. The caller has the data directory to itself
    /// ([`crate::claim::Claim`]).
    ///
    /// # Errors
    /// When the folder of the instances cannot be used.
    pub async fn open(config: RuntimeConfig) -> Result<Self, PortError> {
        let opened = tokio::task::spawn_blocking(move || Shared::open(config)).await;
        let shared = opened.unwrap_or_else(|ended| Err(PortError::new("cannot look for running processes", ended)))?;
        let stopping = shared.stopping.clone().drop_guard();
        if shared.cgroups.is_err() {
            tokio::spawn(memory_watch::run(shared.clone()));
        }
        Ok(Self { shared, _stopping: stopping })
    }

    /// Stops all instances, also those of a killed supervisor: gently first, after `patience` at once. Forgets them.
    ///
    /// # Errors
    /// When one cannot be stopped; the others are.
    pub async fn end_all(&self, patience: Duration) -> Result<(), PortError> {
        let mut outcome = Ok(());
        for (how, limit) in [(Stop::Gently, patience), (Stop::Now, KILL_LIMIT)] {
            for instance in self.shared.running() {
                outcome = outcome.and(self.stop(&instance, how).await);
            }
            // Which of the two it was is seen by what still runs.
            let _ = tokio::time::timeout(limit, self.shared.all_ended()).await;
        }
        for seen in self.look().await? {
            outcome = outcome.and(self.forget(&seen.instance).await);
        }
        outcome
    }
}

#[async_trait]
impl Runtime for ProcessRuntime {
    async fn start(&self, order: &Order) -> Result<InstanceId, PortError> {
        let (shared, order) = (self.shared.clone(), order.clone());
        // Whoever asked may go away meanwhile: what is started is known all the same.
        let started = tokio::task::spawn_blocking(move || shared.start(order)).await;
        started.unwrap_or_else(|ended| Err(PortError::new("cannot start a process", ended)))
    }

    async fn look(&self) -> Result<Vec<Seen>, PortError> {
        if self.shared.is_search_due() {
            let shared = self.shared.clone();
            let searched = tokio::task::spawn_blocking(move || shared.search()).await;
            searched.map_err(|ended| PortError::new("cannot look for running processes", ended))?;
        }
        Ok(self.shared.seen())
    }

    async fn stop(&self, instance: &InstanceId, how: Stop) -> Result<(), PortError> {
        let handle = self.shared.known().instances.get(instance).and_then(|found| found.handle.clone());
        let Some(handle) = handle else {
            return Ok(());
        };
        let signal = match how {
            Stop::Gently => Signal::TERM,
            Stop::Now => Signal::KILL,
        };
        handle.signal(signal).map_err(|error| PortError::new(format!("cannot stop {instance}"), error))
    }

    async fn forget(&self, instance: &InstanceId) -> Result<(), PortError> {
        let folder = match self.shared.known().instances.get(instance) {
            None => return Ok(()),
            Some(found) if found.handle.is_some() => {
                return Err(PortError::plain(format!("cannot forget {instance}: it still runs")));
            }
            Some(found) => found.folder.clone(),
        };
        let (shared, forgotten) = (self.shared.clone(), instance.clone());
        let removed = tokio::task::spawn_blocking(move || {
            // What it started itself and left behind.
            end_marked(&folder.0);
            if let Ok(cgroups) = &shared.cgroups {
                cgroups.remove(&forgotten);
            }
            folder.remove()?;
            shared.known().instances.remove(&forgotten);
            Ok(())
        });
        let removed = removed.await.unwrap_or_else(|ended| Err(std::io::Error::other(ended)));
        removed.map_err(|error| PortError::new(format!("cannot forget {instance}"), error))
    }

    async fn readiness(&self, address: SocketAddr) -> Readiness {
        readiness::ask(address).await
    }

    fn unkept_limits(&self) -> Vec<String> {
        let Err(reason) = &self.shared.cgroups else {
            return Vec::new();
        };
        let mut unkept = vec![format!("memory: looked at once a second instead of kept by the kernel, since {reason}")];
        let known = self.shared.known();
        if known.instances.values().any(|instance| instance.record.order.limits.cpu_percent.is_some()) {
            unkept.push(format!("processor time: not limited as it is set, since {reason}"));
        }
        unkept
    }
}

impl Shared {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(&self) -> Vec<Seen> {
        self.known().instances.values_mut().filter_map(Instance::seen).collect()
    }

    fn running(&self) -> Vec<InstanceId> {
        let known = self.known();
        let running = known.instances.iter().filter(|(_, instance)| instance.handle.is_some());
        running.map(|(id, _)| id.clone()).collect()
    }

    async fn all_ended(&self) {
        let mut looks = interval(END_LOOK_EVERY);
        while !self.running().is_empty() {
            looks.tick().await;
        }
    }

    /// Waits for the end of an instance, and meanwhile for its address.
    fn follow(self: &Arc<Self>, id: InstanceId, handle: Handle) {
        let shared = self.clone();
        tokio::spawn(async move {
            let announced = async {
                shared.announced(&id).await;
                std::future::pending::<()>().await;
            };
            tokio::select! {
                ending = handle.ended() => shared.note_end(&id, ending),
                () = announced => {}
                () = shared.stopping.cancelled() => {}
            }
        });
    }

    async fn announced(&self, id: &InstanceId) {
        let mut looks = interval(ANNOUNCEMENT_LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for _ in 0..ANNOUNCEMENT_LOOKS {
            looks.tick().await;
            let mut known = self.known();
            // Whoever does not say where it listens gives no news before its end.
            let Some(instance) = known.instances.get_mut(id).filter(|instance| instance.announces()) else { return };
            if instance.find_address() {
                drop(known);
                self.config.wake.notify_one();
                return;
            }
        }
    }

    fn note_end(&self, id: &InstanceId, ending: Ending) {
        let is_out_of_memory = self.cgroups.as_ref().is_ok_and(|cgroups| cgroups.was_out_of_memory(id));
        let mut known = self.known();
        let Some(instance) = known.instances.get_mut(id) else { return };
        let reason = match instance.record.order.limits.memory_mib {
            Some(mib) if is_out_of_memory => Some(format!("ended by the kernel for using more than its {mib} MiB")),
            _ => instance.stopped_for.take(),
        };
        let how = match reason {
            Some(reason) => format!("{reason} ({})", ending.how),
            None => ending.how,
        };
        instance.end(Ended { at: self.config.clock.now(), code: ending.code, how });
        drop(known);
        self.config.wake.notify_one();
    }
}

impl Instance {
    fn end(&mut self, ended: Ended) {
        self.handle = None;
        self.record.ended = Some(ended);
        if let Err(error) = self.folder.write(&self.record) {
            let instance = &self.record.instance;
            tracing::warn!(%instance, %error, "the end of an instance cannot be written down");
        }
    }

    /// `None` for one whose process is not there yet.
    fn seen(&mut self) -> Option<Seen> {
        let process = self.record.process.as_ref()?.number;
        self.find_address();
        let stat = self.handle.is_some().then(|| kernel::stat(process)).flatten();
        Some(Seen {
            instance: self.record.instance.clone(),
            order: self.record.order.clone(),
            process,
            started_at: self.record.started_at,
            address: self.address,
            memory_bytes: if stat.is_some() { kernel::resident_bytes(process) } else { 0 },
            cpu_ms: stat.map_or(0, |stat| stat.cpu_ms),
            ended: self.record.ended.clone(),
        })
    }

    /// Whether it is to say where it listens.
    fn announces(&self) -> bool {
        matches!(self.record.order.purpose, platform::runtime::Purpose::Service(_))
    }

    /// Whether its address is known.
    fn find_address(&mut self) -> bool {
        if let (None, Some(process)) = (self.address, &self.record.process) {
            self.address = self.folder.announced(process.number);
        }
        self.address.is_some()
    }
}

/// Where the folders of the instances lie.
pub(crate) fn instances_folder(data_dir: &Path) -> PathBuf {
    let folder = data_dir.join("run/instances");
    fs::canonicalize(&folder).unwrap_or(folder)
}

/// Ends all processes that were started as the instance with this folder, and theirs. Says whether there was one.
/// Blocks until they are gone.
pub(crate) fn end_marked(folder: &Path) -> bool {
    let marked = kernel::marked().into_iter().filter(|(_, mark)| mark == folder);
    let mut found = false;
    for (process, _) in marked {
        let Ok(Some(handle)) = Handle::of_number(process) else { continue };
        // Looked at again now that the number cannot become another's.
        if kernel::mark_of(process).is_some_and(|mark| mark == folder) && handle.signal(Signal::KILL).is_ok() {
            handle.await_end_blocking(KILL_LIMIT);
            found = true;
        }
    }
    found
}
