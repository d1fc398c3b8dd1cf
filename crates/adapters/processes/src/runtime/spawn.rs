//! Starts a process, written down before and after.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;

use platform::names::InstanceId;
use platform::ports::PortError;
use platform::runtime::{Order, Purpose};

use super::handle::Handle;
use super::record::{InstanceFolder, ProcessMark, Record, stem, write_whole};
use super::{Instance, Shared, kernel};
use crate::command;
use crate::logs::raw::RawLog;

/// Holds the last number that was given: one that was used is never given again, for log files bear it.
pub(super) const NUMBER_FILE: &str = "last";

type Cause = Box<dyn std::error::Error + Send + Sync>;

impl Shared {
    /// Blocking.
    pub(super) fn start(self: &Arc<Self>, order: Order) -> Result<InstanceId, PortError> {
        let stem = stem(&order.purpose);
        let failed = |cause: Cause| PortError::new(format!("cannot start {stem}"), cause);
        let id = self.next_id(&stem).map_err(|error| failed(error.into()))?;
        let folder = InstanceFolder(self.instances_folder.join(&id.0));
        let log = RawLog::of(&self.config.data_dir, &id);
        let started = self.start_in(&id, &folder, &log, order);
        if started.is_err() {
            // Nothing has run: no traces. What cannot be removed now is removed by the next search.
            let _ = folder.remove();
            log.remove();
        }
        self.known().starting.remove(&id);
        started.map(|()| id).map_err(failed)
    }

    fn start_in(
        self: &Arc<Self>,
        id: &InstanceId,
        folder: &InstanceFolder,
        log: &RawLog,
        order: Order,
    ) -> Result<(), Cause> {
        folder.create()?;
        let started_at = self.config.clock.now();
        let mut record = Record { instance: id.clone(), order, started_at, process: None, ended: None };
        folder.write(&record)?;
        log.describe(&record.order)?;
        let child = self.spawn(&record.order, folder, log)?;
        // A child that nobody waited for keeps its number, also when it has ended already.
        let handle = held(child)?;
        record.process = ProcessMark::of(handle.1);
        if let Err(error) = folder.write(&record) {
            // On a full disk, say. The mark tells the next supervisor all the same.
            tracing::warn!(instance = %id, %error, "a started process cannot be written down");
        }
        self.limit(&record);
        self.take_in(record, folder.clone(), handle.0);
        Ok(())
    }

    /// From here on it is known and followed.
    pub(super) fn take_in(self: &Arc<Self>, record: Record, folder: InstanceFolder, handle: Handle) {
        let id = record.instance.clone();
        let instance = Instance { record, folder, handle: Some(handle.clone()), address: None, stopped_for: None };
        self.known().instances.insert(id.clone(), instance);
        self.follow(id, handle);
    }

    fn spawn(&self, order: &Order, folder: &InstanceFolder, log: &RawLog) -> Result<Child, Cause> {
        let stdin = match (&self.config.listeners, order.takes_listeners) {
            (_, false) => Stdio::null(),
            (Some(listeners), true) => listeners.hand_over(&folder.0)?.into(),
            (None, true) => return Err("it takes the listeners of the house, and there are none".into()),
        };
        let (stdout, stderr) = log.open()?;
        let mut command = command::with_environment(&order.program, &self.environment(order, &folder.0));
        command.args(&order.arguments);
        if matches!(order.purpose, Purpose::Service(_)) {
            command.arg("--announce").arg(folder.announcement());
        }
        command.current_dir(&self.config.folder).stdin(stdin).stdout(stdout).stderr(stderr).process_group(0);
        command.spawn().map_err(|error| format!("{}: {error}", order.program.display()).into())
    }

    fn environment(&self, order: &Order, folder: &Path) -> BTreeMap<String, String> {
        let mut environment = self.config.environment.clone();
        environment.extend(order.environment.clone());
        environment.insert(kernel::MARK.to_owned(), folder.to_string_lossy().into_owned());
        environment
    }

    fn limit(&self, record: &Record) {
        let (Ok(cgroups), Some(process)) = (&self.cgroups, &record.process) else {
            return;
        };
        if let Err(error) = cgroups.place(&record.instance, process.number, record.order.limits) {
            tracing::warn!(instance = %record.instance, %error, "an instance runs without its limits");
        }
    }

    fn next_id(&self, stem: &str) -> io::Result<InstanceId> {
        let mut known = self.known();
        let number = known.number + 1;
        fs::create_dir_all(&self.instances_folder)?;
        write_whole(&self.instances_folder.join(NUMBER_FILE), number.to_string().as_bytes())?;
        known.number = number;
        let id = InstanceId(format!("{stem}.{number}"));
        known.starting.insert(id.clone());
        Ok(id)
    }
}

/// Takes hold of a child. One that cannot be held is ended.
fn held(mut child: Child) -> io::Result<(Handle, u32)> {
    let held =
        Handle::of_number(child.id()).and_then(|handle| handle.ok_or_else(|| io::Error::other("it was gone at once")));
    if held.is_err() {
        let _ = child.kill();
        let _ = child.wait();
    }
    held.map(|handle| (handle, child.id()))
}
