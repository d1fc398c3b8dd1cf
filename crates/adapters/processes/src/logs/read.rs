//! Reads logs back: the last lines of some services, merged by time, and what comes after.

use std::collections::{BTreeMap, VecDeque};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::sleep;

use super::envelope::LogLine;
use super::sink::{ENDING, older};

/// Given at once: a few pages of a terminal.
const BATCH: usize = 1000;
/// How many lines may be asked for: they are held in memory, 30 MB of usual ones.
pub const LINES_LIMIT: usize = 100_000;
/// How much may be held: long lines are fewer.
const HELD_BYTES_LIMIT: usize = 64 * 1024 * 1024;
/// How far `rotate_count` may be set.
const OLD_FILES_LIMIT: usize = 1000;
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Which lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// `api` for all environments, `api@staging`, `nightly`, `edge`, or an instance's log; all when it is empty.
    pub services: Vec<String>,
    /// Only the last ones; `None` for all. At most [`LINES_LIMIT`].
    pub lines: Option<usize>,
    /// Only those from then on.
    pub since: Option<Timestamp>,
}

/// Logs cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A service that never wrote.
    #[error("there is no log of `{asked}`; there are: {}", if .there.is_empty() { "none yet".to_owned() } else { .there.join(", ") })]
    NoSuchLog {
        /// What was asked for.
        asked: String,
        /// What there is.
        there: Vec<String>,
    },
    /// The machine refused.
    #[error("cannot read {}", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Reads the logs of a data directory, oldest lines first. Needs no supervisor. Holds one line of each log, and the last
/// ones that were asked for.
#[derive(Debug)]
pub struct LogReader {
    folder: PathBuf,
    services: Vec<String>,
    since: Option<Timestamp>,
    logs: BTreeMap<String, Log>,
    /// The last lines, when only those were asked for.
    last: VecDeque<LogLine>,
}

impl LogReader {
    /// Finds the logs. Blocking, as is [`Self::read`].
    ///
    /// # Errors
    /// [`ReadError::NoSuchLog`] when one was named that is not there.
    pub fn open(data_dir: &Path, query: &LogQuery) -> Result<Self, ReadError> {
        let folder = data_dir.join("logs");
        let (services, since) = (query.services.clone(), query.since);
        let mut reader = Self { folder, services, since, logs: BTreeMap::new(), last: VecDeque::new() };
        let there = reader.names()?;
        if let Some(asked) = query.services.iter().find(|asked| !there.iter().any(|name| is_meant(asked, name))) {
            return Err(ReadError::NoSuchLog { asked: asked.clone(), there });
        }
        reader.find_logs(query.lines.map(|lines| lines.min(LINES_LIMIT)))?;
        if let Some(lines) = query.lines {
            reader.hold_last(lines.min(LINES_LIMIT))?;
        }
        Ok(reader)
    }

    /// The next lines, some of them; empty when there are none for the moment.
    ///
    /// # Errors
    /// When a log cannot be read.
    pub fn read(&mut self) -> Result<Vec<LogLine>, ReadError> {
        if !self.last.is_empty() {
            let count = self.last.len().min(BATCH);
            return Ok(self.last.drain(..count).collect());
        }
        self.find_logs(None)?;
        let mut lines = Vec::new();
        while lines.len() < BATCH {
            match self.next()? {
                Some(line) => lines.push(line),
                None => break,
            }
        }
        Ok(lines)
    }

    /// The next lines; waits until there are some.
    ///
    /// # Errors
    /// When a log cannot be read.
    pub async fn wait(&mut self) -> Result<Vec<LogLine>, ReadError> {
        loop {
            let lines = self.read()?;
            if !lines.is_empty() {
                return Ok(lines);
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// The oldest line that any log has next.
    fn next(&mut self) -> Result<Option<LogLine>, ReadError> {
        for log in self.logs.values_mut() {
            log.fill(self.since)?;
        }
        let waiting = self.logs.values_mut().filter(|log| log.next.is_some());
        let oldest = waiting.min_by_key(|log| log.next.as_ref().map(|line| line.at));
        Ok(oldest.and_then(|log| log.next.take()))
    }

    fn hold_last(&mut self, count: usize) -> Result<(), ReadError> {
        let mut held_bytes = 0;
        while let Some(line) = self.next()? {
            held_bytes += line.line.len();
            self.last.push_back(line);
            while self.last.len() > count || held_bytes > HELD_BYTES_LIMIT {
                held_bytes -= self.last.pop_front().map_or(0, |line| line.line.len());
            }
        }
        Ok(())
    }

    /// Takes in logs that are new; those that are there at first begin near their last `lines`.
    fn find_logs(&mut self, lines: Option<usize>) -> Result<(), ReadError> {
        for name in self.names()? {
            let is_asked = self.services.is_empty() || self.services.iter().any(|asked| is_meant(asked, &name));
            if is_asked && !self.logs.contains_key(&name) {
                let path = self.folder.join(format!("{name}.{ENDING}"));
                self.logs.insert(name, Log::open(path, lines, self.since)?);
            }
        }
        Ok(())
    }

    fn names(&self) -> Result<Vec<String>, ReadError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(&self.folder)(error)),
        };
        let names = entries.filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.to_owned()));
        let mut names: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".jsonl")?.to_owned())).collect();
        names.sort();
        Ok(names)
    }
}

