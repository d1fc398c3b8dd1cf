//! Why a backup could not be taken, verified or restored. Each sentence says what to do.

use jiff::Timestamp;
use platform::backups::names::BackupId;
use platform::backups::ports::VaultError;
use platform::ports::PortError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The vault did not do it.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database or the machine did not do it.
    #[error(transparent)]
    Port(#[from] PortError),
    /// A manifest cannot be read.
    #[error("the manifest of the backup {id} cannot be understood: it may be of a newer release of bt")]
    Manifest {
        /// Of which backup.
        id: BackupId,
        /// Why.
        #[source]
        source: Option<serde_json::Error>,
    },
    /// There is none.
    #[error("there is no backup in {0}: take one with `bt backup now`")]
    None(String),
    /// There is none of this name.
    #[error("there is no backup {id} in {vault}: `bt backup list` shows them")]
    Unknown {
        /// Which.
        id: BackupId,
        /// Where.
        vault: String,
    },
    /// There is none that is old enough.
    #[error("no backup reaches back to {to}: the oldest moment that can be restored is {oldest}")]
    TooEarly {
        /// What was asked for.
        to: Timestamp,
        /// The oldest.
        oldest: Timestamp,
    },
    /// The vault has not everything up to that moment.
    #[error(
        "{to} cannot be restored: what is archived{line} ends at {until}{hint}. Ask for a moment until then, or leave \
         out --to-time for everything that is archived"
    )]
    NotArchived {
        /// What was asked for.
        to: Timestamp,
        /// Until when everything is archived.
        until: Timestamp,
        /// On which line of history, behind a space; empty when there is one only.
        line: String,
        /// Why that may be, with the comma before it.
        hint: &'static str,
    },
    /// There is no such line of history.
    #[error(
        "there is no line {line} of history in {vault}: there is {known}. `bt backup list` shows the line of each backup"
    )]
    NoLine {
        /// Which.
        line: u32,
        /// Where.
        vault: String,
        /// Those that there are, after commas.
        known: String,
    },
    /// The line of history that is followed does not have that moment.
    #[error("line {line} of history does not have {to}; {others}")]
    NotOnLine {
        /// What was asked for.
        to: Timestamp,
        /// Along which line.
        line: u32,
        /// Which lines have it, and how to follow them.
        others: String,
        /// Why this one has not.
        #[source]
        why: Box<BackupError>,
    },
    /// The journal from the backup to that moment is not kept.
    #[error(
        "{to} cannot be restored: of the journal after the backup {id} only the beginning is kept. It can be restored \
         as it was when it was taken: --to-time {at}"
    )]
    NotKept {
        /// What was asked for.
        to: Timestamp,
        /// The backup before it.
        id: BackupId,
        /// Its own moment.
        at: Timestamp,
    },
    /// The vault has backups of another database.
    #[error(
        "{0} has backups of another database (it was set up anew since, or two machines share the vault): restore the \
         newest backup with `bt backup restore --in-place berkeleytime`, or name another place in backup.to"
    )]
    OtherDatabase(String),
    /// The database is somebody else's.
    #[error(
        "the database at database.url is not kept by bt, so its backups are its owner's job: use what its provider \
         offers, or pgBackRest or Barman on its machine. Only the database that `bt up` keeps itself is backed up here"
    )]
    NotOurs,
    /// The server does not put its journal aside.
    #[error("the database does not archive its journal: set backup.enabled, and start `bt up` anew")]
    NoArchive,
    /// The server has files of another size.
    #[error("the database has journal files of {0} bytes, and only those of 16 MiB can be backed up")]
    SegmentSize(u64),
    /// The journal does not come.
    #[error("the journal file {file} did not get into the vault within {seconds} s{hint}")]
    JournalLate {
        /// Which.
        file: String,
        /// How long it was waited for.
        seconds: u64,
        /// What the server says of it, behind a colon.
        hint: String,
    },
    /// The database's name was not typed.
    #[error(
        "there is a database in the place of the restore. It will be moved aside and not be removed; to say that you \
         mean it, type its name: --in-place {name}"
    )]
    NotConfirmed {
        /// What to type.
        name: String,
    },
    /// The copy is larger than can be named.
    #[error("the copy of the database has more than {0} parts")]
    TooManyParts(u32),
    /// It was told to stop.
    #[error("stopped before it was done; nothing of it counts as a backup")]
    Stopped,
}
