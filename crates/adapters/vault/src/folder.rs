//! A folder: of this machine's disk, of another disk, or one that another machine shares.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use clock::Clock;
use jiff::{SignedDuration, Timestamp};
use platform::ports::PortError;

use crate::store::{Entry, Put, Store};

/// Nobody else reads backups.
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
/// How files begin that are being written. One of a writer that was killed is removed after a day: no writing takes
/// that long.
const UNFINISHED: &str = ".unfinished-";
const UNFINISHED_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// Keeps bytes in files.
#[derive(Clone)]
pub(crate) struct Folder {
    root: PathBuf,
    clock: Arc<dyn Clock>,
}

impl Folder {
    pub(crate) fn new(root: PathBuf, clock: Arc<dyn Clock>) -> Self {
        Self { root, clock }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        tried: String,
        work: impl FnOnce(&Self) -> io::Result<T> + Send + 'static,
    ) -> Result<T, PortError> {
        let folder = self.clone();
        let done = tokio::task::spawn_blocking(move || work(&folder)).await;
        match done {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(PortError::new(format!("{tried}{}", hint(&error)), error)),
            Err(panic) => Err(PortError::new(tried, panic)),
        }
    }

    fn write_new(&self, name: &str, bytes: &[u8]) -> io::Result<Put> {
        let path = self.root.join(name);
        let folder = path.parent().unwrap_or(&self.root);
        make_folders(folder)?;
        let unfinished = folder.join(unfinished_name());
        let put = write_synced(&unfinished, bytes).and_then(|()| claim_name(&unfinished, &path));
        // A name that was claimed by a link leaves the other name behind; a failure leaves the file.
        let _ = fs::remove_file(&unfinished);
        // Also when the name was taken: whoever took it may have been cut off before this.
        File::open(folder)?.sync_all()?;
        put
    }

    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.root.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => self.absent_or_unmounted(),
            Err(error) => Err(error),
        }
    }

    /// A disk that is not mounted must not look like a vault without backups.
    fn absent_or_unmounted<T>(&self) -> io::Result<Option<T>> {
        if self.root.is_dir() {
            return Ok(None);
        }
        Err(io::Error::new(ErrorKind::NotFound, "the folder is not there: is its disk mounted?"))
    }

    fn entries(&self, folder: &str) -> io::Result<Vec<Entry>> {
        let mut found = Vec::new();
        let top = self.root.join(folder);
        let mut folders = vec![top.clone()];
        while let Some(folder) = folders.pop() {
            // Before its files are looked at: to remove one makes it new.
            let is_old = folder != top && fs::metadata(&folder).is_ok_and(|found| self.is_dead(&found));
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for entry in entries {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Some(entry) = self.entry(&path)? {
                    found.push(entry);
                }
            }
            if is_old {
                // One that a killed writer left empty; any other stays.
                let _ = fs::remove_dir(&folder);
            }
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found)
    }

    /// `None` for what is no object, or was removed meanwhile.
    fn entry(&self, path: &Path) -> io::Result<Option<Entry>> {
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let at = Timestamp::try_from(metadata.modified()?).map_err(io::Error::other)?;
        let is_unfinished = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(UNFINISHED));
        if is_unfinished && self.is_dead(&metadata) {
            let _ = fs::remove_file(path);
        }
        let name = path.strip_prefix(&self.root).ok().and_then(Path::to_str);
        let is_object = metadata.is_file() && !is_unfinished;
        Ok(name.filter(|_| is_object).map(|name| Entry { name: name.to_owned(), bytes: metadata.len(), at }))
    }

    /// Whether nobody writes any more what was begun then.
    fn is_dead(&self, begun: &Metadata) -> bool {
        let at = begun.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
        at.is_some_and(|at| self.clock.now().duration_since(at) > UNFINISHED_LIFE)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let path = self.root.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut folder = path.parent();
        // Empty folders of removed backups; one that is not empty stays.
        while let Some(empty) = folder.filter(|folder| *folder != self.root && folder.starts_with(&self.root)) {
            if fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
        Ok(())
    }
}

#[async_trait]
impl Store for Folder {
    fn place(&self) -> String {
        format!("the folder {}", self.root.display())
    }

