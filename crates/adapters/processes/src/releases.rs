//! The releases on this machine: each a copy of its program below `<data dir>/releases/<name>/`, with a note about it.
//!
//! A copy, since the file that was started may be replaced by the next build while services of it are started anew.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use platform::names::ReleaseName;
use platform::ports::{PortError, ReleasePrograms};
use platform::releases::{Release, ReleaseSchema};
use sha2::{Digest, Sha256};

use crate::command;

const PROGRAM: &str = "bt";
const NOTE: &str = "about.json";
/// Files of a release are counted by the blocks of the disk that they take.
const BLOCK_BYTES: u64 = 512;
/// Longer than a program takes to say what it is, also on a busy machine.
const ABOUT_LIMIT: Duration = Duration::from_secs(20);
/// As many bytes of the hash as make a name.
const NAME_BYTES: usize = 16;

/// The folder of releases.
#[derive(Clone, Debug)]
pub struct ReleaseFolder {
    folder: PathBuf,
}

/// Why a release could not be taken in or looked at.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// A file or folder.
    #[error("cannot {doing} {}", .path.display())]
    File {
        /// `read`, `copy`.
        doing: &'static str,
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no `bt`, or none that knows of releases.
    #[error("{} does not say what it is when asked by `about --json`: it is no bt, or one from before releases ({why})", .path.display())]
    NotAProgram {
        /// Which.
        path: PathBuf,
        /// What it said instead.
        why: String,
    },
    /// A program that was run failed.
    #[error("{} failed: {words}", .path.display())]
    Failed {
        /// Which.
        path: PathBuf,
        /// What it said on stderr.
        words: String,
    },
    /// The note beside a program cannot be understood.
    #[error("{} cannot be understood; remove its folder and add the release again", .path.display())]
    Note {
        /// Which.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

impl ReleaseFolder {
    /// The one of a data directory.
    #[must_use]
    pub fn of(data_dir: &Path) -> Self {
        Self { folder: data_dir.join("releases") }
    }

    /// The name of a program: of one that lies among the releases, that of its folder; of others, a hash of the file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn name_of(program: &Path) -> Result<ReleaseName, ReleaseError> {
        // To read a hundred megabytes at each start of each service would tell the same.
        noted_name(program).map_or_else(|| Self::hash_of(program), Ok)
    }

    fn hash_of(program: &Path) -> Result<ReleaseName, ReleaseError> {
        let bytes = fs::read(program).map_err(failed("read", program))?;
        let hash = Sha256::digest(&bytes);
        let name: String = hash.iter().take(NAME_BYTES).map(|byte| format!("{byte:02x}")).collect();
        // A hash is always a name; an empty one would be refused, and told.
        name.parse().map_err(|_| ReleaseError::NotAProgram { path: program.into(), why: "no hash".to_owned() })
    }

    /// Takes in our own program, whose schema is known without asking.
    ///
    /// # Errors
    /// When it cannot be copied.
    pub fn add_own(&self, program: &Path, schema: ReleaseSchema, now: Timestamp) -> Result<Release, ReleaseError> {
        self.keep(program, schema, now)
    }

    /// Takes in a program. It is started once, to say what schema it expects.
    ///
    /// # Errors
    /// When it does not say so, or cannot be copied.
    pub async fn add(&self, program: &Path, now: Timestamp) -> Result<Release, ReleaseError> {
        let schema = ask(program).await?;
        self.keep(program, schema, now)
    }

    fn keep(&self, program: &Path, schema: ReleaseSchema, now: Timestamp) -> Result<Release, ReleaseError> {
        let name = Self::hash_of(program)?;
        if let Some(known) = self.find(&name)? {
            return Ok(known);
        }
        let folder = self.folder.join(name.as_str());
        fs::create_dir_all(&folder).map_err(failed("create", &folder))?;
        let kept = folder.join(PROGRAM);
        let unfinished = folder.join("bt.part");
        if let Err(error) = fs::copy(program, &unfinished) {
            // Half a program on a disk that is full helps nobody.
            let _ = fs::remove_file(&unfinished);
            return Err(failed("copy", program)(error));
        }
        fs::rename(&unfinished, &kept).map_err(failed("rename", &unfinished))?;
        let release = Release { name, schema, program: kept, added_at: now };
        // The note comes last: a release without one is none.
        let note = folder.join(NOTE);
        let text =
            serde_json::to_vec_pretty(&release).map_err(|source| ReleaseError::Note { path: note.clone(), source })?;
        fs::write(&note, text).map_err(failed("write", &note))?;
        Ok(release)
    }

    /// All of them, newest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(&self) -> Result<Vec<Release>, ReleaseError> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed("read", &self.folder))?,
        };
        let mut releases = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed("read", &self.folder))?;
            let name = entry.file_name().to_str().and_then(|name| name.parse().ok());
            if let Some(name) = name {
                releases.extend(self.find(&name)?);
            }
        }
        releases.sort_by(|a, b| b.added_at.cmp(&a.added_at).then_with(|| a.name.cmp(&b.name)));
        Ok(releases)
    }

    /// One of them; `None` when it is not here.
    ///
    /// # Errors
    /// When its note cannot be understood.
    pub fn find(&self, name: &ReleaseName) -> Result<Option<Release>, ReleaseError> {
        let note = self.folder.join(name.as_str()).join(NOTE);
        let text = match fs::read(&note) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text.map_err(failed("read", &note))?,
        };
        let release: Release =
            serde_json::from_slice(&text).map_err(|source| ReleaseError::Note { path: note.clone(), source })?;
        // The data directory may have been moved since.
        let program = note.with_file_name(PROGRAM);
        Ok(program.is_file().then_some(Release { program, ..release }))
    }

    /// What one takes on the disk, in bytes; what cannot be looked at counts nothing.
    #[must_use]
    pub fn bytes_of(&self, name: &ReleaseName) -> u64 {
        let files = fs::read_dir(self.folder.join(name.as_str())).into_iter().flatten().flatten();
        files.filter_map(|file| file.metadata().ok()).map(|file| file.blocks() * BLOCK_BYTES).sum()
    }

    /// Removes one, and says how many bytes of the disk came free. Whether something runs it is for the caller to know.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self, name: &ReleaseName) -> Result<u64, ReleaseError> {
        let folder = self.folder.join(name.as_str());
        let freed_bytes = self.bytes_of(name);
        // The note goes first: what is left of a release without one is none.
        for file in [NOTE, PROGRAM] {
            match fs::remove_file(folder.join(file)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed("remove", &folder)(error)),
                _ => {}
            }
        }
        fs::remove_dir_all(&folder).map_err(failed("remove", &folder))?;
        Ok(freed_bytes)
    }

    /// Removes those that are not `kept`, but for the newest few.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub fn prune(&self, kept: &[ReleaseName], newest: usize) -> Result<(), ReleaseError> {
        for release in self.list()?.into_iter().skip(newest).filter(|release| !kept.contains(&release.name)) {
            self.remove(&release.name)?;
        }
        Ok(())
    }
}

