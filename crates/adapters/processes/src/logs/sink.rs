//! The file of one log: appended to, and rotated when it is large.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::envelope::Stream;

/// How names end.
pub(super) const ENDING: &str = "jsonl";

/// How far a log was written at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) inode: u64,
    pub(super) length: u64,
}

/// How far a raw file was read, as a line of the log says.
#[derive(Debug, Deserialize)]
pub(super) struct Progress {
    pub(super) instance: String,
    pub(super) stream: Stream,
    pub(super) to: u64,
    #[serde(default)]
    pub(super) cut: bool,
}

/// One log.
#[derive(Debug)]
pub(super) struct Sink {
    path: PathBuf,
    file: File,
    mark: Mark,
}

impl Sink {
    /// Opens it. A line at its end that was cut off by a crash is taken away: it will be written again.
    pub(super) fn open(folder: &Path, name: &str) -> io::Result<Self> {
        let path = folder.join(format!("{name}.{ENDING}"));
        let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&path)?;
        let found = file.metadata()?;
        let mark = Mark { inode: found.ino(), length: found.len() };
        let mut sink = Self { path, file, mark };
        sink.take_away_half_line()?;
        Ok(sink)
    }

    pub(super) fn mark(&self) -> Mark {
        self.mark
    }

    /// What was appended since `saved`, which is all of it when that was another file.
    pub(super) fn progress_since(&self, saved: Mark) -> io::Result<Vec<Progress>> {
        let from = if saved.inode == self.mark.inode { saved.length.min(self.mark.length) } else { 0 };
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(from))?;
        let mut progress = Vec::new();
        let mut reader = BufReader::new(file);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            // What somebody else wrote there tells nothing.
            progress.extend(serde_json::from_slice::<Progress>(&line).ok());
            line.clear();
        }
        Ok(progress)
    }

    /// Whether it would be larger than `limit_bytes` with these.
    pub(super) fn is_full(&self, more: usize, limit_bytes: u64) -> bool {
        self.mark.length > 0 && self.mark.length + more as u64 > limit_bytes
    }

    /// All of these lines, or none.
    pub(super) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        if let Err(error) = self.file.write_all(lines) {
            self.file.set_len(self.mark.length)?;
            return Err(error);
        }
        self.mark.length += lines.len() as u64;
        Ok(())
    }

    /// `api.jsonl` becomes `api.jsonl.1`, and so on; only `count` old ones stay.
    pub(super) fn rotate(&mut self, count: usize) -> io::Result<()> {
        for number in (0..count.max(1)).rev() {
            match fs::rename(older(&self.path, number), older(&self.path, number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        // More of them when fewer are to be kept than before.
        let oldest = count.max(1) + 1;
        let _ = (oldest..).take_while(|number| fs::remove_file(older(&self.path, *number)).is_ok()).count();
        let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&self.path)?;
        let found = file.metadata()?;
        (self.file, self.mark) = (file, Mark { inode: found.ino(), length: found.len() });
        Ok(())
    }

    fn take_away_half_line(&mut self) -> io::Result<()> {
        const STEP: u64 = 64 * 1024;
        let mut end = self.mark.length;
        while end > 0 {
            let start = end.saturating_sub(STEP);
            self.file.seek(SeekFrom::Start(start))?;
            let mut piece = Vec::new();
            (&self.file).take(end - start).read_to_end(&mut piece)?;
            if let Some(last) = piece.iter().rposition(|byte| *byte == b'\n') {
                end = start + last as u64 + 1;
                break;
            }
            end = start;
        }
        if end < self.mark.length {
            self.file.set_len(end)?;
            self.mark.length = end;
        }
        Ok(())
    }
}

/// The name of the `number`th older file; 0 is the present one.
pub(super) fn older(path: &Path, number: usize) -> PathBuf {
    if number == 0 {
        return path.to_owned();
    }
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{number}"));
    PathBuf::from(name)
}
