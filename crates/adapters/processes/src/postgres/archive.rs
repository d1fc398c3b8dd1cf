//! How the server puts its journal aside for the backup, and the folder in which it waits.
//!
//! The server runs a shell command for each finished journal file. The command copies the file into a folder of its own
//! account, lets it survive a power cut, and only then gives it its name; a file of the same name is never written over.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use jiff::Timestamp;
use platform::backups::ports::{Waiting, WalSpool};
use platform::backups::wal::WalFile;
use platform::ports::PortError;

/// A journal file is put aside after so long, full or not. With the seconds that the way to the vault takes, no change
/// is on this machine only for more than a minute.
const ARCHIVE_TIMEOUT: &str = "45s";
const BLOCK_BYTES: u64 = 512;
/// A journal file has 16 MiB; what is larger is none.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// The folder in the server's home.
pub(super) fn folder(home: &Path) -> PathBuf {
    home.join("archive")
}

/// The server's settings with and without archiving.
pub(super) fn settings(home: &Path, archives: bool) -> Vec<(&'static str, String)> {
    if !archives {
        return vec![("archive_mode", "off".to_owned())];
    }
    vec![
        ("archive_mode", "on".to_owned()),
        ("archive_timeout", format!("'{ARCHIVE_TIMEOUT}'")),
        ("archive_command", setting_text(&command(&folder(home)))),
    ]
}

/// An idle machine's files are nearly all zeros: with holes for these, a backlog of a day takes megabytes.
fn command(folder: &Path) -> String {
    let folder = shell_text(folder).replace('%', "%%");
    format!(
        "d={folder}; if [ -f \"$d/%f\" ]; then cmp -s \"%p\" \"$d/%f\"; else \
         {{ cp --sparse=always \"%p\" \"$d/.%f.part\" 2>/dev/null || cp \"%p\" \"$d/.%f.part\"; }} && \
         sync \"$d/.%f.part\" && mv \"$d/.%f.part\" \"$d/%f\" && sync \"$d\"; fi"
    )
}

/// A path as one word of a shell command.
pub(super) fn shell_text(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}

/// A text as a value in the server's settings.
pub(super) fn setting_text(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', "''"))
}

/// What the server has put aside.
#[derive(Clone, Debug)]
pub struct Spool {
    folder: PathBuf,
}

impl Spool {
    pub(super) fn in_home(home: &Path) -> Self {
        Self { folder: folder(home) }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        tried: &'static str,
        work: impl FnOnce(&Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, PortError> {
        let folder = self.folder.clone();
        let said = format!("cannot {tried} in {}", folder.display());
        match tokio::task::spawn_blocking(move || work(&folder)).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(PortError::new(said, error)),
            Err(panic) => Err(PortError::new(said, panic)),
        }
    }
}

#[async_trait]
impl WalSpool for Spool {
    async fn waiting(&self) -> Result<Vec<Waiting>, PortError> {
        self.blocking("look for journal files", waiting_in).await
    }

    async fn read(&self, name: &str) -> Result<Vec<u8>, PortError> {
        let name = name.to_owned();
        self.blocking("read a journal file", move |folder| read_plain(&folder.join(name))).await
    }

    async fn remove(&self, name: &str) -> Result<(), PortError> {
        let name = name.to_owned();
        let remove = move |folder: &Path| match fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        self.blocking("remove an archived journal file", remove).await
    }

    async fn free_bytes(&self) -> Result<u64, PortError> {
        self.blocking("see how much room is left", free_bytes).await
    }
}

fn waiting_in(folder: &Path) -> io::Result<Vec<Waiting>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found: Vec<(WalFile, Waiting)> = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(file) = name.parse::<WalFile>() else { continue };
        let metadata = match entry.metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let since = Timestamp::try_from(metadata.modified()?).map_err(io::Error::other)?;
        found.push((file, Waiting { name, disk_bytes: metadata.blocks() * BLOCK_BYTES, since }));
    }
    // Histories first, then by timeline and place: the order of the names would do for segments only.
    found.sort_by_key(|(file, _)| *file);
    Ok(found.into_iter().map(|(_, waiting)| waiting).collect())
}

/// The folder belongs to the server's account: as root, no link that lies there is followed.
fn read_plain(path: &Path) -> io::Result<Vec<u8>> {
    let no_follow = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(no_follow).open(path)?;
    if !file.metadata()?.is_file() || file.metadata()?.len() > FILE_BYTES_MAX {
        return Err(io::Error::other(format!("{} is no journal file", path.display())));
    }
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Room on the disk of a path, or of the nearest folder above it that is there.
pub(super) fn free_bytes(path: &Path) -> io::Result<u64> {
    let there = path.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("/"));
    let found = rustix::fs::statvfs(there)?;
    Ok(found.f_bavail * found.f_frsize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_letters_of_a_path_survive_the_shell_and_the_settings() {
        let odd = Path::new(r#"/srv/it's 100% "odd" \ $HOME"#);
        let command = command(odd);
        assert!(command.starts_with(r#"d='/srv/it'\''s 100%% "odd" \ $HOME';"#), "{command}");
        assert_eq!(setting_text(r"it's \ odd"), r"'it''s \\ odd'");
    }
}
