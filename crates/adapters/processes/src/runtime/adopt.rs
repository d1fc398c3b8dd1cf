//! What earlier supervisors left: running instances, ended ones, and starts that were cut off in between.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clock::Stopwatch;
use platform::names::InstanceId;
use platform::ports::PortError;
use platform::runtime::{Ended, Order, ResourceLimits};
use tokio_util::sync::CancellationToken;

use super::cgroup::Cgroups;
use super::handle::Handle;
use super::record::{InstanceFolder, ProcessMark, Record, purpose_of};
use super::spawn::NUMBER_FILE;
use super::{Instance, Known, RuntimeConfig, SEARCH_EVERY, Shared, kernel};
use crate::logs::raw;

/// An order that nobody gives: what runs by it is replaced.
const UNKNOWN_RELEASE: &str = "00000000";

/// Far longer than a child takes between being there and being its program.
const BECOMING: Duration = Duration::from_millis(50);

impl Shared {
    /// Blocking.
    pub(super) fn open(config: RuntimeConfig) -> Result<Arc<Self>, PortError> {
        let made = make_folders(&config.data_dir);
        let data_dir = made.map_err(|error| PortError::new("cannot make the folder of running processes", error))?;
        let config = RuntimeConfig { data_dir, ..config };
        let instances_folder = super::instances_folder(&config.data_dir);
        let cgroups = Cgroups::find(&config.data_dir);
        let number = last_number(&instances_folder, &config.data_dir);
        let (instances, starting) = (BTreeMap::new(), BTreeSet::new());
        let known = Known { instances, number, starting, searched: Stopwatch::start() };
        let (known, stopping) = (Mutex::new(known), CancellationToken::new());
        let shared = Arc::new(Self { config, instances_folder, cgroups, known, stopping });
        for folder in shared.folders() {
            shared.adopt(InstanceFolder(folder));
        }
        shared.search();
        Ok(shared)
    }

    /// Takes over one instance that was written down.
    fn adopt(self: &Arc<Self>, folder: InstanceFolder) {
        let Some(record) = folder.read() else {
            // If it has a process, the search finds it by its mark.
            return;
        };
        if record.ended.is_some() {
            return self.take_in_ended(record, folder);
        }
        let Some(process) = &record.process else {
            // Its process may be there, or not, or be there in a moment: the search looks.
            return;
        };
        match Handle::of(process) {
            Ok(Some(handle)) => {
                tracing::info!(instance = %record.instance, process = process.number, "adopted");
                self.take_in(record, folder, handle);
            }
            Ok(None) => {
                let how = "ended while the supervisor was away".to_owned();
                let ended = Ended { at: self.config.clock.now(), code: None, how };
                let mut instance = Instance { record, folder, handle: None, address: None, stopped_for: None };
                instance.end(ended);
                self.known().instances.insert(instance.record.instance.clone(), instance);
            }
            Err(error) => tracing::error!(instance = %record.instance, %error, "cannot take hold of a process"),
        }
    }

    fn take_in_ended(&self, record: Record, folder: InstanceFolder) {
        let instance = Instance { record, folder, handle: None, address: None, stopped_for: None };
        self.known().instances.insert(instance.record.instance.clone(), instance);
    }

    pub(super) fn is_search_due(&self) -> bool {
        self.known().searched.elapsed() > SEARCH_EVERY
    }

    /// Finds processes of this data directory that are not known, and forgets starts that came to nothing. Blocking.
    pub(super) fn search(self: &Arc<Self>) {
        let unstarted: Vec<_> = self.folders().into_iter().filter(|folder| !self.is_known(folder)).collect();
        if unstarted.iter().any(|folder| folder.join("record.json").exists()) {
            // A child that is only now becoming its program does not show its mark yet. Only after a kill in the middle
            // of a start do we come here.
            std::thread::sleep(BECOMING);
        }
        let marked = kernel::marked();
        for (process, mark) in &marked {
            let is_ours = mark.parent() == Some(&*self.instances_folder) && !self.is_known(mark);
            // The first of its instance: what it started bears its mark too.
            if is_ours && kernel::parent_of(*process).and_then(kernel::mark_of).as_ref() != Some(mark) {
                self.adopt_marked(*process, mark);
            }
        }
        for folder in unstarted {
            if !self.is_known(&folder) && !marked.iter().any(|(_, mark)| *mark == folder) {
                tracing::info!(folder = %folder.display(), "a start that came to nothing is forgotten");
                let _ = InstanceFolder(folder).remove();
            }
        }
        self.known().searched = Stopwatch::start();
    }

    /// Known, or about to be.
    fn is_known(&self, folder: &Path) -> bool {
        let (id, known) = (id_of(folder), self.known());
        known.instances.contains_key(&id) || known.starting.contains(&id)
    }

    fn adopt_marked(self: &Arc<Self>, process: u32, mark: &Path) {
        let Ok(Some(handle)) = Handle::of_number(process) else { return };
        let Some(process_mark) = ProcessMark::of(process) else { return };
        let folder = InstanceFolder(mark.to_owned());
        let Some(mut record) = folder.read().or_else(|| self.record_of_unknown(process, mark)) else {
            tracing::warn!(process, mark = %mark.display(), "a process bears our mark and is none of ours");
            return;
        };
        record.process = Some(process_mark);
        record.ended = None;
        if let Err(error) = folder.create().and_then(|()| folder.write(&record)) {
            tracing::warn!(instance = %record.instance, %error, "a found process cannot be written down");
        }
        tracing::warn!(instance = %record.instance, process, "found a process whose start was not written down");
        self.take_in(record, folder, handle);
    }

    /// What can be known without a record: enough to see it, and to replace it.
    fn record_of_unknown(&self, process: u32, mark: &Path) -> Option<Record> {
        let instance = id_of(mark);
        let (program, arguments) = kernel::command_line(process)?;
        let order = Order {
            purpose: purpose_of(&instance)?,
            release: UNKNOWN_RELEASE.parse().ok()?,
            program,
            arguments,
            environment: BTreeMap::new(),
            limits: ResourceLimits::default(),
            nonce: 0,
            takes_listeners: false,
        };
        Some(Record { instance, order, started_at: self.config.clock.now(), process: None, ended: None })
    }

    fn folders(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.instances_folder).into_iter().flatten();
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect()
    }
}

/// The data directory without links. Only the folder of the instances is closed to others: the database's account
/// passes through those above.
fn make_folders(data_dir: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(data_dir)?;
    let data_dir = data_dir.canonicalize()?;
    DirBuilder::new().recursive(true).mode(0o700).create(data_dir.join("run/instances"))?;
    Ok(data_dir)
}

/// The highest number that is written anywhere.
fn last_number(instances: &Path, data_dir: &Path) -> u64 {
    let written = fs::read_to_string(instances.join(NUMBER_FILE)).unwrap_or_default();
    let entries = fs::read_dir(instances).into_iter().flatten();
    let folders = entries.filter_map(|entry| number_of(&entry.ok()?.path()));
    let logs = raw::instances(data_dir).into_iter().filter_map(|id| number_of(Path::new(&id.0)));
    folders.chain(logs).chain(written.trim().parse()).max().unwrap_or(0)
}

fn number_of(folder: &Path) -> Option<u64> {
    folder.file_name()?.to_str()?.rsplit_once('.')?.1.parse().ok()
}

fn id_of(folder: &Path) -> InstanceId {
    InstanceId(folder.file_name().unwrap_or_default().to_string_lossy().into_owned())
}
