//! Follows what processes write, and keeps it in logs.
//!
//! # Nothing lost, nothing doubled
//! Lines are appended to the log first, then it is noted how far the raw files were read. A crash in between would double
//! lines; so each line in the log says how far its raw file was read with it, and the next start reads what was appended
//! since the note. The raw file's disk is freed only behind what the note says.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clock::Clock;
use jiff::Timestamp;
use platform::names::InstanceId;
use rustix::fs::{FallocateFlags, fallocate};
use serde::{Deserialize, Serialize};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::envelope::{LogLine, Stream, own_time, text};
use super::raw::{self, RawLog, Whose};
use super::sink::{Mark, Sink};
use crate::runtime::record::write_whole;

/// A person who watches does not notice a fifth of a second; a glance costs one call of the kernel for each file.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Each so many glances it is looked whether files came, and whether instances went, which costs several times that: once a
/// second.
const GLANCES: u32 = 5;
/// Read at once.
const CHUNK: usize = 256 * 1024;
/// Read of one file before the others get their turn.
const TURN: usize = 1024 * 1024;
/// After so many turns of one file it is noted how far we are, and its disk is freed, also when it grows as fast as we
/// read.
const TURNS: usize = 32;
/// Disk is freed in pieces of this size.
const HOLE: u64 = 1024 * 1024;

/// How logs are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// The data directory.
    pub data_dir: PathBuf,
    /// A log with more bytes is rotated.
    pub rotate_bytes: u64,
    /// How many rotated files of each log are kept.
    pub rotate_count: usize,
    /// A line with more bytes is cut.
    pub line_bytes: usize,
}

impl LogConfig {
    /// 16 MiB and 8 old files for each log: a busy week of one service; some 150 MB at most for each. Lines of 32 KiB.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self { data_dir: data_dir.into(), rotate_bytes: 16 * 1024 * 1024, rotate_count: 8, line_bytes: 32 * 1024 }
    }
}

/// Logs cannot be kept.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {}", .path.display())]
pub struct FollowError {
    doing: &'static str,
    path: PathBuf,
    source: io::Error,
}

/// Follows all raw files of a data directory. One at a time.
pub struct LogFollower {
    config: LogConfig,
    clock: Arc<dyn Clock>,
    sources: BTreeMap<String, Source>,
    sinks: BTreeMap<String, Sink>,
    noted: Note,
    /// Whether the last look failed: it is said once, not five times a second.
    is_failing: bool,
    /// Glances since the last look.
    glances: u32,
}

impl fmt::Debug for LogFollower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogFollower").field("config", &self.config).finish_non_exhaustive()
    }
}

/// How far everything was read and written, as it is kept in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Note {
    sources: BTreeMap<String, Place>,
    sinks: BTreeMap<String, Mark>,
}

/// A place in a raw file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    offset: u64,
    /// Whether it is within a line whose beginning was kept and whose rest is left out.
    is_cut: bool,
}

/// A raw file.
#[derive(Debug)]
struct Source {
    instance: String,
    stream: Stream,
    path: PathBuf,
    whose: Whose,
    place: Place,
    /// Its length when it was last read to the end: with the same length there is nothing new.
    length_read: u64,
    freed_to: u64,
}

/// What a turn of reading gave.
#[derive(Debug, Default)]
struct Batch {
    lines: Vec<u8>,
    place: Place,
    has_more: bool,
}

