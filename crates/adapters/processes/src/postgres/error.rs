//! What can go wrong with the embedded Postgres. Each sentence says what to do.

use std::io;
use std::path::PathBuf;

/// Why the embedded Postgres does not run.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// No binaries on this machine.
    #[error(
        "found no Postgres on this machine ({looked_at}){download}\n\
         Install it (any major version from {oldest}) with one of:\n  \
         Debian, Ubuntu:  apt-get install postgresql\n  \
         Fedora, RHEL:    dnf install postgresql-server\n  \
         macOS:           brew install postgresql@17\n\
         or name the folder of `initdb` and `postgres` in postgres.binaries, or use your own server with database.url."
    )]
    NoBinaries {
        /// Where it was looked for, and what was wrong there.
        looked_at: String,
        /// Why the download did not help either; empty when there was none.
        download: String,
        /// The oldest major version that works.
        oldest: u32,
    },
    /// The cluster was made by another major version.
    #[error(
        "the data in {} was written by Postgres {cluster}, and this machine has only {found}.\n\
         Either install Postgres {cluster} beside it, or take the data over: with both versions installed, \
         move the folder away, start once to get an empty new one, stop, and run\n  \
         pg_upgrade --old-datadir OLD --new-datadir NEW --old-bindir …/{cluster}/bin --new-bindir …/bin --username {user}\n\
         or dump with the old version (pg_dump --format=custom) and load with the new one (pg_restore).",
        .folder.display(), user = super::DATABASE
    )]
    OtherVersion {
        /// The cluster.
        folder: PathBuf,
        /// Its major version.
        cluster: u32,
        /// What the machine has.
        found: String,
    },
    /// Another `bt` has it.
    #[error(
        "another bt ({holder}) already keeps the Postgres of {}: use that one, stop it with `bt down`, or choose another --data-dir",
        .folder.display()
    )]
    InUse {
        /// The folder that is locked.
        folder: PathBuf,
        /// Who holds it, as far as known.
        holder: String,
    },
    /// The cluster is somewhere else, and not there.
    #[error(
        "the database of this data directory lies in {}, says {}, but it is not there. Bring it back, \
         or remove that file to begin with an empty database",
        .home.display(), .pointer.display()
    )]
    Gone {
        /// Where it should be.
        home: PathBuf,
        /// What says so.
        pointer: PathBuf,
    },
    /// The server's account cannot get to its data, and it was not put elsewhere.
    #[error("the account {account} that runs Postgres cannot reach {}: {} is closed to it (chmod o+x, or move it)", .path.display(), .closed.display())]
    Unreachable {
        /// The account.
        account: String,
        /// What it should reach.
        path: PathBuf,
        /// The folder that is in its way.
        closed: PathBuf,
    },
    /// The cluster belongs to root, and the server cannot run as root.
    #[error("{} belongs to root, and Postgres does not run as root: chown -R {account} {}", .cluster.display(), .cluster.display())]
    OwnedByRoot {
        /// The cluster.
        cluster: PathBuf,
        /// Whom it should belong to.
        account: String,
    },
    /// No account to run it as.
    #[error(
        "Postgres does not run as root, and no account for it could be made: {0}\nCreate one: useradd --system bt-pg"
    )]
    NoAccount(String),
    /// A folder or file could not be made, read or written.
    #[error("cannot {doing} {}{}", .path.display(), hint(.source))]
    File {
        /// `write`.
        doing: &'static str,
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program could not be started.
    #[error("cannot run {}", .program.display())]
    Program {
        /// Which.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The cluster could not be made.
    #[error("{} failed{}:\n{output}", .program.display(), hint_of_text(.output))]
    Setup {
        /// Which program.
        program: PathBuf,
        /// The last lines it wrote.
        output: String,
    },
    /// The server did not come up.
    #[error("Postgres did not start: {reason}{}. The last lines of {}:\n{tail}", hint_of_text(.tail), .log.display())]
    DidNotStart {
        /// What was seen.
        reason: String,
        /// Its log.
        log: PathBuf,
        /// The end of the log.
        tail: String,
    },
    /// A leftover server does not end.
    #[error("the Postgres server (process {pid}) that an earlier bt left behind does not end, not even by SIGKILL")]
    DoesNotEnd {
        /// Its process.
        pid: i32,
    },
}

impl PostgresError {
    /// For `map_err`: what was done with which path.
    pub(super) fn file(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { doing, path, source }
    }
}

fn hint(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull => " (the disk is full: free some space)",
        io::ErrorKind::ReadOnlyFilesystem => " (the file system is read-only: choose another --data-dir)",
        io::ErrorKind::PermissionDenied => " (not allowed: choose another --data-dir, or change its owner)",
        _ => "",
    }
}

/// Postgres and initdb say it in words only.
fn hint_of_text(output: &str) -> &'static str {
    if output.contains("No space left on device") || output.contains("Check free disk space") {
        " (the disk is full: free some space)"
    } else if output.contains("Read-only file system") {
        " (the file system is read-only: choose another --data-dir)"
    } else {
        ""
    }
}
