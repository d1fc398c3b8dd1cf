//! What backups need of the world.

use std::path::PathBuf;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::backups::manifest::Census;
use crate::backups::names::ObjectName;
use crate::backups::notes::{BackupNote, DrillResult, ShipperNote};
use crate::backups::wal::Lsn;
use crate::ports::PortError;

/// The largest object that a vault takes, in bytes. Larger things are cut into parts: an object of this size fits into
/// memory, is sent in one piece, and is checked whole before anybody uses a byte of it.
pub const OBJECT_BYTES_MAX: usize = 32 << 20;

/// Why an object could not be put or fetched.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is none of this name.
    #[error("there is no {name} in {vault}")]
    NotThere {
        /// Which vault.
        vault: String,
        /// Which object.
        name: ObjectName,
    },
    /// It is not what was put there.
    #[error("{name} in {vault} is damaged: {how}")]
    Damaged {
        /// Which vault.
        vault: String,
        /// Which object.
        name: ObjectName,
        /// What shows it.
        how: String,
    },
    /// It is encrypted, and there is no key to open it.
    #[error(
        "{name} in {vault} is encrypted, and no key that opens it is set: set backup.passphrase (or backup.passphrase_file)"
    )]
    NoKey {
        /// Which vault.
        vault: String,
        /// Which object.
        name: ObjectName,
    },
    /// It is encrypted for another key.
    #[error("{name} in {vault} is encrypted for another key than backup.passphrase")]
    WrongKey {
        /// Which vault.
        vault: String,
        /// Which object.
        name: ObjectName,
    },
    /// Another content is there under this name. Nothing in a vault is ever written over.
    #[error(
        "{vault} has another {name} already, which is not written over. When two databases share the vault, or this \
         one was set up anew, name another place in backup.to"
    )]
    Conflict {
        /// Which vault.
        vault: String,
        /// Which object.
        name: ObjectName,
    },
    /// It is larger than a vault takes.
    #[error("{name} is {bytes} bytes long, and an object has at most {OBJECT_BYTES_MAX}")]
    TooLarge {
        /// Which object.
        name: ObjectName,
        /// How large.
        bytes: usize,
    },
    /// The vault itself did not do it.
    #[error(transparent)]
    Failed(#[from] PortError),
}

impl VaultError {
    /// Whether another try may help by itself: the vault was out of reach, and the object is not at fault.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

/// An object as a listing shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: ObjectName,
    /// What it takes in the vault, in bytes.
    pub stored_bytes: u64,
    /// Since when it is there.
    pub stored_at: Timestamp,
}

/// What became of an object that was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What it takes in the vault, in bytes.
    pub stored_bytes: u64,
    /// Of the content, in hexadecimal digits.
    pub sha256: String,
    /// Whether it was there already with the same content.
    pub was_there: bool,
}

/// Where backups lie. An object is there whole or not at all, is never written over, and is checked at each reading.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Which it is, for people: `the folder /srv/backups`. Never a secret.
    fn place(&self) -> String;
    /// Whether what is put is encrypted.
    fn is_encrypted(&self) -> bool;
    /// Puts an object. It survives a power cut when this returns. The same content again is fine.
    ///
    /// # Errors
    /// [`VaultError::Conflict`] when another content has the name; [`VaultError::TooLarge`]; [`VaultError::Failed`].
    async fn put(&self, name: &ObjectName, content: &[u8]) -> Result<Stored, VaultError>;
    /// Fetches an object, and makes sure that it is what was put.
    ///
    /// # Errors
    /// [`VaultError`], all but `Conflict` and `TooLarge`.
    async fn get(&self, name: &ObjectName) -> Result<Vec<u8>, VaultError>;
    /// All objects below a folder such as `wal`, by name.
    ///
    /// # Errors
    /// [`VaultError::Failed`].
    async fn list(&self, folder: &str) -> Result<Vec<Listed>, VaultError>;
    /// Removes an object; one that is not there is fine.
    ///
    /// # Errors
    /// [`VaultError::Failed`].
    async fn delete(&self, name: &ObjectName) -> Result<(), VaultError>;
}

