//! Answers the questions of `fetch.sh`: gives journal files to a recovering server, a few ahead of its asking.

use std::fs;
use std::io;
use std::path::PathBuf;

use platform::backups::ports::WalSource;
use platform::backups::wal::{Segment, WalFile};
use platform::ports::PortError;

use super::account::Account;

/// Files that lie ready before they are asked for, of 16 MiB each: then the server never waits.
const AHEAD: u64 = 4;

pub(super) struct Serving {
    folder: PathBuf,
    account: Account,
    /// The newest that was asked for.
    asked: Option<Segment>,
    /// The next one to lay ready; `None` when the journal has none.
    next: Option<Segment>,
    trouble: Option<PortError>,
}

impl Serving {
    pub(super) fn new(folder: PathBuf, account: Account) -> Self {
        Self { folder, account, asked: None, next: None, trouble: None }
    }

    /// Answers what is asked now, and lays one file ready.
    pub(super) async fn serve(&mut self, wal: &dyn WalSource) {
        if self.trouble.is_none()
            && let Err(error) = self.try_serve(wal).await
        {
            self.trouble = Some(error);
            // The server must not take our silence for the journal's end. It waits and gives up when even this fails.
            let _ = fs::write(self.folder.join("failed"), "");
        }
    }

    /// Why the journal could not be given.
    pub(super) fn trouble(self) -> Option<PortError> {
        self.trouble
    }

    async fn try_serve(&mut self, wal: &dyn WalSource) -> Result<(), PortError> {
        for name in self.questions().map_err(failed)? {
            self.answer(&name, wal).await?;
        }
        let Some(next) = self.next.filter(|next| self.asked.is_some_and(|asked| next.number <= asked.number + AHEAD))
        else {
            return Ok(());
        };
        let name = next.to_string();
        let is_there = self.folder.join(&name).exists();
        self.next = if is_there || self.give(&name, wal).await? { Some(next.next()) } else { None };
        Ok(())
    }

    fn questions(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(asked) = name.strip_suffix(".ask") else { continue };
            // The script may have removed it, when the file lay ready.
            let _ = fs::remove_file(entry.path());
            names.push(asked.to_owned());
        }
        Ok(names)
    }

    async fn answer(&mut self, name: &str, wal: &dyn WalSource) -> Result<(), PortError> {
        let file = name.parse::<WalFile>().ok();
        let segment = file.and_then(WalFile::whole_segment);
        if let Some(segment) = segment {
            self.forget_before(segment);
            let is_further = self.asked.is_none_or(|asked| asked < segment);
            if is_further || self.next.is_none() {
                self.asked = Some(segment);
                let is_ahead = self.next.is_some_and(|next| next.timeline == segment.timeline && next > segment);
                self.next = if is_ahead { self.next } else { Some(segment.next()) };
            }
        }
        let is_there = self.folder.join(name).exists();
        let is_given = is_there || (file.is_some() && self.give(name, wal).await?);
        if !is_given {
            fs::write(self.folder.join(format!("{name}.none")), "").map_err(failed)?;
        }
        Ok(())
    }

    async fn give(&self, name: &str, wal: &dyn WalSource) -> Result<bool, PortError> {
        let Some(content) = wal.wal(name).await? else { return Ok(false) };
        let beside = self.folder.join(".giving");
        fs::write(&beside, content).map_err(failed)?;
        self.account.own(&beside).map_err(|error| PortError::new("cannot give the journal to the server", error))?;
        fs::rename(&beside, self.folder.join(name)).map_err(failed)?;
        Ok(true)
    }

    /// Files that were read; the one before is kept, for a second look.
    fn forget_before(&self, segment: Segment) {
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let old = name.parse::<WalFile>().ok().and_then(WalFile::whole_segment);
            if old.is_some_and(|old| old.number + 1 < segment.number) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

fn failed(error: io::Error) -> PortError {
    PortError::new("cannot give the journal to the restored database", error)
}
