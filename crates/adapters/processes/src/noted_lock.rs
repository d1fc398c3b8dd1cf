//! A lock file that says who holds it, in a note of one length. The note is written over and never cut off: what lies on the
//! disk already can be written on a full one too.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek};
use std::os::unix::fs::FileExt;
use std::path::Path;

const NOTE_LENGTH: usize = 120;

/// Opens the file, which is made when it is not there; what it says stays.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// Writes the note; an empty one when nobody holds it any more, for one that stayed would be misread by people.
pub(crate) fn note(file: &File, text: &str) -> io::Result<()> {
    file.write_all_at(format!("{text:<NOTE_LENGTH$}").as_bytes(), 0)
}

/// What the note says; `None` when it cannot be read or says nothing.
pub(crate) fn noted(file: &mut File) -> Option<String> {
    let mut text = String::new();
    file.rewind().and_then(|()| file.read_to_string(&mut text)).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
