//! Whose a house is: the account as which its `bt up` runs, such as that of the systemd unit. A house keeps its state in
//! files that are for itself alone. Root may do everything, and a file that it wrote there would be closed to the house.

use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::process::{Gid, Uid, geteuid};
use rustix::thread::{set_thread_gid, set_thread_groups, set_thread_uid};

use crate::postgres::account::Account;

/// The account of a house that is not root's.
#[derive(Clone, Debug)]
pub struct Owner(Account);

impl Owner {
    /// Whose house it is, when we are root and it is another account's.
    #[must_use]
    pub fn other_than_root(data_dir: &Path) -> Option<Self> {
        // Made by the first `bt up`. The data directory itself may be somebody's, and the house in it root's.
        let found = fs::metadata(data_dir.join("run")).ok()?;
        (geteuid().is_root() && found.uid() != 0).then(|| Self(Account::numbered(found.uid(), found.gid())))
    }

    /// Makes us this account, for good. It is done to the calling thread: before there are others.
    ///
    /// # Errors
    /// When we may not.
    pub fn become_it(&self) -> io::Result<()> {
        let (user, group) = (Uid::from_raw(self.0.uid), Gid::from_raw(self.0.gid));
        set_thread_groups(&[group])?;
        set_thread_gid(group)?;
        Ok(set_thread_uid(user)?)
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.name)
    }
}
