//! Where a restore is worked on, and how its result gets to where it is to lie.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::lchown;
use std::path::{Path, PathBuf};

use platform::backups::ports::{HandedOver, RestorePlace};
use platform::ports::PortError;
use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::account::Account;
use super::error::PostgresError;
use super::leftover::Leftover;
use super::place::{Place, make_private};

/// A folder to work in, locked against others, and what comes of it.
#[derive(Debug)]
pub(super) struct Site {
    /// Holds everything of the restore.
    pub(super) work: PathBuf,
    /// The scratch server's places: its cluster is what is restored.
    pub(super) scratch: Place,
    place: RestorePlace,
    /// Where the database itself lies.
    own: PathBuf,
    _locks: Vec<File>,
}

impl Site {
    /// Refuses a place that is taken, and a database that runs. Removes what a killed restore left.
    pub(super) async fn prepare(own: &Place, place: &RestorePlace) -> Result<Self, PortError> {
        let failed = |error: PostgresError| PortError::new("cannot prepare a place for the restore", error);
        let mut locks = Vec::new();
        let work = match place {
            RestorePlace::Drill => own.home.join("drill"),
            RestorePlace::InPlace => {
                locks.push(own.lock().map_err(failed)?);
                Leftover::of(&own.cluster).remove().await.map_err(failed)?;
                own.home.join("restoring")
            }
            RestorePlace::Into(folder) => beside(folder)?,
        };
        if let Some(closed) = work.parent().and_then(|parent| own.account.stopped_at(parent)) {
            let (account, path) = (own.account.name.clone(), work);
            return Err(failed(PostgresError::Unreachable { account, path, closed }));
        }
        make_private(&work, &own.account).map_err(failed)?;
        locks.push(lock(&work)?);
        Leftover::of(&work.join("cluster")).remove().await.map_err(failed)?;
        empty(&work).map_err(|error| PortError::new("cannot remove what an earlier restore left", error))?;
        let scratch = Place::scratch(&work, own.account.clone()).map_err(failed)?;
        for folder in [&scratch.cluster, &work.join("fetch")] {
            make_private(folder, &own.account).map_err(failed)?;
        }
        Ok(Self { work, scratch, place: place.clone(), own: own.cluster.clone(), _locks: locks })
    }

    /// Whether the restored database is only looked at and removed.
    pub(super) fn is_drill(&self) -> bool {
        self.place == RestorePlace::Drill
    }

    /// Whether it takes the place of the database.
    pub(super) fn is_in_place(&self) -> bool {
        self.place == RestorePlace::InPlace
    }

    /// Everything that was unpacked belongs to the server's account.
    pub(super) fn give_away(&self) -> Result<(), PostgresError> {
        give_away(&self.scratch.cluster, &self.scratch.account)
    }

    /// Puts the restored files where they are to lie.
    pub(super) fn hand_over(self) -> Result<HandedOver, PortError> {
        let restored = self.scratch.cluster.clone();
        let failed = |folder: &Path| {
            let tried = format!("cannot move the restored database to {}", folder.display());
            move |error: io::Error| PortError::new(tried, error)
        };
        let handed = match &self.place {
            RestorePlace::Into(folder) => {
                fs::rename(&restored, folder).map_err(failed(folder))?;
                HandedOver { folder: folder.clone(), moved_aside: None }
            }
            _ => {
                let moved_aside = self.exchange(&restored).map_err(failed(&self.own))?;
                HandedOver { folder: self.own.clone(), moved_aside }
            }
        };
        let parent = handed.folder.parent().unwrap_or(&handed.folder);
        File::open(parent).and_then(|folder| folder.sync_all()).map_err(failed(&handed.folder))?;
        self.remove_work()?;
        Ok(handed)
    }

    /// In one step: at no moment is there no database, or the next start would make an empty one.
    fn exchange(&self, restored: &Path) -> io::Result<Option<PathBuf>> {
        if !self.own.exists() {
            return fs::rename(restored, &self.own).map(|()| None);
        }
        renameat_with(CWD, restored, CWD, &self.own, RenameFlags::EXCHANGE)?;
        let aside = (1..).map(|number| self.own.with_file_name(format!("cluster.before-restore-{number}")));
        let aside =
            aside.into_iter().find(|aside| !aside.exists()).unwrap_or_else(|| self.own.with_extension("before"));
        fs::rename(restored, &aside)?;
        Ok(Some(aside))
    }

    /// Removes everything.
    pub(super) async fn discard(self) -> Result<(), PortError> {
        Leftover::of(&self.scratch.cluster)
            .end_own()
            .await
            .map_err(|error| PortError::new("cannot stop the server of the restore", error))?;
        self.remove_work()
    }

    fn remove_work(&self) -> Result<(), PortError> {
        self.scratch.remove_short_sockets();
        let removed = fs::remove_dir_all(&self.work);
        removed.map_err(|error| PortError::new(format!("cannot remove {}", self.work.display()), error))
    }
}

/// Beside the folder, so that the result can be moved there in one step.
fn beside(folder: &Path) -> Result<PathBuf, PortError> {
    let tried = || format!("cannot restore into {}", folder.display());
    let is_taken = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(PortError::new(tried(), error)),
    };
    if is_taken {
        let why = "it is not empty: name another folder, or move away what is there";
        return Err(PortError::new(tried(), why));
    }
    let folder = std::path::absolute(folder).map_err(|error| PortError::new(tried(), error))?;
    let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) else {
        return Err(PortError::new(tried(), "it has no name"));
    };
    if !parent.is_dir() {
        return Err(PortError::new(tried(), format!("there is no folder {}", parent.display())));
    }
    Ok(parent.join(format!(".{}.restoring", name.to_string_lossy())))
}

fn lock(work: &Path) -> Result<File, PortError> {
    let path = work.join("lock");
    let tried = format!("cannot lock {}", path.display());
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    let file = opened.map_err(|error| PortError::new(tried.clone(), error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(PortError::plain(format!("another restore works in {}: wait until it is done", work.display())))
        }
        Err(TryLockError::Error(error)) => Err(PortError::new(tried, error)),
    }
}

fn empty(work: &Path) -> io::Result<()> {
    for entry in fs::read_dir(work)? {
        let entry = entry?;
        match entry.file_type()? {
            _ if entry.file_name() == "lock" => {}
            kind if kind.is_dir() => fs::remove_dir_all(entry.path())?,
            _ => fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}

fn give_away(path: &Path, account: &Account) -> Result<(), PostgresError> {
    let Some((user, group)) = account.other() else { return Ok(()) };
    let mut left = vec![path.to_owned()];
    while let Some(path) = left.pop() {
        lchown(&path, Some(user), Some(group)).map_err(PostgresError::file("change the owner of", &path))?;
        let found = fs::symlink_metadata(&path).map_err(PostgresError::file("look at", &path))?;
        if found.is_dir() {
            let entries = fs::read_dir(&path).map_err(PostgresError::file("open", &path))?;
            left.extend(entries.flatten().map(|entry| entry.path()));
        }
    }
    Ok(())
}
