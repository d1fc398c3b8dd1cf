//! Where certificates lie: one file each, with its key, so that a certificate and its key are always replaced together.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::certificate::{Certificate, CertificateError};
use crate::private_file::{self, FileError, failed, make_folder};

/// More than a house has hosts: a folder that somebody filled does not fill the memory.
const CERTIFICATE_LIMIT: usize = 500;
/// The longest name of a file without its ending.
const NAME_LIMIT: usize = 200;
const ENDING: &str = ".pem";
const ISSUED: &str = "issued";
const LAST_GOOD: &str = "last-good";

/// Why the folder could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// A file holds no certificate that can be served.
    #[error("{} cannot be served", .path.display())]
    Unusable {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: CertificateError,
    },
    /// It would not be a file of this folder.
    #[error(
        "`{name}` is no name for a certificate: expected small letters, digits, `.`, `_` and `-`, at most {NAME_LIMIT}"
    )]
    Name {
        /// What was given.
        name: String,
    },
}

/// The folder: `issued/` for certificates, `last-good/` for copies of those that could be served, `local/` for the [`crate::local_authority`], `challenges/` for the
/// [`crate::challenges`], and notes of who keeps them.
#[derive(Clone, Debug)]
pub struct CertificateFolder {
    root: PathBuf,
}

/// What lies in the folder.
#[derive(Debug, Default)]
pub struct Stored {
    /// By the names of their files, in their order.
    pub certificates: Vec<(String, Certificate)>,
    /// What cannot be served; it is left where it is.
    pub unusable: Vec<FolderError>,
    /// What those held when they could be served last, by the names of their files.
    pub last_good: Vec<(String, Certificate)>,
}

/// The right to renew. It ends when this is dropped, or the process ends.
#[derive(Debug)]
pub struct Lead {
    _file: File,
}

