//! The notes of the backup on this machine: small files beside those of the status page.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use async_trait::async_trait;
use platform::backups::notes::{BackupNote, DrillResult, ShipperNote};
use platform::backups::ports::BackupNotes;
use platform::ports::PortError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::folder::write_synced;

const SHIPPER: &str = "archive.json";
const BACKUP: &str = "backup.json";
const DRILL: &str = "drill.json";
/// The status page is made of them by other processes of this machine.
const FOLDER_MODE: u32 = 0o700;

/// A folder with one file for each note, such as `<data dir>/status`. Each is written beside and moved into its place.
#[derive(Clone, Debug)]
pub struct NoteFolder(PathBuf);

impl NoteFolder {
    /// The folder is made when the first note is written.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    fn read<T: DeserializeOwned>(&self, file: &str) -> Result<Option<T>, PortError> {
        let path = self.0.join(file);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(PortError::new(format!("cannot read {}", path.display()), error)),
        };
        let read = serde_json::from_slice(&text).map(Some);
        read.map_err(|error| PortError::new(format!("cannot understand {}", path.display()), error))
    }

    fn write<T: Serialize>(&self, file: &str, note: &T) -> Result<(), PortError> {
        let path = self.0.join(file);
        let write = || -> io::Result<()> {
            if !self.0.is_dir() {
                fs::create_dir_all(&self.0)?;
                fs::set_permissions(&self.0, fs::Permissions::from_mode(FOLDER_MODE))?;
            }
            let beside = self.0.join(format!(".{file}.{}", std::process::id()));
            write_synced(&beside, &serde_json::to_vec_pretty(note)?)?;
            fs::rename(&beside, &path)
        };
        write().map_err(|error| PortError::new(format!("cannot write {}", path.display()), error))
    }
}

#[async_trait]
impl BackupNotes for NoteFolder {
    async fn shipper(&self) -> Result<Option<ShipperNote>, PortError> {
        self.read(SHIPPER)
    }

    async fn put_shipper(&self, note: &ShipperNote) -> Result<(), PortError> {
        self.write(SHIPPER, note)
    }

    async fn backup(&self) -> Result<BackupNote, PortError> {
        Ok(self.read(BACKUP)?.unwrap_or_default())
    }

    async fn put_backup(&self, note: &BackupNote) -> Result<(), PortError> {
        self.write(BACKUP, note)
    }

    async fn drill(&self) -> Result<Option<DrillResult>, PortError> {
        self.read(DRILL)
    }

    async fn put_drill(&self, result: &DrillResult) -> Result<(), PortError> {
        self.write(DRILL, result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_note_is_found_again() {
        let folder = std::env::temp_dir().join(format!("bt-notes-{}", std::process::id()));
        let notes = NoteFolder::new(&folder);
        assert_eq!(notes.drill().await.unwrap(), None);
        assert_eq!(notes.backup().await.unwrap(), BackupNote::default());
        let result = DrillResult {
            at: "2026-11-22T21:30:00Z".parse().unwrap(),
            backup: None,
            took_ms: 1,
            tables: 2,
            rows: 3,
            differences: vec!["x".to_owned()],
            trouble: None,
        };
        notes.put_drill(&result).await.unwrap();
        notes.put_drill(&result).await.unwrap();
        assert_eq!(notes.drill().await.unwrap(), Some(result));
        fs::write(folder.join("drill.json"), "{").unwrap();
        let error = notes.drill().await.unwrap_err().to_string();
        assert!(error.contains("drill.json"), "{error}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