/// A journal file that the database has put aside for archiving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its name, as Postgres made it.
    pub name: String,
    /// What it takes on the disk, in bytes.
    pub disk_bytes: u64,
    /// Since when it waits.
    pub since: Timestamp,
}

/// Where the database puts journal files aside.
#[async_trait]
pub trait WalSpool: Send + Sync {
    /// What waits: histories first, then in the order in which it was written.
    ///
    /// # Errors
    /// When one cannot look.
    async fn waiting(&self) -> Result<Vec<Waiting>, PortError>;
    /// The content of one.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn read(&self, name: &str) -> Result<Vec<u8>, PortError>;
    /// It is safely elsewhere, and leaves the disk.
    ///
    /// # Errors
    /// When it cannot be removed.
    async fn remove(&self, name: &str) -> Result<(), PortError>;
    /// Room that is left on the disk, in bytes.
    ///
    /// # Errors
    /// When one cannot look.
    async fn free_bytes(&self) -> Result<u64, PortError>;
}

/// What a copy of the database's files says of itself at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyFacts {
    /// The timeline on which it was made.
    pub timeline: u32,
    /// Where in the journal it began.
    pub start: Lsn,
    /// Where it ended.
    pub stop: Lsn,
}

/// A copy of the database's files while it is made: a tar archive in pieces. Dropping it ends the copying.
#[async_trait]
pub trait BaseCopy: Send {
    /// The next piece, of any length but none; `None` at the end.
    ///
    /// # Errors
    /// When copying failed; what was got so far is of no use.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, PortError>;
    /// After the end: what it says of itself.
    ///
    /// # Errors
    /// When it was not complete.
    async fn facts(&mut self) -> Result<CopyFacts, PortError>;
}

/// Where a restored database is to lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RestorePlace {
    /// Aside, for a drill: it is removed afterwards.
    Drill,
    /// In a folder that is empty or not there yet.
    Into(PathBuf),
    /// In the place of the database itself, which must not run. What is there is moved aside, never removed.
    InPlace,
}

/// Where recovery ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecoveryTarget {
    /// At the end of the journal.
    Newest {
        /// Along this timeline; the newest without it.
        timeline: Option<u32>,
    },
    /// Before the first change that was committed after this moment.
    Time {
        /// The moment.
        to: Timestamp,
        /// Along this timeline; the newest without it.
        timeline: Option<u32>,
    },
    /// At a named point on a timeline.
    Point {
        /// Its name.
        name: String,
        /// The timeline on which it lies.
        timeline: u32,
    },
}

impl RecoveryTarget {
    /// The timeline along which recovery goes, when that is not simply the newest.
    #[must_use]
    pub fn timeline(&self) -> Option<u32> {
        match self {
            Self::Newest { timeline } | Self::Time { timeline, .. } => *timeline,
            Self::Point { timeline, .. } => Some(*timeline),
        }
    }
}

/// Gives the journal to a recovering database.
#[async_trait]
pub trait WalSource: Send + Sync {
    /// A file of the journal; `None` when there is none of this name, which ends the journal.
    ///
    /// # Errors
    /// When it may be there and cannot be given: recovery must not take that for the end.
    async fn wal(&self, name: &str) -> Result<Option<Vec<u8>>, PortError>;
}

/// How far recovery came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// When the last change was committed that the restored database has, as Postgres's log tells it.
    pub last_change: Option<String>,
    /// Whether the journal ended before the moment that was asked for: nothing later is known.
    pub ended_early: bool,
}

/// A database that is being restored. Dropping it stops its server and removes its files.
#[async_trait]
pub trait Restoration: Send + Sync {
    /// Takes the next piece of the tar archive.
    ///
    /// # Errors
    /// When it cannot be unpacked.
    async fn unpack(&mut self, piece: Vec<u8>) -> Result<(), PortError>;
    /// After the last piece: starts a server on a private socket, lets it read the journal up to the target, and
    /// returns when it takes connections.
    ///
    /// # Errors
    /// When it does not get there.
    async fn recover(&mut self, target: &RecoveryTarget, wal: &dyn WalSource) -> Result<Recovered, PortError>;
    /// The address of its server, for the database of this name. No secret in it.
    fn url(&self, database: &str) -> String;
    /// Stops its server and puts the files where they are to lie. Returns the folder, and where the database that was
    /// there before has gone.
    ///
    /// # Errors
    /// When they cannot be put there.
    async fn hand_over(self: Box<Self>) -> Result<HandedOver, PortError>;
    /// Stops its server and removes its files.
    ///
    /// # Errors
    /// When something stays behind.
    async fn discard(self: Box<Self>) -> Result<(), PortError>;
}

