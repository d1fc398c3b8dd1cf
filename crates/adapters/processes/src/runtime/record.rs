//! What is written down of an instance, in a folder of its own. Written before its process is started and completed
//! after: whenever the supervisor is killed, the next one knows what there may be.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use platform::names::InstanceId;
use platform::runtime::{Ended, Order, Purpose};
use serde::{Deserialize, Serialize};

use super::kernel;

/// An instance as it is written down.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) instance: InstanceId,
    pub(super) order: Order,
    pub(super) started_at: Timestamp,
    /// `None` until the process is there.
    pub(super) process: Option<ProcessMark>,
    pub(super) ended: Option<Ended>,
}

/// One process and no other, now and after the number was given to another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ProcessMark {
    pub(super) number: u32,
    start_ticks: u64,
    boot: String,
}

impl ProcessMark {
    /// `None` when it does not live.
    pub(super) fn of(process: u32) -> Option<Self> {
        let stat = kernel::stat(process)?;
        Some(Self { number: process, start_ticks: stat.start_ticks, boot: kernel::boot_id() })
    }

    /// Whether this very process lives.
    pub(super) fn lives(&self) -> bool {
        let stat = kernel::stat(self.number);
        stat.is_some_and(|stat| stat.start_ticks == self.start_ticks && !stat.is_zombie)
            && self.boot == kernel::boot_id()
    }
}

/// Where one instance's files lie: `<data dir>/run/instances/<id>`.
#[derive(Clone, Debug)]
pub(super) struct InstanceFolder(pub(super) PathBuf);

impl InstanceFolder {
    pub(super) fn create(&self) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)
    }

    /// Where the instance says on which address it listens.
    pub(super) fn announcement(&self) -> PathBuf {
        self.0.join("announced.json")
    }

    fn record(&self) -> PathBuf {
        self.0.join("record.json")
    }

    /// Not waiting for the disk: after a power cut there are no processes to know of.
    pub(super) fn write(&self, record: &Record) -> io::Result<()> {
        write_whole(&self.record(), &serde_json::to_vec_pretty(record)?)
    }

    /// `None` when there is none that can be read.
    pub(super) fn read(&self) -> Option<Record> {
        let bytes = fs::read(self.record()).ok()?;
        match serde_json::from_slice(&bytes) {
            Ok(record) => Some(record),
            Err(error) => {
                tracing::warn!(file = %self.record().display(), %error, "the record of an instance is broken");
                None
            }
        }
    }

    /// The address that `process` has announced.
    pub(super) fn announced(&self, process: u32) -> Option<SocketAddr> {
        #[derive(Deserialize)]
        struct Announcement {
            process: u32,
            address: SocketAddr,
        }
        let bytes = fs::read(self.announcement()).ok()?;
        let announcement: Announcement = serde_json::from_slice(&bytes).ok()?;
        (announcement.process == process).then_some(announcement.address)
    }

    pub(super) fn remove(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// The part of an instance's name before its number: `api@production`; `job-nightly` for a job, for a job and a service
/// may have the same name.
pub(crate) fn stem(purpose: &Purpose) -> String {
    match purpose {
        Purpose::Service(service) => service.to_string(),
        Purpose::Job(job) => format!("job-{job}"),
    }
}

/// What an instance with this name is for.
pub(super) fn purpose_of(instance: &InstanceId) -> Option<Purpose> {
    let (stem, _) = instance.0.rsplit_once('.')?;
    match stem.strip_prefix("job-") {
        Some(job) => Some(Purpose::Job(job.parse().ok()?)),
        None => Some(Purpose::Service(stem.parse().ok()?)),
    }
}

/// A reader has the old file or the new one.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("part");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    let written = file.write_all(bytes).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        // On a full disk its bytes are needed.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_the_instance_is_for() {
        for text in ["edge.1", "api@production.22", "job-backup.3", "backup.4"] {
            let purpose = purpose_of(&InstanceId(text.to_owned())).unwrap();
            assert_eq!(stem(&purpose), text.rsplit_once('.').unwrap().0);
        }
        assert_eq!(purpose_of(&InstanceId("last".to_owned())), None);
        assert_eq!(purpose_of(&InstanceId("Huh.3".to_owned())), None);
    }

    #[test]
    fn a_process_with_the_number_of_another_is_another() {
        let own = ProcessMark::of(std::process::id()).unwrap();
        assert!(own.lives());
        assert!(!ProcessMark { start_ticks: own.start_ticks + 1, ..own.clone() }.lives());
        assert!(!ProcessMark { boot: "an earlier one".to_owned(), ..own }.lives());
        assert_eq!(ProcessMark::of(u32::MAX), None);
    }
}