#[async_trait]
impl ReleasePrograms for ReleaseFolder {
    async fn program(&self, release: &ReleaseName) -> Result<Option<PathBuf>, PortError> {
        let found =
            self.find(release).map_err(|error| PortError::new(format!("cannot look for release {release}"), error))?;
        Ok(found.map(|release| release.program))
    }
}

/// What the note beside a program says; `None` when there is no note, or it is of another folder.
fn noted_name(program: &Path) -> Option<ReleaseName> {
    let folder = program.parent()?;
    let text = fs::read(folder.join(NOTE)).ok()?;
    let release: Release = serde_json::from_slice(&text).ok()?;
    let is_here = folder.file_name().is_some_and(|name| name == release.name.as_str());
    is_here.then_some(release.name)
}

/// Runs a program to its end, as the one who asks would at the keyboard, and gives what it said.
///
/// # Errors
/// [`ReleaseError::Failed`] with its own words.
pub async fn run(program: &Path, arguments: &[String]) -> Result<String, ReleaseError> {
    let mut work = command::inheriting(program);
    work.args(arguments).stdin(std::process::Stdio::null()).kill_on_drop(true);
    let done = work.output().await.map_err(failed("start", program))?;
    let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if done.status.success() {
        return Ok(words(&done.stdout));
    }
    Err(ReleaseError::Failed { path: program.into(), words: words(&done.stderr) })
}

/// What a program says that it is.
#[derive(serde::Deserialize)]
struct About {
    schema: ReleaseSchema,
}

