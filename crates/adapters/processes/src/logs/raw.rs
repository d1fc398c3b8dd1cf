//! The files that a process writes into, and a note beside them that says whose they are.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use platform::names::InstanceId;
use platform::runtime::{Order, Purpose};
use serde::{Deserialize, Serialize};

use super::envelope::Stream;
use crate::runtime::record::{stem, write_whole};

/// How the note's name ends.
const NOTE: &str = "note";

/// Where raw files lie.
pub(super) fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("logs/raw")
}

/// Only we may look into it. The data directory itself is as usual: the database's account passes through.
pub(super) fn make_folder(data_dir: &Path) -> io::Result<()> {
    fs::create_dir_all(data_dir)?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder(data_dir))
}

/// Whose lines these are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Whose {
    /// The name of the log: `api@production`, `job-nightly`.
    pub(super) log: String,
    pub(super) service: String,
    pub(super) environment: Option<String>,
    pub(super) release: String,
}

impl Whose {
    fn of(order: &Order) -> Self {
        let (service, environment) = match &order.purpose {
            Purpose::Service(name) => (name.kind.to_string(), name.environment.as_ref().map(ToString::to_string)),
            Purpose::Job(job) => (job.to_string(), None),
        };
        Self { log: stem(&order.purpose), service, environment, release: order.release.to_string() }
    }

    /// What the instance's name alone tells, where the note is lost.
    fn guessed(instance: &str) -> Self {
        let log = instance.rsplit_once('.').map_or(instance, |(stem, _)| stem);
        let name = log.strip_prefix("job-").unwrap_or(log);
        let (service, environment) = match name.split_once('@') {
            Some((service, environment)) => (service, Some(environment.to_owned())),
            None => (name, None),
        };
        Self { log: log.to_owned(), service: service.to_owned(), environment, release: String::new() }
    }
}

/// The files of one instance.
#[derive(Clone, Debug)]
pub(crate) struct RawLog {
    data_dir: PathBuf,
    instance: String,
}

impl RawLog {
    pub(crate) fn of(data_dir: &Path, instance: &InstanceId) -> Self {
        Self { data_dir: data_dir.to_owned(), instance: instance.0.clone() }
    }

    /// Writes the note.
    pub(crate) fn describe(&self, order: &Order) -> io::Result<()> {
        self.note(&Whose::of(order))
    }

    /// Writes the note of a process that is no instance, such as the supervisor.
    pub(crate) fn describe_as(&self, service: &str) -> io::Result<()> {
        self.note(&Whose::guessed(service))
    }

    fn note(&self, whose: &Whose) -> io::Result<()> {
        make_folder(&self.data_dir)?;
        write_whole(&self.path(NOTE), &serde_json::to_vec(whose)?)
    }

    /// Files for stdout and stderr. Each write goes to the end, whoever else writes.
    pub(crate) fn open(&self) -> io::Result<(File, File)> {
        let open =
            |stream: Stream| OpenOptions::new().append(true).create(true).mode(0o600).open(self.path(stream.as_str()));
        Ok((open(Stream::Out)?, open(Stream::Err)?))
    }

    pub(super) fn whose(&self) -> Whose {
        let note = fs::read(self.path(NOTE)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        note.unwrap_or_else(|| Whose::guessed(&self.instance))
    }

    pub(crate) fn path(&self, ending: &str) -> PathBuf {
        folder(&self.data_dir).join(format!("{}.{ending}", self.instance))
    }

    /// What cannot be removed is read and removed by the next supervisor.
    pub(crate) fn remove(&self) {
        for ending in [Stream::Out.as_str(), Stream::Err.as_str(), NOTE] {
            let _ = fs::remove_file(self.path(ending));
        }
    }
}

/// All instances that have files here.
pub(crate) fn instances(data_dir: &Path) -> Vec<InstanceId> {
    let entries = fs::read_dir(folder(data_dir)).into_iter().flatten();
    let names = entries.filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.to_owned()));
    let ended = names.filter_map(|name| Some(name.strip_suffix(".out")?.to_owned()));
    ended.map(InstanceId).collect()
}