impl LogFollower {
    /// Finds how far an earlier one came. Blocking.
    ///
    /// # Errors
    /// When the folder of the logs cannot be used.
    pub fn open(config: LogConfig, clock: Arc<dyn Clock>) -> Result<Self, FollowError> {
        let folder = raw::folder(&config.data_dir);
        raw::make_folder(&config.data_dir).map_err(failed("create the folder", &folder))?;
        let path = note_path(&config.data_dir);
        let noted = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Note::default(),
            Err(error) => return Err(failed("read", &path)(error)),
        };
        let (sources, sinks) = (BTreeMap::new(), BTreeMap::new());
        let mut follower = Self { config, clock, sources, sinks, noted, is_failing: false, glances: 0 };
        follower.find_sources()?;
        follower.catch_up_with_sinks()?;
        Ok(follower)
    }

    /// Follows until it is stopped, and reads everything once more then.
    pub async fn run(mut self, stopping: CancellationToken) {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let is_last = tokio::select! {
                _ = looks.tick() => false,
                () = stopping.cancelled() => true,
            };
            // Off the threads that answer: a burst of lines takes a while to write.
            let looked = tokio::task::spawn_blocking(move || {
                self.look_or_say(is_last);
                self
            });
            match looked.await {
                Ok(follower) if !is_last => self = follower,
                Ok(_) => return,
                Err(error) => return tracing::error!(%error, "logs are not followed any more"),
            }
        }
    }

    fn look_or_say(&mut self, is_last: bool) {
        self.glances += 1;
        let looked = if is_last || self.glances >= GLANCES { self.look() } else { self.read(false) };
        match looked {
            Ok(()) if self.is_failing => {
                self.is_failing = false;
                tracing::info!("logs are kept again; nothing was lost");
            }
            Err(error) if !self.is_failing => {
                self.is_failing = true;
                let error = error_with_cause(&error);
                tracing::error!(%error, "logs are not kept for the moment; they stay in the raw files");
            }
            _ => {}
        }
    }

    /// Takes everything that was written until now. Blocking.
    ///
    /// # Errors
    /// When a log cannot be written, as on a full disk. Its lines are taken by the next look.
    pub fn look(&mut self) -> Result<(), FollowError> {
        self.glances = 0;
        self.find_sources()?;
        let outcome = self.read(true);
        self.forget_ended();
        outcome
    }

    /// Takes what was written to the files that are known; with `is_whole` also the unended last lines of instances that
    /// are gone.
    fn read(&mut self, is_whole: bool) -> Result<(), FollowError> {
        let mut names: Vec<String> = self.sources.keys().cloned().collect();
        let mut outcome = Ok(());
        for _ in 0..TURNS {
            let now = self.clock.now();
            names.retain(|name| match self.take(name, is_whole, now) {
                Ok(has_more) => has_more,
                Err(error) => {
                    outcome = Err(error);
                    false
                }
            });
        }
        self.note()?;
        self.free();
        outcome
    }

    fn find_sources(&mut self) -> Result<(), FollowError> {
        let folder = raw::folder(&self.config.data_dir);
        for entry in fs::read_dir(&folder).map_err(failed("read the folder", &folder))?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if self.sources.contains_key(&name) {
                continue;
            }
            let (instance, stream) = match name.rsplit_once('.') {
                Some((instance, "out")) => (instance.to_owned(), Stream::Out),
                Some((instance, "err")) => (instance.to_owned(), Stream::Err),
                _ => continue,
            };
            let whose = RawLog::of(&self.config.data_dir, &InstanceId(instance.clone())).whose();
            let place = self.noted.sources.get(&name).copied().unwrap_or_default();
            let path = entry.path();
            let source = Source { instance, stream, path, whose, place, length_read: 0, freed_to: 0 };
            self.sources.insert(name, source);
        }
        Ok(())
    }

    /// What was appended after the last note was read too.
    fn catch_up_with_sinks(&mut self) -> Result<(), FollowError> {
        let logs: Vec<String> = self.sources.values().map(|source| source.whose.log.clone()).collect();
        for log in logs {
            let saved = self.noted.sinks.get(&log).copied().unwrap_or_default();
            let path = self.config.data_dir.join("logs");
            let progress = self.sink(&log)?.progress_since(saved).map_err(failed("read a log in", &path))?;
            for found in progress {
                let name = format!("{}.{}", found.instance, found.stream);
                if let Some(source) = self.sources.get_mut(&name)
                    && found.to > source.place.offset
                {
                    source.place = Place { offset: found.to, is_cut: found.cut };
                }
            }
        }
        Ok(())
    }

    /// Moves a turn's lines of one raw file into its log. Says whether there are more.
    fn take(&mut self, name: &str, is_whole: bool, now: Timestamp) -> Result<bool, FollowError> {
        let Some(source) = self.sources.get(name) else { return Ok(false) };
        let length = match fs::metadata(&source.path) {
            Ok(found) => found.len(),
            // Removed by hand.
            Err(_) => return Ok(false),
        };
        let is_over = is_whole && self.is_over(source);
        let has_rest = is_over && length > source.place.offset;
        if length == source.length_read && !has_rest {
            return Ok(false);
        }
        let batch = source.read(length, is_over, self.config.line_bytes, now).map_err(failed("read", &source.path))?;
        let log = source.whose.log.clone();
        if !batch.lines.is_empty() {
            self.append(&log, &batch.lines)?;
        }
        if let Some(source) = self.sources.get_mut(name) {
            source.place = batch.place;
            source.length_read = if batch.has_more { source.length_read } else { length };
        }
        Ok(batch.has_more)
    }

    fn append(&mut self, log: &str, lines: &[u8]) -> Result<(), FollowError> {
        let (limit, count) = (self.config.rotate_bytes, self.config.rotate_count);
        let path = self.config.data_dir.join("logs").join(log);
        if self.sink(log)?.is_full(lines.len(), limit) {
            // Before: after it, what is in the old file is not looked at again.
            self.note()?;
            self.sink(log)?.rotate(count).map_err(failed("rotate", &path))?;
        }
        self.sink(log)?.append(lines).map_err(failed("write", &path))
    }

    fn sink(&mut self, log: &str) -> Result<&mut Sink, FollowError> {
        let folder = self.config.data_dir.join("logs");
        match self.sinks.entry(log.to_owned()) {
            Entry::Occupied(found) => Ok(found.into_mut()),
            Entry::Vacant(place) => {
                let sink = Sink::open(&folder, log).map_err(failed("open a log in", &folder))?;
                Ok(place.insert(sink))
            }
        }
    }

    /// Writes down how far everything was read, when that changed.
    fn note(&mut self) -> Result<(), FollowError> {
        let sources = self.sources.iter().map(|(name, source)| (name.clone(), source.place)).collect();
        let sinks = self.sinks.iter().map(|(log, sink)| (log.clone(), sink.mark())).collect();
        let note = Note { sources, sinks };
        if note == self.noted {
            return Ok(());
        }
        let path = note_path(&self.config.data_dir);
        let written = serde_json::to_vec(&note).map_err(io::Error::from).and_then(|bytes| write_whole(&path, &bytes));
        written.map_err(failed("write", &path))?;
        self.noted = note;
        Ok(())
    }

    /// Gives back the disk of what was read and noted.
    fn free(&mut self) {
        for source in self.sources.values_mut() {
            let to = source.place.offset / HOLE * HOLE;
            if to > source.freed_to {
                let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
                let opened = File::options().write(true).open(&source.path);
                let freed = opened.and_then(|file| Ok(fallocate(&file, flags, 0, to)?));
                if let Err(error) = freed {
                    tracing::debug!(file = %source.path.display(), %error, "the disk of read lines cannot be freed");
                }
                source.freed_to = to;
            }
        }
    }

    /// Removes the files of instances that are forgotten, once they are read.
    fn forget_ended(&mut self) {
        let ended: Vec<String> = self.sources.values().map(|source| source.instance.clone()).collect();
        for instance in ended {
            let of_instance = || self.sources.values().filter(|source| source.instance == instance);
            let is_done = of_instance().all(|source| {
                let length = fs::metadata(&source.path).map_or(0, |found| found.len());
                self.is_over(source) && length <= source.place.offset
            });
            if is_done {
                RawLog::of(&self.config.data_dir, &InstanceId(instance.clone())).remove();
                self.sources.retain(|_, source| source.instance != instance);
            }
        }
    }

    /// Whether nobody writes there any more: a forgotten instance. What bears no number is no instance, and never over.
    fn is_over(&self, source: &Source) -> bool {
        let is_numbered = source.instance.rsplit_once('.').is_some_and(|(_, number)| number.parse::<u64>().is_ok());
        is_numbered && !self.config.data_dir.join("run/instances").join(&source.instance).exists()
    }
}