    async fn make(&self) -> Result<(), PortError> {
        self.blocking(format!("cannot make {}", self.place()), |folder| make_folders(&folder.root)).await
    }

    async fn put_new(&self, name: &str, bytes: Vec<u8>) -> Result<Put, PortError> {
        let tried = format!("cannot put {name} into {}", self.place());
        let name = name.to_owned();
        self.blocking(tried, move |folder| folder.write_new(&name, &bytes)).await
    }

    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, PortError> {
        let tried = format!("cannot read {name} in {}", self.place());
        let name = name.to_owned();
        self.blocking(tried, move |folder| folder.read(&name)).await
    }

    async fn list(&self, folder: &str) -> Result<Vec<Entry>, PortError> {
        let below = folder.to_owned();
        let tried = format!("cannot list {}", self.place());
        self.blocking(tried, move |folder| folder.entries(&below)).await
    }

    async fn delete(&self, name: &str) -> Result<(), PortError> {
        let tried = format!("cannot remove {name} from {}", self.place());
        let name = name.to_owned();
        self.blocking(tried, move |folder| folder.remove(&name)).await
    }
}

fn unfinished_name() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{UNFINISHED}{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Makes a folder and those above it, and lets each survive a power cut.
fn make_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let Some(parent) = folder.parent() else { return Ok(()) };
    make_folders(parent)?;
    match DirBuilder::new().mode(FOLDER_MODE).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => File::open(if parent.as_os_str().is_empty() { Path::new(".") } else { parent })?.sync_all(),
    }
}

pub(crate) fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A process of the same number may have been killed here before.
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Gives a finished file its name, unless another has it. A link does that in one step; file systems without links
/// (of memory sticks, of some networks) get the two steps.
fn claim_name(unfinished: &Path, path: &Path) -> io::Result<Put> {
    match fs::hard_link(unfinished, path) {
        Ok(()) => Ok(Put::Stored),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Put::Taken),
        Err(_) if path.exists() => Ok(Put::Taken),
        Err(_) => fs::rename(unfinished, path).map(|()| Put::Stored),
    }
}

fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            " (its disk is full: free some space, or keep fewer backups)"
        }
        ErrorKind::PermissionDenied => " (not allowed: change its owner or mode)",
        ErrorKind::ReadOnlyFilesystem => " (it is read-only)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use clock::{ManualClock, SystemClock};

    use super::*;

    fn empty(name: &str) -> PathBuf {
        let root = std::env::temp_dir().join(format!("bt-vault-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        root
    }

    #[test]
    fn nobody_else_may_look_into_it() {
        let root = empty("modes");
        let folder = Folder::new(root.clone(), Arc::new(SystemClock));
        folder.write_new("a/b", b"x").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&root), mode(&root.join("a")), mode(&root.join("a/b"))), (0o700, 0o700, 0o600));
        folder.remove("a/b").unwrap();
        assert!(!root.join("a").exists(), "an empty folder goes with its last object");
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn what_a_killed_writer_left_is_no_object_and_goes_away() {
        let root = empty("unfinished");
        let clock = ManualClock::new(SystemClock.now());
        let folder = Folder::new(root.clone(), Arc::new(clock.clone()));
        folder.write_new("a/b", b"x").unwrap();
        let left = root.join("a/.unfinished-1-1");
        fs::write(&left, "half").unwrap();
        let alone = root.join("a/begun/.unfinished-1-2");
        fs::create_dir(root.join("a/begun")).unwrap();
        fs::write(&alone, "half").unwrap();
        assert_eq!(folder.entries("a").unwrap().len(), 1);
        assert!(left.exists() && alone.exists(), "it may still be written");
        clock.advance(std::time::Duration::from_hours(25));
        assert_eq!(folder.entries("a").unwrap().len(), 1);
        assert!(!left.exists());
        assert!(!root.join("a/begun").exists(), "a folder in which nothing was finished goes too");
        assert!(root.join("a/b").exists());
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn a_folder_that_is_not_mounted_is_no_empty_vault() {
        let root = empty("unmounted");
        let folder = Folder::new(root, Arc::new(SystemClock));
        let error = folder.read("a").unwrap_err().to_string();
        assert!(error.contains("mounted"), "{error}");
    }
}
