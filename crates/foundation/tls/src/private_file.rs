//! Files that hold keys: for their owner alone, written whole or not at all, read with a limit.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// A key with its chain has 10 KB; the largest note of the keeper 50 KB.
const SIZE_LIMIT: u64 = 256 * 1024;
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// A file or folder of certificates could not be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {}", .path.display())]
pub struct FileError {
    /// `read`, `write`, `make the folder`.
    pub doing: &'static str,
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

pub(crate) fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError { doing, path, source }
}

/// Makes a folder that only its owner sees; one that is there is closed to others.
///
/// # Errors
/// When the machine refuses.
pub fn make_folder(path: &Path) -> Result<(), FileError> {
    let made = DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path);
    made.map_err(failed("make the folder", path))?;
    let is_open = fs::metadata(path).map_err(failed("look at", path))?.permissions().mode() & 0o077 != 0;
    if is_open {
        let closed = fs::set_permissions(path, fs::Permissions::from_mode(FOLDER_MODE));
        closed.map_err(failed("close to others", path))?;
    }
    Ok(())
}

/// Writes a file beside its place and moves it there: readers see the old one or the new one, also after a power cut.
///
/// # Errors
/// When the machine refuses.
pub fn write(path: &Path, text: &str) -> Result<(), FileError> {
    // The process's number: two that write the same file do not write into each other's.
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = write_synced(&part, text).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // It may not even exist.
        let _ = fs::remove_file(&part);
    }
    written.map_err(failed("write", path))?;
    let folder = path.parent().unwrap_or(path);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("write", folder))
}

fn write_synced(part: &Path, text: &str) -> io::Result<()> {
    // What a killed process left would keep its mode.
    let _ = fs::remove_file(part);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(part)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// The whole text of a file; `None` when it is not there.
///
/// # Errors
/// When the machine refuses.
pub fn read(path: &Path) -> Result<Option<String>, FileError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path)(error)),
    };
    let mut text = String::new();
    let read = file.take(SIZE_LIMIT + 1).read_to_string(&mut text).map_err(failed("read", path))?;
    if read as u64 > SIZE_LIMIT {
        return Err(failed("read", path)(io::Error::other(format!("it has more than {SIZE_LIMIT} bytes"))));
    }
    Ok(Some(text))
}

/// Removes a file; that it is gone already is as good.
///
/// # Errors
/// When the machine refuses.
pub fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_for_its_owner_alone_and_parts_do_not_stay() {
        let folder = std::env::temp_dir().join(format!("bt-private-file-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        make_folder(&folder).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        let path = folder.join("key.pem");
        assert_eq!(read(&path).unwrap(), None);
        for text in ["first", "second"] {
            write(&path, text).unwrap();
            assert_eq!((read(&path).unwrap().as_deref(), mode(&path)), (Some(text), 0o600));
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::write(&path, "x".repeat(300 * 1024)).unwrap();
        let refused = read(&path).unwrap_err();
        assert!(refused.source.to_string().contains("more than 262144 bytes"));
        remove(&path).unwrap();
        remove(&path).unwrap();
        fs::remove_dir_all(&folder).unwrap();
    }
}
