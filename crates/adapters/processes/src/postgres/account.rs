//! Which account of the machine the server runs as: ours, but never root.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

use rustix::process::{getegid, geteuid};
use tokio::process::Command;

use super::error::PostgresError;
use crate::command;

/// Accounts that are taken when we are root, in this order; the last one is made when none is there.
const UNPRIVILEGED: [&str; 2] = ["postgres", OWN_ACCOUNT];
const OWN_ACCOUNT: &str = "bt-pg";
const ROOT: u32 = 0;

/// An account of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    /// Whether it is another one than ours: we are root and step down.
    steps_down: bool,
}

impl Account {
    /// The account for a cluster, which may not exist yet.
    pub(super) fn for_cluster(cluster: &Path) -> Result<Self, PostgresError> {
        let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
        if uid != ROOT {
            return Ok(Self { name: format!("uid {uid}"), uid, gid, steps_down: false });
        }
        match fs::metadata(cluster) {
            Ok(owner) if owner.uid() == ROOT => {
                Err(PostgresError::OwnedByRoot { cluster: cluster.into(), account: Self::unprivileged()?.name })
            }
            Ok(owner) => Ok(Self::numbered(owner.uid(), owner.gid())),
            Err(_) => Self::unprivileged(),
        }
    }

    /// Another account than root.
    pub(crate) fn numbered(uid: u32, gid: u32) -> Self {
        let known = accounts().into_iter().find(|account| account.uid == uid);
        known.unwrap_or(Self { name: format!("uid {uid}"), uid, gid, steps_down: true })
    }

    fn unprivileged() -> Result<Self, PostgresError> {
        let named = |name: &str| accounts().into_iter().find(|account| account.name == name && account.uid != ROOT);
        if let Some(account) = UNPRIVILEGED.iter().find_map(|name| named(name)) {
            return Ok(account);
        }
        let made = create_own_account();
        named(OWN_ACCOUNT).ok_or(PostgresError::NoAccount(made))
    }

    /// Makes a program run as this account.
    pub(super) fn wear(&self, command: &mut Command) {
        if self.steps_down {
            // The standard library drops root's supplementary groups together with the uid.
            command.uid(self.uid).gid(self.gid);
        }
    }

    /// Its user and group, when they are not our own.
    pub(super) fn other(&self) -> Option<(u32, u32)> {
        self.steps_down.then_some((self.uid, self.gid))
    }

    /// Gives it a file or folder.
    pub(super) fn own(&self, path: &Path) -> Result<(), PostgresError> {
        if !self.steps_down {
            return Ok(());
        }
        chown(path, Some(self.uid), Some(self.gid)).map_err(PostgresError::file("change the owner of", path))
    }

    /// Whether a folder is its own and closed to others.
    pub(super) fn has_for_itself(&self, folder: &Path) -> io::Result<bool> {
        let found = fs::symlink_metadata(folder)?;
        Ok(found.is_dir() && found.uid() == self.uid && found.mode() & 0o077 == 0)
    }

    /// The first folder on the way to `path` (itself included, when it is one) that it may not pass through.
    /// Access lists beyond the mode bits are not looked at.
    pub(super) fn stopped_at(&self, path: &Path) -> Option<PathBuf> {
        let folders: Vec<&Path> = path.ancestors().filter(|folder| folder.is_dir()).collect();
        let closed = folders.into_iter().rev().find(|folder| !self.may_execute(folder));
        closed.map(Path::to_owned)
    }

    /// Whether it may run a file, or enter a folder that it can reach.
    pub(super) fn may_execute(&self, path: &Path) -> bool {
        let Ok(found) = fs::metadata(path) else { return false };
        let bit = match () {
            () if found.uid() == self.uid => 0o100,
            () if found.gid() == self.gid => 0o010,
            () => 0o001,
        };
        found.mode() & bit != 0
    }
}

fn accounts() -> Vec<Account> {
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    passwd.lines().filter_map(account_of_line).collect()
}

/// `postgres:x:101:104:…`
fn account_of_line(line: &str) -> Option<Account> {
    let mut fields = line.split(':');
    let name = fields.next()?.to_owned();
    let (uid, gid) = (fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Account { name, uid, gid, steps_down: uid != ROOT })
}

/// What `useradd` said, for the case that it did not help.
fn create_own_account() -> String {
    tracing::info!(account = OWN_ACCOUNT, "creating an account for Postgres, which does not run as root");
    let arguments = ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", OWN_ACCOUNT];
    let mut useradd = command::bare(Path::new("useradd"));
    useradd.args(arguments);
    // Once in the life of a machine, so that waiting for it here is fine.
    match useradd.as_std_mut().output() {
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => format!("useradd: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_from_its_line() {
        let account = account_of_line("postgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash").unwrap();
        assert_eq!(account, Account { name: "postgres".into(), uid: 101, gid: 104, steps_down: true });
        assert_eq!(account_of_line("# a comment"), None);
        assert_eq!(account_of_line(""), None);
    }

    #[test]
    fn a_closed_folder_on_the_way_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let root = std::env::temp_dir().join(format!("bt-account-{}", std::process::id()));
        let inside = root.join("closed/inside");
        fs::create_dir_all(&inside).unwrap();
        fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(root.join("closed"), fs::Permissions::from_mode(0o700)).unwrap();
        let stranger = Account { name: "stranger".into(), uid: 4_000_001, gid: 4_000_001, steps_down: true };
        assert_eq!(stranger.stopped_at(&inside), Some(root.join("closed")));
        fs::set_permissions(root.join("closed"), fs::Permissions::from_mode(0o711)).unwrap();
        fs::set_permissions(&inside, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(stranger.stopped_at(&inside), None);
        fs::remove_dir_all(&root).unwrap();
    }
}