/// Where a restored database lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOver {
    /// Its folder.
    pub folder: PathBuf,
    /// The folder of the database that was there before.
    pub moved_aside: Option<PathBuf>,
}

/// The files of the database that is ours.
#[async_trait]
pub trait DatabaseFiles: Send + Sync {
    /// Begins a copy of the files of the running database. The label is found again in the server's notes.
    ///
    /// # Errors
    /// When it does not run, or the machine has no program for it.
    async fn copy(&self, label: &str) -> Result<Box<dyn BaseCopy>, PortError>;
    /// Begins a restore. Refuses a place that is taken, a database that runs, a machine without the same major version
    /// of Postgres, and a disk without room for so many bytes.
    ///
    /// # Errors
    /// Each says what to do.
    async fn restore(
        &self,
        place: &RestorePlace,
        postgres_major: u32,
        bytes: u64,
    ) -> Result<Box<dyn Restoration>, PortError>;
    /// Whether there is a database in its place, be it running or not.
    fn is_there(&self) -> bool;
}

/// What a backup must know of the running server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFacts {
    /// The major version.
    pub major: u32,
    /// Which database it is, in the sense of Postgres.
    pub system_identifier: u64,
    /// The size of its journal files, in bytes.
    pub segment_bytes: u64,
    /// About how large a copy of it will be, in bytes.
    pub content_bytes: u64,
    /// Whether it archives its journal.
    pub archives: bool,
    /// What its last try to put a journal file aside came to, when it failed.
    pub archive_trouble: Option<String>,
}

/// A named point in the journal, and what was in the tables there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// Its name: the one that was asked for, and the number of the try.
    pub point: String,
    /// When, by the database's clock.
    pub at: Timestamp,
    /// The end of its record in the journal.
    pub end: Lsn,
    /// What was in the tables; or why that could not be counted.
    pub census: Result<Census, String>,
}

/// Asks a running server.
#[async_trait]
pub trait DatabaseCensus: Send + Sync {
    /// What it says of itself.
    ///
    /// # Errors
    /// When it does not answer.
    async fn facts(&self) -> Result<ServerFacts, PortError>;
    /// Makes a point in the journal whose name begins with this, and counts what is in all tables exactly there. Nobody waits for it.
    ///
    /// # Errors
    /// When the point cannot be made.
    async fn mark(&self, point: &str) -> Result<Marked, PortError>;
    /// Ends the current journal file, so that it is archived at once.
    ///
    /// # Errors
    /// When the server does not do it.
    async fn switch_segment(&self) -> Result<(), PortError>;
    /// Counts what is in all tables of another server; the function gives its address for a database's name.
    ///
    /// # Errors
    /// When it does not answer.
    async fn count(&self, url_of: &(dyn for<'a> Fn(&'a str) -> String + Sync)) -> Result<Census, PortError>;
}

/// Keeps the notes.
#[async_trait]
pub trait BackupNotes: Send + Sync {
    /// How archiving goes; `None` when nobody ever archived.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn shipper(&self) -> Result<Option<ShipperNote>, PortError>;
    /// Replaces it.
    ///
    /// # Errors
    /// When it cannot be kept.
    async fn put_shipper(&self, note: &ShipperNote) -> Result<(), PortError>;
    /// How backups go.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn backup(&self) -> Result<BackupNote, PortError>;
    /// Replaces it.
    ///
    /// # Errors
    /// When it cannot be kept.
    async fn put_backup(&self, note: &BackupNote) -> Result<(), PortError>;
    /// The last drill; `None` when there never was one.
    ///
    /// # Errors
    /// When it cannot be read.
    async fn drill(&self) -> Result<Option<DrillResult>, PortError>;
    /// Replaces it.
    ///
    /// # Errors
    /// When it cannot be kept.
    async fn put_drill(&self, result: &DrillResult) -> Result<(), PortError>;
}
