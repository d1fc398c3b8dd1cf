//! One state file: read whole, written whole.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::marker::PhantomData;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::StateFileError;
use crate::lock::Lock;

/// Far above the largest right one (90 days of history of all parts are some 100 kB), and small enough to be read.
const SIZE_LIMIT: u64 = 32 * 1024 * 1024;
const NANOSECONDS: u64 = 1_000_000_000;

/// What a change does when it finds a broken file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhenBroken {
    /// Nothing, and says so: people's words are in it, and to begin with none would undo them.
    Refuse,
    /// Keeps it as `.broken` and begins anew: the machine makes it again.
    SetAside,
}

/// Whether the disk must have it before we go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It survives a power cut.
    Synced,
    /// It is made again within seconds.
    Fleeting,
}

/// A file of one `T`.
#[derive(Debug)]
pub(crate) struct StateFile<T> {
    place: Place,
    content: PhantomData<fn() -> T>,
}

#[derive(Clone, Debug)]
struct Place {
    path: PathBuf,
    durability: Durability,
    when_broken: WhenBroken,
}

impl<T: Serialize + DeserializeOwned + Send + 'static> StateFile<T> {
    pub(crate) fn new(path: PathBuf, durability: Durability, when_broken: WhenBroken) -> Self {
        Self { place: Place { path, durability, when_broken }, content: PhantomData }
    }

    /// What is in it; `None` when it was never written.
    pub(crate) async fn read(&self) -> Result<Option<T>, StateFileError> {
        Ok(self.read_since(None).await?.map(|(_, content)| content))
    }

    /// What is in it, with the mark of this version, when that is another than `seen`. Costs one `stat` when it is not.
    pub(crate) async fn read_since(&self, seen: Option<u64>) -> Result<Option<(u64, T)>, StateFileError> {
        let Some(mark) = self.place.mark()? else {
            return Ok(None);
        };
        if seen == Some(mark) {
            return Ok(None);
        }
        let place = self.place.clone();
        let found = blocking(self.place.clone(), move || place.read()).await?;
        found.map(|(mark, bytes)| Ok((mark, self.place.parse(&bytes)?))).transpose()
    }

    /// Replaces it.
    pub(crate) async fn put(&self, content: &T) -> Result<(), StateFileError> {
        let lock = self.place.lock().await?;
        self.write(lock, content).await
    }

    /// Changes it, one at a time, and returns what is in it then.
    pub(crate) async fn change(&self, change: &(dyn for<'a> Fn(&'a mut T) + Sync)) -> Result<T, StateFileError>
    where
        T: Default,
    {
        let lock = self.place.lock().await?;
        let mut content = match self.read().await {
            Ok(content) => content.unwrap_or_default(),
            // The write that follows keeps it as `.broken`.
            Err(StateFileError::Broken { .. }) if self.place.when_broken == WhenBroken::SetAside => T::default(),
            Err(error) => return Err(error),
        };
        change(&mut content);
        self.write(lock, &content).await?;
        Ok(content)
    }

    /// The lock goes along: it is held until the file is there, also when nobody waits for that any more.
    async fn write(&self, lock: Lock, content: &T) -> Result<(), StateFileError> {
        let mut bytes = serde_json::to_vec_pretty(content)
            .map_err(|source| StateFileError::Unwritable { path: self.place.path.clone(), source })?;
        bytes.push(b'\n');
        let place = self.place.clone();
        blocking(self.place.clone(), move || {
            let written = place.write(&bytes);
            drop(lock);
            written
        })
        .await
    }
}

async fn blocking<R: Send + 'static>(
    place: Place,
    work: impl FnOnce() -> Result<R, StateFileError> + Send + 'static,
) -> Result<R, StateFileError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(StateFileError::Ending { path: place.path }),
    }
}

impl Place {
    async fn lock(&self) -> Result<Lock, StateFileError> {
        private_folder(self.folder())?;
        Lock::take(&self.beside("lock")).await
    }

    /// Tells versions apart; `None` when there is no file.
    fn mark(&self) -> Result<Option<u64>, StateFileError> {
        match fs::metadata(&self.path) {
            Ok(found) => Ok(Some(mark(&found))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("look at")(error)),
        }
    }