/// Whether the log `name` is one of `asked`.
fn is_meant(asked: &str, name: &str) -> bool {
    let base = name.strip_prefix("job-").unwrap_or(name);
    name == asked || base == asked || base.split_once('@').is_some_and(|(service, _)| service == asked)
}

/// One log, read from one file to the next.
#[derive(Debug)]
struct Log {
    path: PathBuf,
    /// `None` before the first one is there.
    file: Option<BufReader<File>>,
    inode: u64,
    /// A line of which the end is not there yet.
    half: Vec<u8>,
    next: Option<LogLine>,
}

impl Log {
    fn open(path: PathBuf, lines: Option<usize>, since: Option<Timestamp>) -> Result<Self, ReadError> {
        let mut log = Self { path, file: None, inode: 0, half: Vec::new(), next: None };
        let files = log.files();
        let mut wanted = lines.unwrap_or(usize::MAX);
        // From the newest back to where enough lines are, or to the first that was written to since then.
        for (index, path) in files.iter().enumerate() {
            let Ok(file) = File::open(path) else { continue };
            let found = file.metadata().map_err(failed(path))?;
            let is_before = since.is_some_and(|since| found.mtime() < since.as_second());
            if is_before && index > 0 {
                break;
            }
            let mut reader = BufReader::new(file);
            let (start, counted) = match lines {
                Some(_) => start_of_last(&mut reader, found.len(), wanted).map_err(failed(path))?,
                None => (0, 0),
            };
            reader.seek(SeekFrom::Start(start)).map_err(failed(path))?;
            (log.file, log.inode) = (Some(reader), found.ino());
            wanted = wanted.saturating_sub(counted);
            if wanted == 0 || is_before {
                break;
            }
        }
        Ok(log)
    }

    /// Its files, newest first.
    fn files(&self) -> Vec<PathBuf> {
        let paths = (0..OLD_FILES_LIMIT).map(|number| older(&self.path, number));
        // The present one may be missing for a moment, while it is rotated.
        paths.enumerate().take_while(|(number, path)| *number == 0 || path.exists()).map(|(_, path)| path).collect()
    }

    /// Looks for the next line, when none waits.
    fn fill(&mut self, since: Option<Timestamp>) -> Result<(), ReadError> {
        while self.next.is_none() {
            let Some(line) = self.line()? else { return Ok(()) };
            // What somebody else wrote there is left out.
            let line = serde_json::from_slice::<LogLine>(&line).ok();
            self.next = line.filter(|line| since.is_none_or(|since| line.at >= since));
        }
        Ok(())
    }

    fn line(&mut self) -> Result<Option<Vec<u8>>, ReadError> {
        loop {
            if let Some(file) = &mut self.file {
                file.read_until(b'\n', &mut self.half).map_err(failed(&self.path))?;
            }
            if self.half.ends_with(b"\n") {
                return Ok(Some(std::mem::take(&mut self.half)));
            }
            if !self.go_on()? {
                return Ok(None);
            }
        }
    }

    /// At the end of a file that is not the present one: goes on with the next. Says whether there may be lines.
    fn go_on(&mut self) -> Result<bool, ReadError> {
        let present = match fs::metadata(&self.path) {
            Ok(found) => found,
            Err(_) => return Ok(false),
        };
        if self.file.is_some() && present.ino() == self.inode {
            return Ok(false);
        }
        if let Some(file) = &mut self.file {
            // It was written to until it was rotated, which may have been after we came to its end.
            let before = self.half.len();
            file.read_until(b'\n', &mut self.half).map_err(failed(&self.path))?;
            if self.half.len() > before {
                return Ok(true);
            }
        }
        let files = self.files();
        let ours = files.iter().position(|path| fs::metadata(path).is_ok_and(|found| found.ino() == self.inode));
        let next = match ours {
            Some(place) => place.saturating_sub(1),
            // Ours is gone already: with the oldest that is left.
            None => files.len().saturating_sub(1),
        };
        let Some(path) = files.get(next) else { return Ok(false) };
        let Ok(file) = File::open(path) else { return Ok(false) };
        self.inode = file.metadata().map_err(failed(path))?.ino();
        self.half.clear();
        self.file = Some(BufReader::new(file));
        Ok(true)
    }
}

/// Where the last `count` lines of a file begin, and how many there are.
fn start_of_last(file: &mut (impl Read + Seek), length: u64, count: usize) -> io::Result<(u64, usize)> {
    const STEP: u64 = 64 * 1024;
    let (mut end, mut found) = (length, 0);
    while end > 0 {
        let start = end.saturating_sub(STEP);
        file.seek(SeekFrom::Start(start))?;
        let mut piece = Vec::new();
        file.take(end - start).read_to_end(&mut piece)?;
        for place in (0..piece.len()).rev().filter(|place| piece.get(*place) == Some(&b'\n')) {
            if found == count {
                return Ok((start + place as u64 + 1, found));
            }
            found += 1;
        }
        end = start;
    }
    Ok((0, found))
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> ReadError {
    let path = path.to_owned();
    move |source| ReadError::File { path, source }
}