impl CertificateFolder {
    /// The folder, which is made when it is not there; open to its owner alone.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(root: &Path) -> Result<Self, FolderError> {
        let folder = Self { root: root.to_owned() };
        make_folder(root)?;
        make_folder(&folder.root.join(ISSUED))?;
        Ok(folder)
    }

    /// Where the [`crate::local_authority`] lies.
    #[must_use]
    pub fn local(&self) -> PathBuf {
        self.root.join("local")
    }

    /// Where the [`crate::challenges`] lie.
    #[must_use]
    pub fn challenges(&self) -> PathBuf {
        self.root.join("challenges")
    }

    /// Where an issuer keeps its accounts and orders.
    #[must_use]
    pub fn issuer(&self) -> PathBuf {
        self.root.join("issuer")
    }

    /// Keeps a certificate with its key under a name, in the place of the one that was there. It is read first: what
    /// cannot be served never takes the place of what can.
    ///
    /// # Errors
    /// When it cannot be served, or not be written; then the old one stands.
    pub fn store(&self, name: &str, chain_pem: &str, key_pem: &str) -> Result<Certificate, FolderError> {
        let path = self.place(name)?;
        let certificate = Certificate::from_pem(chain_pem, key_pem)
            .map_err(|source| FolderError::Unusable { path: path.clone(), source })?;
        private_file::write(&path, &format!("{}\n{}\n", key_pem.trim(), chain_pem.trim()))?;
        Ok(certificate)
    }

    /// All certificates. One that cannot be read does not hide the others.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn load(&self) -> Result<Stored, FolderError> {
        let mut stored = Stored::default();
        for name in self.names(ISSUED)? {
            match read_certificate(self.place(&name)?) {
                Ok(Some(certificate)) => stored.certificates.push((name, certificate)),
                // It was removed meanwhile.
                Ok(None) => {}
                Err(error) => {
                    stored.unusable.push(error);
                    if let Ok(Some(good)) = read_certificate(self.place_of_good(&name)) {
                        stored.last_good.push((name, good));
                    }
                }
            }
        }
        Ok(stored)
    }

    /// Keeps a copy of every certificate that can be served, for when a broken file takes its place; copies of those that
    /// were removed go.
    ///
    /// # Errors
    /// When a copy cannot be written or removed.
    pub fn remember_good(&self) -> Result<(), FolderError> {
        make_folder(&self.root.join(LAST_GOOD))?;
        let names = self.names(ISSUED)?;
        for name in &names {
            let Ok(Some(text)) = private_file::read(&self.place(name)?) else { continue };
            let copy = self.place_of_good(name);
            let is_known = || private_file::read(&copy).is_ok_and(|known| known.as_ref() == Some(&text));
            if Certificate::from_pem(&text, &text).is_ok() && !is_known() {
                private_file::write(&copy, &text)?;
            }
        }
        for name in self.names(LAST_GOOD)?.iter().filter(|name| !names.contains(name)) {
            private_file::remove(&self.place_of_good(name))?;
        }
        Ok(())
    }

    /// The chain of one, as PEM without its key; `None` when there is none of that name.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn chain_pem(&self, name: &str) -> Result<Option<String>, FolderError> {
        let text = private_file::read(&self.place(name)?)?;
        let is_chain = |text: String| text.find("-----BEGIN CERTIFICATE-----").map(|start| text[start..].to_owned());
        Ok(text.and_then(is_chain))
    }

    /// Removes one.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self, name: &str) -> Result<(), FolderError> {
        Ok(private_file::remove(&self.place(name)?)?)
    }

    /// A number that is another one when a certificate was added, replaced or removed. Reads no file.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn mark(&self) -> Result<u64, FolderError> {
        let mut hasher = DefaultHasher::new();
        for name in self.names(ISSUED)? {
            let path = self.place(&name)?;
            name.hash(&mut hasher);
            if let Ok(seen) = fs::metadata(&path) {
                (seen.ino(), seen.mtime(), seen.mtime_nsec(), seen.size()).hash(&mut hasher);
            }
        }
        Ok(hasher.finish())
    }

    /// The right to renew, unless another process has it.
    ///
    /// # Errors
    /// When the lock cannot be used.
    pub fn try_lead(&self) -> Result<Option<Lead>, FolderError> {
        let path = self.root.join("keeper.lock");
        let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path);
        let file = opened.map_err(failed("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lead { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(failed("lock", &path)(source).into()),
        }
    }

    /// What who renews wrote down last; `None` when nothing was.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn notes(&self) -> Result<Option<String>, FolderError> {
        Ok(private_file::read(&self.root.join("keeper.json"))?)
    }

    /// Writes it down.
    ///
    /// # Errors
    /// When it cannot be written; then the old notes stand.
    pub fn put_notes(&self, notes: &str) -> Result<(), FolderError> {
        Ok(private_file::write(&self.root.join("keeper.json"), notes)?)
    }

    /// Asks whoever renews to renew this one at once.
    ///
    /// # Errors
    /// When the wish cannot be written down.
    pub fn ask(&self, name: &str) -> Result<(), FolderError> {
        let mut path = self.root.join("asked");
        make_folder(&path)?;
        self.place(name)?;
        path.push(name);
        Ok(private_file::write(&path, "")?)
    }

    /// Which ones people asked to be renewed at once.
    ///
    /// # Errors
    /// When the wishes cannot be read.
    pub fn asked(&self) -> Result<Vec<String>, FolderError> {
        let folder = self.root.join("asked");
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let entries = fs::read_dir(&folder).map_err(failed("read", &folder))?.take(CERTIFICATE_LIMIT);
        Ok(entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect())
    }

    /// It was tried: the wish is gone.
    ///
    /// # Errors
    /// When the wish cannot be removed.
    pub fn answer_asked(&self, name: &str) -> Result<(), FolderError> {
        self.place(name)?;
        Ok(private_file::remove(&self.root.join("asked").join(name))?)
    }

    fn place(&self, name: &str) -> Result<PathBuf, FolderError> {
        let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
        let is_name = (1..=NAME_LIMIT).contains(&name.len()) && name.bytes().all(is_letter) && !name.starts_with('.');
        if is_name {
            return Ok(self.root.join(ISSUED).join(format!("{name}{ENDING}")));
        }
        Err(FolderError::Name { name: name.chars().take(NAME_LIMIT).collect() })
    }

    fn place_of_good(&self, name: &str) -> PathBuf {
        self.root.join(LAST_GOOD).join(format!("{name}{ENDING}"))
    }

    fn names(&self, folder: &str) -> Result<Vec<String>, FolderError> {
        let folder = self.root.join(folder);
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder).map_err(failed("read", &folder))?.take(CERTIFICATE_LIMIT) {
            let name = entry.map_err(failed("read", &folder))?.file_name();
            let name = name.to_str().and_then(|name| name.strip_suffix(ENDING));
            names.extend(name.filter(|name| self.place(name).is_ok()).map(str::to_owned));
        }
        names.sort_unstable();
        Ok(names)
    }
}

fn read_certificate(path: PathBuf) -> Result<Option<Certificate>, FolderError> {
    let Some(text) = private_file::read(&path)? else { return Ok(None) };
    let read = Certificate::from_pem(&text, &text);
    read.map(Some).map_err(|source| FolderError::Unusable { path, source })
}