impl Source {
    /// Whole lines from its place on; at the end of one that is over, also what has no end of line.
    fn read(&self, length: u64, is_over: bool, line_bytes: usize, now: Timestamp) -> io::Result<Batch> {
        let mut batch = Batch { place: self.place, ..Batch::default() };
        if length < self.place.offset {
            // Somebody emptied it.
            batch.place = Place::default();
        }
        let file = File::open(&self.path)?;
        let mut chunk = vec![0; CHUNK.max(line_bytes + 1)];
        let mut taken = 0;
        loop {
            let read = file.read_at(&mut chunk, batch.place.offset)?;
            let bytes = chunk.get(..read).unwrap_or_default();
            let is_end = batch.place.offset + read as u64 >= length;
            let used = self.take_lines(&mut batch, bytes, is_over && is_end, line_bytes, now)?;
            taken += used;
            if used == 0 || is_end {
                return Ok(batch);
            }
            if taken >= TURN {
                batch.has_more = true;
                return Ok(batch);
            }
        }
    }

    /// Takes what is whole in `bytes`, and says how many of them that was.
    fn take_lines(
        &self,
        batch: &mut Batch,
        bytes: &[u8],
        is_all: bool,
        line_bytes: usize,
        now: Timestamp,
    ) -> io::Result<usize> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n');
            let (used, cut) = match end {
                Some(end) => (end + 1, false),
                // The rest of a cut line, of which the end is not there yet.
                None if batch.place.is_cut => (rest.len(), true),
                None if rest.len() > line_bytes => (rest.len(), true),
                None if is_all => (rest.len(), false),
                None => break,
            };
            let (line, behind) = rest.split_at(used);
            let was_cut = batch.place.is_cut;
            batch.place = Place { offset: batch.place.offset + used as u64, is_cut: cut };
            if !was_cut {
                self.put(batch, line.strip_suffix(b"\n").unwrap_or(line), line_bytes, now)?;
            }
            rest = behind;
        }
        Ok(bytes.len() - rest.len())
    }

    fn put(&self, batch: &mut Batch, line: &[u8], line_bytes: usize, now: Timestamp) -> io::Result<()> {
        let line = text(line, line_bytes);
        let envelope = LogLine {
            at: own_time(&line).unwrap_or(now),
            service: self.whose.service.clone(),
            environment: self.whose.environment.clone(),
            instance: self.instance.clone(),
            release: self.whose.release.clone(),
            stream: self.stream,
            line: line.into_owned(),
            to: batch.place.offset,
            cut: batch.place.is_cut,
        };
        serde_json::to_writer(&mut batch.lines, &envelope)?;
        batch.lines.push(b'\n');
        Ok(())
    }
}

fn note_path(data_dir: &Path) -> PathBuf {
    raw::folder(data_dir).join("follower.json")
}

fn error_with_cause(error: &FollowError) -> String {
    format!("{error}: {}", error.source)
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FollowError {
    let path = path.to_owned();
    move |source| FollowError { doing, path, source }
}
