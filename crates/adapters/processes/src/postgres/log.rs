//! The server's log file: appended to by the server itself, kept short by us.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::PostgresError;

/// With the one older part that is kept, the log takes at most about twice this.
const BYTES_MAX: u64 = 4 * 1024 * 1024;
/// How much of the end is repeated in an error.
const TAIL_LINES: usize = 12;
const TAIL_BYTES: u64 = 8 * 1024;

/// What lines say that tell why a server broke down.
const ALARMS: [&str; 3] = ["PANIC:", "No space left on device", "terminated by signal"];

/// Opens it for the server, which writes at its end.
pub(super) fn open(path: &Path) -> Result<File, PostgresError> {
    shorten(path);
    OpenOptions::new().append(true).create(true).open(path).map_err(PostgresError::file("open", path))
}

/// Moves a log that has grown too long aside. The server keeps its open file, so the old part is a copy; a line
/// written between copy and cut is lost.
pub(super) fn shorten(path: &Path) {
    let length = fs::metadata(path).map_or(0, |found| found.len());
    if length <= BYTES_MAX {
        return;
    }
    let cut = || -> std::io::Result<()> {
        fs::copy(path, older(path))?;
        OpenOptions::new().write(true).open(path)?.set_len(0)
    };
    if let Err(error) = cut() {
        tracing::warn!(%error, log = %path.display(), "cannot shorten the log of Postgres");
    }
}

/// How long it is now: what comes later is of the next start.
pub(super) fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |found| found.len())
}

/// The last lines that were written after `start`.
pub(super) fn tail(path: &Path, start: u64) -> String {
    let read = || -> std::io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        let end = file.metadata()?.len();
        file.seek(SeekFrom::Start(start.min(end).max(end.saturating_sub(TAIL_BYTES))))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    last_lines(&read().unwrap_or_default())
}

/// The last lines since `start` that tell why a server broke down.
pub(super) fn alarms(path: &Path, start: u64) -> Option<String> {
    let tail = tail(path, start);
    let alarms = tail.lines().filter(|line| ALARMS.iter().any(|alarm| line.contains(alarm)));
    let alarms: Vec<&str> = alarms.map(str::trim).collect();
    (!alarms.is_empty()).then(|| alarms.join("; "))
}

/// The last lines of what a program wrote, indented.
pub(super) fn last_lines(output: &[u8]) -> String {
    let text = String::from_utf8_lossy(output);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(TAIL_LINES)..];
    if last.is_empty() { "  (nothing)".to_owned() } else { format!("  {}", last.join("\n  ")) }
}

fn older(path: &Path) -> PathBuf {
    path.with_extension("log.1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_is_cut_and_its_old_part_is_kept_once() {
        let path = std::env::temp_dir().join(format!("bt-log-{}.log", std::process::id()));
        let long = usize::try_from(BYTES_MAX).unwrap() + 1;
        fs::write(&path, vec![b'x'; long]).unwrap();
        shorten(&path);
        assert_eq!(length(&path), 0);
        assert_eq!(length(&older(&path)), BYTES_MAX + 1);
        fs::remove_file(older(&path)).unwrap();
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn the_tail_begins_after_the_start() {
        let path = std::env::temp_dir().join(format!("bt-tail-{}.log", std::process::id()));
        fs::write(&path, "of yesterday\n").unwrap();
        let start = length(&path);
        fs::write(&path, "of yesterday\nof today\n\nand now\n").unwrap();
        assert_eq!(tail(&path, start), "  of today\n  and now");
        fs::remove_file(&path).unwrap();
    }
}