async fn ask(program: &Path) -> Result<ReleaseSchema, ReleaseError> {
    let refused = |why: String| ReleaseError::NotAProgram { path: program.into(), why };
    let absolute = program.canonicalize().map_err(failed("find", program))?;
    let mut question = command::bare(&absolute);
    question.args(["about", "--json"]).kill_on_drop(true);
    let answer = tokio::time::timeout(ABOUT_LIMIT, question.output()).await;
    let answer = answer.map_err(|_| refused(format!("no answer within {} s", ABOUT_LIMIT.as_secs())))?;
    let answer = answer.map_err(|error| refused(error.to_string()))?;
    let about: Result<About, _> = serde_json::from_slice(&answer.stdout);
    about.map(|about| about.schema).map_err(|error| refused(error.to_string()))
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ReleaseError {
    let path = path.to_owned();
    move |source| ReleaseError::File { doing, path, source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const SAYS: &str = r#"{"version":"0.1.0","schema":{"expects":3,"bears":2}}"#;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("bt-releases-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn program(folder: &Path, name: &str, says: &str) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\n# {name}\necho '{says}'\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    #[tokio::test]
    async fn a_program_is_asked_copied_and_found_again() {
        let folder = folder("add");
        let releases = ReleaseFolder::of(&folder);
        assert_eq!(releases.list().unwrap(), []);
        let first = releases.add(&program(&folder, "a", SAYS), "2026-11-22T00:00:00Z".parse().unwrap()).await.unwrap();
        let second = releases.add(&program(&folder, "b", SAYS), "2026-11-23T00:00:00Z".parse().unwrap()).await.unwrap();
        assert_eq!(first.schema.expects.0, 3);
        fs::remove_file(folder.join("a")).unwrap();
        let again = releases.add(&program(&folder, "b", SAYS), "2026-11-24T00:00:00Z".parse().unwrap()).await.unwrap();
        assert_eq!(again, second, "taken in once");
        assert_eq!(releases.list().unwrap(), [second.clone(), first.clone()], "newest first, copies of their own");
        assert_eq!(releases.program(&first.name).await.unwrap(), Some(first.program.clone()));
        releases.prune(std::slice::from_ref(&first.name), 0).unwrap();
        assert_eq!(releases.list().unwrap(), [first]);
        fs::remove_dir_all(&folder).unwrap();
    }

    #[tokio::test]
    async fn a_program_among_the_releases_has_its_folder_s_name_without_being_read() {
        let folder = folder("name");
        let outside = program(&folder, "a", SAYS);
        let release = ReleaseFolder::of(&folder).add(&outside, "2026-11-22T00:00:00Z".parse().unwrap()).await.unwrap();
        assert_eq!(ReleaseFolder::name_of(&outside).unwrap(), release.name, "by its hash");
        fs::write(&release.program, "unreadable as a program").unwrap();
        assert_eq!(ReleaseFolder::name_of(&release.program).unwrap(), release.name, "by its folder");
        let elsewhere = folder.join("elsewhere");
        fs::rename(release.program.parent().unwrap(), &elsewhere).unwrap();
        assert_ne!(ReleaseFolder::name_of(&elsewhere.join(PROGRAM)).unwrap(), release.name, "the note is not believed");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[tokio::test]
    async fn a_release_that_is_removed_is_gone_with_what_it_took() {
        let folder = folder("remove");
        let releases = ReleaseFolder::of(&folder);
        let now = "2026-11-22T00:00:00Z".parse().unwrap();
        let kept = releases.add(&program(&folder, "a", SAYS), now).await.unwrap();
        let gone = releases.add(&program(&folder, "b", &format!("{SAYS}{}", " ".repeat(50_000))), now).await.unwrap();
        let freed = releases.remove(&gone.name).unwrap();
        assert!(freed >= 50_000, "{freed}");
        assert_eq!(releases.list().unwrap(), [kept]);
        assert_eq!(releases.bytes_of(&gone.name), 0);
        assert!(!gone.program.parent().unwrap().exists());
        assert!(releases.remove(&gone.name).unwrap_err().to_string().contains("cannot remove"));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[tokio::test]
    async fn what_is_no_bt_is_refused_by_name() {
        let folder = folder("refuse");
        let releases = ReleaseFolder::of(&folder);
        let now = "2026-11-22T00:00:00Z".parse().unwrap();
        let refused = releases.add(&program(&folder, "c", "hello"), now).await.unwrap_err().to_string();
        assert!(refused.contains("does not say what it is"), "{refused}");
        let missing = releases.add(&folder.join("nothing"), now).await.unwrap_err().to_string();
        assert!(missing.contains("nothing"), "{missing}");
        assert_eq!(releases.list().unwrap(), []);
        fs::remove_dir_all(&folder).unwrap();
    }
}
