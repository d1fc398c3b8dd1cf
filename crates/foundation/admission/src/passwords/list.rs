//! One file of passwords, read again when it has changed.

use std::fs::{self, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;

use crate::passwords::hash::Hash;
use crate::passwords::lines::{self, BadLine, FILE_LIMIT_BYTES, People};
use crate::passwords::verified::Digest;

/// A look at the file costs microseconds; more often than that, nobody would notice.
const LOOK_PAUSE_MS: i64 = 1_000;

/// Something is wrong with a file of passwords.
#[derive(Debug, thiserror::Error)]
pub enum PasswordFileError {
    /// It cannot be read, so nobody is let in.
    #[error("the file of passwords {} cannot be read, so nobody is let in", .path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// A line of it cannot be read.
    #[error("{}, {bad}", .path.display())]
    Line {
        /// Which file.
        path: PathBuf,
        /// Which line, and why.
        bad: BadLine,
    },
}

/// A file.
pub(super) struct List {
    file: Arc<ListFile>,
}

struct ListFile {
    path: PathBuf,
    looked_at_ms: AtomicI64,
    held: RwLock<Arc<Held>>,
}

/// What was read.
#[derive(Default)]
pub(super) struct Held {
    /// What the file looked like; `None` when it could not be read.
    stamp: Option<Stamp>,
    people: People,
}

/// Changes whenever the file does: an editor replaces it, or writes into it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    changed: (i64, i64),
    size: u64,
}

impl From<&Metadata> for Stamp {
    fn from(metadata: &Metadata) -> Self {
        Self { inode: metadata.ino(), changed: (metadata.ctime(), metadata.ctime_nsec()), size: metadata.size() }
    }
}

impl List {
    pub(super) fn new(path: PathBuf) -> Self {
        let looked_at_ms = AtomicI64::new(i64::MIN);
        Self { file: Arc::new(ListFile { path, looked_at_ms, held: RwLock::default() }) }
    }

    /// What is wrong with it now.
    pub(super) fn troubles(&self) -> Vec<PasswordFileError> {
        let path = &self.file.path;
        match read(path) {
            Ok((_, bad)) => bad.into_iter().map(|bad| PasswordFileError::Line { path: path.clone(), bad }).collect(),
            Err(cause) => vec![PasswordFileError::Unreadable { path: path.clone(), cause }],
        }
    }

    /// What it holds, at most a second old.
    pub(super) async fn current(&self, now: Timestamp) -> Arc<Held> {
        let (now, looked_at) = (now.as_millisecond(), self.file.looked_at_ms.load(Ordering::Relaxed));
        // A clock that was set back looks again too.
        let is_due = now.saturating_sub(looked_at).saturating_abs() >= LOOK_PAUSE_MS;
        if is_due {
            let file = self.file.clone();
            // Whoever asks meanwhile gets what was held: the time is put down after the look.
            let looked = tokio::task::spawn_blocking(move || file.look(now)).await;
            if looked.is_err() {
                tracing::error!(file = %self.file.path.display(), "the file of passwords could not be looked at");
            }
        }
        self.file.held()
    }
}

impl ListFile {
    fn held(&self) -> Arc<Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the file if it has changed.
    fn look(&self, now_ms: i64) {
        let stamp = fs::metadata(&self.path).map(|metadata| Stamp::from(&metadata));
        let known = self.held();
        let is_first = self.looked_at_ms.load(Ordering::Relaxed) == i64::MIN;
        if is_first || stamp.as_ref().ok() != known.stamp.as_ref() {
            let held = Arc::new(self.read_again());
            *self.held.write().unwrap_or_else(PoisonError::into_inner) = held;
        }
        self.looked_at_ms.store(now_ms, Ordering::Relaxed);
    }

    fn read_again(&self) -> Held {
        let file = self.path.display();
        match read(&self.path) {
            Ok((held, bad)) => {
                for BadLine { line, why } in bad {
                    tracing::error!(%file, line, why, "a line of a file of passwords cannot be read and lets nobody in");
                }
                tracing::info!(%file, people = held.people.len(), "a file of passwords was read");
                held
            }
            Err(error) => {
                tracing::error!(%file, %error, "a file of passwords cannot be read, so nobody is let in");
                Held::default()
            }
        }
    }
}

fn read(path: &Path) -> io::Result<(Held, Vec<BadLine>)> {
    let mut file = fs::File::open(path)?;
    let stamp = Stamp::from(&file.metadata()?);
    let mut text = String::new();
    file.by_ref().take(FILE_LIMIT_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > FILE_LIMIT_BYTES {
        return Err(io::Error::other("it is larger than a MiB"));
    }
    let (people, bad) = lines::read(&text);
    Ok((Held { stamp: Some(stamp), people }, bad))
}

impl Held {
    /// The hash to check, and whether it is this name's. An unknown name gets somebody's, always the same one's, so that
    /// it takes as long as a known one; `None` when there is nobody at all.
    pub(super) fn hash_for(&self, name: &str, digest: impl Fn(&str) -> Digest) -> (Option<Hash>, bool) {
        if let Some(hash) = self.people.get(name) {
            return (Some(hash.clone()), true);
        }
        let [first, second, ..] = digest(name);
        let place = usize::from(u16::from_le_bytes([first, second])) % self.people.len().max(1);
        (self.people.values().nth(place).cloned(), false)
    }
}