    fn read(&self) -> Result<Option<(u64, Vec<u8>)>, StateFileError> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed("open")(error)),
        };
        // Of the file that we read: another may lie at the path by now.
        let found = file.metadata().map_err(self.failed("look at"))?;
        if found.len() > SIZE_LIMIT {
            let (path, size_bytes) = (self.path.clone(), found.len());
            return Err(StateFileError::TooLarge { path, size_bytes, limit_bytes: SIZE_LIMIT });
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(self.failed("read"))?;
        Ok(Some((mark(&found), bytes)))
    }

    fn parse<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, StateFileError> {
        serde_json::from_slice(bytes).map_err(|source| StateFileError::Broken { path: self.path.clone(), source })
    }

    /// Under the lock. Until the rename the old file stands, whatever happens.
    fn write(&self, bytes: &[u8]) -> Result<(), StateFileError> {
        let old = self.read().ok().flatten();
        if let Some((_, old)) = &old {
            if old == bytes {
                return Ok(());
            }
            self.keep_broken(old)?;
        }
        let new = self.beside("new");
        let written = self.write_new(&new, bytes, old.map(|(mark, _)| mark));
        let renamed = written.and_then(|()| fs::rename(&new, &self.path).map_err(self.failed("rename a new file to")));
        if renamed.is_err() {
            // On a full disk its bytes are needed; when it cannot be removed either, the next write does it.
            let _ = fs::remove_file(&new);
            return renamed;
        }
        if self.durability == Durability::Synced {
            let folder = File::open(self.folder()).and_then(|folder| folder.sync_all());
            folder.map_err(self.failed("write to the disk the folder of"))?;
        }
        Ok(())
    }

    fn write_new(&self, new: &Path, bytes: &[u8], old_mark: Option<u64>) -> Result<(), StateFileError> {
        match fs::remove_file(new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(self.failed("remove an unfinished file beside")(error));
            }
            _ => {}
        }
        let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(new);
        let mut file = opened.map_err(self.failed("write a new file beside"))?;
        file.write_all(bytes).map_err(self.failed("write a new file beside"))?;
        self.make_later(&file, old_mark)?;
        if self.durability == Durability::Synced {
            file.sync_all().map_err(self.failed("write to the disk"))?;
        }
        Ok(())
    }

    /// Two writes within one tick of the kernel's clock, or after the clock was put back, would have marks that do not
    /// grow: the new file is then said to be a nanosecond younger than the old one.
    fn make_later(&self, file: &File, old_mark: Option<u64>) -> Result<(), StateFileError> {
        let found = file.metadata().map_err(self.failed("look at"))?;
        let Some(old) = old_mark.filter(|old| mark(&found) <= *old) else {
            return Ok(());
        };
        let later = UNIX_EPOCH + Duration::from_nanos(old + 1);
        file.set_modified(later).map_err(self.failed("date"))
    }

    fn keep_broken(&self, old: &[u8]) -> Result<(), StateFileError> {
        if serde_json::from_slice::<IgnoredAny>(old).is_ok() {
            return Ok(());
        }
        let aside = self.beside("broken");
        tracing::warn!(file = %self.path.display(), kept = %aside.display(), "a state file was broken and is made anew");
        // A link, not a rename: readers find a file at every moment.
        let _ = fs::remove_file(&aside);
        fs::hard_link(&self.path, &aside).map_err(self.failed("keep a copy of the broken"))
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(".");
        name.push(ending);
        PathBuf::from(name)
    }

    fn failed(&self, doing: &'static str) -> impl FnOnce(io::Error) -> StateFileError {
        let path = self.path.clone();
        move |source| StateFileError::File { doing, path, source }
    }
}

/// The time of the last change in nanoseconds, which grows with each write.
fn mark(found: &fs::Metadata) -> u64 {
    let seconds = u64::try_from(found.mtime()).unwrap_or(0);
    seconds.saturating_mul(NANOSECONDS).saturating_add(u64::try_from(found.mtime_nsec()).unwrap_or(0))
}

/// Makes a folder that nobody else may look into. Those above it are as usual: the database's account passes through.
fn private_folder(folder: &Path) -> Result<(), StateFileError> {
    let failed = |doing| move |source| StateFileError::File { doing, path: folder.to_owned(), source };
    match fs::metadata(folder) {
        Ok(found) if found.mode() & 0o077 == 0 => return Ok(()),
        Ok(_) => {
            let closed = fs::set_permissions(folder, Permissions::from_mode(0o700));
            return closed.map_err(failed("close to others the folder"));
        }
        Err(_) => {}
    }
    if let Some(above) = folder.parent() {
        fs::create_dir_all(above).map_err(failed("create the folder"))?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(failed("create the folder")(error)),
        _ => Ok(()),
    }
}
